"""Says whom the desk answers: the browser of whoever has opened the printed address, and nobody else.

The address holds a key that is made anew for each run. It is exchanged for a cookie, so that it stands in no address bar,
history or picture of the screen. Browsers send a cookie to every port of a machine; this one is bound to a path that
is made anew as well, so that no other server here is ever told it. A page of another site can send nothing that counts,
and a name that was made to point here (DNS rebinding) is refused.
"""

from __future__ import annotations

import hmac
import secrets
from http import HTTPStatus
from urllib.parse import quote, unquote

from flask import Flask, Request, Response, request

HOST = "127.0.0.1"
COOKIE = "desk"
MAX_REQUEST = 100_000
"""Bytes of what a page sends."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""A page itself says what else it may do."""

NAME = "grader"
MAX_NAME = 60
"""The cookie that keeps a grader's name between runs and ports, and the most characters of one."""


class Guard:
    """The secrets of one run, and the checks that need them.

    Attributes:
        port: where it listens; set when that is known.
        room: what every address begins with.
    """

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.room = f"/{secrets.token_urlsafe(12)}"
        self.key = secrets.token_urlsafe(24)
        self._cookie = secrets.token_urlsafe(24)

    @property
    def address(self) -> str:
        """What to open."""
        return f"http://{HOST}:{self.port}{self.room}/enter/{self.key}"

    def watch(self, app: Flask) -> None:
        """Let nothing through to an application that is not to be answered."""
        app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST
        app.before_request(self._check)
        app.after_request(_with_headers)

    def admits(self, key: str) -> bool:
        """Whether this is the key in the printed address."""
        return _same(key, self.key)

    def admit(self, response: Response) -> Response:
        """Give the browser the cookie by which it is known from now on."""
        response.set_cookie(COOKIE, self._cookie, path=f"{self.room}/", httponly=True, samesite="Strict")
        return response

    def _check(self) -> Response | None:
        if request.headers.get("Host") not in self._hosts():
            return refusal(HTTPStatus.FORBIDDEN, "Open the address that the command has printed.")
        inside = request.path.startswith(f"{self.room}/")
        entering = inside and request.endpoint == "desk.enter"
        if not entering and not (inside and _same(request.cookies.get(COOKIE, ""), self._cookie)):
            return refusal(HTTPStatus.FORBIDDEN, "Open the address that the command has printed.")
        if request.method != "GET" and not self._is_own(request):
            return refusal(HTTPStatus.FORBIDDEN, "This does not come from the desk.")
        return None

    def _hosts(self) -> set[str]:
        return {f"{HOST}:{self.port}", f"localhost:{self.port}"}

    def _is_own(self, request: Request) -> bool:
        own = {f"http://{host}" for host in self._hosts()}
        return request.headers.get("Origin") in own and request.mimetype == "application/json"


def refusal(status: HTTPStatus, sentence: str) -> Response:
    """An answer of one line."""
    return Response(sentence, status, content_type="text/plain; charset=utf-8")


def grader() -> str:
    """Who asks, as they have said; "" where they have not."""
    return unquote(request.cookies.get(NAME, ""))[:MAX_NAME].strip()


def with_name(response: Response, name: str) -> Response:
    """Have the browser keep a grader's name for a year; it is no secret, and serves every run on this machine."""
    response.set_cookie(
        NAME, quote(name[:MAX_NAME].strip()), path="/", max_age=366 * 86_400, httponly=True, samesite="Strict"
    )
    return response


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response
