"""What code says to students is in every language: of notebooks, of modules beside them, of test cases."""

import ast
import re

import jupytext
import pytest
from babel.messages.pofile import read_po

from autograder.assignment import settings as assignments
from autograder.assignment.generating.public_cases import public_tests
from autograder.assignment.generating.wording import documented, texts
from autograder.assignment.languages import LANGUAGES, Texts

ASSIGNMENTS = assignments.names()
OTHERS = [language for language in LANGUAGES if language != "en"]

CODE = re.compile(
    r"\S*[/.=*_^%(\[]\S*|[\w.]+\([^ ].*\)( \*\* \d)?|\W*\{\d+\}\W*|[\w{}-]{1,4}|[\w ]+ \* [\w ]+|[\w.]+ = [\w{}.]+|\d \(.*\)"
)
"""Paths, formats, formulas, calls, and words of up to three letters."""

NAMES = {
    *(
        "SVM",
        "softmax",
        "Softmax",
        "Ridge",
        "Lasso",
        "ridge",
        "(X^T X)^-1 X^T y",
        "dropout",
        "momentum",
        "Nesterov",
        "float32",
        "gradient",
        "bias",
    ),
    *("gradcheck", "log-sum-exp", "cholesterol", "cholesterol / HDL", "equal f", "elastic net, beta = 1"),
    *("Softmax, reg = 1e2", "Softmax, reg = 1e3", "w = ({0}, {1}): {2}", "{0}x", "train_linear_regression"),
    *(
        "black",
        "white",
        "firebrick",
        "color",
        "width",
        "headwidth",
        "weights",
        "resume",
        "model",
        "fractional",
        "depth",
    ),
}
"""Names of methods, colours and settings, which are the same in every language."""


def said_by(assignment):
    """Texts of the notebook's code and of the modules beside it -> where they stand."""
    found = {}
    for path in sorted(assignment.solutions.glob("*.py")):
        if path.stem in ("styles", *assignment.modules):
            continue
        source = path.read_text(encoding="utf-8")
        cells = [source]
        if path.stem == "notebook":
            cells = [
                cell.source
                for cell in jupytext.reads(source, fmt="py:percent").cells
                if cell.cell_type == "code"
            ]
        for cell in cells:
            found |= {text: f"{path.name}: {text}" for _, text in texts(cell)}
    return found


def said_by_docstrings(assignment):
    """Docstrings of the modules that students fill in -> where they stand."""
    found = {}
    for module in assignment.modules:
        stub = (assignment.rooms.handout / f"{module}.py").read_text(encoding="utf-8")
        found |= {key: f"{module}.py, line {node.lineno}: {key}" for node, key in documented(stub)}
    return found


def said_by_cases(assignment):
    """Titles, rubrics' lines, names of cases, hints, and what public cases say -> where they stand."""
    found = {assignment.title: "the title"}
    for name, question in assignment.manual.items():
        found |= {line: f"the rubric of {name}: {line}" for line in question.rubric.strip().split("\n")}
    for path in assignment.tests:
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.keyword) and node.arg in ("name", "failure_message", "success_message"):
                text = getattr(node.value, "value", None)
                found |= {text: f"{path.name}: {text}"} if isinstance(text, str) else {}
        found |= {text: f"{path.name}: {text}" for _, text in texts(public_tests(source)) if " " in text}
    return found


def _is_name(text):
    own = (text.partition(": ")[2] or text).strip()
    return own in NAMES or CODE.fullmatch(own) is not None


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", ASSIGNMENTS)
@pytest.mark.parametrize("said", [said_by, said_by_docstrings, said_by_cases])
def test_every_text_is_translated(name, language, said):
    assignment = assignments.load(name)
    translate = Texts(language, assignment.solutions, assignment.suite)
    lacking = [
        place for text, place in said(assignment).items() if translate(text) == text and not _is_name(text)
    ]
    assert not lacking, "\n".join(lacking)


@pytest.mark.slow
@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_no_translation_is_of_a_text_that_is_gone(name, language):
    assignment = assignments.load(name)
    for folder, said in ((assignment.solutions, said_by), (assignment.suite, said_by_cases)):
        with (folder / f"{language}.po").open("rb") as file:
            translated = {str(message.id) for message in read_po(file, locale=language) if message.id}
        known = said(assignment)
        known |= said_by_docstrings(assignment) if said is said_by else {}
        heads = {text.partition(": ")[2] for text in known}
        assert sorted(translated - known.keys() - heads) == []


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_modules_in_another_language_are_the_same_code(name, language):
    assignment = assignments.load(name)
    for module in assignment.modules:
        ours, theirs = (
            ast.parse((assignment.rooms.handout / folder / f"{module}.py").read_text(encoding="utf-8"))
            for folder in ("", language)
        )
        for tree in (ours, theirs):
            for node in ast.walk(tree):
                if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
                    del node.body[0]
        assert ast.dump(ours) == ast.dump(theirs), module
