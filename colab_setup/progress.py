"""Says how far a long loop is, in a line of the cell or terminal that changes; a quick loop says nothing.

for rate in kit.progress(rates, "training"):
    ...
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Any, TypeVar

from .language import _

QUIET_SECONDS = 2.0
"""So long a loop may take without a word."""

_BETWEEN_SECONDS = 0.5
_WIDTH = 30

Item = TypeVar("Item")


def progress(
    items: Iterable[Item],
    label: str = "",
    *,
    total: int | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Item]:
    """Go through items and say how far it is, and about how long it still takes.

    Args:
        items: what the loop is over.
        label: what it does.
        total: how many there are, where `items` does not tell.
        clock: seconds.
    """
    count = len(items) if total is None and isinstance(items, Sized) else total
    began = last = clock()
    line: _Line | None = None
    for done, item in enumerate(items):
        now = clock()
        if now - began >= QUIET_SECONDS and now - last >= _BETWEEN_SECONDS:
            line, last = line or _Line(), now
            line.say(_told(label, done, count, now - began))
        yield item
    if line is not None:
        line.say(_("{label}: done in {time}", label=label or _("loop"), time=_span(clock() - began)))
        line.end()


def _told(label: str, done: int, total: int | None, seconds: float) -> str:
    head = f"{label}: " if label else ""
    if not total or not done:
        return head + _("{done} done, {time} so far", done=done, time=_span(seconds))
    full = min(_WIDTH, _WIDTH * done // total)
    rest = seconds / done * (total - done)
    bar = "█" * full + "░" * (_WIDTH - full)
    return head + _(
        "{bar} {done} of {total}, about {time} to go", bar=bar, done=done, total=total, time=_span(rest)
    )


def _span(seconds: float) -> str:
    """Seconds or minutes, in words."""
    return _("{count:.0f} s", count=seconds) if seconds < 90 else _("{count:.0f} min", count=seconds / 60)


class _Line:
    """A line that is said anew: of a cell where a notebook's kernel runs, of the terminal elsewhere."""

    def __init__(self) -> None:
        ipython = sys.modules.get("IPython")
        shell = ipython.get_ipython() if ipython is not None else None
        self._handle: Any = None
        if getattr(shell, "kernel", None) is not None:
            from IPython.display import display

            self._handle = display(  # type: ignore[no-untyped-call]
                {"text/plain": ""}, raw=True, display_id=True
            )

    def say(self, text: str) -> None:
        if self._handle is not None:
            self._handle.update({"text/plain": text}, raw=True)
        else:
            print(f"\r{text:<79}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._handle is None:
            print(file=sys.stderr)
