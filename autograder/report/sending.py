"""Packs the students' pages for the way back: as Moodle's and Canvas's imports take them, for Gradescope, for mail.

A page goes to its student alone, and only when the grade is decided. Whoever could not be reached is named.
"""

from __future__ import annotations

import datetime
import functools
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..cells import table
from ..course import Book
from ..files import write_atomically
from ..grading import hidden_hints_shown
from ..text import listed, reason_of
from .collecting import Submission, collect
from .opening import ReportError, opened
from .pages import Pages
from .writing import student_page

FORMATS = ("moodle", "canvas", "gradescope", "mail")
PAGE = "feedback.html"


@dataclass(frozen=True)
class Sent:
    """What was written: the zip or folder, for how many students, and what a person should know."""

    path: Path
    students: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Page:
    it: Submission
    html: bytes


def send(out: Path, form: str, language: str | None = None, course: Path | None = None) -> Sent:
    """Write the students' pages for a course site, or for mail, into the folder of the results.

    Args:
        out: the folder of the results.
        form: one of `FORMATS`.
        language: of the pages of those whose own the list does not tell; by default the course's.
        course: the course's file; by default the one of the last grading.

    Raises:
        ReportError: there are no results, nobody could be reached, or it cannot be written.
    """
    assignment, store = opened(out, course)
    try:
        hints = hidden_hints_shown(assignment, datetime.datetime.now(datetime.UTC))
        pages, waiting = [], []
        # Each compiles its templates.
        spoken = functools.cache(Pages)
        for it in collect(store, assignment, Book.read(store, assignment)):
            assert it.standing is not None
            if it.standing.points is None:
                waiting.append(it.name)
                continue
            own = spoken(it.standing.student.language or language or assignment.language)
            pages.append(_Page(it, student_page(own, assignment, it, hidden_hints=hints).encode()))
        path, sent, notes = _FORMS[form](out, pages)
    except OSError as error:
        raise ReportError(f"The pages cannot be written to {out} ({reason_of(error)}).") from error
    finally:
        store.close()
    if pages and not sent:
        raise ReportError(notes[0])
    if waiting:
        notes = [*notes, f"{listed(waiting)}: the grade is not decided yet, and no page was packed."]
    return Sent(path, sent, tuple(notes))


def _moodle(out: Path, pages: Sequence[_Page]) -> tuple[Path, int, list[str]]:
    """`Name_number_assignfeedback_file_/feedback.html`: Moodle splits at the underscores and takes the number at the second
    place for the participant (mod/assign/feedback/file/importziplib.php), so that no name may hold one."""
    files, unknown = {}, []
    for page in pages:
        standing = page.it.standing
        if standing is None or not standing.student.participant:
            unknown.append(page.it.name)
            continue
        name = re.sub(r"[_/\\]+", " ", page.it.name).strip(" .~") or "student"
        files[f"{name}_{standing.student.participant}_assignfeedback_file_/{PAGE}"] = page.html
    notes = _unreached(unknown, "Moodle's number of theirs (Identifier) is not known")
    return _zip(out / "feedback-moodle.zip", files), len(files), notes


def _canvas(out: Path, pages: Sequence[_Page]) -> tuple[Path, int, list[str]]:
    """Under the very name of the file that was handed in: Canvas takes the first two numbers between underscores for the
    user and the attachment, and gives the upload the attachment's name (`infer_comment_context_from_filename` in
    app/models/assignment.rb). So what is called .zip is one, with the page in it."""
    files: dict[str, bytes] = {}
    unknown, odd, shared = [], 0, 0
    for page in pages:
        hand_in = page.it.standing.hand_in if page.it.standing else None
        if hand_in is None or hand_in.source != "canvas" or not re.search(r"_\d+_\d+_", hand_in.file):
            unknown.append(page.it.name)
            continue
        if hand_in.file in files:
            shared += 1
            continue
        content = page.html
        if hand_in.file.lower().endswith(".zip"):
            content = _zipped({PAGE: page.html})
        else:
            odd += not hand_in.file.lower().endswith(".html")
        files[hand_in.file] = content
    notes = _unreached(
        unknown, "Canvas's name of the file handed in is not known (grade its export once more)"
    )
    if odd:
        notes.append(
            f"Canvas shows {odd} of the pages under the name of the file handed in, which is neither .zip nor .html."
        )
    if shared:
        notes.append(
            f"{shared} of a group share their file with another member, whose page Canvas gives to all of them."
        )
    return _zip(out / "feedback-canvas.zip", files), len(files), notes


def _gradescope(out: Path, pages: Sequence[_Page]) -> tuple[Path, int, list[str]]:
    """A folder with a page a student and a list: Gradescope has no import for pages."""
    files, lines = {}, []
    for page in pages:
        assert page.it.standing is not None
        hand_in, student = page.it.standing.hand_in, page.it.standing.student
        number = str(hand_in.order) if hand_in and hand_in.source == "gradescope" else ""
        lines.append([number, student.id, student.name, student.email, page.it.page])
        files[page.it.page] = page.html
    header = ["Submission ID", "SID", "Name", "Email", "page"]
    files["pages.csv"] = table(header, lines)
    return _folder(out / "feedback-gradescope", files), len(pages), []


def _mail(out: Path, pages: Sequence[_Page]) -> tuple[Path, int, list[str]]:
    """A table for a mail merge, with the page to attach in its last column."""
    files: dict[str, bytes] = {}
    lines: list[list[str | float]] = []
    unknown = []
    for page in pages:
        standing = page.it.standing
        if standing is None or not standing.student.email:
            unknown.append(page.it.name)
            continue
        files[page.it.page] = page.html
        place = str((out / "feedback-mail" / page.it.page).absolute())
        lines.append(
            [standing.student.email, standing.name, standing.points or 0.0, standing.possible, place]
        )
    files["mail-merge.csv"] = table(["email", "name", "grade", "max_grade", "attachment"], lines)
    notes = _unreached(unknown, "the list has no address of theirs")
    return _folder(out / "feedback-mail", files), len(lines), notes


_FORMS: dict[str, Callable[[Path, Sequence[_Page]], tuple[Path, int, list[str]]]] = {
    "moodle": _moodle,
    "canvas": _canvas,
    "gradescope": _gradescope,
    "mail": _mail,
}


def _unreached(names: Sequence[str], why: str) -> list[str]:
    return [f"No page was packed for {listed(names)}: {why}."] if names else []


def _zip(path: Path, files: dict[str, bytes]) -> Path:
    if files:
        write_atomically(path, _zipped(files))
    return path


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _folder(path: Path, files: dict[str, bytes]) -> Path:
    """The folder with these files, and none of an earlier time."""
    path.mkdir(parents=True, exist_ok=True)
    for left in path.glob("*.html"):
        if left.name not in files:
            left.unlink()
    for name, content in files.items():
        write_atomically(path / name, content)
    return path
