"""Whether a student's check and the grader say the same of public cases: `python -m tests.agreement ASSIGNMENT [PYTHON [PART/PARTS]]`.

`make test` tries a few variants (`tests/colab_setup/checking/test_agreement.py`); this tries each, or a part of them, with the
check under another Python where one is named.
"""

import copy
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from autograder import sandbox
from autograder.assignment import settings as assignments
from autograder.assignment import variants
from autograder.assignment.misconceptions import load_misconceptions
from autograder.checks import images_for, prepare
from autograder.grading.scoring import Scorer
from autograder.submissions import open_submission
from colab_setup.checking import checks as checking
from colab_setup.checking import runner
from tests.colab_setup.forked import POPEN

REPOSITORY = Path(__file__).resolve().parents[1]

NAMES = {"not written": "not attempted", "out of memory": "crashed"}
"""States that the two sides call by different names, as the grader calls the first."""

Files = Mapping[str, str | bytes]


def all_variants(name: str) -> dict[str, dict[str, str]]:
    """The modules of every misconception and every style of an assignment, by its name."""
    settings = assignments.load(name)
    sources = {module: (settings.solutions / f"{module}.py").read_text() for module in settings.modules}
    found = {
        f"{variant.module}.{variant.function}.{variant.name}": variants.apply([variant], sources)
        for variant in load_misconceptions(settings.solutions)
    }
    styles: dict[str, list[variants.Variant]] = {}
    for variant in variants.load_styles(settings.solutions):
        styles.setdefault(variant.name, []).append(variant)
    return {**found, **{f"style {style}": variants.apply(parts, sources) for style, parts in styles.items()}}


@contextmanager
def public_scorer(name: str) -> Iterator[Scorer]:
    """What grades an assignment's public cases, and no others."""
    settings = assignments.load(name)
    with tempfile.TemporaryDirectory() as folder:
        data = prepare(settings, images_for(settings, None), 1, Path(folder))
        scorer = Scorer(settings, sandbox.choose(data.files, (), allow_none=False), data, 1)
        # States are compared, and not why a case failed, which takes most of the time to find out.
        scorer.diagnostician = SimpleNamespace(diagnose=lambda calls, failed: {})
        scorer.test_files = [copy.copy(file) for file in scorer.test_files]
        for file in scorer.test_files:
            file.test_cases = [case for case in file.test_cases if not case.hidden]
        yield scorer


def graded(scorer: Scorer, files: Files) -> dict[str, str]:
    """The states of the public cases where it is graded.

    Args:
        scorer: that of `public_scorer`.
        files: what was handed in, by its name; modules without `.py`.
    """
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), scorer.assignment.modules, files)
        score = scorer.score(open_submission("one", Path(folder), scorer.assignment.modules))
    return {case.name: case.state for case in score.cases}


def write(folder: Path, modules: tuple[str, ...], files: Files) -> None:
    """What is handed in, as it lies in the student's folder."""
    for file, text in files.items():
        path = folder / (f"{file}.py" if file in modules else file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)


def checked(name: str, files: Files) -> dict[str, str]:
    """The states of the public cases that a student reads; see `graded`."""
    settings = assignments.load(name)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), settings.modules, files)
        tests = REPOSITORY / "assignments" / name / "tests"
        found = checking.check(Path(folder), settings.modules, tests, limit=settings.limits.call_seconds)
    return {case.name: case.state for case in found.cases}


CHECK = """
import json, pathlib, sys
from colab_setup.checking.checks import check
folder, tests, limit, modules = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]
for place in sorted(folder.iterdir()):
    print(json.dumps({case.name: case.state for case in check(place, modules, tests, limit=limit).cases}), flush=True)
"""


def checked_by(python: str, name: str, submissions: list[Files]) -> list[dict[str, str]]:
    """The same of several submissions, under another Python."""
    settings = assignments.load(name)
    with tempfile.TemporaryDirectory() as folder:
        for number, files in enumerate(submissions):
            write(Path(folder) / f"{number:05}", settings.modules, files)
        tests, limit = REPOSITORY / "assignments" / name / "tests", 4 * settings.limits.call_seconds
        command = [python, "-c", CHECK, folder, tests, str(limit), *settings.modules]
        done = subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE)
    return [json.loads(line) for line in done.stdout.splitlines()]


def different(here: dict[str, str], there: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The cases of which the check and the grader say something else: what each says."""
    return {
        case: (here.get(case, "absent"), there.get(case, "absent"))
        for case in here.keys() | there.keys()
        if NAMES.get(here.get(case, ""), here.get(case)) != NAMES.get(there.get(case, ""), there.get(case))
    }


def main(name: str, python: str = sys.executable, part: str = "1/1") -> int:
    number, parts = map(int, part.split("/"))
    submissions = dict(list(all_variants(name).items())[number - 1 :: parts])
    if python == sys.executable:
        runner.subprocess = POPEN  # ten times as fast
        states = (checked(name, files) for files in submissions.values())
    else:
        states = iter(checked_by(python, name, list(submissions.values())))
    wrong = 0
    with public_scorer(name) as scorer:
        for count, (variant, here) in enumerate(zip(submissions, states, strict=True), 1):
            found = different(here, graded(scorer, submissions[variant]))
            wrong += bool(found)
            if found or count % 5 == 0 or count == len(submissions):
                print(f"{count} of {len(submissions)}, {wrong} differ; {variant}: {found}", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
