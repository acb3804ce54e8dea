"""Grades unfinished notebooks with nbgrader, in a virtual environment of its own."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat

from autograder.assignment import settings
from tests.benchmarks.grading_runs import ASSIGNMENT, ROOT, STUBS
from tests.benchmarks.usage import Usage, measure

ENVIRONMENT = ROOT / "build" / "nbgrader"
REQUIREMENTS = ("nbgrader==0.9.*", "numpy")


def _nbgrader() -> Path:
    """The command, installed the first time.

    Raises:
        subprocess.CalledProcessError: it cannot be installed.
    """
    command = ENVIRONMENT / "bin" / "nbgrader"
    if not command.exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True, capture_output=True)
        subprocess.run(
            [ENVIRONMENT / "bin" / "pip", "install", "--quiet", *REQUIREMENTS],
            check=True,
            capture_output=True,
        )
    return command


def one_more(work: Path, copies: int, core: int) -> Usage:
    """What each further submission of a batch uses: the difference of `copies` + 1 and one, divided.

    Args:
        work: a folder; it gets two folders for nbgrader.
        copies: by how many submissions the batches differ.
        core: where it runs.
    """
    usages = []
    for number in (1, copies + 1):
        course = work / f"nbgrader, {number}"
        course.mkdir()
        usages.append(_autograde(course, number, core))
    one, all_of_them = usages
    return dataclasses.replace(
        all_of_them,
        seconds=(all_of_them.seconds - one.seconds) / copies,
        cpu_seconds=(all_of_them.cpu_seconds - one.cpu_seconds) / copies,
    )


def _autograde(work: Path, copies: int, core: int) -> Usage:
    """Run `nbgrader autograde` on so many unfinished submissions: the modules and, a question, one test cell.

    The cells call the functions with nothing, since an unfinished one raises an error before it looks. Less is
    asked than by the kit: no input is drawn, nothing is compared.

    Args:
        work: an empty folder.
        copies: how many students.
        core: where it runs.
    """
    command = _nbgrader()
    config = f"c.CourseDirectory.root = {str(work)!r}\n"
    (work / "nbgrader_config.py").write_text(config)
    source = work / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    modules = settings.load(ASSIGNMENT).modules
    for module in modules:
        (source / f"{module}.py").write_bytes((STUBS / f"{module}.py").read_bytes())
    imports = [f"from {module} import *" for module in modules]
    cells = [nbformat.v4.new_code_cell("\n".join(("from inspect import signature", *imports)))]
    for test in sorted((STUBS / "tests").glob("*.py")):
        if test.stem != "accuracy":
            call = f"{test.stem}(**dict.fromkeys(signature({test.stem}).parameters))"
            cell = nbformat.v4.new_code_cell(f"assert {call}")
            marks = {"grade": True, "grade_id": test.stem, "locked": True, "points": 1, "schema_version": 3}
            cell.metadata["nbgrader"] = {**marks, "solution": False, "task": False, "cell_type": "code"}
            cells.append(cell)
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, source / f"{ASSIGNMENT}.ipynb")
    # It starts alembic by its name.
    words = ["env", "-C", work, f"PATH={command.parent}:{os.environ['PATH']}", command]
    subprocess.run([*words, "generate_assignment", ASSIGNMENT], check=True, capture_output=True)
    released = work / "release" / ASSIGNMENT
    for number in range(copies):
        handed_in = work / "submitted" / f"{number:03}" / ASSIGNMENT
        handed_in.mkdir(parents=True)
        for file in released.iterdir():
            (handed_in / file.name).write_bytes(file.read_bytes())
    usage = measure([*words, "autograde", ASSIGNMENT], core, work / "log.txt")
    graded = list((work / "autograded").glob(f"*/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"))
    if len(graded) != copies:
        raise RuntimeError(f"nbgrader graded {len(graded)} of {copies}: {usage.output[-1000:]}")
    outputs = [
        output
        for cell in json.loads(graded[0].read_text())["cells"]
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]
    if len(outputs) != len(cells) - 1 or {output["ename"] for output in outputs} != {"NotImplementedError"}:
        raise RuntimeError(f"nbgrader's cells did not end as unfinished functions do: {outputs[:1]}")
    return usage
