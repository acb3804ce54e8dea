"""What became of one variant of the reference against a suite's cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...assignment import Variant
from ...grading import CaseResult


@dataclass(frozen=True)
class Trial:
    """One variant, or several of one style, against the suite.

    Attributes:
        name: of the variant; "reference", "stubs", or the style's.
        variants: what was put into the reference; empty for reference and stubs.
        lost: points lost by question.
        killers: the cases that failed.
        named: the misconceptions that the diagnosis named.
        hint: the hint that it gave, in English.
        complaint: what is wrong with the suite; empty where nothing is.
        only_hidden: whether it loses points, and none of them in a public case.
    """

    name: str
    variants: tuple[Variant, ...]
    lost: Mapping[str, float]
    killers: tuple[str, ...]
    named: tuple[str, ...]
    hint: str
    complaint: str = ""
    only_hidden: bool = False


def trial_of(
    name: str, variants: tuple[Variant, ...], cases: list[CaseResult], *, passed: bool = False
) -> Trial:
    """What cases say; with `passed`, those that passed are what is told."""
    told = [case for case in cases if (case.state == "passed") == passed]
    lost: dict[str, float] = {}
    for case in told:
        lost[case.question] = lost.get(case.question, 0.0) + case.max_points
    return Trial(
        name,
        variants,
        lost,
        tuple(case.name for case in told),
        tuple(dict.fromkeys(found for case in told for found in case.misconceptions)),
        next((case.hint["en"] for case in told if case.hint), ""),
        only_hidden=bool(told) and all(case.hidden for case in told),
    )
