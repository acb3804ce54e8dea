"""What a person should look at before grades leave the house, on the class's page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..course import Book, Standing, saying
from ..course.matching import told_by
from ..grading import INTERRUPTED
from ..records import ATTENTION, PARTIAL, REJECTED, Act
from ..submissions import missing_in
from .collecting import Submission


@dataclass(frozen=True)
class Concern:
    """One thing to look at.

    Attributes:
        name: of the student or the submission.
        why: what is to be looked at.
        page: the file of the student's page; "" for none.
        state: of the grading, where it comes from there; "" otherwise.
    """

    name: str
    why: str
    page: str = ""
    state: str = ""


def concerns(book: Book, submissions: list[Submission], _: saying.Words) -> list[Concern]:
    """All of them, what may cost points first."""
    pages = {id(one.standing): one.page for one in submissions}
    found = [Concern(told_by(act.student), why) for act, why in _strays(book, _)]
    if book.roll.listed:
        told = _("matches no student on the list, so that it counts for nobody: assign it on the desk")
        found += [
            Concern(one.submission, told)
            for one in book.roll.unmatched
            if one.submission in book.roll.to_grade
        ]
    for one in submissions:
        found += [Concern(one.name, why, one.page, one.row.status) for why in _of_grading(one, _)]
    for standing in book.standings:
        page = pages.get(id(standing), "")
        found += [Concern(standing.name, why, page) for why in _of_standing(standing, _)]
    return found


def _strays(book: Book, _: saying.Words) -> Iterator[tuple[Act, str]]:
    for act in book.strays:
        yield act, _("was decided about a student who is on the list no more")


def _of_grading(one: Submission, _: saying.Words) -> Iterator[str]:
    row = one.row
    if row.status == REJECTED:
        yield row.reason
    elif row.status == ATTENTION:
        yield row.reason or _("the grader failed in a case; results.json says which")
    elif row.status == PARTIAL:
        told = dict.fromkeys((case.state, case.question) for case in one.cases if case.state in INTERRUPTED)
        where = ", ".join(f"{question} ({_(state)})" for state, question in told)
        yield _("some cases did not run to their end: %(where)s") % {"where": where}
    yield from missing_in(one.notes)


def _of_standing(standing: Standing, _: saying.Words) -> Iterator[str]:
    for wait in standing.waits:
        if wait.reason in ("late", "answer"):
            yield saying.wait(wait, _)
    for act in standing.requests:
        yield _("asks to look again: %(text)s") % {"text": act.text}
    if standing.copied:
        yield _("is marked as copied: %(text)s") % {"text": standing.copied.text}
