"""The lines of a grade's sum, and what a grade waits for, in words: one text for pages, grade files and the terminal."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..assignment import Lateness, translations
from .sums import Line, Standing, Wait

Words = Callable[[str], str]


def words(language: str) -> Words:
    """What translates a text into a language; the texts here are English."""
    return translations(language, "pages").gettext


def line(one: Line, standing: Standing, language: str) -> str:
    """A line of the sum, without its points."""
    _ = words(language)
    told = {"question": one.title.get(language) or one.title.get("en") or one.question}
    if one.kind == "cases":
        return _("Test cases")
    if one.kind == "changed":
        return _("%(question)s, changed by the staff") % told
    if one.kind == "decided":
        return _("What the grader had left open, decided by the staff")
    if one.kind == "written":
        return _("Written answer: %(question)s") % told
    if one.kind == "unmarked":
        return _("Written answer: %(question)s, not marked yet") % told
    if one.kind == "late":
        return late(one, standing, _)
    return _("Set by the staff, instead of this sum")


def late(one: Line, standing: Standing, _: Words) -> str:
    """How late it was, and what that cost."""
    by = amount(standing.late, _)
    if standing.late.too_late:
        return _("late by %(time)s: after the last day that counts") % {"time": by}
    if not one.percent:
        return _("late by %(time)s") % {"time": by}
    told = {"time": by, "percent": f"{one.percent:g}", "possible": f"{standing.possible:g}"}
    return _("late by %(time)s: %(percent)s %% of %(possible)s points taken off") % told


def amount(lateness: Lateness, _: Words) -> str:
    """How late, in days, hours and minutes; in days where a person has said so."""
    if lateness.by is None:
        return _("%(days)s d") % {"days": lateness.days}
    minutes = math.ceil(lateness.by.total_seconds() / 60)
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [
        _("%(days)s d") % {"days": days} if days else "",
        _("%(hours)s h") % {"hours": hours} if hours else "",
        _("%(minutes)s min") % {"minutes": minutes} if minutes else "",
    ]
    return " ".join(filter(None, parts))


def wait(one: Wait, _: Words) -> str:
    """Why there is no grade yet, and what a person can do."""
    told: dict[str, Any] = {
        "points": f"{one.points:g}",
        "earned": f"{one.earned:g}",
        "question": one.question,
    }
    if one.reason == "late":
        return _(
            "late, and by how much is unknown: say how late on the desk, or in a column `submitted` of the roster"
        )
    if one.reason == "undecided":
        return (
            _(
                "%(points)s points are undecided, since the grader failed, and %(earned)s are earned: grade it again, or "
                "decide on the desk"
            )
            % told
        )
    if one.reason == "failed":
        return _("the grader failed, and nothing is decided: grade it again, or decide on the desk")
    if one.reason == "answer":
        return (
            _(
                "another answer to %(question)s was handed in since %(points)s points were given for it: mark it again"
            )
            % told
        )
    return _("not graded yet")


def note(standing: Standing, _: Words) -> str:
    """What a student and a grade file are told of how the grade came about; "" where nothing is to be said."""
    override = standing.override
    if override is not None:
        return _("set by the staff%(reason)s") % {"reason": f": {override.text}" if override.text else ""}
    told = [late(one, standing, _) for one in standing.lines if one.kind == "late"]
    return "; ".join([*told, *(wait(one, _) for one in standing.waits)])
