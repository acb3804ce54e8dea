"""The desk as a web application: maps its addresses to pages. Every page is made anew from the store, which others change."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from ..course import saying
from ..course.matching import told_by
from ..grading import changes
from .again import Again
from .desk import Desk
from .formulas import with_formulas
from .guard import Guard, grader, refusal
from .marking import shares, to_mark
from .question_texts import QuestionTexts
from .sources import changed
from .student import seen
from .taking import taking

SCRIPTS = ("desk.js",)
CLASS_SCRIPTS = ("vendor/dataTables-3.1.5.min.js", "people.js", "desk.js", "desk_class.js")


def application(desk: Desk, guard: Guard, again: Again) -> Flask:
    """The desk as a web application.

    Args:
        desk: what it shows.
        guard: whom it answers.
        again: grades submissions again.
    """
    app = Flask("autograder.desk", static_folder=None)
    app.extensions["again"] = again
    guard.watch(app)
    app.register_error_handler(HTTPException, _told)
    app.register_blueprint(_pages(desk, guard), url_prefix=guard.room)
    app.register_blueprint(taking(desk, again), url_prefix=guard.room)
    return app


def _told(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or 500)
    sentences = {
        HTTPStatus.NOT_FOUND: "There is no such page: go back to the class.",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "This is too long.",
    }
    return refusal(status, sentences.get(status, f"{status.phrase}."))


class _Pages:
    """The desk's pages: a method each."""

    def __init__(self, desk: Desk, guard: Guard) -> None:
        self.desk, self.guard = desk, guard
        self.question_texts = QuestionTexts(desk.assignment, desk.language)

    def shown(self, template: str, here: str, scripts: tuple[str, ...] = SCRIPTS, **values: Any) -> str:
        """A page of a template, with what all of them have."""
        return self.desk.pages.render(
            template,
            title=self.desk.said(self.desk.assignment.title),
            here=here,
            grader=grader(),
            base=f"{self.guard.room}/",
            script=self.desk.pages.script(*scripts),
            style=self.desk.pages.script("pages.css", "desk.css"),
            connects=True,
            formulas=with_formulas,
            question_texts=self.question_texts,
            words=self.desk.words,
            saying=saying,
            deadline=self.desk.assignment.deadline,
            **values,
        )

    def enter(self, key: str) -> AnyResponse:
        """Lets in who has the key, once."""
        if not self.guard.admits(key):
            return refusal(HTTPStatus.FORBIDDEN, "Open the address that the command has printed.")
        # No redirection: after a click in another site's page, a notebook's terminal perhaps, a browser would follow it without
        # the cookie. What this page opens by itself is asked for by the desk.
        page = Response(
            f'<!doctype html><title>…</title><link rel="icon" href="data:,"><meta http-equiv="refresh" content="0;url={self.guard.room}/">'
        )
        return self.guard.admit(page)

    def class_page(self) -> str:
        """The class."""
        last, (found, table), strays = (
            self.desk.store.acts.last(),
            self.desk.table(self.guard.room),
            self.desk.book().strays,
        )
        return self.shown(
            "desk_class.html",
            "class",
            CLASS_SCRIPTS,
            last=last,
            found=found,
            table=table,
            strays=strays,
            left={act.id: told_by(act.student) for act in strays},
        )

    def submission_page(self, submission: str) -> str | AnyResponse:
        """All of one submission."""
        last, book = self.desk.store.acts.last(), self.desk.book()
        found = seen(self.desk, book, submission)
        if found is None:
            return refusal(
                HTTPStatus.NOT_FOUND, "This submission has not been graded: `autograder grade` does."
            )
        return self.shown(
            "desk_submission.html", "student", last=last, about=found.about, it=found, book=book
        )

    def student_page(self, key: str) -> str | AnyResponse:
        """A student: the submission that counts, or that there is none."""
        last, book = self.desk.store.acts.last(), self.desk.book()
        found = book.find(key)
        if found is None:
            return refusal(HTTPStatus.NOT_FOUND, "There is no such student: go back to the class.")
        if found.row is not None:
            return redirect(url_for("desk.submission_page", submission=found.row.submission))
        acts = self.desk.store.acts.about((), found.keys)
        in_force = {act.id for act in book.acts}
        return self.shown(
            "desk_absent.html",
            "student",
            last=last,
            about=list(found.keys),
            standing=found,
            acts=acts,
            in_force=in_force,
        )

    def changes_page(self, submission: str) -> str:
        """What changed from one attempt to another."""
        earlier, rows = request.args.get("from", ""), {row.submission: row for row in self.desk.store.rows()}
        before, after = self.desk.sources.code(earlier), self.desk.sources.code(submission)
        return self.shown(
            "desk_changes.html",
            "student",
            last=self.desk.store.acts.last(),
            submission=submission,
            earlier=earlier,
            reasons=[code.reason for code in (before, after) if code.reason],
            changes=changed(before, after),
            moved=changes(rows[earlier], rows[submission]) if {earlier, submission} <= rows.keys() else [],
        )

    def marking_page(self, question: str) -> str | AnyResponse:
        """Written answers of one question, to be marked."""
        if question not in self.desk.assignment.manual:
            return refusal(HTTPStatus.NOT_FOUND, "There is no such question.")
        last = self.desk.store.acts.last()
        answers = to_mark(self.desk, self.desk.book(), question)
        unmarked = [answer for answer in answers if not answer.is_marked]
        only = "unmarked" in request.args
        first = request.args.get("from", 0, type=int)
        return self.shown(
            "desk_marking.html",
            "marking",
            last=last,
            question_name=question,
            question=self.desk.assignment.manual[question],
            shares=shares(unmarked if only else answers, first),
            only_unmarked=only,
            number=len(answers),
            marked=len(answers) - len(unmarked),
            empty=sum(answer.is_empty for answer in unmarked),
        )


def _pages(desk: Desk, guard: Guard) -> Blueprint:
    found, pages = _Pages(desk, guard), Blueprint("desk", __name__)
    pages.get("/enter/<key>")(found.enter)
    pages.get("/")(found.class_page)
    pages.get("/submission/<path:submission>")(found.submission_page)
    pages.get("/student/<path:key>")(found.student_page)
    pages.get("/changes/<path:submission>")(found.changes_page)
    pages.get("/marking/<question>")(found.marking_page)
    return pages
