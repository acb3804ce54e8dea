"""Lets people mark written answers: a page a question, served on this machine alone, that records as one types.

The server answers whoever knows the token in its address, which is made anew for each run, and nobody else: a page of
another site can neither guess it nor read what it is told, and a name that was made to point here (DNS rebinding)
is refused. Answers are students' text: they are escaped, and shown without names until one asks.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from ..assignment import Assignment
from ..course import Book, Given
from ..records import Store
from ..submissions import Answer
from .pages import Pages

HOST = "127.0.0.1"
MAX_REQUEST = 100_000
MAX_COMMENT = 5_000
"""Longest comment in characters."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The page itself says what else it may do."""


class MarkError(Exception):
    """What was typed cannot be recorded; one sentence for the person who typed it."""


@dataclass(frozen=True)
class ToMark:
    """An answer on the page.

    Attributes:
        key: stands for the submission where its name is not told.
        submission: the submission's name.
        answer: what was written.
        given: what was given for it, if anything was.
    """

    key: str
    submission: str
    answer: Answer
    given: Given | None

    @property
    def is_marked(self) -> bool:
        """Whether it has points, and those for the answer that counts."""
        return self.given is not None and self.given.counts


class Marking:
    """The marking of one assignment's written answers.

    Args:
        store: where the answers are, and the points go.
        settings: its assignment.
        pages: the templates.
    """

    def __init__(self, store: Store, settings: Assignment, pages: Pages) -> None:
        self.store = store
        self.settings = settings
        self.pages = pages
        self.script = pages.script("mark.js")

    def page(self, question: str, base: str) -> str:
        """The page of a question; `base` is what its links begin with."""
        answers = self.to_mark(question)
        return self.pages.render(
            "mark.html",
            title=self.settings.title,
            base=base,
            here=question,
            question=self.settings.manual[question],
            questions=self.settings.manual,
            answers=answers,
            marked=sum(answer.is_marked for answer in answers),
            script=self.script,
            connects=True,
        )

    def to_mark(self, question: str) -> list[ToMark]:
        """The answers to a question, in an order that says nothing of who wrote them and is another for each question."""
        book = Book.read(self.store, self.settings)
        found = [
            ToMark(_key(question, submission), submission, answer, book.given(submission).get(question))
            for submission, answer in self.store.answers_to(question).items()
        ]
        return sorted(found, key=lambda answer: answer.key)

    def give(self, question: str, told: object) -> None:
        """Record what a person typed.

        Args:
            question: the question's name.
            told: from the page: the answer's key, points as they were typed, and a comment.

        Raises:
            MarkError: these are no points for this question, or there is no such answer.
            OSError: they cannot be written.
        """
        if not isinstance(told, Mapping):
            raise MarkError("This is no form of the marking page.")
        key, points, comment = (str(told.get(name, "")) for name in ("key", "points", "comment"))
        submission = next((s for s in self.store.answers_to(question) if _key(question, s) == key), None)
        if submission is None:
            raise MarkError("There is no such answer any more: load the page again.")
        if len(comment) > MAX_COMMENT:
            raise MarkError(f"The comment is longer than {MAX_COMMENT:,} characters: shorten it.")
        book = Book.read(self.store, self.settings)
        self.store.acts.add(
            book.points_act(submission, question, self._points(question, points), comment.strip(), "")
        )

    def _points(self, question: str, typed: str) -> float:
        most = self.settings.manual[question].points
        if not typed.strip():
            raise MarkError("Not recorded yet: type points as well.")
        try:
            points = float(typed.replace(",", "."))
        except ValueError:
            points = math.nan
        if not 0 <= points <= most:
            raise MarkError(f"Points are a number from 0 to {most:g}.")
        return points


def _key(question: str, submission: str) -> str:
    return hashlib.sha256(json.dumps([question, submission]).encode()).hexdigest()[:16]


class Server(ThreadingHTTPServer):
    """Serves a marking to the browser of the person who started it.

    Args:
        marking: what is marked.
        port: on this machine; 0 takes a free one.
    """

    daemon_threads = True

    def __init__(self, marking: Marking, port: int = 0) -> None:
        self.marking = marking
        self.token = secrets.token_urlsafe(24)
        super().__init__((HOST, port), _Handler)

    def close(self) -> None:
        """Give the port and the store back."""
        self.server_close()
        self.marking.store.close()

    @property
    def address(self) -> str:
        """What to open."""
        return f"http://{HOST}:{self.server_address[1]}/{self.token}/"


class _Handler(BaseHTTPRequestHandler):
    """One request; whatever is wrong with it ends in an answer of one line."""

    server: Server
    timeout = 30
    server_version = "marking"
    sys_version = ""

    def do_GET(self) -> None:
        question = self._question()
        if question is not None:
            page = self.server.marking.page(question, f"/{self.server.token}")
            self._answer(200, page, "text/html; charset=utf-8")

    def do_POST(self) -> None:
        question = self._question()
        if question is None:
            return
        own = {f"http://{host}" for host in self._hosts()}
        length = self.headers.get("Content-Length", "")
        if self.headers.get("Origin") not in own or self.headers.get("Content-Type") != "application/json":
            return self._answer(403, "This does not come from the marking page.")
        if not length.isdecimal() or int(length) > MAX_REQUEST:
            return self._answer(413, "This is too long.")
        try:
            self.server.marking.give(question, json.loads(self.rfile.read(int(length))))
        except MarkError as error:
            return self._answer(400, str(error))
        except (ValueError, RecursionError):
            return self._answer(400, "This is no form of the marking page.")
        except OSError as error:
            return self._answer(500, f"Not recorded: {error}")
        return self._answer(200, "")

    def _question(self) -> str | None:
        """The question that the address names, the first one for none; None where the request was refused."""
        _, token, *rest = [*unquote(self.path.partition("?")[0]).split("/", 2), "", ""]
        known = hmac.compare_digest(token.encode("utf-8", "replace"), self.server.token.encode())
        if self.headers.get("Host") not in self._hosts() or not known:
            self._answer(403, "Open the address that the command has printed.")
            return None
        question = rest[0] or next(iter(self.server.marking.settings.manual))
        if question not in self.server.marking.settings.manual:
            self._answer(404, "There is no such question.")
            return None
        return question

    def _hosts(self) -> set[str]:
        port = self.server.server_address[1]
        return {f"{HOST}:{port}", f"localhost:{port}"}

    def _answer(self, status: int, text: str, kind: str = "text/plain; charset=utf-8") -> None:
        content = text.encode()
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: the address holds the token."""
