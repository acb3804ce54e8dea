"""Scores one submission: Otter's test files, run against functions that live in a sandbox.

The tests, the reference and the expected values stay in this process; the student's code stays in its
worker. Otter resolves the points and builds the results; this module adds the state of every case and makes
sure that feedback on a hidden case says nothing of its inputs and expected values.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import inspect
import math
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from otter.test_files import TestFile

from colab_setup.checking.recording import freeze

from ..assignment import Assignment
from ..assignment import settings as assignments
from ..checks import TRAINING, Check, GradingData, Run, fixtures, training_for
from ..diagnosis import Diagnostician, Recorder
from ..records import Setting, fingerprint, versions
from ..sandbox import Blocked, Confinement, Session
from ..submissions import Submission
from ..temporary import Folder
from .case_results import (
    NOTHING_KNOWN,
    UNDECIDED,
    CaseResult,
    Known,
    Record,
    Score,
    forget,
    runs_of,
    told_of,
)
from .case_running import NOT_DECIDED, Begins, run_cases
from .telling.explaining import explained
from .telling.versions import checked_with, differing, reason, with_reasons
from .weighing import weighed_files


class Scorer:
    """Scores the submissions of one run; everything that does not depend on a submission is loaded once.

    Args:
        assignment: what is graded.
        confinement: how workers are started.
        data: what models are trained on and measured with.
        seed: the run's seed.
        tests: paths of the test files as they shall stand in the results; the suite's own by default.
        jobs: how many submissions share the machine's GPU, where there is one.
    """

    judged = True
    """Whether what a submission sends is worked with by a judge of this machine's; see `judges`."""

    def __init__(
        self,
        assignment: Assignment,
        confinement: Confinement,
        data: GradingData,
        seed: int,
        tests: tuple[Path, ...] | None = None,
        jobs: int = 1,
    ) -> None:
        self.assignment = assignment
        self.confinement = confinement
        self.data = data
        self.seed = seed
        self.versions = {**versions(), **confinement.python.versions}
        fraction = assignment.limits.gpu_memory_fraction / jobs
        self.limits = dataclasses.replace(assignment.limits, device=data.device, gpu_memory_fraction=fraction)
        self.reference: SimpleNamespace = assignments.load_reference(assignment)
        self.given = assignment.given_sources
        self.test_files: list[TestFile] = weighed_files(assignment, tests)
        for file in self.test_files:
            for case in file.test_cases:
                # Otter asks for it at every call, and finds it here without taking the function apart.
                case.body.test_func.__signature__ = inspect.signature(case.body.test_func)
        self.check = Check(seed)
        self.fixtures = fixtures(assignment, self.reference, self.check)
        freeze(list(self.fixtures.values()))
        self.diagnostician = Diagnostician(assignment)

    @functools.cached_property
    def setting(self) -> Setting:
        """What a grade depends on beside the submission."""
        assignment = self.assignment
        hidden = (path for path in assignment.solutions.iterdir() if path.suffix in (".py", ".toml"))
        beside = [*assignments.SUITES.glob("*.py"), *assignment.suite.glob("*.py")]
        files = [*assignment.tests, *sorted(beside), *sorted(hidden)]
        data = [np.ascontiguousarray(part).tobytes() for part in self.data.hidden]
        return Setting(
            suite=fingerprint([assignment.graded_settings(), *(path.read_bytes() for path in files)]),
            data=self.data.source,
            images=fingerprint([self.data.dataset.encode(), *data]),
            seed=self.seed,
            device=self.data.device,
            sandbox=self.confinement.name,
            versions=self.versions,
        )

    @property
    def points(self) -> dict[str, float]:
        """The points of every question."""
        return {file.name: float(file.possible) for file in self.test_files}

    def score(
        self,
        submission: Submission,
        known: Known = NOTHING_KNOWN,
        record: Record = forget,
        until: float = math.inf,
        begins: Begins = lambda question, name: None,
    ) -> Score:
        """Run the test cases against a submission.

        Args:
            submission: what was handed in.
            known: results that stand; their cases are not run.
            record: is told of every other case as it ends.
            until: when, by `time.monotonic`, the submission's code is run no more.
            begins: is told of every case as it begins.
        """
        started = time.perf_counter()
        assignment, limits = self.assignment, self.limits
        files = {f"{name}.py": source for name, source in submission.modules.items()}
        files = {**submission.files, **submission.other_modules, **files}
        with (
            _on_disk(submission.attachments) as attachments,
            Session(
                self.confinement, files, assignment.modules, limits, given=self.given, until=until
            ) as session,
            # Weights may hold answers: what is trained here is trained where they are not to be seen.
            Session(
                self.confinement, files, assignment.modules, limits, attachments, until=until
            ) as attached,
        ):
            recorder, language = Recorder(), assignment.feedback.language
            theirs = checked_with(submission.files)
            notes = [*filter(None, [differing(theirs, self.versions)])]
            environment = self._environment(session, attached, recorder, sum(map(len, files.values())))
            results, cases = run_cases(
                self.test_files,
                environment,
                known,
                record,
                lambda: session.heard + attached.heard,
                recorder,
                lambda cases: with_reasons(
                    explained(cases, known, self.diagnostician, recorder, language, notes),
                    known,
                    theirs,
                    self.versions,
                ),
                begins,
            )
            if known and not session.workers:
                session.start()  # no case was run; what could not be imported is told all the same
        notes += recorder.remarks()
        output = self._output(submission, session, runs_of(cases), notes)
        results.set_output(output)
        seconds = time.perf_counter() - started + sum(case.seconds for case in known.values())
        student_seconds = session.student_seconds + attached.student_seconds
        return Score(results, cases, seconds, student_seconds, output)

    def _environment(
        self, session: Session, attached: Session, recorder: Recorder, code_bytes: int
    ) -> dict[str, Any]:
        """What cases are called with, by name.

        Args:
            session: where functions are called.
            attached: where what was handed in with the code can be read.
            recorder: notes the calls.
            code_bytes: how much code there is.
        """
        asked = self.assignment
        environment: dict[str, Any] = {
            **recorder.functions(session.functions(asked.owners)),
            **{name: vars(self.reference)[name] for name in asked.given},
            **self.fixtures,
            "reference": self.reference,
            "check": self.check,
        }
        if asked.training is not None:
            environment[TRAINING] = training_for(
                asked,
                asked.training,
                self.data,
                self.seed,
                self.limits.training_seconds,
                asked.training.refusal(code_bytes),
                lambda: session.heard + attached.heard,
                SimpleNamespace(**self.data.given(attached)),
            )
        return environment

    def put_together(
        self, cases: Iterable[CaseResult], seconds: float, student_seconds: float, output: str
    ) -> Score:
        """The score whose parts another process has found out, with Otter's results of this one."""
        results, known = run_cases(self.test_files, {}, {(case.question, case.name): case for case in cases})
        results.set_output(output)
        return Score(results, known, seconds, student_seconds, output)

    def give_up(self, error: Exception, reason: str) -> Score:
        """The score of a submission that the grader failed on as a whole: all of it is undecided.

        Args:
            error: what happened, for the staff.
            reason: the text for all of the submission.
        """
        cases = [
            CaseResult(
                question=file.name,
                name=case.name,
                hidden=case.hidden,
                state=UNDECIDED,
                points=0.0,
                max_points=float(case.points),
                message=told_of(UNDECIDED, NOT_DECIDED, case.hidden),
                seconds=0.0,
                staff_message=f"{type(error).__name__}: {error}",
            )
            for file in self.test_files
            for case in file.test_cases
        ]
        return self.put_together(cases, 0.0, 0.0, reason)

    def refuse(self, reason: str) -> Score:
        """The score of a submission that could not be opened: no points, and the reason with every case."""
        started = time.perf_counter()

        def refused() -> None:
            raise Blocked(reason)

        files = []
        for original in self.test_files:
            file = copy.copy(original)
            file.test_cases = [
                dataclasses.replace(case, body=copy.copy(case.body)(refused)) for case in original.test_cases
            ]
            files.append(file)
        results, cases = run_cases(files, {})
        results.set_output(reason)
        return Score(results, cases, time.perf_counter() - started, 0.0, reason)

    def _output(self, submission: Submission, session: Session, runs: list[Run], notes: list[str]) -> str:
        blocked = session.blocked.values()
        whys = (reason(text, checked_with(submission.files), self.versions) for text in blocked)
        lines = [*submission.notes, *blocked, *dict.fromkeys(filter(None, whys)), *notes]
        if self.confinement.name == "none":
            lines.append(
                "Graded WITHOUT a sandbox (--no-sandbox): the student's code could reach the grader."
            )
        if self.data.source:
            lines.append(f"Models were trained and measured on {self.data.source}.")
        return "\n".join([*lines, *map(str, runs)])


@contextmanager
def _on_disk(attachments: Mapping[str, bytes]) -> Iterator[dict[str, Path]]:
    """A submission's attachments as files, for as long as it is scored; they never cross a socket."""
    if not attachments:
        yield {}
        return
    with Folder("attached") as folder:
        paths = {name: folder / name for name in attachments}
        for name, path in paths.items():
            path.write_bytes(attachments[name])
            path.chmod(0o644)  # a worker may be another user; the folder keeps everyone else out
        yield paths
