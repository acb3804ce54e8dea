"""A suite's own parameters of hidden cases, wherever the suite lies."""

import shutil
import textwrap

import pytest

from autograder.assignment import AssignmentError
from autograder.assignment import settings as assignments
from autograder.checks import Check, fixtures


def made(tiny, source, **others):
    for name, text in {"fixtures": source, **others}.items():
        (tiny.suite / f"{name}.py").write_text(textwrap.dedent(text))
    return fixtures(tiny, assignments.load_reference(tiny), Check(3))


def test_fixtures_get_what_they_ask_for_and_modules_beside_them(tiny):
    found = made(
        tiny,
        """
        from autograder.checks import fixture
        from .drawing import draw


        @fixture
        def drawn(check):
            return draw(check)


        @fixture
        def squares(reference, drawn):
            return reference.square(drawn)


        def no_fixture():
            raise AssertionError
        """,
        drawing="def draw(check):\n    return check.rng('drawn').random(3)\n",
    )
    assert list(found) == ["drawn", "squares"]
    assert (found["squares"] == Check(3).rng("drawn").random(3) ** 2).all()


def test_a_suite_of_the_same_name_elsewhere_has_its_own(tiny, tmp_path):
    assert made(tiny, "from autograder.checks import fixture\n@fixture\ndef one():\n    return 1\n") == {
        "one": 1
    }
    for room in ("suites", "solutions"):
        # Without what was compiled: of one size and second, it would be taken for the other suite's.
        shutil.copytree(
            tmp_path / room, tmp_path / "other" / room, ignore=shutil.ignore_patterns("__pycache__")
        )
    other = assignments.load_from(assignments.own_rooms(tmp_path / "other", "tiny"))
    assert made(other, "from autograder.checks import fixture\n@fixture\ndef two():\n    return 2\n") == {
        "two": 2
    }


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("@fixture\ndef drawn(chek): ...\n", "line 2: there is no chek for a fixture: it may ask for reference, check."),
        ("@fixture\ndef square(check): ...\n", "line 2: square is the name of something else"),
        ("@fixture\ndef training(): ...\n", "line 2: training is the name of something else"),
        ("@fixture\ndef drawn():\n    return 1 / 0\n", "line 4: ZeroDivisionError: division by zero"),
        ("import nothing_of_this_name\n", "line 2: ModuleNotFoundError"),
        ("def f(:\n", "fixtures.py, line 2: SyntaxError"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_fixture_is_told_with_its_line(tiny, source, told):
    with pytest.raises(AssignmentError) as refused:
        made(tiny, f"from autograder.checks import fixture\n{source}")
    assert told in str(refused.value)
    assert str(tiny.suite / "fixtures.py") in str(refused.value)
