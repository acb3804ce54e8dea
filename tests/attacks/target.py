"""The assignment under attack: small enough to be graded a hundred times, with something for every kind of cheat."""

import textwrap
from pathlib import Path

NAME = "target"
POINTS = 14

SETTINGS = """
title = "Target"
modules = ["area", "use"]
seed = 20

[limits]
call_seconds = 2
import_seconds = 20
training_seconds = 10
submission_seconds = 60
memory_mb = 768
disk_mb = 32
"""

AREA = """
import numpy as np


def square(x):
    return x * x


def total(x):
    return np.sum(x)


def norms(X):
    return np.sum(X**2, axis=1)


def draw(rng, n):
    return rng.standard_normal(n)
"""

USE = """
from area import square


def cube(x):
    return square(x) * x
"""

LOOPS = """
def _loops(X):
    sums = np.zeros(len(X))
    for i in range(len(X)):
        for j in range(X.shape[1]):
            # Far slower than sending the arrays is, also on a machine that is busy.
            for _ in range(60):
                square = X[i, j] ** 2
            sums[i] += square
    return sums
"""

TEST = """
import numpy as np
from otter.test_files import test_case

OK_FORMAT = False
name = "{question}"
points = None
SECRET = "{canary}"
{helpers}
"""

CASES = {
    "square": """
@test_case(name="square: public", points=1)
def small(square):
    np.testing.assert_allclose(square(np.array([1.0, 2.0])), [1.0, 4.0])


@test_case(name="square: hidden", points=3, hidden=True)
def secret(square, reference, check):
    check.agrees(square, reference.square, check.rng(1).standard_normal(3))
""",
    "total": """
@test_case(name="total: public", points=2)
def two(total):
    assert total([1, 2]) == 3


@test_case(name="total: hidden", points=2, hidden=True)
def pairs(total):
    first, second = total([4, 5]), total([1, 1])
    assert first - second == 7
""",
    "cube": """
@test_case(name="cube: hidden", points=2, hidden=True)
def three(cube):
    assert cube(3) == 27
    assert (cube(np.ones((100, 1))) * np.ones(4000)).shape == (100, 4000)
""",
    "norms": """
@test_case(name="norms: hidden, fast", points=2, hidden=True)
def fast(norms, reference, check):
    check.speed(norms, _loops, lambda turn: (check.rng(turn).standard_normal((4000, 4)),), 2,
                reference_fn=reference.norms, overhead=0.05, patience=1)
""",
    "draw": """
@test_case(name="draw: hidden", points=2, hidden=True)
def drawn(draw, reference, check):
    for key in range(3):
        check.same(draw(check.rng(key), 5), reference.draw(check.rng(key), 5))
""",
}


def write(suites: Path, solutions: Path, canaries: dict[str, str]) -> None:
    """Write the assignment's rooms, with a canary in each."""
    tests = suites / NAME / "tests"
    tests.mkdir(parents=True)
    (solutions / NAME).mkdir(parents=True)
    (suites / NAME / "assignment.toml").write_text(SETTINGS)
    for question, cases in CASES.items():
        helpers = LOOPS if question == "norms" else ""
        head = TEST.format(question=question, canary=canaries["tests"], helpers=helpers)
        (tests / f"{question}.py").write_text(head + textwrap.dedent(cases))
    for module, source in {"area": AREA, "use": USE}.items():
        (solutions / NAME / f"{module}.py").write_text(f'SECRET = "{canaries["solutions"]}"\n{source}')
