"""Mutants are found by their answers, and told only where nothing that would be told otherwise fits as well."""

import dataclasses
import time
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.assignment import settings as assignments
from autograder.diagnosis import Diagnostician, likeness, outcomes
from autograder.diagnosis.compared import Compared
from autograder.diagnosis.lookup import process as lookup
from autograder.diagnosis.lookup.finding import LEFT_OUT, may_be_anywhere
from autograder.diagnosis.lookup.fitting import Fitter
from autograder.diagnosis.lookup.mutants import Candidate
from autograder.diagnosis.programs import Programs
from autograder.diagnosis.recording import Call
from autograder.mutation import Change, Said


@pytest.fixture(scope="module")
def fitter():
    assignment = assignments.load("linear_classifier")
    return Fitter(assignment, Programs.of(assignment))


def compared(fitter, name, function, sizes=((5, 3, 4), (7, 4, 3), (3, 2, 6), (6, 5, 2)), scale=1.0):
    """Calls of a function on drawn inputs, beside the reference."""
    rng, found = np.random.default_rng(5), []
    for N, D, C in sizes:
        args = (scale * rng.standard_normal((D, C)), rng.standard_normal((N, D)), rng.integers(C, size=N))
        call = Call((name, "drawn"), True, name, args, {})
        outcome = outcomes.of_program(function, call)
        one = Compared(
            dataclasses.replace(
                call, value=outcome.leaves[0] if outcome.leaves else None, error=outcome.error
            )
        )
        reference = outcomes.of_program(fitter.mutants.programs.function(name), call)
        one.is_right = likeness.same(one.outcome, reference, one.rough)
        one.overflows = not one.is_right and likeness.overflows(one.outcome, reference, one.rough)
        found.append(one)
    return found


def told(fitter, name, function, **options):
    found = fitter.find(name, compared(fitter, name, function, **options))
    return found and [clause.text(str) for clause in found.clauses]


def only_true_columns(W, X, y):
    scores = X @ W
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    moved = np.zeros_like(p)
    moved[np.arange(len(y)), y] = p[np.arange(len(y)), y] - 1
    return X.T @ moved / len(y)


def over_classes(W, X, y):
    loss = 0
    for x, label in zip(X, y, strict=True):
        scores = x @ W - max(x @ W)
        loss += np.log(sum(np.exp(scores))) - scores[label]
    return loss / W.shape[1]


def with_squares(W, X, y):
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[np.arange(len(y)), y].reshape(-1, 1) + 1)
    return margins.sum() / len(y) - 1 + 0.5 * np.sum(W**2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "function", "clause"),
    [
        ("softmax_gradient", only_true_columns, "only the true class's column were updated"),
        ("softmax_loss", over_classes, "C stood in place of N"),
        ("svm_loss", with_squares, "half of the sum of squares of W were added to the result"),
    ],
)
def test_a_mistake_is_named_whatever_the_style(fitter, name, function, clause):
    assert told(fitter, name, function) == [clause]


@pytest.mark.slow
def test_what_no_mutant_does_is_not_named(fitter):
    assert told(fitter, "svm_loss", lambda W, X, y: np.sin(np.sum(X @ W))) is None


def test_answers_that_tell_nothing_apart_are_not_named(fitter):
    assert told(fitter, "svm_loss", lambda W, X, y: 3.0) is None


def test_nothing_is_near_to_infinity():
    assert not likeness.close(np.array(1.0), np.array(np.inf), rough=False)
    assert likeness.close(np.array(np.inf), np.array(np.inf), rough=False)


def absolute_sums():
    """Calls of `l2` that were answered by another sum."""
    rng, calls = np.random.default_rng(1), []
    for shape in ((2, 3), (4,), (3, 3)):
        W = rng.standard_normal(shape)
        call = Call(("l2", "drawn"), True, "l2", (W,), {}, value=np.sum(np.abs(W)))
        calls.append(Compared(call))
    return calls


@pytest.mark.slow
def test_the_process_beside_finds_the_same(fitter):
    calls = absolute_sums()
    process = lookup.LookupProcess(assignments.load("linear_classifier"))
    assert process.find("l2", calls) == fitter.find("l2", calls) is not None


def test_a_call_that_takes_too_long_is_interrupted(monkeypatch):
    monkeypatch.setattr(lookup, "CALL_SECONDS", 0.05)
    started = time.process_time()

    def endless():
        while True:
            pass

    bounds = lookup.CallBounds()
    bounds.begin()
    assert bounds.call(endless) is outcomes.UNUSABLE
    assert time.process_time() - started < 5


def candidate(template, place):
    place = Said(place)
    return Candidate("", (Change("an operator", Said(template, (place,)), place),), None, (), "a form")


@pytest.mark.parametrize(
    ("fitting", "is_told"),
    [
        ([("{0} were squared", "the sum"), ("{0} were halved", "the sum")], True),
        ([("{0} were squared", "the sum"), ("{0} were halved", "the maximum")], False),
        ([(LEFT_OUT, "the maximum"), ("{0} were halved", "the sum")], True),  # the commonest mistake
    ],
)
def test_of_nan_alone_a_place_is_told_where_there_is_no_other(fitting, is_told):
    assert may_be_anywhere([candidate(*each) for each in fitting]) != is_told


@pytest.mark.slow
def test_what_is_wrong_in_numbers_is_named_beside_nan_that_has_another_reason():
    rng, case = np.random.default_rng(2), ("softmax_loss", "drawn")
    calls = []
    for scale in (1, 1, 1, 60, 60):
        W, X, y = scale * rng.standard_normal((3, 4)), rng.standard_normal((5, 3)), rng.integers(4, size=5)
        p = np.exp(X @ W) / np.exp(X @ W).sum(axis=1, keepdims=True)
        value = np.nan if scale > 1 else -np.mean(np.eye(4)[y] * np.log(p))
        calls.append(Call(case, True, "softmax_loss", (W, X, y), {}, value=value))
    diagnostician = Diagnostician(assignments.load("linear_classifier"))
    diagnostician.mutants = SimpleNamespace(begin=lambda: None, find=lambda function, calls: None)
    found = diagnostician.diagnose(calls, {case})
    assert found[case].misconceptions == ("softmax_loss_mean_over_classes_too",)


def test_time_is_a_submissions_and_when_it_is_over_no_outcome_is_kept(monkeypatch):
    assignment, bounds = assignments.load("linear_classifier"), lookup.CallBounds()
    monkeypatch.setattr(lookup, "SUBMISSION_SECONDS", -1.0)
    hurried = Fitter(assignment, Programs.of(assignment), bounds.call)
    bounds.begin()
    with pytest.raises(lookup.OutOfTime):
        hurried.find("l2", absolute_sums())
    assert not any(table for table in hurried._tables.values())
