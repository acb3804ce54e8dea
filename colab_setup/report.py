"""Sets what was found in a table of two columns, and what is to be done below it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from .language import _

WIDTH = 100


def table(title: str, rows: Sequence[tuple[str, str]], problems: Sequence[str] = ()) -> str:
    """A table for a terminal or a cell's output, in plain text no wider than 100 characters."""
    label = max((len(name) for name, _ in rows), default=0)
    lines = [title, "-" * len(title)]
    for name, value in rows:
        lines += textwrap.wrap(
            value or "-",
            WIDTH,
            initial_indent=f"{name:<{label}}  ",
            subsequent_indent=" " * (label + 2),
            break_long_words=False,
            break_on_hyphens=False,
        )
    if problems:
        lines += ["", _("To do:")]
        for problem in problems:
            lines += textwrap.wrap(
                problem,
                WIDTH,
                initial_indent="- ",
                subsequent_indent="  ",
                break_long_words=False,
                break_on_hyphens=False,
            )
    return "\n".join(lines)
