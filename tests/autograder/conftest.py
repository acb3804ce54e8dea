"""A tiny assignment of one module, graded in a real sandbox."""

import textwrap
import zipfile
from pathlib import Path

import pytest

from autograder import sandbox
from autograder.assignment import settings as assignments
from autograder.checks import NoData
from autograder.grading.scoring import Scorer
from autograder.submissions.opening import Submission

SETTINGS = """
title = "Tiny"
modules = ["area", "use"]
seed = 11

[limits]
call_seconds = 1
import_seconds = 20
training_seconds = 10
submission_seconds = 100
memory_mb = 1024
"""

REFERENCE = {
    "area": """
        import numpy as np


        def square(x):
            return x * x


        def total(x):
            return np.sum(x)
        """,
    "use": """
        from area import square


        def cube(x):
            return square(x) * x
        """,
}

TESTS = {
    "square": """
        import numpy as np
        from otter.test_files import test_case

        OK_FORMAT = False
        name = "square"
        points = None


        @test_case(name="square: small numbers", points=1)
        def small(square):
            np.testing.assert_allclose(square(np.array([1.0, 2.0])), [1.0, 4.0])


        @test_case(name="square: secret numbers", points=3, hidden=True, failure_message="Think of signs.")
        def secret(square, reference, check):
            x = check.rng(1).standard_normal(3)
            check.agrees(square, reference.square, x)
        """,
    "total": """
        from otter.test_files import test_case

        OK_FORMAT = False
        name = "total"
        points = None


        @test_case(name="total: of two", points=2)
        def two(total):
            assert total([1, 2]) == 3, "1 + 2 is 3"


        @test_case(name="total: of pairs", points=2, hidden=True)
        def pairs(total):
            first, second = total([4, 5]), total([1, 1])
            assert first - second == 7
        """,
    "cube": """
        from otter.test_files import test_case

        OK_FORMAT = False
        name = "cube"
        points = None


        @test_case(name="cube: of three", points=2, hidden=True)
        def three(cube):
            assert cube(3) == 27
        """,
}


def zipped(folder, name, **modules):
    """A zip of the tiny assignment in a folder; modules that are not given are the reference's."""
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
        for module, source in {**REFERENCE, **modules}.items():
            archive.writestr(f"{module}.py", textwrap.dedent(source))


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """The tiny assignment's settings; its rooms lie in a temporary folder."""
    suites, solutions = tmp_path / "suites", tmp_path / "solutions"
    monkeypatch.setattr(assignments, "SUITES", suites)
    monkeypatch.setattr(assignments, "SOLUTIONS", solutions)
    (suites / "tiny" / "tests").mkdir(parents=True)
    (solutions / "tiny").mkdir(parents=True)
    (suites / "tiny" / "assignment.toml").write_text(SETTINGS)
    for name, source in TESTS.items():
        (suites / "tiny" / "tests" / f"{name}.py").write_text(textwrap.dedent(source))
    for name, source in REFERENCE.items():
        (solutions / "tiny" / f"{name}.py").write_text(textwrap.dedent(source))
    return assignments.load("tiny")


@pytest.fixture(scope="session")
def confinement():
    """This machine's sandbox; the template of its workers is started once for all tests."""
    return sandbox.choose({}, (), allow_none=False)


@pytest.fixture
def tiny_scorer(tiny, confinement):
    """A scorer of the tiny assignment; it has no data to train on."""
    return Scorer(tiny, confinement, NoData(), tiny.seed)


@pytest.fixture
def tiny_submission():
    """Makes a submission of the tiny assignment; modules that are not given are the reference's."""

    def make(**modules):
        sources = {**REFERENCE, **modules}
        return Submission(
            name="an",
            path=Path("an.zip"),
            modules={name: textwrap.dedent(source).encode() for name, source in sources.items() if source},
            other_modules={},
            notebooks={},
            notes=(),
        )

    return make
