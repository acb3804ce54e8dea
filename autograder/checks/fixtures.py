"""Further parameters of hidden cases, which an assignment's suite brings along in its `fixtures.py`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, TypeVar

from ..assignment import Assignment, AssignmentError, place_of, suite_module
from .check import Check

Function = TypeVar("Function", bound=Callable[..., Any])

GIVEN = ("reference", "check")
"""What a fixture may ask for, beside other fixtures."""

_MARK = "_is_fixture"


def fixture(function: Function) -> Function:
    """Marks a function of a suite's `fixtures.py`: what it returns is a parameter of hidden cases, by the function's name.

    Its own parameters are filled by name too: `check`, `reference`, and the fixtures above it. It is called once a
    run; all submissions share what it returns, so that arrays in it are handed out as copies.
    """
    setattr(function, _MARK, True)
    return function


def fixtures(assignment: Assignment, reference: SimpleNamespace, check: Check) -> dict[str, Any]:
    """What the fixtures of an assignment return, by name; nothing where it has none.

    Raises:
        AssignmentError: one cannot be made, or has a name that means something else.
    """
    module = suite_module(assignment, "fixtures")
    if module is None:
        return {}
    found: dict[str, Any] = {}
    for name, function in vars(module).items():
        if not getattr(function, _MARK, False):
            continue
        if not inspect.isfunction(function):
            raise AssignmentError(f"{module.__file__}: @fixture stands above {name}, which is no function.")
        where = f"{module.__file__}, line {function.__code__.co_firstlineno}"
        if name in (*GIVEN, "training", *assignment.owners, *assignment.given):
            raise AssignmentError(f"{where}: {name} is the name of something else that cases are given.")
        if inspect.isgeneratorfunction(function):
            raise AssignmentError(f"{where}: {name} returns what cases get: write return in place of yield.")
        given: Mapping[str, Any] = {"reference": reference, "check": check, **found}
        if unknown := [wanted for wanted in inspect.signature(function).parameters if wanted not in given]:
            raise AssignmentError(
                f"{where}: there is no {unknown[0]} for a fixture: it may ask for {', '.join(given)}."
            )
        try:
            found[name] = function(
                **{wanted: given[wanted] for wanted in inspect.signature(function).parameters}
            )
        except (Exception, SystemExit) as error:
            place = place_of(error, assignment.suite)
            raise AssignmentError(f"{place}: {type(error).__name__}: {error}") from error
    return found
