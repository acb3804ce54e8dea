"""Seals the hints on known mistakes for students to open at home, where they answer as a mistake does in the public cases.

What is told at home is what the grader tells, or nothing; the suites' tests hold that of every misconception. How a hint is
sealed, and what the file gives away, says `colab_setup.checking.hinting.hints`.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from colab_setup.checking import case_runner
from colab_setup.checking.hinting import hints
from colab_setup.checking.hinting.answers import Answer
from colab_setup.checking.libraries import seed_generators
from colab_setup.checking.recording import Recorder

from ..assignment import LANGUAGES, Assignment, Variant, load_misconceptions
from ..diagnosis.outcomes import STYLES
from .proving.suite_runs import Suite, quietly

EDITION = 8
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
    right = {
        question: [
            answers
            for style in _styles(suite, question)
            if (answers := answered(suite, question, (), style)) is not None
        ]
        for question in _questions(suite)
    }
    found: dict[str, list[dict[str, Any]]] = {}
    for variants in suite.programs.variants.values():
        for variant in variants:
            for question in variant.questions:
                if references := right.get(question):
                    entries = _of(suite, variant, question, salt, references)
                    found.setdefault(question, []).extend(entries)
    # In an order that tells nothing.
    told = {
        question: sorted(entries, key=lambda entry: str(entry["text"]))
        for question, entries in sorted(found.items())
    }
    return json.dumps({"salt": salt, "hints": told}, indent=0) + "\n"


def _questions(suite: Suite) -> Iterator[str]:
    """Those with public cases, without those that train networks, which takes seconds each time."""
    for question in suite.questions:
        tests = suite.assignment.rooms.handout / "tests" / f"{question}.py"
        if tests.is_file() and not (suite.assignment.limits.torch and suite.runs_everything(question)):
            yield question


def _of(
    suite: Suite, variant: Variant, question: str, salt: str, right: Sequence[Sequence[Answer]]
) -> Iterator[dict[str, Any]]:
    """The sealed hints of one misconception in a question, one for each way to draw a batch; none that right answers open.

    Drawn in another way, what is wrong may be right.
    """
    hint = {language: variant.hint_in(language) for language in LANGUAGES}
    for style in _styles(suite, question):
        answers = answered(suite, question, (variant,), style)
        if not answers or _is_vague(answers, right[0]):
            continue
        dtypes = _without_dtypes(answers) == _without_dtypes(right[0])
        entry = hints.sealed(hint, salt, question, answers, dtypes=dtypes)
        if entry is not None and not any(hints.opened(entry, salt, question, each) for each in right):
            yield entry


def _is_vague(answers: Sequence[Answer], right: Sequence[Answer]) -> bool:
    """Whether NaN or infinity stands in some of what is wrong, or a case's own callback refused it.

    Many mistakes lead to that, and none is known by it.
    """
    wrong = [
        answer
        for answer, told in zip(answers, right, strict=False)
        if _without_dtypes([answer]) != _without_dtypes([told])
    ]
    vague = (
        answer.exact[-1] == "raised:AssertionError:" or any(place.startswith("[(") for place in answer.exact)
        for answer in wrong
    )
    return any(vague)


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


def _styles(suite: Suite, question: str) -> tuple[type[np.random.Generator] | None, ...]:
    """Ways to draw a batch, where a question draws any."""
    draws = any(suite.programs.draws_from(name) == "rng" for name in suite.functions_of(question))
    return STYLES if draws else STYLES[:1]


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
            digest.update((_code(path) if path.suffix == ".py" else path.read_text("utf-8")).encode() + b"\0")
    return digest.hexdigest()[:32]


def _code(path: Path) -> str:
    """What a module does, whatever its comments and docstrings say."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(node) is not None
        ):
            node.body = node.body[1:]
    return ast.dump(tree)
