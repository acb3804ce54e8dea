"""Makes `assignments/<a>/`, all that students receive, from that assignment's solutions and Otter suite.

`python -m autograder.assignment` writes the folders, `--check` only says what is out of step. Solutions are marked
the way Otter Assign marks them and cut out by its own functions. Nothing that stands between
`# BEGIN SOLUTION` and `# END SOLUTION`, and nothing that only a hidden test case uses, may ever reach the
text that is written.
"""

import argparse
import ast
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

from .notebooks import make_notebooks, notebook_path, without_solutions
from .public_cases import public_tests

REPOSITORY = Path(__file__).resolve().parents[2]
STAFF_MODULES = frozenset({"__init__", "styles"})
GENERATED_SUFFIXES = (".py", ".ipynb", ".json")


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


def assignments(repository: Path = REPOSITORY) -> list[str]:
    """The assignments that have solutions, by name."""
    return sorted(path.parent.name for path in (repository / "solutions").glob("*/__init__.py"))


def generate(assignment: str, repository: Path = REPOSITORY) -> dict[str, str]:
    """Every generated file of `assignments/<assignment>/`: path inside the folder -> text."""
    files = {}
    for path in sorted((repository / "solutions" / assignment).glob("*.py")):
        source = path.read_text(encoding="utf-8")
        if path.stem == "notebook":
            for language, notebook in make_notebooks(source, assignment).items():
                files[notebook_path(language, assignment)] = notebook
        elif path.stem not in STAFF_MODULES:
            files[path.name] = make_stub(source)
    for path in sorted((repository / "autograder" / "suites" / assignment / "tests").glob("*.py")):
        if public := public_tests(path.read_text(encoding="utf-8")):
            files[f"tests/{path.name}"] = public
    settings = repository / "autograder" / "suites" / assignment / "assignment.toml"
    if settings.exists():
        described = tomllib.loads(settings.read_text(encoding="utf-8"))
        told = {name: described[name] for name in ("modules", "attachments") if name in described}
        if described.get("training", {}).get("images"):
            told["images"] = True
        # With the questions, a student's folder can tell that a test file is missing.
        questions = [Path(name).stem for name in files if name.startswith("tests/")]
        files["assignment.json"] = (
            json.dumps({"assignment": assignment, **told, "questions": questions}) + "\n"
        )
    return files


def out_of_step(assignment: str, repository: Path = REPOSITORY) -> dict[Path, str | None]:
    """What the folder lacks to be in step: path -> text to write, or None for a file that has to go."""
    folder = repository / "assignments" / assignment
    expected = {folder / name: text for name, text in generate(assignment, repository).items()}
    present = {path for path in folder.rglob("*") if path.suffix in GENERATED_SUFFIXES}
    changes: dict[Path, str | None] = {path: None for path in sorted(present - expected.keys())}
    for path, text in expected.items():
        if path not in present or path.read_text(encoding="utf-8") != text:
            changes[path] = text
    return changes


def main(arguments: list[str] | None = None, repository: Path = REPOSITORY) -> int:
    """Bring all assignments in step, or with --check only report; 1 where --check found something."""
    parser = argparse.ArgumentParser(
        prog="python -m autograder.assignment", description="Generate assignments/."
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if a file is out of step"
    )
    check = parser.parse_args(arguments).check
    changes: dict[Path, str | None] = {}
    for assignment in assignments(repository):
        try:
            changes |= out_of_step(assignment, repository)
        except ValueError as error:
            parser.exit(2, f"{error}\n")
    for path, text in changes.items():
        done = "out of step" if check else "removed" if text is None else "wrote"
        print(f"{done}: {path.relative_to(repository)}")
        if not check and text is None:
            path.unlink()
        elif not check and text is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if check and changes else 0
