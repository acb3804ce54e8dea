"""Grades a batch: opens, scores and records every submission, several at a time.

Every submission ends with a `results/<submission>/results.json` in Gradescope's form and a row in
`grades.csv`, each written atomically; the store behind them has it the moment it is known. One bad submission never
stops the batch.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import datetime
import io
import sys
import time
import traceback
from collections.abc import Collection, Generator, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from . import answers, roll
from .deadline import Deadline
from .files import write_atomically
from .report.collecting import hidden_hints_shown
from .report.markdown import feedback
from .scoring import FAILED, GRADER_ERROR, CaseResult, Known, Score, Scorer
from .store import Grading, Row, Setting, Store, StoreError, fingerprint
from .submission import SubmissionError, open_submission

GRADED, PARTIAL, ATTENTION, REJECTED = "graded", "partial", "attention", "rejected"

STORE = "grades.sqlite"
"""The store's name in the folder of the results."""

NOTE_SECONDS = 0.3
"""Seconds of grading that a kill may take back: cases are recorded together until they add up to it."""

SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter while another one waits for it, where several grade."""

VIEW_SECONDS = 1.0
"""Least seconds between two writings of `grades.csv`, which holds all rows each time."""


class OutputError(Exception):
    """The folder for the results cannot be used; the message says why and what to do."""


class Results:
    """The results of an assignment in a folder: a store, and `grades.csv` and `results/` as views of it.

    Rows of submissions that an earlier run has graded stay, so that a late one can be graded by itself.

    Args:
        folder: made if it is not there.
        assignment: the assignment's name; a folder holds results of one assignment only.
        points: points possible by question.
        fresh: whether to grade again what was graded before and has not changed.
        regrade: the questions to grade again in every submission, the others staying as they are.
        intake: the submissions that this run has found, and whose they are.
        deadline: the late policy; it may decide which of several attempts is the best.

    Raises:
        OutputError: the folder cannot be written, or holds another assignment's results, or there is no such question.
    """

    def __init__(
        self,
        folder: Path,
        assignment: str,
        points: Mapping[str, float],
        *,
        fresh: bool = False,
        regrade: Collection[str] = (),
        intake: roll.Intake | None = None,
        deadline: Deadline | None = None,
    ) -> None:
        self.folder = folder
        self.assignment = assignment
        self.points = dict(points)
        self.fresh = fresh
        self.regrade = frozenset(regrade)
        self.deadline = deadline
        self._write_next = 0.0
        unknown = self.regrade - set(self.points)
        if unknown:
            raise OutputError(
                f"{assignment} has no question {min(unknown)!r}. It has {', '.join(sorted(self.points))}."
            )
        try:
            (folder / "results").mkdir(parents=True, exist_ok=True)
            self.store = Store(folder / STORE, assignment)
            self.roll = roll.record(self.store, intake) if intake else roll.load(self.store)
            self.show()
        except StoreError as error:
            raise OutputError(str(error)) from error
        except OSError as error:
            raise OutputError(
                f"{folder} cannot be written ({error.strerror}). Give another --out."
            ) from error

    def add(self, grading: Grading) -> None:
        """Record one submission's grading, then show it."""
        results, row = grading.results, grading.row
        extra = {**results.get("extra_data", {}), "assignment": self.assignment, "row": asdict(row)}
        grading = dataclasses.replace(grading, results={**results, "extra_data": extra})
        self.store.add(grading)
        self._write_results(grading)
        if time.monotonic() >= self._write_next:
            self.show()

    def standing(self, submission: str, content: str, setting: Setting) -> Row | None:
        """The row of a submission that was graded before and is the same, if it may stay."""
        if self.fresh or self.regrade:
            return None
        found = self.store.last(submission)
        if found is None or found.fingerprint != setting.fingerprint(content):
            return None
        self._write_results(found)
        return found.row

    def known(self, submission: str, content: str, setting: Setting) -> Known:
        """The cases of a submission that stand, where it is graded once more or goes on after it was cut off."""
        if self.regrade:
            last = self.store.last(submission)
            records = last.results.get("extra_data", {}).get("cases", []) if last else []
            same = last is not None and last.content == content
            records = [case for case in records if same and case["question"] not in self.regrade]
        else:
            records = [] if self.fresh else self.store.noted(submission, setting.fingerprint(content))
            # The calls of a case that failed are needed once more, to say why.
            records = [case for case in records if case["state"] != FAILED]
        cases = [CaseResult.from_record(record) for record in records]
        return {(case.question, case.name): case for case in cases if case.state != GRADER_ERROR}

    def refuse_mixture(self, setting: Setting) -> None:
        """See to it that questions are graded again under the setting of the others.

        Raises:
            OutputError: some submission was graded with another seed, data set, device or sandbox.
        """
        if self.regrade and (others := self.store.graded_otherwise(setting)):
            name, other = others[0]
            raise OutputError(
                f"{name} and {len(others) - 1} others were graded on {other.data} with seed {other.seed}, device "
                f"{other.device}, sandbox {other.sandbox}; a question graded again would not fit the rest. Give the "
                "same --data and --seed, or grade all again with --fresh."
            )

    def show(self) -> None:
        """Write `grades.csv`."""
        started = time.monotonic()
        by_hand = self.store.given_to_all()
        self.store.view(lambda rows: self._write_rows(self.roll.counting(rows, by_hand, self.deadline)))
        # As the rows grow in number, so does the time between two writings: it takes a tenth of a batch at most.
        ended = time.monotonic()
        self._write_next = ended + max(VIEW_SECONDS, 10 * (ended - started))

    def _write_results(self, grading: Grading) -> None:
        folder = self.folder / "results" / grading.row.submission
        folder.mkdir(exist_ok=True)
        content = grading.text.encode()
        file = folder / "results.json"
        if not file.exists() or file.read_bytes() != content:
            write_atomically(file, content)

    def _write_rows(self, rows: list[Row]) -> None:
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["submission", "status", "score", "max_score", "seconds", *self.points])
        for row in rows:
            scores = [_number(row.questions.get(question, 0.0)) for question in self.points]
            total = [_number(row.score), _number(row.max_score), f"{row.seconds:.2f}"]
            table.writerow([row.submission, row.status, *total, *scores])
        write_atomically(self.folder / "grades.csv", text.getvalue().encode())


@dataclass(frozen=True)
class Graded:
    """What became of one submission.

    Attributes:
        row: its row.
        grading: what is to be recorded; None where it was graded before and is the same.
    """

    row: Row
    grading: Grading | None


def grade(
    scorer: Scorer, submissions: Iterable[tuple[str, Path]], results: Results, jobs: int
) -> Generator[Graded, None, None]:
    """Grade submissions and record them; yields each as it is known.

    Args:
        scorer: scores one.
        submissions: (name, path) pairs.
        results: where they are recorded. What is there already, of the same submission under the same suite, data,
            seed and versions, stays.
        jobs: how many are graded at a time.

    Raises:
        OSError: the results cannot be written; what was recorded stays.
    """
    if jobs > 1:
        # A thread that has a reply to read must not wait for another one to give the interpreter up.
        sys.setswitchinterval(SWITCH_SECONDS)
    waiting = iter(submissions)
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="grader")

    def start(number: int) -> set[Future[Graded]]:
        return {pool.submit(_grade_one, scorer, results, *item) for item in islice(waiting, number)}

    try:
        # No more than can be graded soon: thousands of finished ones would fill the memory.
        running = start(2 * jobs)
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            running |= start(len(done))
            while done:
                graded = done.pop().result()
                if graded.grading is not None:
                    results.add(graded.grading)
                yield graded
        results.show()
    except BaseException:
        with contextlib.suppress(OSError):  # a full disk, perhaps; whatever stopped the batch is told
            results.show()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class _Notes:
    """Records the cases of a submission as they end; those that took next to no time together."""

    def __init__(self, store: Store, submission: str, mark: str) -> None:
        self.store, self.submission, self.mark = store, submission, mark
        self.cases: list[CaseResult] = []
        self.seconds = 0.0

    def add(self, case: CaseResult) -> None:
        self.seconds += case.seconds
        if case.state != GRADER_ERROR:
            self.cases.append(case)
        if self.seconds >= NOTE_SECONDS:
            with contextlib.suppress(OSError):  # it would count against the case; the grading itself tells it
                self.store.note(self.submission, self.mark, [case.record() for case in self.cases])
            self.cases, self.seconds = [], 0.0


def _grade_one(scorer: Scorer, results: Results, name: str, path: Path) -> Graded:
    content, setting = "", scorer.setting
    try:
        try:
            settings = scorer.assignment
            submission = open_submission(name, path, settings.modules, settings.attachments)
            # Before anything is known to stand: a notebook alone can be handed in anew.
            results.store.add_answers(name, answers.read(submission.notebook, settings.manual))
            content = fingerprint(submission.content())
            if (row := results.standing(name, content, setting)) is not None:
                return Graded(row, None)
            notes = _Notes(results.store, name, setting.fingerprint(content))
            score = scorer.score(submission, results.known(name, content, setting), notes.add)
            status, reason = score.status, ""
        except SubmissionError as error:
            status, reason = REJECTED, str(error)
            content = fingerprint([REJECTED.encode(), reason.encode()])
            if (row := results.standing(name, content, setting)) is not None:
                return Graded(row, None)
            score = scorer.refuse(reason)
        output = {**score.gradescope(), **_provenance(scorer, score)}
        if not reason:
            output |= {"output": _feedback(scorer, score, output["extra_data"]), "output_format": "md"}
        row = _row(scorer, name, status, score, reason)
        return Graded(row, Grading(row, content, setting, output, keep=status != ATTENTION))
    except Exception as error:  # the grader's fault, whatever it is: the batch goes on, and a TA looks
        reason = (
            f"The grader failed on this submission ({error}). Grade it again; extra_data has the details."
        )
        score = scorer.refuse(reason)
        details = {"details": "".join(traceback.format_exception(error))}
        row = _row(scorer, name, ATTENTION, score, reason)
        output = {**score.gradescope(), "extra_data": details}
        return Graded(row, Grading(row, content, setting, output, keep=False))


def _row(scorer: Scorer, name: str, status: str, score: Score, reason: str) -> Row:
    questions = {question: float(file.score) for question, file in score.results.results.items()}
    return Row(
        name, status, sum(questions.values()), sum(scorer.points.values()), score.seconds, questions, reason
    )


def _provenance(scorer: Scorer, score: Score) -> dict[str, Any]:
    """What is needed to make a grade again, and the state of every case."""
    record = {
        **asdict(scorer.setting),
        "student_seconds": round(score.student_seconds, 3),
        "notes": [line for line in score.output.splitlines() if line not in map(str, score.runs)],
        "trainings": [asdict(run) for run in score.runs],
        "cases": [case.record() for case in score.cases],
    }
    return {"extra_data": record}


def _feedback(scorer: Scorer, score: Score, record: Mapping[str, Any]) -> str:
    """What a student may read of the grading that is recorded."""
    shown = hidden_hints_shown(scorer.assignment, datetime.datetime.now(datetime.UTC))
    return feedback(
        record["cases"],
        score.output.splitlines(),
        hidden_hints=shown,
        language=scorer.assignment.feedback.language,
    )


def _number(points: float) -> str:
    return f"{round(points, 5):g}"
