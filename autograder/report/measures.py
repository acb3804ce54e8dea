"""What the class's results say of the questions: how hard each is, and how well it tells students apart."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .collecting import Submission

FEWEST = 10
"""Submissions under which a correlation says nothing."""


@dataclass(frozen=True)
class Item:
    """One question of the class.

    Attributes:
        name: the question's.
        max_points: points possible.
        share: mean share of the points, from 0 (nobody) to 1 (everybody); low is hard.
        full: share of the submissions with all points.
        discrimination: corrected item-total correlation, -1 to 1; None where it is not defined.
    """

    name: str
    max_points: float
    share: float
    full: float
    discrimination: float | None


@dataclass(frozen=True)
class Misconception:
    """One explanation of wrong answers: its name, its question, its hint by language, and how many submissions have it."""

    name: str
    question: str
    hint: Mapping[str, str]
    count: int


def items(submissions: Sequence[Submission]) -> list[Item]:
    """Every question, the hardest first.

    Discrimination is the corrected item-total correlation: Pearson's correlation between the points for the question
    and the total of all other questions (J. C. Nunnally and I. H. Bernstein, Psychometric Theory, 3rd edition,
    McGraw-Hill 1994, chapter 8). The question's own points are left out of the total, since they would correlate with
    themselves. For a question with two outcomes it is the point-biserial correlation. It is None for fewer than
    `FEWEST` submissions, or where all have the same points.

    Args:
        submissions: those that could be opened.
    """
    found = []
    for question in submissions[0].questions if submissions else ():
        points = [submission.row.questions.get(question.name, 0.0) for submission in submissions]
        rest = [submission.row.score - own for submission, own in zip(submissions, points, strict=True)]
        share = statistics.fmean(points) / question.max_points if question.max_points else 1.0
        full = statistics.fmean(own >= question.max_points for own in points)
        found.append(Item(question.name, question.max_points, share, full, _correlation(points, rest)))
    return sorted(found, key=lambda item: (item.share, item.name))


def misconceptions(submissions: Sequence[Submission]) -> list[Misconception]:
    """What explains wrong answers, the commonest first; each counted once a submission."""
    counts: Counter[tuple[str, str]] = Counter()
    hints: dict[tuple[str, str], Mapping[str, str]] = {}
    for submission in submissions:
        seen = set()
        for case in submission.cases:
            for name in case.misconceptions:
                seen.add((name, case.question))
                hints.setdefault((name, case.question), case.hint)
        counts.update(seen)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Misconception(*place, hints[place], count) for place, count in ordered]


def _correlation(x: Sequence[float], y: Sequence[float]) -> float | None:
    if len(x) < FEWEST:
        return None
    try:
        return statistics.correlation(x, y)
    except statistics.StatisticsError:  # one of them is constant
        return None
