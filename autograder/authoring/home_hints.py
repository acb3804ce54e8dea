"""Seals the hints on known mistakes for students to open at home, where they answer as a mistake does in the public cases.

What is told at home is what the grader tells, or nothing; the suites' tests hold that of every misconception. How a hint is
sealed, and what the file gives away, says `colab_setup.checking.hinting.hints`.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
import hmac
import io
import json
import tokenize
from collections.abc import Callable, Collection, Iterator, Sequence
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

EDITION = 11
"""Of how hints are sealed; the file is made anew where it is another."""


FILE = hints.FILE


def current(assignment: Assignment) -> str:
    """The text of `hints.json`: what lies beside the public tests, made anew for the questions where it is of other ones.

    "" where an assignment has no misconceptions.
    """
    variants, reference = load_misconceptions(assignment.solutions), _of_reference(assignment)
    if not variants:
        return ""
    suite, salt = Suite(assignment, assignment.seed), _salt(assignment)
    sealed_before = _lying_there(assignment)
    found = {}
    for question in sorted(_questions(suite)):
        of = _digest(assignment, question, variants, reference)
        before = sealed_before.get(question)
        found[question] = before if before and before["of"] == of else _sealed(suite, question, salt, of)
    return json.dumps({"salt": salt, "questions": found}, indent=0) + "\n"


def _lying_there(assignment: Assignment) -> dict[str, dict[str, Any]]:
    """What is sealed beside the public tests, by question; nothing where that is of another salt, or damaged."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        told = json.loads((assignment.rooms.handout / FILE).read_text(encoding="utf-8"))
        if told["salt"] == _salt(assignment):
            return {
                question: sealed for question, sealed in told["questions"].items() if sealed.keys() >= {"of"}
            }
    return {}


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


def _sealed(suite: Suite, name: str, salt: str, of: str) -> dict[str, Any]:
    """What is sealed of a question, made by running every misconception on its public cases."""
    question = _Question(suite, name, salt)
    if question.right:
        for variants in suite.programs.variants.values():
            for variant in variants:
                if name in variant.questions:
                    question.add_misconception(variant)
    return {"of": of, **question.sealed(_secret(suite.assignment))}


def _questions(suite: Suite) -> Iterator[str]:
    """Those with public cases, without those that train networks, which takes seconds each time."""
    for question in suite.questions:
        tests = suite.assignment.rooms.handout / "tests" / f"{question}.py"
        if tests.is_file() and not (suite.assignment.limits.torch and suite.runs_everything(question)):
            yield question


class _Question:
    """One question's hints.

    Args:
        suite: the assignment's.
        name: the question's.
        salt: of the catalogue.
    """

    def __init__(self, suite: Suite, name: str, salt: str) -> None:
        self.suite = suite
        self.name = name
        self.salt = salt
        self.right = [
            answers
            for style in _styles(suite, name)
            if (answers := answered(suite, name, (), style)) is not None
        ]
        self.found: list[tuple[dict[str, str], Sequence[Answer], bool]] = []

    def add_misconception(self, variant: Variant) -> None:
        """Its hint, once for each way to draw a batch: drawn in another way, what is wrong may be right."""
        hint = {language: variant.hint_in(language) for language in LANGUAGES}
        for style in _styles(self.suite, self.name):
            answers = answered(self.suite, self.name, (variant,), style)
            if answers and self._is_telling(answers):
                self.found.append((hint, answers, self._by_dtypes(answers)))

    def sealed(self, secret: bytes) -> dict[str, list[str]]:
        """Its texts and its entries, in an order that tells nothing.

        Args:
            secret: what keys of texts are made of.
        """
        keys = {
            json.dumps(hint): hmac.digest(secret, json.dumps([self.name, hint]).encode(), "sha256")[
                : hints.KEY
            ]
            for hint, _, _ in self.found
        }
        texts = {hint: hints.sealed_text(json.loads(hint), key) for hint, key in keys.items()}
        ordered = sorted(texts.values())
        entries = []
        for hint, answers, dtypes in self.found:
            said = json.dumps(hint)
            number = ordered.index(texts[said]).to_bytes(hints.NUMBER, "big")
            entries.append(hints.sealed(number + keys[said], self.salt, self.name, answers, dtypes=dtypes))
        return {
            "texts": ordered,
            "entries": sorted(filter(None, entries), key=lambda it: it.rpartition(":")[2]),
        }

    def _is_telling(self, answers: Sequence[Answer]) -> bool:
        """Whether right answers do not open what is sealed by these, which are certain enough."""
        return not _is_vague(answers, self.right[0]) and not any(
            self._opens(answers, each) for each in self.right
        )

    def _by_dtypes(self, answers: Sequence[Answer]) -> bool:
        return _without_dtypes(answers) == _without_dtypes(self.right[0])

    def _opens(self, answers: Sequence[Answer], other: Sequence[Answer]) -> bool:
        """Whether other answers open what these seal; True, too, where they seal nothing."""
        entry = hints.sealed(b"", self.salt, self.name, answers, dtypes=self._by_dtypes(answers))
        return entry is None or hints.opened(entry, self.salt, self.name, other) is not None


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
    """What a reference with these variants answers in a question's public cases; None where that cannot be compared.

    Args:
        suite: the assignment's.
        question: whose public cases.
        variants: what is wrong.
        style: a way to draw batches.
    """
    recorder = Recorder(lambda remark: None)
    functions = {
        name: _recorded(
            recorder,
            name,
            suite.programs.function(name, _needed(suite, name, variants)),
            style,
        )
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
    """Other for each assignment, and told to everybody."""
    return hashlib.sha256(f"salt of {EDITION} {assignment.name}".encode()).hexdigest()


def _secret(assignment: Assignment) -> bytes:
    """What nobody can make who does not have the reference."""
    return hashlib.sha256(_of_reference(assignment).encode()).digest()


def _digest(assignment: Assignment, question: str, variants: Sequence[Variant], reference: str) -> str:
    """What tells the making of a question's hints: all that their truth depends on."""
    digest = hashlib.sha256(f"{EDITION} {reference}".encode())
    for variant in variants:
        if question in variant.questions:
            digest.update(repr(variant).encode())
    public = assignment.rooms.handout / "tests" / f"{question}.py"
    if public.is_file():
        digest.update(_code(public).encode())
    return digest.hexdigest()


def _of_reference(assignment: Assignment) -> str:
    modules = [assignment.solutions / f"{module}.py" for module in assignment.modules]
    return "\0".join(_code(path) for path in modules if path.is_file())


def _code(path: Path) -> str:
    """A module's lines without docstrings and comments, which every version of Python reads alike."""
    text = path.read_text("utf-8")
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            lines[token.start[0] - 1] = lines[token.start[0] - 1][: token.start[1]]
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(node) is not None
        ):
            said = node.body[0]
            lines[said.lineno - 1 : said.end_lineno] = [""] * len(lines[said.lineno - 1 : said.end_lineno])
    return "\n".join(line.rstrip() for line in lines if line.strip())
