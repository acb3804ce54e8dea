"""Serves the desk on this machine alone."""

from __future__ import annotations

from pathlib import Path

from waitress.server import create_server

from ..text import reason_of
from .again import Again
from .desk import Desk, DeskError, open_desk
from .guard import HOST, MAX_REQUEST, Guard
from .site import application

THREADS = 8
"""Requests that are answered at a time."""


class Serving:
    """A desk that is served to the browsers of this machine.

    Args:
        desk: what is served.
        port: on this machine; 0 takes a free one.

    Raises:
        DeskError: the port is taken.
    """

    def __init__(self, desk: Desk, port: int = 0) -> None:
        self.desk = desk
        self.guard = Guard()
        self._closed = False
        self._again = Again(desk)
        app = application(desk, self.guard, self._again)
        try:
            self._server = create_server(
                app,
                host=HOST,
                port=port,
                threads=THREADS,
                ident=None,
                max_request_body_size=MAX_REQUEST,
                clear_untrusted_proxy_headers=True,
            )
        except OSError as error:
            raise DeskError(
                f"Port {port} cannot be had ({reason_of(error)}): give another --port."
            ) from error
        self.guard.port = self._server.effective_port
        desk.warm(self.guard.room)

    @property
    def address(self) -> str:
        """What to open."""
        return self.guard.address

    def run(self) -> None:
        """Answer until the process is interrupted, or another thread closes this."""
        try:
            self._server.run()
        except OSError:
            # What it waits at may be taken away while it waits.
            if not self._closed:
                raise

    def close(self) -> None:
        """Give the port and the store back."""
        self._closed = True
        self._server.close()
        self._again.close()
        self.desk.close()


def serve(out: Path, language: str | None = None, course: Path | None = None, port: int = 0) -> Serving:
    """A server of the desk of the results in a folder; see `open_desk` and `Serving`."""
    desk = open_desk(out, language, course)
    try:
        return Serving(desk, port)
    except DeskError:
        desk.close()
        raise
