"""What the process that runs public tests hears from its parent and tells it, and what students print in it."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import Any

from .describing import MAX_TEXT, clipped

_MOST_LINES = 12
"""Of what a call printed: what a loop without end prints fills no page."""


class Speaker:
    """Writes a line of JSON for the parent, on what was the standard output.

    What students print goes elsewhere. What they write to every open file all the same is told from these lines by the
    `token`, and a process that they fork, and that comes back from their code, ends here.
    """

    def __init__(self, token: str) -> None:
        self.token, self.process = token, os.getpid()
        self.out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)

    def say(self, **message: Any) -> None:
        if os.getpid() != self.process:
            os._exit(0)
        self.out.write(f"\n{json.dumps({'token': self.token, **message})}\n")
        self.out.flush()


def asked() -> dict[str, Any] | None:
    """What the parent wants done; None where it has ended. Whoever reads on from the standard input finds nothing."""
    line = sys.stdin.readline()
    sys.stdin = open(os.devnull)  # noqa: SIM115  (for good)
    os.dup2(sys.stdin.fileno(), 0)
    job: dict[str, Any] | None = json.loads(line) if line else None
    return job


class _Kept(io.BytesIO):
    """Bytes that stay, also where the student closes them."""

    def close(self) -> None:
        pass


class Printed(io.TextIOWrapper):
    """Keeps what is printed; for the student it is what Python prints to: it has a buffer and an encoding to set."""

    def __init__(self) -> None:
        self._kept = _Kept()
        super().__init__(self._kept, encoding="utf-8", errors="replace", newline="", write_through=True)

    def close(self) -> None:
        pass

    def last(self) -> str:
        """The last lines of it."""
        text = self._kept.getvalue().decode(errors="replace")[-MAX_TEXT:]
        return clipped("".join(text.splitlines(keepends=True)[-_MOST_LINES:]))
