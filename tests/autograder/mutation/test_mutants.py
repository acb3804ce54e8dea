"""Wrong functions made out of right ones: they differ from it, are Python, and say what is wrong in all languages."""

import ast
import string

import pytest

from autograder.assignment import settings as assignments
from autograder.assignment import translations
from autograder.diagnosis.programs import Programs
from autograder.mutation import Said, making, mutants
from autograder.mutation.texts import Texts

LOOPS = """
def svm_loss_naive(W, X, y, delta=1.0):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i]:
                loss += max(0, scores[j] - scores[y[i]] + delta)
    return loss / len(X)
"""


def said(source):
    """Each mutant's sentence with its text."""
    return {mutant.changes[0].clause.text(str): mutant.source for mutant in mutants(source)}


def test_each_is_python_and_another_function_than_the_rest():
    made = [mutant.source for mutant in mutants(LOOPS)]
    assert len(made) == len(set(made)) > 80
    for source in made:
        ast.parse(source)
    assert ast.unparse(ast.parse(LOOPS)) not in made


CLASS = """
class Sum:
    def __init__(self, n):
        self.n = n
        self.total = 0.0 if n > 1 else 1.0

    def forward(self, x: tuple[1, 2]):
        with np.errstate(all='ignore'):

            def mean(rows: tuple[1, 2]) -> list[1, 2]:
                return [row.mean() for row in rows][:self.n]
            while self.n < 3:
                self.n += 1
        for row in mean(x):
            if row > 1:
                self.total += row
            elif row < 0:
                self.total -= row
            else:
                break
        return self.total
"""


@pytest.mark.parametrize("source", [LOOPS, CLASS], ids=["function", "class"])
def test_texts_are_those_that_python_itself_writes(source):
    tree = ast.parse(source)
    texts, count = Texts(tree), 0
    for function in making._functions(tree.body[0]):
        for parent, _ in making._changes(function):
            assert texts.changed(parent) == ast.unparse(tree)
            count += 1
    assert texts._in_parts
    assert count > 80
    assert texts.plain == ast.unparse(tree) == ast.unparse(ast.parse(source))


@pytest.mark.parametrize(
    ("clause", "part"),
    [
        ("the division by N were left out", "return loss\n"),
        (
            "the condition on the true class were left out",
            "for j in range(len(scores)):\n            loss +=",
        ),
        ("y[j] stood in place of y[i]", "scores[y[j]]"),
        ("y[0] stood in place of y[i]", "scores[y[0]]"),
        (
            "it were divided by N in every turn of the loop, in place of once after it",
            "        loss /= len(X)\n    return loss\n",
        ),
        ("delta were left out", "scores[j] - scores[y[i]])"),
        ("the true class's score were added instead of subtracted", "scores[j] + scores[y[i]]"),
        ("the sum were set instead of added to: = in place of +=", "loss = max("),
        ("C stood in place of N", "range(W.shape[1])"),
        ("the argument delta were not used, and always 1.0", "+ 1.0)"),
        ("the loop returned in its first turn: look at the indentation of the return", "        return loss"),
        ("i stood in place of y[i]", "if j != i:"),
    ],
)
def test_the_place_is_named_by_what_the_docstring_calls_it(clause, part):
    found = [m.source + "\n" for m in mutants(LOOPS) if m.changes[0].clause.text(str) == clause]
    assert any(part in source for source in found), found


def test_a_maximum_that_is_subtracted_is_named_in_loops_and_vectorised():
    vectorised = "def f(scores):\n    return np.exp(scores - scores.max(axis=1, keepdims=True))"
    assert said(vectorised)["each row's maximum were left out"].endswith("return np.exp(scores)")
    in_place = "def f(scores):\n    p = scores.copy()\n    p -= p.max(axis=1, keepdims=True)\n    return p"
    assert said(in_place)["each row's maximum were left out"].count("\n") == 2
    loops = (
        "def f(X, W):\n    for i in range(3):\n        s = X[i] @ W\n        s = s - s.max()\n    return s"
    )
    assert "s = s\n" in said(loops)["each row's maximum were left out"]


@pytest.mark.parametrize(
    ("body", "clause", "changed"),
    [
        (
            "return np.max(a / b)",
            "the maximum were taken above and below the fraction, in place of once of the fraction",
            "return np.max(a) / np.max(b)",
        ),
        (
            "return np.sum(a * b)",
            "the sum were taken of each factor, in place of once of the product",
            "return np.sum(a) * np.sum(b)",
        ),
        (
            "return margins > 0",
            "margins stood in place of whether they are above 0",
            "margins * (margins > 0)",
        ),
        ("return a >= b", "equality alone counted: == in place of >=", "a == b"),
        ("return p.log()", "1e-08 were added inside the logarithm", "(p + 1e-08).log()"),
        (
            "if a:\n        b = 1\n    else:\n        b = 2\n    return b",
            "what belongs under else were done in both cases",
            "if a:\n        b = 1\n    b = 2\n",
        ),
        (
            "total = 0\n    for i in a:\n        s = 0\n        for j in b:\n            s += i * j\n        total += (s - i) ** 2\n    return total",
            "the terms of the inner sum were treated one by one, in place of their sum",
            "        for j in b:\n            total += (i * j - i) ** 2\n    return total",
        ),
    ],
)
def test_what_somebody_wrote_is_among_what_is_made(body, clause, changed):
    assert changed in said(f"def f(a, b, margins, p):\n    {body}")[clause]


def templates(text):
    """A text's template and those within it."""
    if isinstance(text, Said):
        yield text.template
        for part in text.parts:
            yield from templates(part)


SAME = {
    "{0}",
    "N",
    "C",
    "D",
    "2 {0}",
    "delta",
    "1",
    "the gradient",
    "{0} @ {1}",
    "{0}[{1}] stood in place of {0}[{2}]",
}


@pytest.mark.slow
def test_what_is_said_of_the_references_mutants_is_there_in_vietnamese():
    vietnamese = translations("vi", "hints").gettext
    missing = set()
    for name in assignments.names():
        programs = Programs.of(assignments.load(name))
        for function in programs.owners:
            for mutant in mutants(programs.source_of(function)):
                for change in mutant.changes:
                    missing |= {t for t in templates(change.clause) if t not in SAME and vietnamese(t) == t}
    assert not missing


def test_translations_hold_the_same_places():
    vietnamese = translations("vi", "hints").gettext
    fields = lambda text: {name for _, name, _, _ in string.Formatter().parse(text) if name}  # noqa: E731
    for mutant in mutants(LOOPS):
        for template in templates(mutant.changes[0].clause):
            assert fields(vietnamese(template)) == fields(template)
