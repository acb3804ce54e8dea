"""Holds functions that compute nothing against every case of a suite: none may pass a hidden one.

A public case, whose numbers students can read, may be passed where a reason is written beside it: the file's
`passed_by_non_answers = {"the case's name": "Why it is so."}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from otter.test_files import TestCase

from ...checks import torch_values
from ...diagnosis.copies import copied
from ...text import listed
from ..proving.suite_runs import Suite, quietly
from ..proving.trials import Trial
from .filling import Call
from .functions import Answer, misled, non_answers

REASONS = "passed_by_non_answers"

SHOWN = 3
"""How many non-answers a complaint names."""


def non_answer_trials(suite: Suite) -> Iterator[Trial]:
    """What becomes of the fixed set: one trial for all, and one for each case that is passed, or has a reason to be.

    Cases that train on a data set are no part of it: the tests of each measure hold that it gives no tier for nothing.
    """
    answers = non_answers(suite.assignment.limits.torch)
    cases = [case for file in suite.files for case in file.test_cases]
    yield _told(
        f"{len(answers)} functions that compute nothing", f"They are tried on {len(cases)} cases.", ""
    )
    templates: dict[Any, Any] = {}
    for case in cases:
        reason = case.body.test_func.__globals__.get(REASONS, {}).get(case.name, "")
        by = passed_by(suite, case, answers | misled() if case.hidden else answers, templates)
        names = listed(by, SHOWN)
        if reason and not by:
            yield _told(
                case.name, reason, f"Nothing passes it that computes nothing: take it out of {REASONS}."
            )
        elif by and (case.hidden or not reason):
            yield _told(case.name, "", f"It is passed by what computes nothing: {names}.")
        elif by:
            yield _told(case.name, f"Passed by {names}: {reason}", "")


def passed_by(
    suite: Suite, case: TestCase, answers: Mapping[str, Answer], templates: dict[Any, Any]
) -> list[str]:
    """The names of the non-answers that pass a case.

    Args:
        suite: whose case it is.
        case: Otter's test case.
        answers: those that are tried.
        templates: answers of the right kind that are known already; those of a new kind are added.
    """
    with quietly():
        return [name for name, answer in answers.items() if _passes(suite, case, answer, templates)]


def _told(name: str, hint: str, complaint: str) -> Trial:
    return Trial(name, (), {}, (), (), hint, complaint)


def _passes(suite: Suite, case: TestCase, answer: Answer, templates: dict[Any, Any]) -> bool:
    test = case.body.test_func
    functions = {name: StandIn(name, suite.reference, answer, templates) for name in suite.assignment.owners}
    environment = suite.environment(functions)
    parameters = test.__code__.co_varnames[: test.__code__.co_argcount]
    try:
        with np.errstate(all="ignore"):
            test(**{name: environment[name] for name in parameters})
    except Exception:  # whatever it is, it earns nothing
        return False
    return True


class StandIn:
    """A non-answer under the name of a function of the assignment's.

    Args:
        name: the function's.
        reference: the reference's functions.
        answer: the non-answer.
        templates: see `passed_by`.
    """

    def __init__(self, name: str, reference: Any, answer: Answer, templates: dict[Any, Any]) -> None:
        self.name = self.__name__ = name
        self.target: Any = getattr(reference, name)
        self.answer = answer
        self.templates = templates
        self.turn = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._answer(self.target, args, kwargs)

    def apply(self, *args: Any) -> Any:
        """For a `torch.autograd.Function`."""
        return self._answer(self.target.apply, args, {})

    def _answer(self, target: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self.turn += 1

        def template() -> Any:
            key = (self.name, *map(_kind, args), *((name, _kind(kwargs[name])) for name in sorted(kwargs)))
            if key not in self.templates:
                named = {name: _harmless(value) for name, value in kwargs.items()}
                self.templates[key] = target(*map(_harmless, args), **named)
            return self.templates[key]

        return self.answer(Call(template, args, kwargs, self.turn, target))


def _harmless(value: Any) -> Any:
    """A copy; in place of a function that the case passes in, and may note its calls, one that returns 0."""
    if callable(value) and not torch_values.is_network(value):
        return lambda *args: 0.0
    return copied(value)


def _kind(value: Any) -> Any:
    """What an answer's shape depends on: small arrays as they are, of others shape and dtype."""
    if isinstance(value, dict):
        return tuple((repr(key), _kind(part)) for key, part in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_kind, value))
    if torch_values.is_network(value):
        return tuple((name, tuple(array.shape)) for name, array in value.state_dict().items())
    if isinstance(value, np.ndarray) or torch_values.is_tensor(value):
        array = torch_values.to_array(value)
        return array.shape, str(value.dtype), array.tobytes() if array.size <= 100 else b""
    plain = value is None or isinstance(value, str | bool | int | float | np.generic)
    return repr(value) if plain else type(value).__name__
