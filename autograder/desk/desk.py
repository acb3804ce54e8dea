"""The results of one assignment as people work on them at the desk: what its pages are made from."""

from __future__ import annotations

import threading
from pathlib import Path

from markupsafe import Markup

from ..assignment import Assignment, AssignmentError, translations
from ..assignment.languages import Texts
from ..course import Book
from ..grading import opened
from ..records import Store, StoreError
from ..report.pages import Pages
from ..submissions import missing_in
from .class_list import Class, of_class
from .sources import Sources


class DeskError(Exception):
    """The desk cannot be opened; the message says why and what to do."""


class Desk:
    """The results of one assignment.

    Args:
        out: their folder.
        assignment: what was graded.
        store: where they are kept.
        language: of the pages.
    """

    def __init__(self, out: Path, assignment: Assignment, store: Store, language: str) -> None:
        self.out = out.resolve()
        self.assignment = assignment
        self.store = store
        self.language = language
        self.pages = Pages(language, "autograder.desk", "desk")
        self.said = Texts(language, assignment.suite)
        self.pages.environment.globals.update(said=self.said, manual=assignment.manual)
        self.words = translations(language, "desk", "pages").gettext
        self.sources = Sources(assignment, self.out)
        self._lock = threading.Lock()
        self._book: tuple[tuple[int, int], Book] | None = None
        self._table_lock = threading.Lock()
        self._table: tuple[Book, Class, Markup] | None = None
        self._noted = 0
        self._lacks: dict[str, bool] = {}

    def book(self) -> Book:
        """Where everyone stands, as the store has it now; the same object for as long as nothing is written there."""
        with self._lock:
            now = self._version()
            if self._book is None or self._book[0] != now:
                self._book = now, Book.read(self.store, self.assignment)
            return self._book[1]

    def table(self, room: str) -> tuple[Class, Markup]:
        """The class, and its table as HTML, which takes a while to write for hundreds and is kept for as long as the book.

        Args:
            room: what addresses begin with.
        """
        book = self.book()
        with self._table_lock:
            if self._table is None or self._table[0] is not book:
                found = of_class(book, self._incomplete(), self.language)
                page = Markup(self.pages.render("desk_table.html", found=found, base=f"{room}/"))  # noqa: S704
                self._table = book, found, page
            return self._table[1:]

    def _incomplete(self) -> set[str]:
        """The submissions in whose last grading a module was missing; only new gradings are read, which are large."""
        for number, submission, notes in self.store.notes(self._noted):
            self._noted = number
            self._lacks[submission] = bool(missing_in(notes))
        return {submission for submission, lacks in self._lacks.items() if lacks}

    def warm(self, room: str) -> None:
        """Do what takes a while and the first pages need; see `table`."""
        self.table(room)
        self.sources.place_of("")

    def _version(self) -> tuple[int, int]:
        """Changes with every writing, by others and by this process."""
        with self.store.reading() as database:
            others: int = database.execute("PRAGMA data_version").fetchone()[0]
            return others, database.total_changes

    def close(self) -> None:
        """Give the store back."""
        self.sources.close()
        self.store.close()


def open_desk(out: Path, language: str | None = None, course: Path | None = None) -> Desk:
    """The desk of the results in a folder.

    Args:
        out: what `autograder grade --out` was given.
        language: one of `languages.LANGUAGES`; by default the course's.
        course: the course's file; by default the one of the last grading.

    Raises:
        DeskError: there are no results.
    """
    try:
        assignment, store = opened(out, course)
    except (StoreError, AssignmentError) as error:
        raise DeskError(str(error)) from error
    return Desk(out, assignment, store, language or assignment.language)
