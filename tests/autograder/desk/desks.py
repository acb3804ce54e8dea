"""A desk on a class that nobody has graded, and a browser of the framework's for it."""

from __future__ import annotations

from autograder.desk import open_desk
from autograder.desk.again import Again
from autograder.desk.guard import Guard
from autograder.desk.site import application
from tests.autograder.report import report_class

PORT = 8765
ORIGIN = f"http://127.0.0.1:{PORT}"
QUESTION = "shifted_scores"


class Browser:
    """A browser in which somebody has opened the printed address.

    Args:
        app: the desk's application.
        guard: its secrets.
        name: who sits before it; "" for somebody who has not said so yet.
    """

    def __init__(self, app, guard, name="Lan"):
        self.client, self.guard = app.test_client(), guard
        self.ask("enter/" + guard.key)
        if name:
            self.send("name", {"name": name})

    def ask(self, place="", **headers):
        """The answer to one request, whose headers are as usual where nothing else is said; None leaves one out."""
        return self._open("GET", place, None, {}, headers)

    def send(self, place, told, **headers):
        """The answer to what a page sends."""
        usual = {"Origin": ORIGIN, "Content-Type": "application/json"}
        body = {"data": told} if isinstance(told, bytes) else {"json": told}
        return self._open("POST", place, body, usual, headers)

    def do(self, kind, **told):
        """The answer to an act."""
        return self.send("acts", {"kind": kind, **told})

    def _open(self, method, place, body, usual, headers):
        told = {name: value for name, value in (usual | headers).items() if value is not None}
        host = told.pop("Host", f"127.0.0.1:{PORT}")
        path = place if place.startswith("/") else f"{self.guard.room}/{place}"
        return self.client.open(path, method=method, base_url=f"http://{host}", headers=told, **(body or {}))


def opened(out, language="en"):
    """The desk of a folder of results, its guard, and its application."""
    desk, guard = open_desk(out, language), Guard(PORT)
    return desk, guard, application(desk, guard, Again(desk))


def made(out, count, **how):
    """The same of a class that is made first."""
    report_class.make(out, count, **how).close()
    return opened(out)
