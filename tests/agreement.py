"""Whether a student's check and the grader say the same of public cases: `python -m tests.agreement ASSIGNMENT [PART/PARTS [PYTHON ...]]`.

`make test` tries a few variants (`tests/colab_setup/checking/test_agreement.py`); this tries each, or a part of them, with the
check under each Python that is named. Of a variant of one function only the questions are asked whose answers may come out
otherwise than the reference's: those that reach what the variant changes (`differing`). The reference is asked all.
"""

import ast
import contextlib
import copy
import inspect
import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
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


def graded(scorer: Scorer, files: Files, only: Collection[str] = ()) -> dict[str, str]:
    """The states of the public cases where it is graded.

    Args:
        scorer: that of `public_scorer`.
        files: what was handed in, by its name; modules without `.py`.
        only: the questions that are asked; all where none is named.
    """
    asked = copy.copy(scorer)
    asked.test_files = [file for file in scorer.test_files if not only or file.name in only]
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), scorer.assignment.modules, files)
        score = asked.score(open_submission("one", Path(folder), scorer.assignment.modules))
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
from colab_setup.checking import checks, runner
from tests.colab_setup.forked import POPEN
runner.subprocess = POPEN  # ten times as fast
folder, tests, limit, modules = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]
for line in sys.stdin:
    place, only = json.loads(line)
    found = checks.check(folder / place, modules, tests, only=only, limit=limit)
    print(json.dumps({case.name: case.state for case in found.cases}), flush=True)
"""


@contextmanager
def checked_by(
    python: str, name: str, submissions: list[tuple[Files, Collection[str]]]
) -> Iterator[Iterator[dict[str, str]]]:
    """The same of several submissions under another Python, one after the other: each with the questions that are asked."""
    settings = assignments.load(name)
    with tempfile.TemporaryDirectory() as folder:
        for number, (files, _) in enumerate(submissions):
            write(Path(folder) / str(number), settings.modules, files)
        tests, limit = REPOSITORY / "assignments" / name / "tests", 4 * settings.limits.call_seconds
        command = [python, "-c", CHECK, folder, str(tests), str(limit), *settings.modules]
        ends = subprocess.PIPE
        with subprocess.Popen(command, cwd=REPOSITORY, stdin=ends, stdout=ends, text=True) as process:
            asks, answers = process.stdin, process.stdout
            assert asks is not None
            assert answers is not None

            def states() -> Iterator[dict[str, str]]:
                for number, (_, only) in enumerate(submissions):
                    asks.write(f"{json.dumps([str(number), [*only]])}\n")
                    asks.flush()
                    yield json.loads(answers.readline())

            yield states()
            asks.close()


def definitions(files: Files) -> dict[str, list[ast.AST]]:
    """What modules define, by name; what else they do at import under ""."""
    found: dict[str, list[ast.AST]] = {"": []}
    for text in files.values():
        for node in ast.parse(text).body:
            name = node.name if isinstance(node, ast.FunctionDef | ast.ClassDef) else ""
            found.setdefault(name, []).append(node)
    return found


def reached(names: Collection[str], defined: Mapping[str, list[ast.AST]]) -> str:
    """The code of all that may run when these functions are called, also where a method is only called the same."""
    others = {
        alias.asname: alias.name
        for node in defined[""]
        for each in ast.walk(node)
        if isinstance(each, ast.ImportFrom)
        for alias in each.names
        if alias.asname
    }
    seen, left = set[str](), {"", *names}
    while left:
        name = left.pop()
        seen.add(name)
        for node in defined.get(name, ()):
            for each in ast.walk(node):
                word = getattr(each, "id", "") or getattr(each, "attr", "")
                left |= {word, others.get(word, "")} & (defined.keys() - seen)
    return "\n".join(ast.unparse(node) for name in sorted(seen) for node in defined.get(name, ()))


def differing(scorer: Scorer, files: Files, reference: Files) -> list[str]:
    """The questions of which code is reached that is not as in the reference."""
    owners = scorer.assignment.owners
    one, other = definitions(files), definitions(reference)
    found = []
    for file in scorer.test_files:
        asked = {
            name for case in file.test_cases for name in inspect.signature(case.body.test_func).parameters
        }
        called = {name.split(".")[0] for name in asked & owners.keys()}
        if file.test_cases and reached(called, one) != reached(called, other):
            found.append(file.name)
    return found


def different(here: dict[str, str], there: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The cases of which the check and the grader say something else: what each says."""
    return {
        case: (here.get(case, "absent"), there.get(case, "absent"))
        for case in here.keys() | there.keys()
        if NAMES.get(here.get(case, ""), here.get(case)) != NAMES.get(there.get(case, ""), there.get(case))
    }


def main(name: str, part: str = "1/1", *pythons: str) -> int:
    number, parts = map(int, part.split("/"))
    settings = assignments.load(name)
    reference = {module: (settings.solutions / f"{module}.py").read_text() for module in settings.modules}
    chosen = dict([("the reference", reference), *all_variants(name).items()][number - 1 :: parts])
    wrong = 0
    with public_scorer(name) as scorer, contextlib.ExitStack() as stack:
        submissions = [
            (files, () if files == reference else differing(scorer, files, reference))
            for files in chosen.values()
        ]
        # One of which public cases say nothing, as where it is found by training, has nothing to be asked.
        asked = {one: it for one, it in zip(chosen, submissions, strict=True) if it[1] or it[0] == reference}
        homes = [
            stack.enter_context(checked_by(python, name, list(asked.values())))
            for python in pythons or (sys.executable,)
        ]
        for count, (variant, (files, only)) in enumerate(asked.items(), 1):
            there = graded(scorer, files, only)
            found = [different(next(home), there) for home in homes]
            wrong += any(found)
            print(
                f"{count} of {len(asked)}, {wrong} differ; {variant} ({len(there)} cases): {found}",
                flush=True,
            )
        print(f"{len(chosen) - len(asked)} more change no public question: {[*chosen.keys() - asked.keys()]}")
    return wrong


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
