"""What the class's results say of the questions: how hard each is, and how well it tells students apart."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..assignment import Variant
from ..checks import Run
from ..course import Standing
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
    """One explanation of wrong answers.

    Attributes:
        name: of the misconception.
        question: in which answers were wrong.
        hint: what it means, by language, as the assignment's catalogue has it; empty for one that it has no more.
        who: the submissions that have it.
    """

    name: str
    question: str
    hint: Mapping[str, str]
    who: tuple[Submission, ...]


@dataclass(frozen=True)
class Section:
    """How a section or a group of the class has done.

    Attributes:
        name: the section's.
        students: how many it has.
        handed_in: how many of them handed something in.
        mean, median: of the final grades that are decided, as shares of the points possible; None where there are none.
    """

    name: str
    students: int
    handed_in: int
    mean: float | None
    median: float | None


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


def misconceptions(submissions: Sequence[Submission], catalogue: Iterable[Variant]) -> list[Misconception]:
    """What explains wrong answers, the commonest first; each counted once a submission.

    What a student reads may name two misconceptions at once, so that the meaning of each comes from the catalogue.

    Args:
        submissions: those that could be opened.
        catalogue: the assignment's misconceptions.
    """
    found: dict[tuple[str, str], dict[str, Submission]] = {}
    for submission in submissions:
        for case in submission.cases:
            for name in case.misconceptions:
                found.setdefault((name, case.question), {})[submission.page] = submission
    known: dict[str, list[Variant]] = {}
    for variant in catalogue:
        known.setdefault(variant.name, []).append(variant)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        Misconception(name, question, _meaning(known.get(name, ()), question), tuple(who.values()))
        for (name, question), who in ordered
    ]


def _meaning(variants: Sequence[Variant], question: str) -> Mapping[str, str]:
    meant = next((one for one in variants if question in one.questions), next(iter(variants), None))
    return {"en": meant.hint, **meant.translations} if meant else {}


@dataclass(frozen=True)
class Board:
    """How well all models of one training do, the best first; a name is "" where it is not told."""

    recipe: str
    lines: tuple[tuple[str, Run], ...]


def boards(submissions: Iterable[Submission], *, named: bool) -> list[Board]:
    """A board for each training, with the best model of every student."""
    best: dict[str, dict[str, tuple[str, Run]]] = {}
    for it in submissions:
        for training in it.trainings:
            board = best.setdefault(training.recipe, {})
            before = board.get(it.page)
            if before is None or training.reaches(before[1].value):
                board[it.page] = (it.name if named else "", training)
    found = []
    for recipe, lines in best.items():
        less = next(iter(lines.values()))[1].better == "lower"
        ordered = sorted(lines.values(), key=lambda line: line[1].value, reverse=not less)
        found.append(Board(recipe, tuple(ordered)))
    return found


def sections(standings: Iterable[Standing]) -> list[Section]:
    """How each section has done, or each group where there are no sections; nothing where there is one of them at most."""
    for column in ("section", "group"):
        parts: dict[str, list[Standing]] = {}
        for standing in standings:
            parts.setdefault(getattr(standing.student, column), []).append(standing)
        if len(parts) > 1:
            return [_section(name, parts[name]) for name in sorted(parts) if name]
    return []


def _section(name: str, standings: Sequence[Standing]) -> Section:
    shares = [one.points / one.possible for one in standings if one.points is not None and one.possible]
    return Section(
        name,
        len(standings),
        sum(one.hand_in is not None for one in standings),
        statistics.fmean(shares) if shares else None,
        statistics.median(shares) if shares else None,
    )


def _correlation(x: Sequence[float], y: Sequence[float]) -> float | None:
    if len(x) < FEWEST:
        return None
    try:
        return statistics.correlation(x, y)
    except statistics.StatisticsError:  # one of them is constant
        return None
