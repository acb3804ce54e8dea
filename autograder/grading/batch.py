"""Grades a batch: opens, scores and records every submission, several at a time.

Every submission ends with a `results/<submission>/results.json` in Gradescope's form and a row in
`grades.csv`, each written atomically; the store behind them has it the moment it is known. One bad submission never
stops the batch.
"""

from __future__ import annotations

import contextlib
import datetime
import traceback
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from ..assignment import Assignment
from ..assignment.languages import Texts
from ..records import ATTENTION, REJECTED, Act, Grading, Row, Store, digest_of, fingerprint
from ..records.acts import GRADER, POINTS
from ..submissions import Answer, SubmissionError
from .case_results import UNDECIDED, CaseResult, Known, Score, Together
from .judging.bench import Bench
from .judging.judges import bench
from .leaderboard import leaderboard
from .results import Results
from .scoring import Scorer
from .telling.feedback import hidden_hints_shown
from .telling.markdown import feedback


@dataclass(frozen=True)
class Graded:
    """What became of one submission.

    Attributes:
        row: its row.
        grading: what is to be recorded; None where it was graded before and is the same.
        path: where it lies.
        decided: where something is undecided, the cases that stand when it is tried again; otherwise None.
    """

    row: Row
    grading: Grading | None
    path: Path
    decided: Known | None = None


def grade(
    scorer: Scorer, submissions: Iterable[tuple[str, Path]], results: Results, jobs: int
) -> Generator[Graded, None, None]:
    """Grade submissions and record them; yields each as it is known.

    What the grader has failed on is tried once more after all others, alone, since it may have been for lack of
    something that they took. What is undecided then stays so in this run; another run tries it again.

    Args:
        scorer: scores one.
        submissions: (name, path) pairs.
        results: where they are recorded. What is there already, of the same submission under the same suite, data,
            seed and versions, stays.
        jobs: how many are graded at a time.

    Raises:
        OSError: the results cannot be written; what was recorded stays.
    """
    with bench(scorer, jobs) as judges:
        yield from _graded(scorer, judges, submissions, results, jobs)


def _graded(
    scorer: Scorer, judges: Bench, submissions: Iterable[tuple[str, Path]], results: Results, jobs: int
) -> Generator[Graded, None, None]:
    waiting = iter(submissions)
    # Each thread waits for a judge; the work is done there.
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="grader")

    def start(number: int) -> set[Future[Graded]]:
        return {pool.submit(_grade_one, scorer, judges, results, *item) for item in islice(waiting, number)}

    undecided: list[Graded] = []
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
                if graded.decided is None:
                    yield graded
                else:
                    undecided.append(replace(graded, grading=None))
        for first in undecided:
            graded = pool.submit(
                _grade_one, scorer, judges, results, first.row.submission, first.path, first.decided
            ).result()
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


def _noting(store: Store, submission: str, mark: str) -> Callable[[list[CaseResult]], None]:
    """What records cases of a submission; not those that are undecided."""

    def note(cases: list[CaseResult]) -> None:
        with contextlib.suppress(OSError):  # it would count against the case; the grading itself tells it
            store.note(submission, mark, [case.record() for case in cases if case.state != UNDECIDED])

    return note


def _mark_predictions(
    store: Store, submission: str, answers: Mapping[str, Answer], assignment: Assignment
) -> None:
    """Give points for what needs no person; those that a person has given for the same answer stay."""
    marked = {(act.question, act.answer) for act in store.acts.of(submission) if act.kind == POINTS}
    for question, answer in answers.items():
        digest = digest_of(answer)
        if answer.share is not None and (question, digest) not in marked:
            points = answer.share * assignment.manual[question].points
            store.acts.add(Act(POINTS, GRADER, submission, question=question, points=points, answer=digest))


def _grade_one(
    scorer: Scorer, judges: Bench, results: Results, name: str, path: Path, decided: Known | None = None
) -> Graded:
    """Grade one submission.

    Args:
        scorer: knows the run.
        judges: open and score it.
        results: what is known of it.
        name: its name.
        path: where it lies.
        decided: on a second try, the cases that stand.
    """
    content, setting = "", scorer.setting
    try:
        try:
            with judges.opened(name, path) as submission:
                # Before anything is known to stand: a notebook alone can be handed in anew.
                results.store.add_answers(name, submission.answers)
                _mark_predictions(results.store, name, submission.answers, scorer.assignment)
                content = submission.content
                if (row := results.standing(name, content, setting)) is not None:
                    return Graded(row, None, path)
                notes = Together(_noting(results.store, name, setting.fingerprint(content)))
                if decided is None:
                    known = results.known(name, content, setting)
                else:  # it may have been replaced since the first try
                    first = results.store.last(name)
                    known = decided if first is not None and first.content == content else {}
                score = submission.score(known, notes.add)
            status, reason = score.status, score.doubt
        except SubmissionError as error:
            status, reason = REJECTED, str(error)
            content = fingerprint([REJECTED.encode(), reason.encode()])
            if (row := results.standing(name, content, setting)) is not None:
                return Graded(row, None, path)
            score = scorer.refuse(reason)
        output = {**score.gradescope(), **_provenance(scorer, score)}
        if status != REJECTED:
            output |= {"output": _feedback(scorer, score, output["extra_data"]), "output_format": "md"}
        if scorer.assignment.leaderboard != "off":
            output["leaderboard"] = leaderboard(score.runs)
        row = _row(scorer, name, status, score, reason)
        grading = Grading(row, content, setting, output, keep=status != ATTENTION)
        return Graded(row, grading, path, score.decided if status == ATTENTION else None)
    except Exception as error:
        # Before a case has been run, or when all are over: the batch goes on, nothing is decided, and a TA looks.
        reason = (
            f"The grader failed on this submission ({error}). Grade it again; extra_data has the details."
        )
        score = scorer.give_up(error, reason)
        details = {"details": "".join(traceback.format_exception(error))}
        row = _row(scorer, name, ATTENTION, score, reason)
        provenance = _provenance(scorer, score)["extra_data"]
        output = {**score.gradescope(), "extra_data": {**provenance, **details}}
        return Graded(row, Grading(row, content, setting, output, keep=False), path, {})


def _row(scorer: Scorer, name: str, status: str, score: Score, reason: str) -> Row:
    questions = {question: float(file.score) for question, file in score.results.results.items()}
    return Row(
        submission=name,
        status=status,
        score=sum(questions.values()),
        max_score=sum(scorer.points.values()),
        seconds=score.seconds,
        questions=questions,
        reason=reason,
        undecided=score.undecided,
    )


def _provenance(scorer: Scorer, score: Score) -> dict[str, Any]:
    """What is needed to make a grade again, and the state of every case."""
    record = {
        **asdict(scorer.setting),
        "course": scorer.assignment.course,
        "student_seconds": round(score.student_seconds, 3),
        "notes": [line for line in score.output.splitlines() if line not in map(str, score.runs)],
        "trainings": [asdict(run) for run in score.runs],
        "cases": [case.record() for case in score.cases],
    }
    return {"extra_data": record}


def _feedback(scorer: Scorer, score: Score, record: Mapping[str, Any]) -> str:
    """What a student may read of the grading that is recorded."""
    asked, language = scorer.assignment, scorer.assignment.feedback.language
    return feedback(
        record["cases"],
        score.output.splitlines(),
        hidden_hints=hidden_hints_shown(asked, datetime.datetime.now(datetime.UTC)),
        language=language,
        said=Texts(language, asked.suite),
    )
