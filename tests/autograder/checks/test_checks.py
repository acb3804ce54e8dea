"""The checks compare values of any type, and fail for the right reasons alone."""

import itertools
import re

import numpy as np
import pytest

from autograder.checks import check as checks
from autograder.checks.check import Check
from autograder.checks.comparing import Changed, Mismatch


@pytest.fixture
def check():
    return Check(7)


@pytest.mark.parametrize(
    "got",
    [
        2.0,
        2,
        np.float64(2),
        np.float32(2),
        np.int64(2),
        np.array(2.0),
        np.array(2),
        2.0 + 1e-9,
        np.float16(2),
    ],
    ids=repr,
)
def test_a_number_may_come_in_any_of_its_types(check, got):
    check.same(got, 2.0)


@pytest.mark.parametrize(
    "got",
    [
        None,
        "2.0",
        b"2",
        2 + 0j,
        np.array(2 + 0j),
        np.array([2.0]),
        np.array([[2.0]]),
        [2.0],
        (2.0,),
        (2.0, 2.0),
        {},
        {"value": 2.0},
        {2.0},
        object(),
        float,
        np.array(2.0, dtype=object),
        np.array("2.0"),
        np.datetime64("2020-01-01"),
        float("nan"),
        float("inf"),
        -2.0,
        2.00001,
        True,
        10**400,
    ],
    ids=lambda value: re.sub(" at 0x[0-9a-f]+", "", repr(value))[:30],
)
def test_whatever_is_not_the_number_is_refused(check, got):
    with pytest.raises(Mismatch):
        check.same(got, 2.0)


EXPECTED = np.array([[1.0, -2.0, 3.0], [4.0, 0.0, 6.0]])


@pytest.mark.parametrize(
    "got",
    [
        EXPECTED.copy(),
        EXPECTED.astype(np.float32),
        EXPECTED.astype(int),
        EXPECTED.view(np.matrix),
        np.asfortranarray(EXPECTED),
        np.repeat(EXPECTED, 2, axis=1)[:, ::2],
    ],
)
def test_an_array_may_come_in_any_layout_and_real_dtype(check, got):
    check.same(got, EXPECTED)


@pytest.mark.parametrize(
    "got",
    [
        EXPECTED.T,
        EXPECTED.ravel(),
        EXPECTED[None],
        EXPECTED[:1],
        EXPECTED.tolist(),
        EXPECTED + 1e-4,
        np.where(EXPECTED == 6, np.nan, EXPECTED),
        np.where(EXPECTED == 0, np.inf, EXPECTED),
        EXPECTED.astype(complex),
        EXPECTED.astype(object),
        EXPECTED.astype(str),
        1.0,
        [[1.0], [2.0, 3.0]],
    ],
)
def test_whatever_is_not_the_array_is_refused(check, got):
    with pytest.raises(Mismatch):
        check.same(got, EXPECTED)


def test_a_column_is_no_vector(check):
    with pytest.raises(Mismatch, match=r"shape \(3, 1\) where \(3,\) is expected"):
        check.same(np.ones((3, 1)), np.ones(3))


def test_a_list_passes_where_a_list_is_expected(check):
    check.same([1.0, np.float32(2), np.array(3.0)], [1.0, 2.0, 3.0])
    check.same(np.array([1.0, 2.0]), [1.0, 2.0])
    with pytest.raises(Mismatch):
        check.same([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(Mismatch):
        check.same([1.0, None], [1.0, 2.0])


PARTS = ([0, 1], {0: 1.0, "b": None}, "near", {1, 2})


def test_what_is_made_of_parts_is_compared_part_by_part(check):
    check.same([np.array([0, 1]).tolist(), {"b": None, 0: 1.0 + 1e-9}, "near", {2, 1}], PARTS)
    check.same({}, {})
    check.same(None, None)
    with pytest.raises(Mismatch, match=r"^the result\[1\]\[0\]: expected 1, got 2; "):
        check.same(([0, 1], {0: 2.0, "b": None}, "near", {1, 2}), PARTS)


@pytest.mark.parametrize(
    "got",
    [
        None,
        5,
        ([0, 1], {0: 1.0, "b": None}, "near"),
        ([0, 1], {0: 1.0}, "near", {1, 2}),
        ([0, 1], {0: 1.0, "b": 0}, "near", {1, 2}),
        ([0, 1], {0: 1.0, "b": None}, "far", {1, 2}),
        ([0, 1], {0: 1.0, "b": None}, "near", {1}),
        ([0, 1], [(0, 1.0), ("b", None)], "near", {1, 2}),
    ],
)
def test_what_has_other_parts_is_refused(check, got):
    with pytest.raises(Mismatch) as mismatch:
        check.same(got, PARTS)
    assert mismatch.value.excess == np.inf


def test_agrees_notices_an_array_in_a_tuple_or_dictionary_that_was_modified(check):
    def meddles(X):
        X[0][:] = 0
        return 1.0

    for argument in ((np.ones(2), 3), {0: np.ones(2)}):
        with pytest.raises(Mismatch, match="after the call"):
            check.agrees(meddles, lambda X: 1.0, argument)


def test_nan_and_infinity_equal_only_an_expected_one(check):
    check.same(np.array([np.nan, np.inf, -np.inf]), np.array([np.nan, np.inf, -np.inf]))
    for wrong in ([0.0, np.inf, -np.inf], [np.nan, 1e300, -np.inf], [np.nan, np.inf, np.inf]):
        with pytest.raises(Mismatch) as failure:
            check.same(np.array(wrong), np.array([np.nan, np.inf, -np.inf]))
        assert failure.value.excess == np.inf


def test_empty_arrays_are_compared_by_shape(check):
    check.same(np.zeros((0, 3)), np.zeros((0, 3)))
    check.same([], [])
    with pytest.raises(Mismatch):
        check.same(np.zeros((0, 2)), np.zeros((0, 3)))


def test_a_message_says_what_was_called_where_it_differs_and_by_how_much(check):
    wrong = EXPECTED.copy()
    wrong[0, 1], wrong[1, 2] = -2.5, 8.0
    with pytest.raises(Mismatch) as failure:
        check.same(wrong, EXPECTED, what="softmax(scores)")
    message = str(failure.value)
    for part in (
        "softmax(scores)",
        "(2, 3)",
        "2 of 6",
        "[0, 1]",
        "expected -2",
        "got -2.5",
        "difference is 2",
    ):
        assert part in message


def test_a_mismatch_counts_in_tolerances(check):
    with pytest.raises(Mismatch) as failure:
        check.same(2.03, 2.0, rtol=0, atol=1e-3)
    assert failure.value.excess == pytest.approx(30)


def test_dtype_is_demanded_of_arrays_alone_and_only_where_asked(check):
    single = np.ones(3, dtype=np.float32)
    check.same(np.ones(3), single)
    check.same(2.0, np.float32(2), dtype=True)
    check.same(single, single, dtype=True)
    with pytest.raises(Mismatch, match="float64 where float32"):
        check.same(np.ones(3), single, dtype=True)


def test_agrees_returns_what_the_student_returned(check):
    assert check.agrees(lambda x, k: x.sum() * k, lambda x, k: k * np.sum(x), np.arange(4.0), k=2) == 12


def test_agrees_lets_what_the_student_raises_pass(check):
    class StudentError(Exception):
        pass

    def student(x):
        raise StudentError

    with pytest.raises(StudentError):
        check.agrees(student, np.sum, np.ones(3))


def test_agrees_notices_a_modified_argument(check):
    def student(x):
        x += 1
        return np.sum(x) - 3

    with pytest.raises(Changed, match="argument 1 of sum") as caught:
        check.agrees(student, np.sum, np.ones(3))
    assert caught.value.told.startswith("sum changes its first argument, which must stay as it was")
    check.agrees(student, np.sum, np.ones(3), unchanged=False)


def test_agrees_allows_the_rounding_of_a_step_there_and_back(check):
    def student(x):
        x += 0.1
        x -= 0.1
        return np.sum(x)

    given = np.full(3, 0.3)
    check.agrees(student, np.sum, given)
    assert not np.array_equal(given, np.full(3, 0.3))


def test_agrees_gives_both_functions_the_same_generator_state(check):
    check.agrees(lambda rng: rng.random(3), lambda rng: rng.random(3), np.random.default_rng(1))


def test_agrees_protects_the_reference_from_the_student_and_the_student_from_the_reference(check):
    def doubles_in_place(x):
        x *= 2
        return x

    with pytest.raises(Mismatch, match="after the call"):
        check.agrees(doubles_in_place, doubles_in_place, np.ones(3))


def test_tolerance_follows_the_dtype_of_the_arguments(check):
    x = np.ones(3)
    nearly = lambda x: x.sum() * (1 + 1e-5)  # noqa: E731
    check.agrees(nearly, np.sum, x.astype(np.float32))
    with pytest.raises(Mismatch):
        check.agrees(nearly, np.sum, x)
    check.agrees(nearly, np.sum, x, rtol=1e-4)


def test_generators_depend_on_the_seed_and_on_every_part_of_the_key():
    keys = [(), ("a",), ("b",), ("a", 1), ("a", 2), (1, "a")]
    draws = {Check(seed).rng(*key).random() for seed in (0, 1, -1, 2**80) for key in keys}
    assert len(draws) == 4 * len(keys)
    assert Check(3).rng("a").random() == Check(3).rng("a").random()


def test_raises_knows_an_exception_by_its_type_or_by_the_name_that_a_proxy_reports(check):
    class Raised(Exception):
        def __init__(self, exception):
            super().__init__("the function raised an exception")
            self.exception = exception

    def function(error):
        if error is not None:
            raise error

    check.raises(ValueError, function, ValueError("no"))
    check.raises(ValueError, function, UnicodeError("no"))
    check.raises(ValueError, function, Raised("ValueError"))
    with pytest.raises(AssertionError):
        check.raises(ValueError, function, None)
    for other in (TypeError("no"), Raised("ValueErrors"), Raised("TypeError"), Raised("")):
        with pytest.raises(type(other)):
            check.raises(ValueError, function, other)


class Clock:
    """Time that passes only where a function says so."""

    def __init__(self):
        self.now = 0.0

    def costs(self, seconds, value=np.sum):
        durations = itertools.chain(seconds, itertools.repeat(seconds[-1]))

        def function(x, y):
            self.now += next(durations)
            return value(x)

        return function


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(checks.time, "thread_time", lambda: clock.now)
    return clock


def arguments(turn):
    return np.full(100, float(turn)), np.arange(100)


def test_speed_scales_the_loops_to_all_rows(check, clock):
    rows = []

    def loops(x, y):
        rows.append((len(x), len(y)))
        clock.now += 0.1
        return np.sum(x)

    check.speed(clock.costs([0.099]), loops, arguments, reference_fn=lambda x, y: np.sum(x))
    assert set(rows) == {(10, 10)}
    with pytest.raises(AssertionError, match="less than 10 times as fast"):
        check.speed(clock.costs([0.102]), loops, arguments, reference_fn=lambda x, y: np.sum(x))


def test_speed_does_not_count_what_passing_the_arguments_costs(check, clock):
    reference = lambda x, y: np.sum(x)  # noqa: E731
    check.speed(clock.costs([0.012]), clock.costs([0.01]), arguments, reference_fn=reference, overhead=0.003)
    with pytest.raises(AssertionError, match="less than 10 times as fast"):
        check.speed(clock.costs([0.012]), clock.costs([0.01]), arguments, reference_fn=reference, overhead=0)


def test_speed_takes_the_best_of_several_calls_on_different_arguments(check, clock):
    turns = []

    def make_args(turn):
        turns.append(turn)
        return arguments(turn)

    reference = lambda x, y: np.sum(x)  # noqa: E731
    check.speed(clock.costs([0.02, 0.02, 0.001]), clock.costs([0.01]), make_args, reference_fn=reference)
    assert turns == [0, 1, 2]


def test_speed_gives_up_on_a_slow_function_before_it_costs_much(check, clock):
    with pytest.raises(AssertionError, match="less than 10 times"):
        check.speed(clock.costs([0.3]), clock.costs([0.03]), arguments, reference_fn=lambda x, y: np.sum(x))
    assert clock.now == pytest.approx(10 * 0.3 + 3 * 0.03)


def test_speed_waits_for_a_fast_function_that_a_busy_machine_slows_down(check, clock):
    reference = lambda x, y: np.sum(x)  # noqa: E731
    slowed = [0.06] * 30 + [0.004]
    check.speed(clock.costs(slowed), clock.costs([0.01]), arguments, reference_fn=reference)
    assert clock.now > 1


def test_speed_forgives_a_first_call_that_waits_for_the_submission_to_be_imported(check, clock):
    reference = lambda x, y: np.sum(x)  # noqa: E731
    check.speed(clock.costs([2.0, 0.002]), clock.costs([0.01]), arguments, reference_fn=reference)


def test_speed_demands_the_right_value(check, clock):
    for wrong in (lambda x: 0.0, lambda x: None, lambda x: np.sum(x) + 1):
        with pytest.raises(Mismatch):
            check.speed(
                clock.costs([1e-6], wrong),
                clock.costs([1.0]),
                lambda turn: arguments(turn + 1),
                reference_fn=lambda x, y: np.sum(x),
            )


def test_speed_stops_at_the_first_call_that_raises(check):
    calls = []

    def student(x, y):
        calls.append(1)
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        check.speed(student, lambda x, y: 0.0, arguments, reference_fn=lambda x, y: np.sum(x))
    assert len(calls) == 1


def test_expected_values_are_computed_once_for_the_same_arguments_and_anew_for_others(check):
    asked = []

    def reference(x, y=1):
        asked.append(np.shape(x))
        return np.sum(x) + y

    def student(x, y=1):
        return np.sum(x) + y

    x = np.arange(6.0)
    others = [x.reshape(2, 3), x.astype(np.float32), x.astype(np.int64), x + 1, x.reshape(3, 2)]
    for _ in range(3):
        for other in (x, *others):
            check.agrees(student, reference, other)
        check.agrees(student, reference, x, 2)
        check.agrees(student, reference, x, y=2)
        check.agrees(student, reference, x, True)
    assert len(asked) == 9
    for _ in range(2):
        check.agrees(student, reference, list(x))
    assert len(asked) == 11
