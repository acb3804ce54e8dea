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
from .sources import changed
from .student import seen
from .taking import taking
from .wording import Wording

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


def _pages(desk: Desk, guard: Guard) -> Blueprint:
    pages = Blueprint("desk", __name__)
    wording = Wording(desk.assignment, desk.language)

    def shown(template: str, here: str, scripts: tuple[str, ...] = SCRIPTS, **values: Any) -> str:
        return desk.pages.render(
            template,
            title=desk.said(desk.assignment.title),
            here=here,
            grader=grader(),
            base=f"{guard.room}/",
            script=desk.pages.script(*scripts),
            style=desk.pages.script("pages.css", "desk.css"),
            connects=True,
            formulas=with_formulas,
            wording=wording,
            words=desk.words,
            saying=saying,
            deadline=desk.assignment.deadline,
            **values,
        )

    @pages.get("/enter/<key>")
    def enter(key: str) -> AnyResponse:
        if not guard.admits(key):
            return refusal(HTTPStatus.FORBIDDEN, "Open the address that the command has printed.")
        # No redirection: after a click in another site's page, a notebook's terminal perhaps, a browser would follow it without
        # the cookie. What this page opens by itself is asked for by the desk.
        page = Response(
            f'<!doctype html><title>…</title><link rel="icon" href="data:,"><meta http-equiv="refresh" content="0;url={guard.room}/">'
        )
        return guard.admit(page)

    @pages.get("/")
    def class_page() -> str:
        last, (found, table), strays = desk.store.acts.last(), desk.table(guard.room), desk.book().strays
        return shown(
            "desk_class.html",
            "class",
            CLASS_SCRIPTS,
            last=last,
            found=found,
            table=table,
            strays=strays,
            left={act.id: told_by(act.student) for act in strays},
        )

    @pages.get("/submission/<path:submission>")
    def submission_page(submission: str) -> str | AnyResponse:
        last, book = desk.store.acts.last(), desk.book()
        found = seen(desk, book, submission)
        if found is None:
            return refusal(
                HTTPStatus.NOT_FOUND, "This submission has not been graded: `autograder grade` does."
            )
        return shown("desk_submission.html", "student", last=last, about=found.about, it=found, book=book)

    @pages.get("/student/<path:key>")
    def student_page(key: str) -> str | AnyResponse:
        last, book = desk.store.acts.last(), desk.book()
        found = book.find(key)
        if found is None:
            return refusal(HTTPStatus.NOT_FOUND, "There is no such student: go back to the class.")
        if found.row is not None:
            return redirect(url_for("desk.submission_page", submission=found.row.submission))
        acts = desk.store.acts.about((), found.keys)
        in_force = {act.id for act in book.acts}
        return shown(
            "desk_absent.html",
            "student",
            last=last,
            about=list(found.keys),
            standing=found,
            acts=acts,
            in_force=in_force,
        )

    @pages.get("/changes/<path:submission>")
    def changes_page(submission: str) -> str:
        earlier, rows = request.args.get("from", ""), {row.submission: row for row in desk.store.rows()}
        before, after = desk.sources.code(earlier), desk.sources.code(submission)
        return shown(
            "desk_changes.html",
            "student",
            last=desk.store.acts.last(),
            submission=submission,
            earlier=earlier,
            reasons=[code.reason for code in (before, after) if code.reason],
            changes=changed(before, after),
            moved=changes(rows[earlier], rows[submission]) if {earlier, submission} <= rows.keys() else [],
        )

    @pages.get("/marking/<question>")
    def marking_page(question: str) -> str | AnyResponse:
        if question not in desk.assignment.manual:
            return refusal(HTTPStatus.NOT_FOUND, "There is no such question.")
        last = desk.store.acts.last()
        answers = to_mark(desk, desk.book(), question)
        unmarked = [answer for answer in answers if not answer.is_marked]
        only = "unmarked" in request.args
        first = request.args.get("from", 0, type=int)
        return shown(
            "desk_marking.html",
            "marking",
            last=last,
            question_name=question,
            question=desk.assignment.manual[question],
            shares=shares(unmarked if only else answers, first),
            only_unmarked=only,
            number=len(answers),
            marked=len(answers) - len(unmarked),
            empty=sum(answer.is_empty for answer in unmarked),
        )

    return pages
