"""Runs a suite against the staff's own code: here, without a sandbox and without training on a data set."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import io
import sys
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from otter.test_files import TestFile

from ..assignment import Assignment, Variant, apply
from ..assignment import settings as assignments
from ..checks import Check, Mismatch, fixtures
from ..diagnosis import Call, Diagnostician, Recorder
from ..grading import FAILED, NOTHING_KNOWN, CaseResult, run_cases, trains, weighed_files
from ..sandbox import NotAttempted, Raised, StudentError

WIDE = 100
"""Tolerances by which a mistake must show: one that barely fails may pass with another seed."""


@dataclass(frozen=True)
class Trial:
    """One variant, or several of one style, against the suite.

    Attributes:
        name: of the variant; "reference", "stubs", or the style's.
        variants: what was put into the reference; empty for reference and stubs.
        lost: points lost by question.
        killers: the cases that failed.
        named: the misconceptions that the diagnosis named.
        hint: the hint that it gave, in English.
        complaint: what is wrong with the suite; empty where nothing is.
    """

    name: str
    variants: tuple[Variant, ...]
    lost: Mapping[str, float]
    killers: tuple[str, ...]
    named: tuple[str, ...]
    hint: str
    complaint: str = ""


class UntimedCheck(Check):
    """Looks at the value of a speed case alone, and notes how many tolerances wide the widest mismatch was."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.excess = 0.0

    def same(self, *args: Any, **kwargs: Any) -> None:
        """See `Check.same`."""
        try:
            super().same(*args, **kwargs)
        except Mismatch as mismatch:
            self.excess = max(self.excess, mismatch.excess)
            raise

    def speed(
        self, student_fn: Any, loops_fn: Any, make_args: Any, times: float = 10, **options: Any
    ) -> None:
        """Two calls with other arguments must be right."""
        for turn in range(2):
            args = make_args(turn)
            expected = options["reference_fn"](*args)  # before, since a function may write into its arguments
            self.same(student_fn(*args), expected)


@dataclass(frozen=True)
class LocalFunction:
    """A function of this process that fails as one in the sandbox does, and whose calls are noted."""

    name: str
    target: Callable[..., Any]
    recorder: Recorder

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        random = _state()
        return self.recorder.call(self.name, self._guarded(self.target), args, kwargs, lambda: random)

    def apply(self, *args: Any) -> Any:
        """For a `torch.autograd.Function`."""
        target = self._guarded(self.target.apply)  # type: ignore[attr-defined]
        return self.recorder.call(self.name, target, args, {}, bytes)

    def _guarded(self, target: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                value = target(*args, **kwargs)
                if hasattr(value, "forward"):  # a model, which shall fail in the same way
                    kind = type(value)
                    value.__class__ = type(kind.__name__, (kind,), {"forward": self._guarded(kind.forward)})
                return value
            except (AssertionError, StudentError):
                raise  # a callback of the check's
            except NotImplementedError as error:
                raise NotAttempted(f"{self.name} is not written yet.") from error
            except Exception as error:
                text = f"{type(error).__name__}: {error}"
                raise Raised(f"{self.name} raised an exception:", text, type(error).__name__) from error

        return guarded


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
        """The questions that a mistake in a function can show in: they call it, or what calls it."""
        return tuple(
            question
            for question in self.questions
            if any(
                function == called or function in self.programs.uses(called)
                for called in self.functions_of(question)
            )
        )

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
        program = dataclasses.replace(self.programs, sources=sources)
        recorder = recorder or Recorder()
        functions = {
            name: LocalFunction(name, program.function(name), recorder) for name in self.assignment.owners
        }
        environment = self.environment(functions)
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

    def calls(self, function: str, questions: Collection[str]) -> list[Call]:
        """The calls of a function that questions make of the reference."""
        recorder = Recorder()
        self.run(self.programs.sources, questions, recorder=recorder)
        return [call for call in recorder.calls if call.function == function]

    def try_variants(self, name: str, variants: tuple[Variant, ...], questions: Collection[str]) -> Trial:
        """What becomes of the reference with these variants in it."""
        return trial_of(name, variants, self.run(apply(variants, dict(self.programs.sources)), questions))

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
        sources = apply((variant,), dict(self.programs.sources))
        asked = variant.questions if briefly else questions
        trial = trial_of(variant.name, (variant,), self.run(sources, asked, briefly=briefly))
        others = sorted(trial.lost.keys() - set(variant.questions))
        complaint = ""
        if not trial.lost:
            complaint = "It survives: it loses no points."
        elif others:
            complaint = f"It costs points in {', '.join(others)} as well."
        elif 0 < self.check.excess < WIDE:
            complaint = f"It shows by {self.check.excess:.3g} tolerances only."
        elif not set(trial.named) <= {variant.name}:
            complaint = f"It is taken for {', '.join(trial.named)}."
        return dataclasses.replace(trial, complaint=complaint)


def _one_by_one(files: list[TestFile]) -> Iterator[list[TestFile]]:
    for file in files:
        for case in file.test_cases:
            part = copy.copy(file)
            part.test_cases = [case]
            yield [part]


def _without_training(file: TestFile) -> TestFile:
    file.test_cases = [case for case in file.test_cases if not trains(case)]
    return file


def _state() -> bytes:
    """Of torch's own generator, where torch is used."""
    torch = sys.modules.get("torch")
    return torch.get_rng_state().numpy().tobytes() if torch else b""


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Without prints and warnings, and with torch's own generator as a fresh worker has it."""
    torch = sys.modules.get("torch")
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        torch.random.fork_rng() if torch else contextlib.nullcontext(),
    ):
        warnings.simplefilter("ignore")
        if torch:
            torch.manual_seed(0)
        yield


def trial_of(
    name: str, variants: tuple[Variant, ...], cases: list[CaseResult], *, passed: bool = False
) -> Trial:
    """What cases say; with `passed`, those that passed are what is told."""
    told = [case for case in cases if (case.state == "passed") == passed]
    lost: dict[str, float] = {}
    for case in told:
        lost[case.question] = lost.get(case.question, 0.0) + case.max_points
    return Trial(
        name,
        variants,
        lost,
        tuple(case.name for case in told),
        tuple(dict.fromkeys(found for case in told for found in case.misconceptions)),
        next((case.hint["en"] for case in told if case.hint), ""),
    )
