"""Runs a suite against the staff's own code: here, without a sandbox and without training on a data set."""

from __future__ import annotations

import copy
import dataclasses
import textwrap
import traceback
from collections.abc import Collection, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from otter.test_files import TestFile

from ...assignment import Assignment, Variant, apply, load_misconceptions
from ...assignment import settings as assignments
from ...checks import fixtures
from ...diagnosis import Call, Diagnostician, Recorder, TooLong, within
from ...grading import FAILED, NOTHING_KNOWN, CaseResult, run_cases, trains, weighed_files
from ...text import did_you_mean
from ..local import LocalFunction, UntimedCheck
from ..local import quietly as quietly
from .trials import Trial, trial_of

WIDE = 100
"""Tolerances by which a mistake must show: one that barely fails may pass with another seed."""

MOST_TOLD = 300
"""Characters of what a case raises."""

VARIANT_SECONDS = 300
"""Processor time for one variant: what takes longer may never end."""


class Unfit(Exception):
    """A variant cannot be tried; one sentence why."""


class Suite:
    """An assignment's suite, ready to be tried.

    Args:
        assignment: whose.
        seed: of hidden inputs.
    """

    def __init__(self, assignment: Assignment, seed: int) -> None:
        self.assignment = assignment
        self.diagnostician = Diagnostician(assignment)
        self.programs = self.diagnostician.programs
        self.reference = assignments.load_reference(assignment)
        self.check = UntimedCheck(seed)
        self.fixtures = fixtures(assignment, self.reference, self.check)
        self.files = [file for file in map(_without_training, weighed_files(assignment)) if file.test_cases]

    @property
    def questions(self) -> tuple[str, ...]:
        """Those that can be tried."""
        return tuple(file.name for file in self.files)

    def runs_everything(self, question: str) -> bool:
        """Whether a question may suffer from any mistake: it runs a training."""
        return bool(self.functions_of(question) & set(self.assignment.trained_by))

    def functions_of(self, question: str) -> frozenset[str]:
        """The graded functions that a question's cases call."""
        cases = next(file for file in self.files if file.name == question).test_cases
        codes = [case.body.test_func.__code__ for case in cases]
        named = {name for code in codes for name in code.co_varnames[: code.co_argcount]}
        return frozenset(named & self.assignment.owners.keys())

    def reached_from(self, function: str) -> tuple[str, ...]:
        """The questions that a mistake in a function or class can show in: they call it, or what calls it."""
        return tuple(
            question
            for question in self.questions
            if any(self.programs.rests_on(called, function) for called in self.functions_of(question))
        )

    def misconceptions(self) -> tuple[Variant, ...]:
        """Those of the graded functions, function by function, and then those of what these are made with."""
        others = (
            variant
            for variant in load_misconceptions(self.assignment.solutions)
            if variant.function not in self.programs.variants
        )
        return (*(variant for variants in self.programs.variants.values() for variant in variants), *others)

    def environment(self, functions: Mapping[str, Any]) -> dict[str, Any]:
        """What cases are called with, by name, where these are the functions under test."""
        given = {name: vars(self.reference)[name] for name in self.assignment.given}
        return {**given, **functions, **self.fixtures, "reference": self.reference, "check": self.check}

    def run(
        self,
        sources: Mapping[str, str],
        questions: Collection[str],
        *,
        briefly: bool = False,
        explained: bool = True,
        recorder: Recorder | None = None,
    ) -> list[CaseResult]:
        """The results of modules in some questions.

        Args:
            sources: the modules.
            questions: those that are asked.
            briefly: whether to stop at the first case that fails.
            explained: whether it is found out why cases fail.
            recorder: notes the calls.
        """
        recorder = recorder or Recorder()
        environment = self.environment(self._functions(sources, recorder))
        files = [file for file in self.files if file.name in questions]

        def explain(cases: list[CaseResult]) -> list[CaseResult]:
            failed = {(case.question, case.name) for case in cases if case.state == FAILED}
            found = self.diagnostician.diagnose(recorder.calls, failed)
            nothing = SimpleNamespace(misconceptions=(), hint={})
            told = [found.get((case.question, case.name), nothing) for case in cases]
            return [
                dataclasses.replace(case, misconceptions=it.misconceptions, hint=it.hint)
                for case, it in zip(cases, told, strict=True)
            ]

        ended: list[CaseResult] = []
        for part in _one_by_one(files) if briefly else [files]:
            with quietly():
                _, cases = run_cases(
                    part,
                    environment,
                    NOTHING_KNOWN,
                    heard=lambda: 1 + len(recorder.calls),
                    recorder=recorder,
                    explain=explain if explained else list,
                )
            ended += cases
            if briefly and not all(case.passed for case in cases):
                break
        return ended

    def _functions(self, sources: Mapping[str, str], recorder: Recorder) -> dict[str, LocalFunction]:
        program = dataclasses.replace(self.programs, sources=sources)
        return {
            name: LocalFunction(name, program.function(name), recorder, self.assignment.limits.torch)
            for name in self.assignment.owners
        }

    def _ended(
        self,
        variants: tuple[Variant, ...],
        questions: Collection[str],
        recorder: Recorder,
        *,
        briefly: bool = False,
    ) -> list[CaseResult]:
        """See `run`.

        Raises:
            Unfit: it cannot be imported, or does not end.
        """
        sources = apply(variants, dict(self.programs.sources))
        try:
            with within(VARIANT_SECONDS):
                return self.run(sources, questions, briefly=briefly, recorder=recorder)
        except TooLong as error:
            raise Unfit(f"It has not ended after {VARIANT_SECONDS} s.") from error
        except (Exception, SystemExit) as error:
            raise Unfit(f"It cannot be tried: {type(error).__name__}: {error}.") from error

    def why(self, variants: tuple[Variant, ...], name: str) -> str:
        """What a case raises with these variants, with file and line; "" where it passes."""
        file, case = next(
            (file, case) for file in self.files for case in file.test_cases if case.name == name
        )
        environment = self.environment(
            self._functions(apply(variants, dict(self.programs.sources)), Recorder())
        )
        test = case.body.test_func
        asked = test.__code__.co_varnames[: test.__code__.co_argcount]
        try:
            with quietly():
                test(**{parameter: environment[parameter] for parameter in asked})
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            lines = [frame.lineno for frame in frames if frame.filename in (file.path, "<string>")]
            first = textwrap.shorten(str(error), MOST_TOLD, placeholder=" ...")
            kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
            if isinstance(error, AttributeError) and error.obj in (self.check, self.reference):
                asked_of = "check" if error.obj is self.check else "reference"
                kind, first = (
                    "",
                    f"{asked_of} has no {error.name!r}.{did_you_mean(str(error.name), dir(error.obj))}",
                )
            return f"{file.path}, line {lines[-1]}: {kind}{first}"
        return ""

    def calls(self, function: str, questions: Collection[str]) -> list[Call]:
        """The calls of a function that questions make of the reference."""
        recorder = Recorder()
        self.run(self.programs.sources, questions, recorder=recorder)
        return [call for call in recorder.calls if call.function == function]

    def try_variants(self, name: str, variants: tuple[Variant, ...], questions: Collection[str]) -> Trial:
        """What becomes of the reference with these variants in it."""
        try:
            return trial_of(name, variants, self._ended(variants, questions, Recorder()))
        except Unfit as error:
            return Trial(name, variants, {}, (), (), "", str(error))

    def try_misconception(self, variant: Variant) -> Trial:
        """A wrong variant must lose points in its own questions, and in no other but those that run everything."""
        questions = [
            question
            for question in self.reached_from(variant.function)
            if question in variant.questions or not self.runs_everything(question)
        ]
        self.check.excess = 0.0
        # Cases that train networks take seconds each: one that catches it is enough.
        briefly = self.assignment.limits.torch and any(map(self.runs_everything, variant.questions))
        asked = variant.questions if briefly else questions
        recorder = Recorder()
        try:
            ended = self._ended((variant,), asked, recorder, briefly=briefly)
        except Unfit as error:
            return Trial(variant.name, (variant,), {}, (), (), "", str(error))
        trial = trial_of(variant.name, (variant,), ended)
        unknown = next(
            (call.error[1] for call in recorder.calls if call.error and call.error[0] == "NameError"), ""
        )
        others = sorted(trial.lost.keys() - set(variant.questions))
        complaint = ""
        if not set(self.questions) & set(variant.questions):
            recipes = (recipe for found in self.assignment.recipes.values() for recipe in found.values())
            if not any(variant.name in recipe.catches for recipe in recipes):
                complaint = (
                    "Only a training can show it: name it in `catches` of a recipe, which `calibrate` tries."
                )
        elif unknown:
            complaint = f"It fails for another reason than its mistake: {unknown}."
        elif not trial.lost:
            complaint = "It survives: it loses no points."
        elif others:
            complaint = f"It costs points in {', '.join(others)} as well."
        elif 0 < self.check.excess < WIDE:
            complaint = f"It shows by {self.check.excess:.3g} tolerances only."
        elif not set(trial.named) <= {variant.name}:
            complaint = f"It is taken for {', '.join(trial.named)}."
        elif trial.only_hidden and not variant.only_hidden:
            complaint = "It passes all public cases: write one that it fails, or say in only_hidden why there is none."
        elif variant.only_hidden and not trial.only_hidden:
            complaint = "A public case catches it: take only_hidden out."
        return dataclasses.replace(trial, complaint=complaint)


def _one_by_one(files: list[TestFile]) -> Iterator[list[TestFile]]:
    """Each case alone; public ones first, so that who stops at the first to fail knows whether one of those does."""
    for hidden in (False, True):
        for file in files:
            for case in file.test_cases:
                if bool(case.hidden) == hidden:
                    part = copy.copy(file)
                    part.test_cases = [case]
                    yield [part]


def _without_training(file: TestFile) -> TestFile:
    file.test_cases = [case for case in file.test_cases if not trains(case)]
    return file
