"""Holds variants of a function against the reference by all that their calls show."""

import contextlib
import io
import warnings

import numpy as np

NOT_NUMBERS = np.full(1, np.nan)  # what a call that raised is observed as: equal to nothing


def observe(function, *arguments, **keywords):
    """What a call shows: the arrays that it returns, and its array arguments afterwards."""
    arguments = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in arguments]
    try:
        returned = function(*arguments, **keywords)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return [NOT_NUMBERS]
    returned = returned if isinstance(returned, tuple) else (returned,)
    kept = [argument for argument in arguments if isinstance(argument, np.ndarray)]
    return [np.asarray(value, dtype=np.float64) for value in (*returned, *kept)]


def distance(probe, function, reference):
    """The largest relative difference in anything that a probe observes; infinite where there is no comparing."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        expected, got = list(probe(reference)), list(probe(function))
    if len(expected) != len(got):
        return np.inf
    largest = 0.0
    for ours, theirs in zip(expected, got, strict=True):
        if [np.shape(value) for value in ours] != [np.shape(value) for value in theirs]:
            return np.inf
        for a, b in zip(ours, theirs, strict=True):
            a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
            difference = np.where(a == b, 0.0, np.abs(a - b) / (1e-3 + np.abs(a)))
            largest = max(largest, np.nan_to_num(difference, nan=np.inf).max(initial=0.0))
    return largest


def distances(probes, functions, reference):
    """The distance of every probed function, by name."""
    return {
        name: distance(probe, getattr(functions, name), getattr(reference, name))
        for name, probe in probes.items()
    }


def a_style_does_what_the_reference_does(probes, submission, reference):
    """A rule for the functions of one style in the reference's place: all the same, but for rounding."""
    assert set(vars(submission)) == set(probes)
    assert {name: far for name, far in distances(probes, submission, reference).items() if far > 1e-6} == {}


def a_misconception_is_far_and_only_in_its_function(probes, variant, submission, reference, trainer):
    """A rule for the reference with one misconception in it; `trainer` may suffer from any."""
    far = distances(probes, submission, reference)
    assert far.pop(variant.function) > 1e-4
    far.pop(trainer, None)
    assert {name: distance for name, distance in far.items() if distance} == {}


def a_hint_is_one_sentence_and_the_question_its_own(variant, trainer, question):
    """A rule for what a misconception says; `question` is that of the `trainer`."""
    assert variant.questions == (question if variant.function == trainer else variant.function,)
    assert variant.hint.endswith(".")
    assert 15 <= len(variant.hint) <= 105
