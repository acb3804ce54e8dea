"""Seals the hints on known mistakes for students to open at home, where they answer as a mistake does in the public cases.

What is told at home is what the grader tells: here each misconception is diagnosed on the public cases, and its hint sealed
where it is named. How a hint is sealed, and what the file gives away, says `colab_setup.checking.hints`.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from colab_setup.checking import case_runner, hints
from colab_setup.checking.answers import Answer
from colab_setup.checking.libraries import seed_generators
from colab_setup.checking.recording import Recorder

from ..assignment import Assignment, Variant, apply, load_misconceptions
from ..diagnosis.outcomes import STYLES
from .suite_runs import Suite, quietly

EDITION = 3
"""Of how hints are sealed; the file is made anew where it is another."""


FILE = hints.FILE


def current(assignment: Assignment) -> str:
    """The text of `hints.json`: as it lies beside the public tests, or made anew where it is of other ones.

    "" where an assignment has no misconceptions.
    """
    if not load_misconceptions(assignment.solutions):
        return ""
    with contextlib.suppress(OSError, ValueError):
        text = (assignment.rooms.handout / FILE).read_text(encoding="utf-8")
        told = json.loads(text)
        if isinstance(told, dict) and told.get("salt") == _salt(assignment):
            return text
    return sealed_hints(assignment)


def bring_in_step(assignment: Assignment) -> dict[Path, str | None]:
    """Write `hints.json` where it is not that of misconceptions, reference and public cases; what was written."""
    path = assignment.rooms.handout / FILE
    text = current(assignment)
    kept = path.read_text(encoding="utf-8") if path.is_file() else ""
    if text == kept:
        return {}
    if text:
        path.write_text(text, encoding="utf-8")
    else:
        path.unlink()
    return {path: text or None}


def sealed_hints(assignment: Assignment) -> str:
    """The text of `hints.json`, made by running every misconception on the public cases of its questions.

    Args:
        assignment: whose public tests lie in its handout, in step with its suite.
    """
    salt = _salt(assignment)
    suite = Suite(assignment, assignment.seed)
    for file in suite.files:
        file.test_cases = [case for case in file.test_cases if not case.hidden]
    suite.files = [file for file in suite.files if file.test_cases]
    right = {question: answered(suite, question) or [] for question in suite.questions}
    found: dict[str, list[dict[str, Any]]] = {}
    for variants in suite.programs.variants.values():
        for variant in variants:
            for question in set(variant.questions) & set(suite.questions):
                found.setdefault(question, []).extend(_of(suite, variant, question, salt, right[question]))
    # In an order that tells nothing.
    told = {
        question: sorted(entries, key=lambda entry: str(entry["text"]))
        for question, entries in sorted(found.items())
    }
    return json.dumps({"salt": salt, "hints": told}, indent=0) + "\n"


def _of(
    suite: Suite, variant: Variant, question: str, salt: str, right: Sequence[Answer]
) -> Iterator[dict[str, Any]]:
    """The sealed hints of one misconception in a question, one for each way to draw a batch."""
    answers = answered(suite, question, (variant,))
    # What differs from one run to the next is drawn from no generator that is passed in.
    if not answers or answers != answered(suite, question, (variant,)):
        return
    cases = suite.run(apply((variant,), dict(suite.programs.sources)), [question])
    told = {tuple(case.hint.items()) for case in cases if not case.passed}
    named = {case.misconceptions for case in cases if not case.passed}
    if named != {(variant.name,)} or len(told) != 1:
        return
    hint, others = dict(next(iter(told))), STYLES[1:] if _draws(suite, question) else ()
    for theirs in (answers, *(answered(suite, question, (variant,), style) for style in others)):
        dtypes = _without_dtypes(answers) == _without_dtypes(right)
        entry = hints.sealed(hint, salt, question, theirs, dtypes=dtypes) if theirs else None
        if entry is not None:
            yield entry


def answered(
    suite: Suite,
    question: str,
    variants: Sequence[Variant] = (),
    style: type[np.random.Generator] | None = None,
) -> list[Answer] | None:
    """What a reference with these variants answers in a question's public cases; None where that cannot be compared."""
    recorder = Recorder(lambda remark: None)
    functions = {
        name: _recorded(recorder, name, suite.programs.function(name, _needed(suite, name, variants)), style)
        for name in suite.assignment.owners
    }
    environment = {**suite.environment(functions), **functions}
    with quietly(), np.errstate(all="ignore"):
        for _, case in case_runner.cases(suite.assignment.rooms.handout / "tests" / f"{question}.py"):
            parameters = case.test_func.__code__.co_varnames[: case.test_func.__code__.co_argcount]
            seed_generators()
            with contextlib.suppress(Exception):
                case.test_func(**{name: environment[name] for name in parameters})
            recorder.answers.end()
    return recorder.answers.found


def _needed(suite: Suite, name: str, variants: Collection[Variant]) -> tuple[Variant, ...]:
    concerned = {name, *suite.programs.uses(name)}
    return tuple(variant for variant in variants if variant.function in concerned)


def _recorded(
    recorder: Recorder, name: str, function: Callable[..., Any], style: type[np.random.Generator] | None
) -> Any:
    if isinstance(function, type):
        return recorder.noting(name, function, Path("/nowhere"))

    def restyled(arg: Any) -> Any:
        return style(arg.bit_generator) if style and isinstance(arg, np.random.Generator) else arg

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*map(restyled, args), **{key: restyled(arg) for key, arg in kwargs.items()})

    return recorder.noting(name, call, Path("/nowhere"))


def _draws(suite: Suite, question: str) -> bool:
    return any(suite.programs.draws_from(name) == "rng" for name in suite.functions_of(question))


def _without_dtypes(answers: Sequence[Answer]) -> list[tuple[list[str], list[float]]]:
    return [(answer.exact, [float(f"{number.total:.5g}") for number in answer.numbers]) for answer in answers]


def _salt(assignment: Assignment) -> str:
    """What tells the catalogue's making: all that it depends on."""
    digest = hashlib.sha256(str(EDITION).encode())
    modules = [assignment.solutions / f"{module}.py" for module in assignment.modules]
    tests: Mapping[str, Path] = {path.stem: path for path in assignment.tests}
    public = [assignment.rooms.handout / "tests" / f"{question}.py" for question in sorted(tests)]
    for path in (*modules, assignment.solutions / "misconceptions.toml", *public):
        if path.is_file():
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]
