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
import itertools
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
from otter.nbmeta_config import NBMetadataConfig
from otter.run import AutograderConfig
from otter.test_files import GradingResults, TestCase, TestFile, create_test_file, test_case

from . import assignment as assignments
from .accuracy import Accuracy, GradingData, Run
from .assignment import Assignment
from .checks import Check
from .diagnosis import Diagnosis, Diagnostician, Recorder, survey
from .sandbox import Blocked, Confinement, SandboxError, Session, StudentError
from .store import Setting, fingerprint
from .submission import Submission

PASSED, FAILED, GRADER_ERROR = "passed", "failed", "grader error"
EARNING = frozenset({PASSED, GRADER_ERROR})
INTERRUPTED = frozenset({"timed out", "out of memory", "crashed"})
"""States after which a submission is only partly graded."""

SURVEY_SECONDS = 2.0
"""Failed cases that took longer are not gone through again."""

MAX_MESSAGE = 4000
"""Longest feedback on one case in characters."""


@functools.cache
def versions() -> dict[str, str]:
    """The versions that a grade may depend on."""
    names = ("deep-learning-coursework", "otter-grader", "numpy", "torch")
    return {name: version(name) for name in names if find_spec(name.replace("-", "_")) or name != "torch"}


@dataclasses.dataclass(frozen=True)
class CaseResult:
    """What became of one test case.

    Attributes:
        question: the question's name.
        name: the case's name.
        hidden: whether students see it.
        state: passed, failed, not attempted, blocked, timed out, out of memory, crashed or grader error.
        points: points earned.
        max_points: points possible.
        message: feedback that a student may read.
        seconds: wall-clock seconds.
        staff_message: for a grader error, what went wrong.
        trainings: the trainings of this case, for an accuracy question.
        misconceptions: the names of those that explain why it failed; staff's.
        hint: what to look at, by language; of a hidden case it is for whom the assignment's settings say.
        evidence: a call that went wrong, as texts; of a hidden case it is the staff's.
    """

    question: str
    name: str
    hidden: bool
    state: str
    points: float
    max_points: float
    message: str
    seconds: float
    staff_message: str = ""
    trainings: tuple[Run, ...] = ()
    misconceptions: tuple[str, ...] = ()
    hint: Mapping[str, str] = dataclasses.field(default_factory=dict)
    evidence: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether it earns its points; a grader error costs none."""
        return self.state in EARNING

    def fail_again(self) -> None:
        """Raise if the case did not pass; a method, since Otter quotes a line of the test two calls below itself."""
        assert self.passed, self.message

    def record(self) -> dict[str, Any]:
        """As JSON can hold it. `dataclasses.asdict` would copy every value, which shows in a batch of thousands."""
        return {**vars(self), "trainings": [vars(run) for run in self.trainings]}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> CaseResult:
        """The result of which `record` made one."""
        trainings = tuple(Run(**run) for run in record.get("trainings", ()))
        names = tuple(record.get("misconceptions", ()))
        return cls(**{**record, "trainings": trainings, "misconceptions": names})


Known = Mapping[tuple[str, str], CaseResult]
"""Results of cases that need not be run again, by question and name."""

NOTHING_KNOWN: Known = MappingProxyType({})

Record = Callable[[CaseResult], None]
"""Is told of every case as it ends."""


def _forget(case: CaseResult) -> None:
    """For those who keep nothing."""


@dataclasses.dataclass(frozen=True)
class Score:
    """A scored submission.

    Attributes:
        results: Otter's results.
        cases: the state of every case.
        seconds: wall-clock seconds in all.
        student_seconds: those spent inside the student's code.
        output: one text for all of the submission.
    """

    results: GradingResults
    cases: tuple[CaseResult, ...]
    seconds: float
    student_seconds: float
    output: str

    @property
    def runs(self) -> list[Run]:
        """The trainings of the accuracy questions."""
        return _runs(self.cases)

    @property
    def status(self) -> str:
        """graded, partial or attention."""
        states = {case.state for case in self.cases}
        if GRADER_ERROR in states:
            return "attention"
        return "partial" if states & INTERRUPTED else "graded"

    def gradescope(self) -> dict[str, Any]:
        """Otter's results in Gradescope's form."""
        results: dict[str, Any] = self.results.to_gradescope_dict(_otter_config())
        return results


@functools.cache
def _otter_config() -> AutograderConfig:
    return AutograderConfig({})


class Scorer:
    """Scores the submissions of one run; everything that does not depend on a submission is loaded once.

    Args:
        assignment: what is graded.
        confinement: how workers are started.
        data: what accuracy questions train on.
        seed: the run's seed.
        tests: paths of the test files as they shall stand in the results; the suite's own by default.
        jobs: how many submissions share the machine's GPU, where there is one.
    """

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
        fraction = assignment.limits.gpu_memory_fraction / jobs
        self.limits = dataclasses.replace(assignment.limits, device=data.device, gpu_memory_fraction=fraction)
        self.reference: SimpleNamespace = assignments.load_reference(assignment)
        self.given = assignment.given_sources
        self.test_files: list[TestFile] = [
            create_test_file(str(path), NBMetadataConfig()) for path in tests or assignment.tests
        ]
        # The files serve the whole batch, and what a student's function does to its arguments shows in the
        # caller's: no submission may change what the next one is given.
        for file in self.test_files:
            for case in file.test_cases:
                _freeze(list(case.body.test_func.__globals__.values()))
                # Otter asks for it at every call, and finds it here without taking the function apart.
                case.body.test_func.__signature__ = inspect.signature(case.body.test_func)
        self.check = Check(seed)
        self.diagnostician = Diagnostician(assignment)

    @functools.cached_property
    def setting(self) -> Setting:
        """What a grade depends on beside the submission."""
        settings = self.assignment
        files = [*settings.tests, *sorted(settings.solutions.glob("*.py"))]
        data = [np.ascontiguousarray(part).tobytes() for part in (self.data.X_test, self.data.y_test)]
        return Setting(
            suite=fingerprint([settings.graded_settings(), *(path.read_bytes() for path in files)]),
            data=self.data.source,
            images=fingerprint([self.data.dataset.encode(), *data]),
            seed=self.seed,
            device=self.data.device,
            sandbox=self.confinement.name,
            versions=versions(),
        )

    @property
    def points(self) -> dict[str, float]:
        """The points of every question."""
        return {file.name: float(file.possible) for file in self.test_files}

    def score(self, submission: Submission, known: Known = NOTHING_KNOWN, record: Record = _forget) -> Score:
        """Run the test cases against a submission.

        Args:
            submission: what was handed in.
            known: results that stand; their cases are not run.
            record: is told of every other case as it ends.
        """
        started = time.perf_counter()
        settings, limits = self.assignment, self.limits
        files = {f"{name}.py": source for name, source in submission.modules.items()}
        files = {**submission.other_modules, **files}
        with (
            _on_disk(submission.attachments) as attachments,
            Session(self.confinement, files, settings.modules, limits, given=self.given) as session,
            # Weights may hold answers: what is trained here is trained where they are not to be seen.
            Session(self.confinement, files, settings.modules, limits, attachments) as attached,
        ):

            def answered() -> int:
                return session.answered + attached.answered

            accuracy = Accuracy(
                self.data,
                settings.recipes[self.data.dataset],
                self.seed,
                limits.training_seconds,
                _too_much_code(files, settings.source_kb),
                answered,
            )
            recorder = Recorder()
            environment = {
                **recorder.functions(session.functions(settings.owners)),
                **self.data.environment(attached),
                **{name: vars(self.reference)[name] for name in settings.given},
                "reference": self.reference,
                "seed": self.seed,
                "check": self.check,
                "accuracy": accuracy,
            }
            results, cases = run_cases(
                self.test_files,
                environment,
                known,
                record,
                answered,
                recorder,
                lambda cases: self._explained(cases, recorder),
            )
            if known and not session.workers:
                session.start()  # no case was run; what could not be imported is told all the same
        output = self._output(submission, session, _runs(cases))
        results.set_output(output)
        seconds = time.perf_counter() - started + sum(case.seconds for case in known.values())
        student_seconds = session.student_seconds + attached.student_seconds
        return Score(results, cases, seconds, student_seconds, output)

    def _explained(self, cases: list[CaseResult], recorder: Recorder) -> list[CaseResult]:
        """The same, those that failed with what there is to say of them."""
        failed = {(case.question, case.name) for case in cases if case.state == FAILED}
        if not failed:
            return cases
        found = self.diagnostician.diagnose(recorder.calls, failed)
        return [
            self._with_hint(case, found[case.question, case.name])
            if (case.question, case.name) in found
            else case
            for case in cases
        ]

    def _with_hint(self, case: CaseResult, diagnosis: Diagnosis) -> CaseResult:
        told = diagnosis.hint.get(self.assignment.feedback.language, "")
        message = f"{case.message}\n💡 {told}" if told and not case.hidden else case.message
        return dataclasses.replace(
            case,
            message=message,
            misconceptions=diagnosis.misconceptions,
            hint=dict(diagnosis.hint),
            evidence=dict(diagnosis.evidence),
        )

    def put_together(
        self, cases: Iterable[CaseResult], seconds: float, student_seconds: float, output: str
    ) -> Score:
        """The score whose parts another process has found out, with Otter's results of this one."""
        results, known = run_cases(self.test_files, {}, {(case.question, case.name): case for case in cases})
        results.set_output(output)
        return Score(results, known, seconds, student_seconds, output)

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

    def _output(self, submission: Submission, session: Session, runs: list[Run]) -> str:
        lines = [*submission.notes, *(reason for reason in session.blocked.values())]
        if self.confinement.name == "none":
            lines.append(
                "Graded WITHOUT a sandbox (--no-sandbox): the student's code could reach the grader."
            )
        lines += [f"Accuracy was measured on {self.data.source}.", *map(str, runs)]
        return "\n".join(lines)


@contextmanager
def _on_disk(attachments: Mapping[str, bytes]) -> Iterator[dict[str, Path]]:
    """A submission's attachments as files, for as long as it is scored; they never cross a socket."""
    if not attachments:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="coursework-attached-") as folder:
        paths = {name: Path(folder) / name for name in attachments}
        for name, path in paths.items():
            path.write_bytes(attachments[name])
            path.chmod(0o644)  # a worker may be another user; the folder keeps everyone else out
        yield paths


def _too_much_code(files: Mapping[str, bytes], most_kb: int) -> str:
    """Why accuracies are not measured: answers for a whole data set take more room than code."""
    size = sum(map(len, files.values())) / 1024
    if size <= most_kb:
        return ""
    return f"The modules hold {size:,.0f} KiB, and accuracies are measured up to {most_kb} KiB: leave only code in them."


class _RecordedCase(test_case):  # type: ignore[misc]
    """A test case that notes how it ended, for Otter to call in place of the original.

    Args:
        question: the question's name.
        case: Otter's test case.
        environment: what cases are called with; its accuracy knows the trainings.
        known: how it ended before, if it need not be run again.
        record: is told how it ended now.
        answered: how many calls the student's functions have answered so far.
        recorder: notes the calls.
    """

    def __init__(
        self,
        question: str,
        case: TestCase,
        environment: Mapping[str, Any],
        known: CaseResult | None,
        record: Record,
        answered: Callable[[], int],
        recorder: Recorder,
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
        self.accuracy: Accuracy | None = environment.get("accuracy")
        self.record = record
        self.answered = answered
        self.recorder = recorder
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
        started = time.perf_counter()
        answered = self.answered()
        trained = len(self.accuracy.runs) if self.accuracy else 0
        failure: Exception | None = None
        try:
            state, message, staff_message = PASSED, "", ""
            with np.errstate(all="ignore"):
                self.case.body.call_func(global_environment)
        except Exception as error:
            failure = error
            state, message, staff_message = self._ended(error, answered)
        trainings = tuple(self.accuracy.runs[trained:]) if self.accuracy else ()
        points = float(self.case.points)
        self.result = CaseResult(
            question=self.question,
            name=self.name,
            hidden=self.hidden,
            state=state,
            points=points if state in EARNING else 0.0,
            max_points=points,
            message=_feedback(state, message, self.hidden),
            seconds=time.perf_counter() - started,
            staff_message=staff_message,
            trainings=trainings,
        )
        self.record(self.result)
        if failure is not None and not self.result.passed:
            raise failure

    def survey(self, environment: Mapping[str, Any]) -> None:
        """Where a hidden case has failed, and took little time, note what it would have called further on."""
        result = self.result
        if result is None or self.known or not (result.hidden and result.state == FAILED):
            return
        if result.seconds < SURVEY_SECONDS:
            self.recorder.begin(self.question, self.name, self.hidden)
            survey(self.case.body.call_func, environment)

    def _ended(self, error: Exception, answered_before: int) -> tuple[str, str, str]:
        """The state, what the student may read, and what the staff must know of a case that raised this."""
        if isinstance(error, StudentError):
            return error.state, error.message if self.hidden else str(error), ""
        if isinstance(error, AssertionError):
            return FAILED, "" if self.hidden else str(error), ""
        if not isinstance(error, SandboxError) and self.answered() > answered_before:
            # The student's function has answered, and its answer could not be worked with.
            text = f"What came back could not be used: {type(error).__name__}: {error}"
            return FAILED, "" if self.hidden else text, ""
        told = "The grader failed here, which costs no marks. The course staff has been told."
        return GRADER_ERROR, told, f"{type(error).__name__}: {error}"


def run_cases(
    files: list[TestFile],
    environment: Mapping[str, Any],
    known: Known = NOTHING_KNOWN,
    record: Record = _forget,
    answered: Callable[[], int] = int,
    recorder: Recorder | None = None,
    explain: Callable[[list[CaseResult]], list[CaseResult]] = list,
) -> tuple[GradingResults, tuple[CaseResult, ...]]:
    """Run test files: the public cases of all of them, then the hidden ones.

    Public feedback quotes the student's code, and a worker remembers what it was given: once hidden inputs
    have been sent, nothing that it says is quoted any more.

    Args:
        files: test files of Otter's; they are copied.
        environment: what their cases are called with, by name.
        known: results that stand; their cases are not run.
        record: is told of every other case as it ends.
        answered: how many calls the student's functions have answered so far.
        recorder: notes their calls.
        explain: adds to the results of all cases what there is to say of those that were run.
    """
    recorder = recorder or Recorder()
    bodies = {
        file.name: [
            _RecordedCase(
                file.name, case, environment, known.get((file.name, case.name)), record, answered, recorder
            )
            for case in file.test_cases
        ]
        for file in files
    }
    outcomes: dict[tuple[str, int], Any] = {}
    for hidden in (False, True):
        for file in files:
            chosen = [i for i, case in enumerate(file.test_cases) if case.hidden == hidden]
            part = copy.copy(file)
            part.test_cases = [
                dataclasses.replace(file.test_cases[i], body=bodies[file.name][i]) for i in chosen
            ]
            part.run(environment)
            outcomes.update(
                {(file.name, i): result for i, result in zip(chosen, part.test_case_results, strict=True)}
            )
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


def _runs(cases: Iterable[CaseResult]) -> list[Run]:
    return [run for case in cases for run in case.trainings]


def _freeze(value: object) -> None:
    """Make arrays read-only, also those in lists, tuples and dictionaries."""
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    elif isinstance(value, list | tuple):
        for item in value:
            _freeze(item)
    elif isinstance(value, dict):
        _freeze(list(value.values()))


def _feedback(state: str, message: str, hidden: bool) -> str:
    """The text on one case for students; of a hidden one it tells the state alone."""
    if state == PASSED:
        return "✅ Test case passed"
    text = message.strip()
    if hidden:
        text = f"{text.removesuffix(':').removesuffix('.')}." if text else "A hidden check failed."
    if len(text) > MAX_MESSAGE:
        text = text[:MAX_MESSAGE] + " […]"
    return f"{'⚠️' if state == GRADER_ERROR else '❌'} {state.capitalize()}: {text}"
