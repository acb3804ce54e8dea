"""The results of a batch in a folder: the store, and the files that are views of it.

Every submission ends with a `results/<submission>/results.json` in Gradescope's form and a row in
`grades.csv`, each written atomically; the store behind them has it the moment it is known."""

from __future__ import annotations

import csv
import dataclasses
import io
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ..assignment import Assignment, AssignmentError, read_course
from ..assignment import settings as assignments
from ..course import Book, Policy, roll
from ..files import write_atomically
from ..records import Grading, Row, Setting, Store, StoreError, assignment_of, course_of
from ..records.acts import AGAIN
from ..text import reason_of
from .case_results import FAILED, UNDECIDED, CaseResult, Known

OPEN = frozenset({UNDECIDED, "grader error"})
"""States of cases that do not stand; by the second name they were recorded when they still earned their points."""

STORE = "grades.sqlite"
"""The store's name in the folder of the results."""


VIEW_SECONDS = 1.0
"""Least seconds between two writings of `grades.csv`, which holds all rows each time."""


class OutputError(Exception):
    """The folder for the results cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Change:
    """Points of a question that a run has changed: what they were, and are now."""

    submission: str
    question: str
    before: float
    after: float


def changes(before: Row, after: Row) -> list[Change]:
    """The questions whose points differ between two gradings."""
    found = []
    for question in dict.fromkeys((*before.questions, *after.questions)):
        was, now = (row.questions.get(question, 0.0) for row in (before, after))
        if round(was - now, 5):
            found.append(Change(after.submission, question, was, now))
    return found


def opened(out: Path, course: Path | None = None) -> tuple[Assignment, Store]:
    """The assignment that was graded into a folder, with what its course's file says by now, and the store of its results.

    Args:
        out: the folder.
        course: the course's file; by default the one that the last grading used.

    Raises:
        StoreError: there are no results.
        AssignmentError: the course's file is gone, or something is wrong with it or the assignment.
    """
    name = assignment_of(out / STORE)
    used = course or course_of(out / STORE)
    if used is not None and not used.is_file():
        raise AssignmentError(
            f"{used}, with which this was graded, is not there: give the course's file by --course."
        )
    return assignments.load(name, read_course(used) if used else None), Store(out / STORE, name)


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
        policy: what final grades depend on; it may decide which of several attempts is the best.

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
        policy: Policy | None = None,
    ) -> None:
        self.folder = folder
        self.assignment = assignment
        self.points = dict(points)
        self.fresh = fresh
        self.regrade = frozenset(regrade)
        self.policy = policy or Policy()
        self._write_next = 0.0
        unknown = self.regrade - set(self.points)
        if unknown:
            raise OutputError(
                f"{assignment} has no question {min(unknown)!r}. It has {', '.join(sorted(self.points))}."
            )
        try:
            if not folder.exists():  # grades, and the run's seed
                folder.mkdir(parents=True, mode=0o700)
            (folder / "results").mkdir(exist_ok=True)
            self.store = Store(folder / STORE, assignment)
            self.before = {row.submission: row for row in self.store.rows()}
            self.wanted = _wanted_again(self.store)
            self.roll = roll.record(self.store, intake) if intake else roll.load(self.store)
            self.show()
        except StoreError as error:
            raise OutputError(str(error)) from error
        except OSError as error:
            raise OutputError(
                f"{folder} cannot be written ({reason_of(error)}). Give another --out."
            ) from error

    def add(self, grading: Grading) -> None:
        """Record one submission's grading, then show it."""
        results, row = grading.results, grading.row
        extra = {**grading.extra, "assignment": self.assignment, "row": asdict(row)}
        grading = dataclasses.replace(grading, results={**results, "extra_data": extra})
        self.store.add(grading)
        self._write_results(grading)
        if time.monotonic() >= self._write_next:
            self.show()

    def standing(self, submission: str, content: str, setting: Setting) -> Row | None:
        """The row of a submission that was graded before and is the same, if it may stay."""
        if self.fresh or self.regrade or submission in self.wanted:
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
            records = last.cases if last else ()
            same = last is not None and last.content == content
            records = [case for case in records if same and case["question"] not in self.regrade]
        else:
            anew = self.fresh or submission in self.wanted
            records = [] if anew else self.store.noted(submission, setting.fingerprint(content))
            # The calls of a case that failed are needed once more, to say why.
            records = [case for case in records if case["state"] != FAILED]
        cases = [CaseResult.from_record(record) for record in records if record["state"] not in OPEN]
        return {(case.question, case.name): case for case in cases}

    def refuse_mixture(self, setting: Setting) -> None:
        """See to it that questions are graded again under the setting of the others.

        Raises:
            OutputError: some submission was graded with another seed, data set, device, sandbox, Python or package.
        """
        if self.regrade and (others := self.store.graded_otherwise(setting)):
            name, other = others[0]
            more = f" and {len(others) - 1} more were not graded as now either" if len(others) > 1 else ""
            raise OutputError(
                f"{name} was graded with {', '.join(other.differences(setting))}{more}; a "
                "question graded again would not fit the rest. Grade it with what they were graded with, or all again "
                "with --fresh."
            )

    def changes(self, rows: Iterable[Row]) -> list[Change]:
        """The questions whose points are not what they were before this run, of those who had been graded then."""
        pairs = [(self.before[row.submission], row) for row in rows if row.submission in self.before]
        return [change for before, after in pairs for change in changes(before, after)]

    def show(self) -> None:
        """Write `grades.csv`."""
        started = time.monotonic()
        acts, answers, contents = self.store.acts.standing(), self.store.digests(), self.store.contents()

        def write(rows: list[Row]) -> None:
            self._write_rows(Book(self.roll, rows, self.policy, acts, answers, contents).counting)

        self.store.view(write)
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


def _wanted_again(store: Store) -> set[str]:
    """The submissions that a person wants graded once more, though nothing of them has changed."""
    numbers = store.numbers()
    asked = (act for act in store.acts.standing() if act.kind == AGAIN)
    return {act.submission for act in asked if numbers.get(act.submission) == act.ref}


def _number(points: float) -> str:
    return f"{round(points, 5):g}"
