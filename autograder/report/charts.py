"""Where the parts of a chart lie, for the templates to draw as SVG.

The templates draw and not matplotlib, since its pictures style each line in place, which the pages' content security
policy forbids and which a dark page could not change. Where the ticks go is matplotlib's.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator

from ..checks import Run
from .collecting import Submission

WIDTH, HEIGHT = 440.0, 260.0
LEFT, RIGHT, TOP, BOTTOM = 66.0, 18.0, 24.0, 46.0
"""Room for the labels, in the SVG's units; a picture is about as wide as a phone, so that its type can be read there."""

BINS = 10
ROW = 74.0
"""Height of a row of dots."""


@dataclass(frozen=True)
class Scale:
    """Numbers from `low` to `high`, laid out from `start` to `end`, with ticks at (place, label)."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[tuple[float, float], ...]

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def scale(low: float, high: float, start: float, end: float, *, whole: bool = False, most: int = 5) -> Scale:
    """A scale whose ends are ticks.

    Args:
        low: the smallest number.
        high: the largest one.
        start: where the smallest one lies.
        end: where the largest one lies.
        whole: whether only whole numbers make sense.
        most: how many pieces there are at most.
    """
    if low == high:
        low, high = low - 0.5 * (not whole), high + (1.0 if whole else 0.5)
    ticks = [
        float(tick)
        for tick in MaxNLocator(most, integer=whole, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    ]
    bare = Scale(ticks[0], ticks[-1], start, end, ())
    return Scale(ticks[0], ticks[-1], start, end, tuple((bare(tick), tick) for tick in ticks))


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram: from `low` up to `high` per cent, so many submissions, and its rectangle."""

    low: float
    high: float
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Histogram:
    """A histogram with its two scales."""

    x: Scale
    y: Scale
    bars: tuple[Bar, ...]


def histogram(shares: Sequence[float]) -> Histogram:
    """How many of these shares (0 to 1) lie in each tenth; 1 belongs to the last one."""
    counts = [0] * BINS
    for share in shares:
        counts[min(BINS - 1, max(0, math.floor(share * BINS + 1e-9)))] += 1
    x = scale(0, 100, LEFT, WIDTH - RIGHT)
    y = scale(0, max(1, *counts), HEIGHT - BOTTOM, TOP, whole=True)
    size = 100 / BINS
    bars = [
        Bar(
            low=i * size,
            high=(i + 1) * size,
            count=count,
            x=x(i * size) + 1.5,
            y=y(count),
            width=round(x(size) - x(0) - 3, 1),
            height=round(y(0) - y(count), 1),
        )
        for i, count in enumerate(counts)
    ]
    return Histogram(x, y, tuple(bars))


@dataclass(frozen=True)
class PlottedCurve:
    """A loss curve: its scales, and its points as SVG writes them."""

    x: Scale
    y: Scale
    points: str
    training: Run


def curves(trainings: Sequence[Run]) -> list[PlottedCurve]:
    """The loss curves of the trainings that reported one."""
    found = []
    for training in trainings:
        losses = training.losses
        if len(losses) >= 2:
            x = scale(0, max(2, training.steps), LEFT, WIDTH - RIGHT)
            y = scale(min(losses), max(losses), HEIGHT - BOTTOM, TOP)
            step = training.steps / len(losses)
            points = " ".join(f"{x((i + 0.5) * step):g},{y(loss):g}" for i, loss in enumerate(losses))
            found.append(PlottedCurve(x, y, points, training))
    return found


@dataclass(frozen=True)
class TrainedRow:
    """What one recipe gave: dots at (x, y), and lines at (x, tier's name, what it asks for)."""

    recipe: str
    top: float
    dots: tuple[tuple[float, float], ...]
    lines: tuple[tuple[float, str, float], ...]
    reached: int
    count: int


@dataclass(frozen=True)
class Trained:
    """What the best model of every submission gives, a row a recipe, against what its tiers ask for."""

    x: Scale
    height: float
    rows: tuple[TrainedRow, ...]
    unit: Callable[[str], str]


def trained(submissions: Sequence[Submission]) -> Trained | None:
    """Trained models against thresholds; None where nothing was trained."""
    best: dict[str, dict[str, Run]] = defaultdict(dict)
    for submission in submissions:
        for training in submission.trainings:
            name = submission.row.submission
            known = best[training.recipe].get(name)
            if known is None or not known.reaches(training.value):
                best[training.recipe][name] = training
    if not best:
        return None
    every = [training for trainings in best.values() for training in trainings.values()]
    x = scale(*_range(every), LEFT, WIDTH - RIGHT)
    rows = []
    for number, (recipe, trainings) in enumerate(sorted(best.items())):
        top = TOP + number * ROW
        tiers = dict(next(iter(trainings.values())).tiers)
        dots = tuple(
            # The height only spreads the dots; it follows from the name, so that a page is the same each time.
            (x(min(training.value, x.high)), round(top + 26 + 36 * _spread(name), 1))
            for name, training in trainings.items()
        )
        lines = tuple(
            (x(wanted), tier, wanted) for tier, wanted in sorted(tiers.items(), key=lambda tier: tier[1])
        )
        reached = sum(all(map(training.reaches, tiers.values())) for training in trainings.values())
        rows.append(TrainedRow(recipe, top, dots, lines, reached, len(trainings)))
    return Trained(x, TOP + len(rows) * ROW + BOTTOM, tuple(rows), every[0].unit_in)


def _range(trainings: Sequence[Run]) -> tuple[float, float]:
    """From 0, or below, to the largest value; where lower is better, to twice the easiest tier at most: a training may diverge."""
    wanted = [tier for training in trainings for tier in training.tiers.values()]
    values = [training.value for training in trainings]
    high = max([*values, *wanted])
    if wanted and any(training.better == "lower" for training in trainings):
        high = min(high, 2 * max(wanted))
    return min(0.0, *values), high


def _spread(name: str) -> float:
    """A number from 0 to 1 that follows from a name."""
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()[0] / 255
