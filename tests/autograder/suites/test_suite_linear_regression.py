"""Linear regression's suite: right work gets full marks, a mistake costs its own question, nothing costs nothing."""

import contextlib
import inspect

import numpy as np
import pytest

from autograder.assignment import settings as assignments
from autograder.authoring.proving.suite_runs import Suite
from autograder.suites.linear_regression import measure
from autograder.temporary import Folder
from tests.autograder.suites.proving import prove

pytestmark = pytest.mark.slow


SETTINGS = assignments.load("linear_regression")
SEEDS = (0, 1, 2, 3, SETTINGS.seed)


@pytest.fixture(scope="module")
def suite():
    return Suite(SETTINGS, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_gets_full_marks_with_any_seed(seed):
    suite = Suite(SETTINGS, seed)
    cases = suite.run(suite.programs.sources, suite.questions)
    assert [case.name for case in cases if not case.passed] == []
    assert sum(case.points for case in cases) == 97  # all but the tiers, which are measured


def test_right_variants_keep_all_points_and_every_misconception_loses_some():
    prove("linear_regression")


FIRST = "next(arg for arg in (*args, *kwargs.values()) if isinstance(arg, np.ndarray))"
NOTHING = {
    "zero": "0.0",
    "one": "1.0",
    "true": "True",
    "nan": "float('nan')",
    "None": "None",
    "zeros": f"np.zeros_like({FIRST})",
    "ones": f"np.ones_like({FIRST})",
    "the first argument": FIRST,
    "the last argument": "[*args, *kwargs.values()][-1]",
    "noise": f"np.random.default_rng(0).standard_normal({FIRST}.shape)",
    "a path that stays where it is": f"np.array([{FIRST}] * 3)",
    "two of zeros": "(np.zeros(3), np.zeros(3))",
    "everything in both parts": "(args[0], args[1], args[0], args[1])",
    "an exception": "(_ for _ in ()).throw(ValueError('no'))",
}


@pytest.mark.parametrize("answer", NOTHING)
def test_no_case_is_passed_by_functions_that_compute_nothing(suite, answer):
    sources = {
        module: "import numpy as np\n"
        + "".join(
            f"\ndef {name}(*args, **kwargs):\n    return {NOTHING[answer]}\n"
            for name, owner in SETTINGS.owners.items()
            if owner == module
        )
        for module in SETTINGS.modules
    }
    ended = suite.run(sources, suite.questions, explained=False)
    assert [case.name for case in ended if case.passed] == []


def test_no_case_is_passed_by_an_answer_that_was_right_once(suite):
    """Each function gives the right answer to its first call in a case, and repeats it from then on."""
    passing = []
    for file in suite.files:
        (name,) = suite.functions_of(file.name)
        for case in file.test_cases:
            if any(
                words in case.name for words in ("keeps its", "keep their", "leaves X and y", "new order")
            ):
                continue  # one call: what becomes of its arguments, and of its many epochs
            first = []

            def once(*args, first=first, name=name, **kwargs):
                if not first:
                    first.append(vars(suite.reference)[name](*args, **kwargs))
                return first[0]

            given = {**suite.fixtures, "reference": suite.reference, "check": suite.check, name: once}
            with contextlib.suppress(Exception):
                case.body.call_func(given)
                passing.append(case.name)
    assert passing == []


def test_the_points_are_those_of_the_suites_page_and_a_third_of_them_is_public(suite):
    page = (SETTINGS.suite / "README.md").read_text(encoding="utf-8")
    points = {question: [0.0, 0.0] for question in suite.questions}
    for file in suite.files:
        for case in file.test_cases:
            points[file.name][case.hidden] += case.points
    points["held_out_error"][1] += 3  # the tiers
    assert sum(map(sum, points.values())) == SETTINGS.points == 100
    assert 30 <= sum(public for public, _ in points.values()) <= 40
    for question, (public, hidden) in points.items():
        assert f"| `{question}` | {public:g} + {hidden:g} |" in page, question


def test_a_case_uses_its_own_function_alone_and_a_public_one_nothing_else(suite):
    offered = {"reference", "check", *suite.fixtures}
    for file in suite.files:
        own = suite.functions_of(file.name)
        assert own == {"train_linear_regression" if file.name == "held_out_error" else file.name}
        for case in file.test_cases:
            parameters = set(inspect.signature(case.body.test_func).parameters)
            assert own <= parameters <= (own | offered if case.hidden else own), case.name
            assert bool(case.failure_message) == case.hidden, case.name


# --- the measure ---


@pytest.fixture(scope="module")
def drawn():
    with Folder("data") as folder:
        return measure.prepare(None, 5, folder)


def measured(drawn, answer):
    return drawn.measure((answer,), SETTINGS.recipes["drawn"]["l1"], 1, 10.0)


def test_true_weights_are_off_by_the_noise_alone_and_zeros_by_far_more(drawn):
    of = drawn.examples["l1"]
    X, y = np.vstack([of.X, of.X_held_out]), np.concatenate([of.y, of.y_held_out])
    best = measured(drawn, lambda X_train, y_train, **settings: np.linalg.lstsq(X, y, rcond=None)[0])
    nothing = measured(drawn, lambda X_train, y_train, **settings: np.zeros(X.shape[1]))
    assert 3 < best.value < measure.NOISE**2 * 1.1
    assert nothing.value > 17
    assert 0 < best.error < 0.2


def test_the_examples_follow_from_the_seed_and_those_held_out_are_not_handed_over(drawn):
    seen = []
    measured(drawn, lambda X, y, **settings: seen.append((X, settings)) or np.zeros(X.shape[1]))
    ((X, settings),) = seen
    assert len(X) == measure.TRAINED
    assert settings.pop("rng") is not None
    assert settings == SETTINGS.recipes["drawn"]["l1"].arguments
    again, other = (measure.prepare(None, seed, None).examples["l1"] for seed in (5, 6))
    np.testing.assert_array_equal(again.X_held_out, drawn.examples["l1"].X_held_out)
    assert not np.array_equal(other.y, again.y)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (None, "no array"),
        ([1.0] * measure.FEATURES, "no array"),
        (np.zeros(3), "have shape"),
        (np.zeros(measure.FEATURES, dtype=complex), "have dtype"),
        (np.full(measure.FEATURES, np.nan), "inf or NaN"),
        (np.full(measure.FEATURES, 1e200), "without end"),
    ],
)
def test_what_is_no_weights_is_refused_in_a_sentence(drawn, answer, told):
    with pytest.raises(AssertionError, match=told):
        measured(drawn, lambda X, y, **settings: answer)
