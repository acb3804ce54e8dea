"""The class as one list: where everyone stands, and what there is to look at. It reads no grading, only rows of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ..course import Book, Standing
from ..records import ATTENTION, PARTIAL, REJECTED
from ..text import order, order_of_person

NOTHING = "nothing handed in"
NOT_GRADED = "not graded"


@dataclass(frozen=True)
class Line:
    """One student, on the list or not.

    Attributes:
        standing: where the student stands.
        state: a status of a row, or that there is none.
        look_at: why a person should look, a word or more each.
        place: of the name among all, where a reader of Vietnamese looks for it.
    """

    standing: Standing
    state: str
    look_at: tuple[str, ...]
    place: int

    @property
    def submission(self) -> str:
        """The attempt that counts; "" where there is none."""
        return self.standing.hand_in.submission if self.standing.hand_in else ""


@dataclass(frozen=True)
class Class:
    """The class.

    Attributes:
        lines: first those to look at.
        sections: of the course.
        groups: that hand in together.
        states: how many lines are in each state.
    """

    lines: tuple[Line, ...]
    sections: tuple[str, ...]
    groups: tuple[str, ...]
    states: dict[str, int]

    @property
    def to_look_at(self) -> int:
        """How many lines a person should look at."""
        return sum(bool(line.look_at) for line in self.lines)


def of_class(book: Book, incomplete: Collection[str] = (), language: str = "en") -> Class:
    """The class as a book has it.

    Args:
        book: where everyone stands.
        incomplete: submissions in which a module is missing.
        language: of those who look for a name.
    """
    strangers = {one.submission for one in book.roll.unmatched} if book.roll.listed else set()
    lines = []
    names = sorted(book.standings, key=lambda one: order_of_person(one.name, language))
    for place, standing in enumerate(names):
        submission = standing.hand_in.submission if standing.hand_in else ""
        state = standing.row.status if standing.row else NOT_GRADED if submission else NOTHING
        reasons = list(_look_at(standing, state, submission in strangers))
        reasons += ["missing"] if submission in incomplete else []
        lines.append(Line(standing, state, tuple(reasons), place))
    lines.sort(key=lambda line: not line.look_at)
    return Class(
        lines=tuple(lines),
        sections=_named(line.standing.student.section for line in lines),
        groups=_named(line.standing.student.group for line in lines),
        states=dict(Counter(line.state for line in lines)),
    )


def _look_at(standing: Standing, state: str, is_stranger: bool) -> Iterator[str]:
    if standing.requests:
        yield "request"
    if state in (ATTENTION, REJECTED, PARTIAL):
        yield state
    if is_stranger:
        yield "unmatched"
    for reason in dict.fromkeys(wait.reason for wait in standing.waits):
        if state != ATTENTION or reason not in ("undecided", "failed"):
            yield f"waits: {reason}"
    if standing.copied:
        yield "copied"


def _named(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}, key=order))
