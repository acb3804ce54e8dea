"""The addresses that a page sends to: takes what people did, and tells what others did meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request

from ..records import Act, Conflict
from ..records import acts as kinds
from .acting import NO_FORM, Typed, TypedError, act, empty_to_zero
from .again import Again
from .desk import Desk
from .guard import grader, refusal, with_name
from .marking import key_of
from .sources import GONE


class _Taking:
    """What is sent to a desk: a method an address."""

    def __init__(self, desk: Desk, again: Again) -> None:
        self.desk, self.again = desk, again

    def recorded(self, do: Callable[[str], dict[str, Any]]) -> Response:
        """The answer to an act; it is on the disk when this says so."""
        try:
            if not (who := grader()):
                raise TypedError("Not saved yet: say who you are, at the top of the page.")
            return jsonify(do(who))
        except TypedError as error:
            return refusal(HTTPStatus.BAD_REQUEST, error.told(self.desk.words))
        except Conflict as conflict:
            answer = jsonify(_news(conflict.act) | {"sentence": _conflict(self.desk, conflict.act)})
            answer.status_code = HTTPStatus.CONFLICT
            return answer
        except OSError as error:
            return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, f"{self.desk.words('Not saved:')} {error}")

    def name(self) -> Response:
        """Who somebody is."""
        told = _json()
        typed = told.get("name", "") if isinstance(told, dict) else ""
        return with_name(jsonify({}), typed if isinstance(typed, str) else "")

    def acts(self) -> Response:
        """An act."""
        told = _json()
        return self.recorded(lambda who: {"id": act(self.desk, Typed.of(told), who).id})

    def empty(self) -> Response:
        """No points for all empty answers of a question."""
        told = _json()

        def give(who: str) -> dict[str, Any]:
            question = told.get("question") if isinstance(told, dict) else None
            if not isinstance(question, str) or question not in self.desk.assignment.manual:
                raise TypedError(NO_FORM)
            return {"count": empty_to_zero(self.desk, question, who)}

        return self.recorded(give)

    def grade_again(self) -> Response:
        """One submission graded once more."""
        told = _json()

        def begin(who: str) -> dict[str, Any]:
            submission = told.get("submission") if isinstance(told, dict) else None
            rows = {row.submission: row for row in self.desk.store.rows()}
            if submission not in rows:
                raise TypedError("There is no such submission any more: load the page again.")
            if self.desk.sources.place_of(submission) is None:
                raise TypedError(GONE)
            grading = self.desk.store.numbers()[submission]
            self.desk.store.acts.add(Act(kinds.AGAIN, who, submission, ref=grading))
            self.again.start(submission, rows[submission])
            return {}

        return self.recorded(begin)

    def state_of(self, submission: str) -> Response:
        """How far that is."""
        regrading = self.again.found.get(submission)
        if regrading is None:
            return refusal(HTTPStatus.NOT_FOUND, NO_FORM)
        page = self.desk.pages.render("desk_again.txt", it=regrading)
        return jsonify({"ended": regrading.ended.is_set(), "told": page.strip()})

    def news(self) -> Response:
        """What others have done since."""
        since = request.args.get("since", "0")
        found = self.desk.store.acts.all(int(since) if since.isdecimal() and len(since) < 18 else 0)
        return jsonify([_news(one) for one in found if one.who != grader()])


def taking(desk: Desk, again: Again) -> Blueprint:
    """What pages of a desk send to.

    Args:
        desk: whose pages.
        again: grades submissions again.
    """
    found, takes = _Taking(desk, again), Blueprint("taking", __name__)
    takes.post("/name")(found.name)
    takes.post("/acts")(found.acts)
    takes.post("/empty")(found.empty)
    takes.post("/again")(found.grade_again)
    takes.get("/again/<path:submission>")(found.state_of)
    takes.get("/news")(found.news)
    return takes


def _json() -> object:
    try:
        return request.get_json(silent=True)
    except RecursionError:  # brackets upon brackets
        return None


def _news(one: Act) -> dict[str, Any]:
    """What a page is told of an act; whose answer it is about only by what the page calls it too."""
    about = {"about": [one.submission, *one.student], "key": key_of(one.question, one.submission)}
    told = {"id": one.id, "who": one.who, "at": one.at, "kind": one.kind, "question": one.question}
    return {**told, **about, "points": "" if one.points is None else f"{one.points:g}", "text": one.text}


def _conflict(desk: Desk, one: Act) -> str:
    told = {
        "who": one.who or desk.words("Somebody"),
        "points": "–" if one.points is None else f"{one.points:g}",
    }
    told |= {"at": one.at, "text": one.text}
    sentence = "Not saved: %(who)s has saved something else at %(at)s UTC: %(points)s points. %(text)s"
    return desk.words(sentence) % told
