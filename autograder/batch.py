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
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .files import write_atomically
from .scoring import Score, Scorer
from .submission import SubmissionError, open_submission

GRADED, PARTIAL, ATTENTION, REJECTED = "graded", "partial", "attention", "rejected"


class OutputError(Exception):
    """The folder for the results cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One line of `grades.csv`.

    Attributes:
        submission: the submission's name.
        status: graded, partial, attention or rejected.
        score: points earned.
        max_score: points possible.
        seconds: wall-clock seconds.
        questions: points by question.
        reason: for a rejected one, why.
    """

    submission: str
    status: str
    score: float
    max_score: float
    seconds: float
    questions: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


class Results:
    """The results of an assignment in a folder: `results/` is what is kept, `grades.csv` a view of it.

    Rows of submissions that an earlier run has graded stay, so that a late one can be graded by itself.

    Args:
        folder: made if it is not there.
        assignment: the assignment's name; a folder holds results of one assignment only.
        points: points possible by question.

    Raises:
        OutputError: the folder cannot be written, or holds another assignment's results.
    """

    def __init__(self, folder: Path, assignment: str, points: Mapping[str, float]) -> None:
        self.folder = folder
        self.assignment = assignment
        self.points = dict(points)
        self.rows: dict[str, Row] = {}
        try:
            (folder / "results").mkdir(parents=True, exist_ok=True)
            for path in sorted((folder / "results").glob("*/results.json")):
                kept = _kept(path)
                if kept.get("assignment", assignment) != assignment:
                    raise OutputError(
                        f"{folder} holds results of {kept['assignment']}, not of {assignment}. Give another --out."
                    )
                if "row" in kept:
                    row = Row(**kept["row"])
                    self.rows[row.submission] = row
            self._write_grades()
        except OSError as error:
            raise OutputError(
                f"{folder} cannot be written ({error.strerror}). Give another --out."
            ) from error

    def add(self, row: Row, results: dict[str, Any]) -> None:
        """Record one submission's results, then its row."""
        results["extra_data"] = {
            **results.get("extra_data", {}),
            "assignment": self.assignment,
            "row": asdict(row),
        }
        folder = self.folder / "results" / row.submission
        folder.mkdir(exist_ok=True)
        write_atomically(folder / "results.json", json.dumps(results, indent=2, ensure_ascii=False).encode())
        self.rows[row.submission] = row
        self._write_grades()

    def _write_grades(self) -> None:
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["submission", "status", "score", "max_score", "seconds", *self.points])
        for name in sorted(self.rows):
            row = self.rows[name]
            scores = [_number(row.questions.get(question, 0.0)) for question in self.points]
            total = [_number(row.score), _number(row.max_score), f"{row.seconds:.2f}"]
            table.writerow([row.submission, row.status, *total, *scores])
        write_atomically(self.folder / "grades.csv", text.getvalue().encode())


def grade(
    scorer: Scorer, submissions: Iterable[tuple[str, Path]], results: Results, jobs: int
) -> Iterator[Row]:
    """Grade submissions and record them; yields each row as it is known.

    Args:
        scorer: scores one.
        submissions: (name, path) pairs.
        results: where they are recorded.
        jobs: how many are graded at a time.

    Raises:
        OSError: the results cannot be written; what was recorded stays.
    """
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="grader")
    try:
        futures = [pool.submit(_grade_one, scorer, name, path) for name, path in submissions]
        for future in as_completed(futures):
            row, output = future.result()
            results.add(row, output)
            yield row
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _grade_one(scorer: Scorer, name: str, path: Path) -> tuple[Row, dict[str, Any]]:
    try:
        try:
            settings = scorer.assignment
            score = scorer.score(open_submission(name, path, settings.modules, settings.attachments))
            status, reason = score.status, ""
        except SubmissionError as error:
            status, reason = REJECTED, str(error)
            score = scorer.refuse(reason)
        return _row(scorer, name, status, score, reason), {**score.gradescope(), **_provenance(scorer, score)}
    except Exception as error:  # the grader's fault, whatever it is: the batch goes on, and a TA looks
        reason = (
            f"The grader failed on this submission ({error}). Grade it again; extra_data has the details."
        )
        score = scorer.refuse(reason)
        details = {"details": "".join(traceback.format_exception(error))}
        return _row(scorer, name, ATTENTION, score, reason), {**score.gradescope(), "extra_data": details}


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
        "versions": {name: version(name) for name in ("deep-learning-coursework", "otter-grader", "numpy")},
        "student_seconds": round(score.student_seconds, 3),
        "trainings": [asdict(run) for run in score.runs],
        "cases": [asdict(case) for case in score.cases],
    }
    return {"extra_data": record}


def _kept(path: Path) -> dict[str, Any]:
    """What an earlier run has recorded in a results file, nothing where it is damaged."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8")).get("extra_data", {})
    except (ValueError, AttributeError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _number(points: float) -> str:
    return f"{round(points, 5):g}"
