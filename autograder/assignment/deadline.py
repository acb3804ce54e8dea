"""The late policy: when something was due, how late it came, and what that takes off.

It must never guess: where nobody knows how late a submission was, the grade waits for a person. File times are no
evidence and are not looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Deadline:
    """The late policy of an assignment.

    Attributes:
        at: when submissions are due; with its offset from UTC.
        grace: so much later is not late.
        percent_per_day: of the points possible, taken off for each day begun after the grace.
        drop_dead_days: after so many days beyond the grace nothing counts; None for never.
    """

    at: datetime
    grace: timedelta = timedelta()
    percent_per_day: float = 0.0
    drop_dead_days: float | None = None

    @property
    def matters(self) -> bool:
        """Whether being late costs anything."""
        return self.percent_per_day > 0 or self.drop_dead_days is not None

    @property
    def end(self) -> datetime:
        """From when on nothing handed in earns points; where lateness costs nothing, when the grace is over."""
        whole = math.ceil(100 / self.percent_per_day) if self.percent_per_day > 0 else None
        ends = [days for days in (self.drop_dead_days, whole) if days is not None]
        return self.at + self.grace + timedelta(days=min(ends, default=0))


@dataclass(frozen=True)
class Extension:
    """More time for one student: an amount of it, or a moment; the later one counts, and nothing shortens."""

    time: timedelta = timedelta()
    until: datetime | None = None

    def due(self, at: datetime) -> datetime:
        """When the student's work is due, where everyone's is due `at`."""
        moved = at + self.time
        return max(moved, self.until) if self.until is not None else moved


@dataclass(frozen=True)
class Lateness:
    """How late a submission was.

    Attributes:
        days: days begun after the grace; 0 for one in time.
        too_late: whether it came after the last day that counts.
        unknown: whether it was late by an amount that nobody knows.
        by: time between the deadline, extension included, and the submission; None where it is unknown or in time.
    """

    days: int = 0
    too_late: bool = False
    unknown: bool = False
    by: timedelta | None = None


def lateness(
    deadline: Deadline | None, extensions: Iterable[Extension], at: datetime | None, marked_late: bool
) -> Lateness:
    """How late a submission was.

    Args:
        deadline: the policy; without one nothing is late.
        extensions: of all who handed it in. The longest counts for all: a group waits for its slowest member, and
            the others must not pay for it.
        at: when it was handed in; None if nobody knows. Parts of a second do not count.
        marked_late: whether the course site says that it is late, without saying by how much.
    """
    if deadline is None or not deadline.matters:
        return Lateness()
    if at is None:
        return Lateness(unknown=marked_late)
    due = max([deadline.at, *(extension.due(deadline.at) for extension in extensions)])
    by = timedelta(seconds=math.floor((at - due).total_seconds()))
    beyond = by - deadline.grace
    if beyond <= timedelta():
        return Lateness()
    last = deadline.drop_dead_days
    return Lateness(math.ceil(beyond / DAY), last is not None and beyond > last * DAY, by=by)


@dataclass(frozen=True)
class Deduction:
    """What being late costs.

    Attributes:
        points: taken off; never more than there are.
        percent: of the points possible, as the policy has it.
    """

    points: float = 0.0
    percent: float = 0.0


def deduction(earned: float, possible: float, late: Lateness, deadline: Deadline | None) -> Deduction:
    """What being late costs.

    Args:
        earned: points of the grader and of the staff.
        possible: points possible, of which the policy takes its per cents.
        late: how late it was.
        deadline: the policy.
    """
    if late.too_late:
        return Deduction(max(earned, 0.0), 100.0)
    if deadline is None or not late.days:
        return Deduction()
    percent = deadline.percent_per_day * late.days
    return Deduction(min(max(earned, 0.0), possible * percent / 100), percent)
