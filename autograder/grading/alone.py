"""Grades one submission by itself, where no batch is: under `otter run`, and in a container."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from colab_setup.data import Dataset

from .. import sandbox
from ..assignment import Assignment
from ..checks import prepare
from ..submissions import Answer, Submission, SubmissionError
from .case_results import UNDECIDED, Score
from .judging.judges import bench
from .scoring import Scorer


class GraderFailed(Exception):
    """There is no score, which says nothing about the submission; the message says why.

    No error of Otter's own class: of those `otter run` makes a result of zero points, and of any other none at all.
    """


@dataclass(frozen=True)
class Alone:
    """What became of a submission.

    Attributes:
        score: its score.
        staff: what the course staff has to know.
        refusal: why it could not be opened, if it could not.
    """

    score: Score
    staff: str
    refusal: str = ""


def grade_alone(
    opened: Callable[[], Submission],
    assignment: Assignment,
    dataset: Dataset | None,
    workspace: Path,
    secret: tuple[Path, ...],
    tests: tuple[Path, ...],
    *,
    allow_none: bool = False,
    until: float = math.inf,
) -> Alone:
    """Score one submission with the assignment's own seed.

    Args:
        opened: opens it; its `SubmissionError` is the reason for no points.
        assignment: what is graded.
        dataset: the images that models are trained on, if they are.
        workspace: an existing folder for the grader's own files.
        secret: folders that the submission must not see; `workspace` is one more.
        tests: the test files.
        allow_none: the staff has said that no sandbox is needed.
        until: when, by `time.monotonic`, the submission's code is run no more.

    Raises:
        SandboxError: there is no sandbox.
        GraderFailed: something is undecided, also when it was tried once more: a result without it would be taken for
            a finished grade.
    """
    prepared = prepare(assignment, dataset, assignment.seed, workspace)
    confinement = sandbox.choose(
        prepared.files,
        (workspace, *secret),
        allow_none=allow_none,
        python=assignment.python,
        torch=assignment.limits.torch,
    )
    scorer = Scorer(assignment, confinement, prepared, assignment.seed, tests)
    refusal = beside = ""
    try:
        with (
            bench(scorer, 1, lambda name, path: opened()) as judges,
            judges.opened("submission", workspace) as submission,
        ):
            beside = _beside(submission.answers, assignment)
            score = submission.score(until=until)
            if score.doubt:
                again = submission.score(score.decided, until=until)
                # Where the time has run out meanwhile, cases were not run, which is not the submission's fault here.
                score = again if time.monotonic() < until else score
    except SubmissionError as error:
        refusal = str(error)
        score = scorer.refuse(refusal)
    if score.doubt:
        errors = [f"{case.name}: {case.staff_message}" for case in score.cases if case.state == UNDECIDED]
        earned = (
            f"{score.results.total:g} points are earned in the other cases. There is no result before that:"
        )
        raise GraderFailed("\n".join([score.doubt, earned, *errors]))
    if beside:
        score = dataclasses.replace(score, output=f"{score.output}\n{beside}".strip())
        score.results.set_output(score.output)
    hints = [f"{case.name}: {case.hint['en']}" for case in score.cases if case.hidden and case.hint]
    if hints:
        hints.insert(0, "What hidden cases show, for the staff:")
    return Alone(score, "\n".join([f"Sandbox: {confinement.name}.", *hints]), refusal)


def _beside(answers: Mapping[str, Answer], assignment: Assignment) -> str:
    """What the answers beside the test cases are worth, which is in no score of Otter's; "" where none are asked for."""
    told = []
    for question, answer in answers.items():
        asked = assignment.manual[question]
        title, points = asked.title.get("en", question), asked.points
        told.append(
            f"{title}, {points:g}, marked by a person"
            if answer.share is None
            else f"{title}, {answer.share * points:g} of {points:g}"
        )
    return f"Not in this score, the course adds these points: {'; '.join(told)}." if told else ""
