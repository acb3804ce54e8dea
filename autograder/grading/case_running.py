"""Runs Otter's test files against an environment of proxies, and notes how every case ends.

The public cases of all questions run first, then those that train, then the other hidden ones: a worker remembers what
it was given, and its author reads what it says in a public case and the losses that a training reports."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import itertools
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from otter.test_files import GradingResults, TestCase, TestFile, test_case

from ..checks import TRAINING, Changed, Training, charged
from ..diagnosis import Recorder, survey
from ..sandbox import Killed, StudentError
from .case_results import (
    FAILED,
    NOTHING_KNOWN,
    PASSED,
    UNDECIDED,
    CaseResult,
    Known,
    Record,
    forget,
    told_of,
)

TURNS = 3
"""See `run_cases`."""

SURVEY_SECONDS = 2.0
"""Failed cases that took longer are not gone through again."""

Begins = Callable[[str, str], None]
"""Is told the names of the question and the case that begins, or no names where none is under way any more."""

MORE_TRIES = 2
"""How often a case is tried again whose worker was killed, perhaps for lack of memory."""

NOT_DECIDED = (
    "The grader failed here. Nothing is lost by it and nothing decided yet: the course staff looks at it."
)


class _RecordedCase(test_case):  # type: ignore[misc]
    """A test case that notes how it ended, for Otter to call in place of the original.

    Args:
        question: the question's name.
        case: Otter's test case.
        environment: what cases are called with; its `training` knows the runs.
        known: how it ended before, if it need not be run again.
        record: is told how it ended now.
        heard: how often something of the submission's has come to the grader so far.
        recorder: notes the calls.
        begins: is told that it begins.
    """

    def __init__(
        self,
        question: str,
        case: TestCase,
        environment: Mapping[str, Any],
        known: CaseResult | None,
        record: Record,
        heard: Callable[[], int],
        recorder: Recorder,
        begins: Begins,
    ) -> None:
        original = case.body
        super().__init__(
            original.name,
            original.points,
            original.hidden,
            original.success_message,
            original.failure_message,
        )
        self.question = question
        self.case = case
        self.training: Training | None = environment.get(TRAINING)
        self.record = record
        self.heard = heard
        self.recorder = recorder
        self.begins = begins
        self.known = known
        self.result: CaseResult | None = None

    def call_func(self, global_environment: Mapping[str, Any]) -> None:
        if self.known is not None:
            points = float(self.case.points)
            earned = points if self.known.passed else 0.0
            self.result = dataclasses.replace(self.known, points=earned, max_points=points)
            self.result.fail_again()
            return
        self.recorder.begin(self.question, self.name, self.hidden)
        self.begins(self.question, self.name)
        started = time.perf_counter()
        heard = self.heard()
        trained = len(self.training.runs) if self.training else 0
        failure = self._tried(global_environment)
        tries = 0
        while isinstance(failure, Killed) and (failure.forgiven or tries < MORE_TRIES):
            tries += not failure.forgiven
            failure = self._tried(global_environment)
        state, message, staff_message = PASSED, "", ""
        if failure is not None:
            state, message, staff_message = self._ended(failure, self.heard() > heard)
        trainings = tuple(self.training.runs[trained:]) if self.training else ()
        points = float(self.case.points)
        self.result = CaseResult(
            question=self.question,
            name=self.name,
            hidden=self.hidden,
            state=state,
            points=points if state == PASSED else 0.0,
            max_points=points,
            message=told_of(state, message, self.hidden),
            seconds=time.perf_counter() - started,
            staff_message=staff_message,
            trainings=trainings,
        )
        with contextlib.suppress(Exception):  # it is for a grading that is cut off; this one goes on
            self.record(self.result)
        if failure is not None and not self.result.passed:
            raise failure

    def _tried(self, environment: Mapping[str, Any]) -> Exception | None:
        """What the case raises."""
        try:
            with np.errstate(all="ignore"):
                self.case.body.call_func(environment)
        except Exception as error:
            # Otter keeps the exception, which keeps all that the case had: what came back may be large.
            traceback.clear_frames(error.__traceback__)
            return error
        return None

    def survey(self, environment: Mapping[str, Any]) -> None:
        """Where a hidden case has failed, and took little time, note what it would have called further on."""
        result = self.result
        if result is None or self.known or not (result.hidden and result.state == FAILED):
            return
        if result.seconds < SURVEY_SECONDS:
            self.recorder.begin(self.question, self.name, self.hidden)
            survey(self.case.body.call_func, environment)

    def _ended(self, error: Exception, heard: bool) -> tuple[str, str, str]:
        """The state, what the student may read, and what the staff must know of a case that raised this."""
        theirs = charged(error, heard)
        if theirs is None:
            return UNDECIDED, NOT_DECIDED, f"{type(error).__name__}: {error}"
        if isinstance(theirs, StudentError):
            return theirs.state, theirs.message if self.hidden else str(theirs), ""
        told = theirs.told if isinstance(theirs, Changed) else ""
        return FAILED, told if self.hidden else str(theirs), ""


def run_cases(
    files: list[TestFile],
    environment: Mapping[str, Any],
    known: Known = NOTHING_KNOWN,
    record: Record = forget,
    heard: Callable[[], int] = int,
    recorder: Recorder | None = None,
    explain: Callable[[list[CaseResult]], list[CaseResult]] = list,
    begins: Begins = lambda question, name: None,
) -> tuple[GradingResults, tuple[CaseResult, ...]]:
    """Run test files: the public cases of all of them, then those that train, then the other hidden ones.

    Public feedback quotes the student's code, and a worker remembers what it was given: once hidden inputs
    have been sent, nothing that it says is quoted any more. A training is told of by its value and its losses; the
    worker that reports them has seen its training data, and no hidden input.

    Args:
        files: test files of Otter's; they are copied.
        environment: what their cases are called with, by name.
        known: results that stand; their cases are not run.
        record: is told of every other case as it ends.
        heard: how often something of the submission's has come to the grader so far.
        recorder: notes their calls.
        explain: adds to the results of all cases what there is to say of those that were run.
        begins: is told of every case as it begins.
    """
    recorder = recorder or Recorder()
    bodies = {
        file.name: [
            _RecordedCase(
                file.name,
                case,
                environment,
                known.get((file.name, case.name)),
                record,
                heard,
                recorder,
                begins,
            )
            for case in file.test_cases
        ]
        for file in files
    }
    outcomes: dict[tuple[str, int], Any] = {}
    for turn in range(TURNS):
        for file in files:
            chosen = [i for i, case in enumerate(file.test_cases) if _turn(case) == turn]
            part = copy.copy(file)
            part.test_cases = [
                dataclasses.replace(file.test_cases[i], body=bodies[file.name][i]) for i in chosen
            ]
            part.run(environment)
            outcomes.update(
                {(file.name, i): result for i, result in zip(chosen, part.test_case_results, strict=True)}
            )
    begins("", "")
    for body in itertools.chain(*bodies.values()):
        body.survey(environment)
    ended = [body.result for file in files for body in bodies[file.name]]
    cases = explain([result for result in ended if result is not None])
    told = {(case.question, case.name): case.message for case in cases}
    finished: list[TestFile] = []
    for file in files:
        whole = copy.copy(file)
        whole.test_case_results = []
        for i, case in enumerate(file.test_cases):
            result = outcomes[file.name, i]
            result.test_case = case
            result.message = told[file.name, case.name]
            whole.test_case_results.append(result)
        finished.append(whole)
    return GradingResults(finished), tuple(cases)


def trains(case: TestCase) -> bool:
    """Whether a case trains, or needs what was trained."""
    code = case.body.test_func.__code__
    return TRAINING in code.co_varnames[: code.co_argcount]


def _turn(case: TestCase) -> int:
    """When a case runs, from 0 on: a public one, one that trains, another hidden one."""
    if not case.hidden:
        return 0
    return 1 if trains(case) else TURNS - 1
