"""Grades a batch: opens, scores and records every submission, several at a time.

Every submission ends with a `results/<submission>/results.json` in Gradescope's form and a row in
`grades.csv`, each written atomically the moment it is known. One bad submission never stops the batch.
"""

from __future__ import annotations

import csv
import io
import json
import traceback
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .files import write_atomically
from .scoring import Score, Scorer, versions
from .store import Row, Store, StoreError, fingerprint
from .submission import SubmissionError, open_submission

GRADED, PARTIAL, ATTENTION, REJECTED = "graded", "partial", "attention", "rejected"

STORE = "grades.sqlite"
"""The store's name in the folder of the results."""


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

    Raises:
        OutputError: the folder cannot be written, or holds another assignment's results.
    """

    def __init__(
        self, folder: Path, assignment: str, points: Mapping[str, float], *, fresh: bool = False
    ) -> None:
        self.folder = folder
        self.assignment = assignment
        self.points = dict(points)
        self.fresh = fresh
        try:
            (folder / "results").mkdir(parents=True, exist_ok=True)
            self.store = Store(folder / STORE, assignment)
            self._write_grades()
        except StoreError as error:
            raise OutputError(str(error)) from error
        except OSError as error:
            raise OutputError(
                f"{folder} cannot be written ({error.strerror}). Give another --out."
            ) from error

    def add(self, row: Row, mark: str, results: dict[str, Any]) -> None:
        """Record one submission's results, then show them."""
        extra = {**results.get("extra_data", {}), "assignment": self.assignment, "row": asdict(row)}
        results = {**results, "extra_data": extra}
        self.store.add(row, mark, results)
        self._write_results(row, results)
        self._write_grades()

    def kept(self, submission: str, mark: str) -> Row | None:
        """The row of a submission that was graded before and is the same, if it may stay."""
        found = None if self.fresh else self.store.kept(submission, mark)
        if found is None:
            return None
        row, results = found
        self._write_results(row, results)
        return row

    def _write_results(self, row: Row, results: Mapping[str, Any]) -> None:
        folder = self.folder / "results" / row.submission
        folder.mkdir(exist_ok=True)
        file, content = folder / "results.json", json.dumps(results, indent=2, ensure_ascii=False).encode()
        if not file.exists() or file.read_bytes() != content:
            write_atomically(file, content)

    def _write_grades(self) -> None:
        self.store.view(self._write_rows)

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
        mark: the grading's fingerprint; "" where it must be graded again the next time.
        results: what is to be recorded; None where it was graded before and is the same.
    """

    row: Row
    mark: str
    results: dict[str, Any] | None


def grade(
    scorer: Scorer, submissions: Iterable[tuple[str, Path]], results: Results, jobs: int
) -> Iterator[Graded]:
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
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="grader")
    try:
        futures = [pool.submit(_grade_one, scorer, results, name, path) for name, path in submissions]
        for future in as_completed(futures):
            graded = future.result()
            if graded.results is not None:
                results.add(graded.row, graded.mark, graded.results)
            yield graded
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _grade_one(scorer: Scorer, results: Results, name: str, path: Path) -> Graded:
    mark = ""
    try:
        try:
            settings = scorer.assignment
            submission = open_submission(name, path, settings.modules, settings.attachments)
            mark = fingerprint([scorer.fingerprint.encode(), *submission.content()])
            if (kept := results.kept(name, mark)) is not None:
                return Graded(kept, mark, None)
            score = scorer.score(submission)
            status, reason = score.status, ""
        except SubmissionError as error:
            status, reason = REJECTED, str(error)
            score = scorer.refuse(reason)
        output = {**score.gradescope(), **_provenance(scorer, score)}
        return Graded(_row(scorer, name, status, score, reason), "" if status == ATTENTION else mark, output)
    except Exception as error:  # the grader's fault, whatever it is: the batch goes on, and a TA looks
        reason = (
            f"The grader failed on this submission ({error}). Grade it again; extra_data has the details."
        )
        score = scorer.refuse(reason)
        details = {"details": "".join(traceback.format_exception(error))}
        row = _row(scorer, name, ATTENTION, score, reason)
        return Graded(row, "", {**score.gradescope(), "extra_data": details})


def _row(scorer: Scorer, name: str, status: str, score: Score, reason: str) -> Row:
    questions = {question: float(file.score) for question, file in score.results.results.items()}
    return Row(
        name, status, sum(questions.values()), sum(scorer.points.values()), score.seconds, questions, reason
    )


def _provenance(scorer: Scorer, score: Score) -> dict[str, Any]:
    """What is needed to make a grade again, and the state of every case."""
    record = {
        "seed": scorer.seed,
        "data": scorer.data.source,
        "sandbox": scorer.confinement.name,
        "versions": versions(),
        "student_seconds": round(score.student_seconds, 3),
        "trainings": [asdict(run) for run in score.runs],
        "cases": [asdict(case) for case in score.cases],
    }
    return {"extra_data": record}


def _number(points: float) -> str:
    return f"{round(points, 5):g}"
