"""Makes `assignments/<a>/`, all that students receive, from that assignment's solutions and Otter suite.

`autograder stubs` writes the folders. Solutions are marked the way Otter Assign marks them and cut out by its own functions. Nothing that stands between
`# BEGIN SOLUTION` and `# END SOLUTION`, and nothing that only a hidden test case uses, may ever reach the
text that is written.
"""

import ast
import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from colab_setup.predicting import seal

from ..asked import Assignment
from ..languages import LANGUAGES, Texts
from ..schema import AssignmentError, read_text
from .notebooks import LANGUAGE, make_notebooks, notebook_path, without_solutions
from .public_cases import public_tests
from .rules import rules
from .wording import Translate, redocumented, reworded

STAFF_MODULES = frozenset({"__init__", "styles"})
GENERATED_SUFFIXES = (".py", ".ipynb", ".json")
SEALED_HINTS = "hints.json"
"""Lies beside what is generated here, and is made by running it: `authoring/home_hints.py`."""


def make_stub(source: str) -> str:
    """A reference module as students get it: each body that was cut out raises NotImplementedError.

    Signatures, docstrings and imports stay. The error names the function, which is the name of its question.
    Raises AssertionError (Otter's) for markers that do not pair up, SyntaxError where the rest is no Python.
    """
    lines = without_solutions(source)
    for row, question in _prompts(ast.parse("\n".join(lines))):
        lines[row] = lines[row].replace("...", f'raise NotImplementedError("{question}: not written yet")')
    return "\n".join(lines) + "\n"


def _prompts(node: ast.AST, question: str = "") -> Iterator[tuple[int, str]]:
    """Row and dotted function name of every `...` that stands alone in a function, as Otter leaves it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield from _prompts(child, f"{question}.{child.name}".lstrip("."))
        elif (
            isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant) and child.value.value is ...
        ):
            if question:
                yield child.lineno - 1, question
        else:
            yield from _prompts(child, question)


def generate(assignment: Assignment) -> dict[str, str]:
    """Every generated file of what students receive: path inside the folder -> text.

    Raises:
        AssignmentError: a solution, the notebook or a test file cannot be turned into the students'; with its file.
    """
    files: dict[str, str] = {}
    folders = assignment.solutions, assignment.suite
    said = {language: Texts(language, *folders) for language in LANGUAGES if language != LANGUAGE}
    english = Texts(LANGUAGE, *folders)
    languages: list[str] = []
    for path in sorted(assignment.solutions.glob("*.py")):
        if path.stem == "notebook":
            left_out = [*assignment.left_out, *assignment.not_written]
            written = {name: question.points for name, question in assignment.manual.items()}
            tables = {
                language: rules(assignment, said.get(language, english), language) for language in LANGUAGES
            }
            with _told_of(path):
                notebooks = make_notebooks(read_text(path), assignment.name, left_out, written, said, tables)
            languages = list(notebooks)
            files |= {notebook_path(language, assignment.name): text for language, text in notebooks.items()}
        elif path.stem not in STAFF_MODULES:
            with _told_of(path):
                files[path.name] = make_stub(read_text(path))
    for path in assignment.tests:
        with _told_of(path):
            if public := public_tests(read_text(path)):
                files[f"tests/{path.name}"] = public
    for name, text in list(files.items()):
        for language in said.keys() & languages:
            if name.endswith(".py") and (own := _in_language(name, text, assignment, said[language])) != text:
                files[f"{language}/{name}"] = own
    told: dict[str, object] = {"assignment": assignment.name, "modules": assignment.modules}
    if assignment.attachments:
        told["attachments"] = assignment.attachments
    if assignment.training and assignment.training.images:
        told["images"] = True
    if assignment.limits.torch:
        told["gpu"] = True
    told |= _predictions(assignment)
    # With the questions, a student's folder can tell that a test file is missing.
    asked = [Path(name).stem for name in files if name.startswith("tests/")]
    told["questions"] = sorted(asked, key=_places(assignment, asked).index)
    return {**files, "assignment.json": json.dumps(told) + "\n"}


def _places(assignment: Assignment, asked: list[str]) -> list[str]:
    """The questions in the order in which the notebook checks them; those that it does not, last."""
    source = assignment.solutions / "notebook.py"
    checked = (
        re.findall(r'^grader\.check\("(\w+)"\)', read_text(source), re.MULTILINE) if source.is_file() else []
    )
    return list(dict.fromkeys([*checked, *asked]))


def _predictions(assignment: Assignment) -> dict[str, object]:
    """What is right for the predictions, sealed."""
    asked = {
        name: seal(name, prediction.expected)
        for question in assignment.manual.values()
        for name, prediction in question.predictions.items()
    }
    return {"predictions": asked} if asked else {}


def _in_language(name: str, text: str, assignment: Assignment, translate: Translate) -> str:
    """A file with its docstrings in another language, and what it says; a module to fill in says nothing by itself."""
    own = redocumented(text, translate)
    return own if name.removesuffix(".py") in assignment.modules else reworded(own, translate)


def out_of_step(assignment: Assignment) -> dict[Path, str | None]:
    """What the folder lacks to be in step: path -> text to write, or None for a file that has to go."""
    folder = assignment.rooms.handout
    expected = {folder / name: text for name, text in generate(assignment).items()}
    present = {path for path in folder.rglob("*") if path.suffix in GENERATED_SUFFIXES}
    present.discard(folder / SEALED_HINTS)
    changes: dict[Path, str | None] = {path: None for path in sorted(present - expected.keys())}
    for path, text in expected.items():
        if path not in present or path.read_text(encoding="utf-8") != text:
            changes[path] = text
    return changes


def bring_in_step(assignment: Assignment) -> dict[Path, str | None]:
    """Write what `out_of_step` finds, and say what that was."""
    changes = out_of_step(assignment)
    for path, text in changes.items():
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return changes


@contextlib.contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """Names the file in what is wrong with it."""
    try:
        yield
    except SyntaxError as error:
        raise AssignmentError(f"{path}, line {error.lineno}: {error.msg}.") from error
    except (AssertionError, ValueError, OSError) as error:
        if isinstance(error, AssertionError) and (line := _unpaired(path)):
            raise AssignmentError(f"{path}, line {line}: {str(error).partition(' in [')[0]}.") from error
        told = str(error).removeprefix(f"solutions/{path.parent.name}/{path.name}")
        told = re.sub(r"^Line (\d+): ", r", line \1: ", told)
        told = told.partition(" in [")[0]  # Otter quotes the whole file
        raise AssignmentError(f"{path}{told if told.startswith((', line', ':')) else f': {told}'}") from error


def _unpaired(path: Path) -> int:
    """The line of the first marker of a solution that has no other half; 0 where there is none."""
    begun = 0
    for number, line in enumerate(read_text(path).splitlines(), 1):
        word = re.match(r"\s*# (BEGIN|END) SOLUTION", line)
        if word is not None and (word[1] == "BEGIN") == bool(begun):
            return begun or number
        if word is not None:
            begun = number if word[1] == "BEGIN" else 0
    return begun
