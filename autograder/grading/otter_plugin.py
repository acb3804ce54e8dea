"""Makes stock Otter (`otter run`) grade through the sandbox; in containers `autograder.grading.container` does.

Otter runs a student's notebook in the process that holds the tests. This plugin takes the student's files
away before that, gives Otter a notebook of the grader's own, and scores in its kernel exactly as
`autograder grade` does. Nothing of the student's may be left where Otter, IPython or Python would load it.
"""

from __future__ import annotations

import atexit
import json
import shutil
import traceback
from pathlib import Path
from typing import Any

import nbformat
from otter.execute import Checker
from otter.plugins import AbstractOtterPlugin
from otter.test_files import GradingResults

from ..temporary import Folder
from .alone import GraderFailed, grade_alone

TESTS = "tests"
STUDENT_FOLDER = "submission"
REPORT = "report.json"


class SandboxedGrading(AbstractOtterPlugin):  # type: ignore[misc]
    """The plugin; its configuration names the `assignment` and may give `data` (a file beside it) and `no_sandbox`."""

    workspace: Path
    staff_report: str = ""

    def before_grading(self, config: Any) -> None:
        """Move everything but the tests out of the working directory, the student's `.OTTER_LOG` included."""
        folder = Folder("otter")
        self.workspace = folder.path
        # After a kernel that died Otter calls no plugin again.
        atexit.register(folder.remove)
        student = self.workspace / STUDENT_FOLDER
        student.mkdir()
        for entry in list(Path.cwd().iterdir()):
            if config.zips and entry.suffix == ".zip" and (entry.is_symlink() or entry.is_file()):
                # It is unpacked already. `otter grade` copies it out of its image again and fails without it.
                entry.unlink()
                entry.touch()
            elif entry.name != TESTS:
                shutil.move(entry, student / entry.name)
        # Otter has noted the notebook's path and reads it once more before it asks for another.
        nbformat.write(_notebook(""), self.submission_path)
        config.grade_from_log = False

    def before_execution(self, submission: Any) -> nbformat.NotebookNode:
        """Replace the notebook by one that scores the student's modules."""
        options = {**self.plugin_config, "workspace": str(self.workspace)}
        call = f"grade_in_kernel({json.dumps(json.dumps(options))})"
        return _notebook(f"from autograder.grading.otter_plugin import grade_in_kernel\n{call}")

    def after_grading(self, results: GradingResults) -> None:
        """Take over the text for the whole submission.

        Raises:
            GraderFailed: there is no score, or not the one that was given.
        """
        try:
            report = json.loads((self.workspace / REPORT).read_text(encoding="utf-8"))
        except FileNotFoundError:
            report = {"error": "its kernel ended before it had graded anything"}
        finally:
            shutil.rmtree(self.workspace, ignore_errors=True)
        if "error" not in report and _scores(results) != report["scores"]:
            report = {"error": f"its results were lost on the way ({results.catastrophic_error})"}
        if "error" in report:
            details = report.get("details", "")
            raise GraderFailed(
                f"The grader failed, which says nothing about the submission: {report['error']}\n\n{details}"
            )
        results.set_output(report["output"])
        self.staff_report = report["staff"]

    def generate_report(self) -> str | None:
        """What the course staff has to know, for the part of the output that students do not see."""
        return self.staff_report or None


def grade_in_kernel(options: str) -> None:
    """Score the moved submission and hand the test files to Otter; called by the grader's notebook.

    Args:
        options: JSON of the plugin's configuration and the workspace.
    """
    decoded = json.loads(options)
    workspace = Path(decoded["workspace"])
    try:
        report = _score(workspace, decoded)
    except Exception as error:
        report = {"error": str(error), "details": "".join(traceback.format_exception(error))}
    (workspace / REPORT).write_text(json.dumps(report), encoding="utf-8")


def _score(workspace: Path, options: dict[str, Any]) -> dict[str, Any]:
    from ..checks import images_for
    from ..submissions import open_submission
    from .container.shipped import shipped

    assignment = shipped(options, Path("../source"))
    data = options.get("data")
    folder = workspace / STUDENT_FOLDER
    alone = grade_alone(
        lambda: open_submission(
            "submission", folder, assignment.modules, assignment.attachments, assignment.owners
        ),
        assignment,
        images_for(assignment, Path("../source", data) if data else None),
        workspace,
        (Path.cwd().parent,),
        tuple(sorted(Path(TESTS).glob("*.py"))),
        allow_none=bool(options.get("no_sandbox")),
    )
    results = alone.score.results
    Checker.get_results().extend(results.results.values())
    return {"output": alone.score.output, "scores": _scores(results), "staff": alone.staff}


def _scores(results: GradingResults) -> dict[str, float]:
    return {name: float(file.score) for name, file in results.results.items()}


def _notebook(source: str) -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return notebook
