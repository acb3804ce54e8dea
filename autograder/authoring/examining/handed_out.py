"""Looks at what students are handed out: stubs, notebooks, handouts, and whether they fit what is asked."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...assignment import (
    LANGUAGES,
    Assignment,
    AssignmentError,
    generate,
    make_stub,
    notebook_path,
    place,
    read_text,
    without_markers,
)
from ...grading import weighed_files
from ...text import did_you_mean

_KITS = {
    "colab_setup": "import colab_setup",
    "kit": 'kit = colab_setup.setup("...")',
    "grader": "grader = kit.grader",
    "need": "need = kit.grader.need",
}
"""Names in a notebook's cells that come from the kit, and how."""

_Definitions = dict[str, ast.FunctionDef | ast.ClassDef]

_BEGIN = re.compile(r"#\s*BEGIN SOLUTION\b")


def wrong_in_solutions(assignment: Assignment) -> Iterator[str]:
    """What is wrong with the reference as the students' specification: what they get solved, what nobody asks for."""
    try:
        cases = [case for file in weighed_files(assignment) for case in file.test_cases]
    except AssignmentError:
        return  # it was said of the tests
    asked = set(assignment.trained_by)
    for case in cases:
        code = case.body.test_func.__code__
        asked |= set(code.co_varnames[: code.co_argcount])
    for module in assignment.modules:
        path = assignment.solutions / f"{module}.py"
        source = read_text(path)
        try:
            given = _definitions(make_stub(source))
        except (AssertionError, SyntaxError):
            continue  # it is said of the students' files
        whole = _definitions(without_markers(source))
        for name, node in _definitions(source).items():
            at = f"{path}, line {node.lineno}: {name}"
            if name not in assignment.owners:
                continue
            if name not in asked and not assignment.left_out:
                yield f"{at} is to be written, and no case asks for it: call it _{name}, or write tests/{name}.py."
            elif name not in given:
                yield f"{at} stands between the markers as a whole: put them around what is below its docstring."
            elif name in asked and not _is_to_do(name, given, whole):
                yield f"{at} is asked for, and students would get it whole: no # BEGIN SOLUTION stands in it."
            elif name in asked and not ast.get_docstring(node):
                yield f"{at} has no docstring, and students have nothing else to go by."
    for path in sorted(assignment.solutions.glob("*.py")):
        named = path.stem in (*assignment.modules, "__init__", "styles", "notebook")
        if not named and _BEGIN.search(read_text(path)):
            yield f"{path} is to be written, and `modules` in {assignment.settings_file} does not have it."


def _is_to_do(name: str, given: _Definitions, whole: _Definitions) -> bool:
    """Whether something is left to write in a definition, or in one that it uses, such as a class that it makes."""
    used = {node.id for node in ast.walk(whole[name]) if isinstance(node, ast.Name)} & given.keys()
    return any(ast.dump(given[one]) != ast.dump(whole[one]) for one in (name, *used))


def _definitions(source: str) -> _Definitions:
    nodes = ast.parse(source).body
    return {node.name: node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def wrong_in_students_files(assignment: Assignment) -> Iterator[str]:
    """What is wrong with what is generated, and with the texts beside it."""
    try:
        files = generate(assignment)
    except AssignmentError as error:
        yield str(error)
        return
    source = assignment.solutions / "notebook.py"
    if not source.exists():  # nothing but a release and written questions ask for one
        for question in assignment.manual:
            at = place(assignment.settings_file, "manual", question)
            yield f"{at}: [manual.{question}] is answered in a notebook, and there is no {source}."
        return
    for language in LANGUAGES:
        handout = assignment.solutions / f"handout.{language}.md"
        notebook = files.get(notebook_path(language, assignment.name))
        if notebook is None and (language == "en" or handout.is_file()):
            yield f"{source} makes no notebook in {language!r}: give its texts in it."
        elif notebook is not None and not handout.is_file():
            yield f"There is no {handout}: it becomes the README of the students' zip."
        elif handout.is_file():
            try:
                for name in re.findall(r"<!-- about: (\S+) -->", read_text(handout)):
                    if name not in (known := _known(assignment)):
                        meant = did_you_mean(name, known)
                        yield f"{_line(handout, f'about: {name}')}: this is about {name!r}, which is no question.{meant}"
            except AssignmentError as error:
                yield str(error)
    text = next((text for path, text in files.items() if path.endswith(".ipynb")), None)
    if text is not None:
        public = {Path(name).stem for name in files if name.startswith("tests/")}
        yield from _notebook(assignment, source, json.loads(text)["cells"], public)


def _notebook(
    assignment: Assignment, source: Path, cells: list[dict[str, Any]], public: set[str]
) -> Iterator[str]:
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    imported: set[str] = set()
    all_nodes: list[ast.AST] = []
    for text in code:
        # Magics of IPython's are no Python.
        plain = "\n".join("pass" if line.startswith(("%", "!")) else line for line in text.splitlines())
        try:
            nodes = list(ast.walk(ast.parse(plain if not text.startswith("%%") else "")))
        except SyntaxError as error:
            yield f"{_line(source, error.text)}: {error.msg}."
            return
        all_nodes += nodes
        for node in nodes:
            if isinstance(node, ast.ImportFrom):
                imported |= {alias.asname or alias.name for alias in node.names}
    checked = {name for text in code for name in re.findall(r"grader\.check\([\"'](\w+)[\"']\)", text)}
    for question in sorted(public - checked):
        yield f'{source} has no cell grader.check("{question}").'
    for question in sorted((public & checked & assignment.owners.keys()) - imported):
        yield (
            f"{source} imports no {question}, which its check needs: from {assignment.owners[question]} import "
            f"{question}."
        )
    for question in sorted(checked - public):
        meant = did_you_mean(question, public)
        yield f'{source} checks "{question}", which has no public case.{meant}'
    known = [*assignment.owners, *(path.stem for path in assignment.tests), *assignment.manual]
    for text in code:
        for names in re.findall(r"^need\(([^)]*)\)", text, re.MULTILINE):
            for name in re.findall(r"[\"'](\w+)[\"']", names):
                if name not in known:
                    meant = did_you_mean(name, known)
                    yield f'{_line(source, f"need({names})")}: need("{name}") is about no question.{meant}'
        for name in re.findall(r"colab_setup\.setup\([\"'](\w+)[\"']", text):
            if name != assignment.name:
                at = _line(source, f'setup("{name}')
                yield f"{at}: this notebook is that of {assignment.name}, and not of {name}."
    yield from _tags(assignment, source, cells)
    yield from _names(source, all_nodes)
    yield from _predictions(assignment, source, code)
    yield from _answers(assignment, source, cells)


def _predictions(assignment: Assignment, source: Path, code: list[str]) -> Iterator[str]:
    calls = [
        call
        for text in code
        for call in re.findall(r"^kit\.predict\(\s*[\"'](\w+)[\"'],\s*([^)]*)\)", text, re.MULTILINE)
    ]
    asked = {name for name, _ in calls}
    known = {name for question in assignment.manual.values() for name in question.predictions}
    for name in sorted(known - asked):
        yield f'{source} has no cell kit.predict("{name}", ...).'
    for name, answer in calls:
        at = _line(source, f'predict("{name}')
        if name not in known:
            meant = did_you_mean(name, known)
            yield f'{at}: it predicts "{name}", of which {assignment.settings_file} does not say what is right.{meant}'
        elif answer.strip() != "...":
            yield f'{at}: students would get the answer: write kit.predict("{name}", ...).'


def _known(assignment: Assignment) -> set[str]:
    """The questions, asked or not."""
    tested = {path.stem for path in assignment.tests}
    return {*tested, *assignment.manual, *assignment.left_out, *assignment.not_written}


def _tags(assignment: Assignment, source: Path, cells: list[dict[str, Any]]) -> Iterator[str]:
    """What a text is said to be about where nothing is called so, and a place for points in a text about nothing."""
    known = _known(assignment)
    for cell in cells:
        tags = cell["metadata"].get("tags", ())
        for tag in tags:
            name = tag.removeprefix("about:")
            if tag.startswith("about:") and name not in known:
                meant = did_you_mean(name, known)
                yield f'{_line(source, tag)}: the tag "{tag}" is about no question.{meant}'
        for line in "".join(cell["source"]).splitlines() if cell["cell_type"] == "markdown" else ():
            if "{points}" in line:
                yield (
                    f"{_line(source, line.strip())}: {{points}} stands in a text about no written question: give the cell the "
                    'tag "about:NAME".'
                )


def _names(source: Path, nodes: list[ast.AST]) -> Iterator[str]:
    """Names that the kit's cells make, used where no cell makes them."""
    named = [node for node in nodes if isinstance(node, ast.Name)]
    given = {node.id for node in named if isinstance(node.ctx, ast.Store)}
    given |= {
        (one.asname or one.name)
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for one in node.names
    }
    for name, made in _KITS.items():
        if name not in given and any(node.id == name for node in named):
            yield f"{source} uses {name}, and no cell makes it: {made}."
    called = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
    if "colab_setup.submit" not in called:
        yield f"{source} has no cell colab_setup.submit(), which makes the zip to hand in."


def _answers(assignment: Assignment, source: Path, cells: list[dict[str, Any]]) -> Iterator[str]:
    tags = [tag for cell in cells for tag in cell["metadata"].get("tags", ())]
    answered = {tag.removeprefix("answer:") for tag in tags if tag.startswith("answer:")}
    written = {name for name, question in assignment.manual.items() if not question.predictions}
    for question in sorted(written - answered):
        yield (
            f'{source} has no cell with the tag "answer:{question}", where [manual.{question}] of {assignment.settings_file} is '
            "answered."
        )
    for question in sorted(answered - written):
        meant = did_you_mean(question, written)
        yield (
            f"{_line(source, f'answer:{question}')}: nobody would mark this answer: {assignment.settings_file} has no "
            f"[manual.{question}].{meant}"
        )


def _line(source: Path, text: str | None) -> str:
    """The source and the line of it that holds a text, where one does."""
    wanted = (text or "").strip()
    lines = enumerate(read_text(source).splitlines(), 1)
    return next((f"{source}, line {n}" for n, line in lines if wanted and wanted in line), str(source))
