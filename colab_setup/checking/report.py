"""Says in plain text how a check went: what failed and why, what is not written, and a line that counts."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from .checks import BLOCKED, CRASHED, FAILED, NOT_WRITTEN, PASSED, TIMED_OUT, Case, Checked


def text(checked: Checked, *, short: bool = False) -> str:
    """All of it for a terminal or a cell's output: what went wrong first, then a line that counts.

    `short` leaves out why a case failed.
    """
    lines: list[str] = []
    for module in checked.broken:
        lines += [f"BROKEN  {module.why}", *_indented(str(module.line) if module.line else ""), ""]
    if short:
        lines += _by_state(checked)
    else:
        for case in checked.cases:
            if case.state in (FAILED, TIMED_OUT, CRASHED):
                lines += [*_failure(case), ""]
        for state, title in ((BLOCKED, "Not run"), (NOT_WRITTEN, "Not written yet")):
            lines += _listing(title, [case for case in checked.cases if case.state == state])
    lines += [*checked.remarks, *([""] if checked.remarks else [])]
    counts = Counter(checked.questions().values())
    total = sum(counts.values())
    others = ", ".join(f"{counts[state]} {state}" for state in counts if state != PASSED)
    lines.append(
        f"{counts[PASSED]} of {total} questions pass their public tests{f' ({others})' if others else ''}."
    )
    return "\n".join(lines)


def _by_state(checked: Checked) -> list[str]:
    """The questions by their states, a line or a few for each."""
    lines = []
    for state in (PASSED, FAILED, TIMED_OUT, CRASHED, BLOCKED, NOT_WRITTEN):
        if names := [question for question, found in checked.questions().items() if found == state]:
            lines += textwrap.wrap(
                ", ".join(names), 100, initial_indent=f"{state + ':':<12} ", subsequent_indent=" " * 13
            )
    return [*lines, ""] if lines else []


def _failure(case: Case) -> Iterator[str]:
    word = {FAILED: "FAILED ", TIMED_OUT: "TOO SLOW", CRASHED: "CRASHED"}[case.state]
    yield f"{word} {case.name}"
    yield from _indented(case.message)
    for label, value in (
        ("call", case.call),
        ("returned", case.returned if case.came != case.returned else ""),
        ("expected", case.expected),
        ("came", case.came),
        ("", case.difference),
        ("line", str(case.line) if case.line else ""),
        ("hint", case.hint),
        ("printed", case.printed.rstrip()),
    ):
        if value:
            first, *rest = value.splitlines()
            yield f"    {label + ':' if label else '':<10}{first}"
            yield from (f"    {'':<10}{line}" for line in rest)


def _listing(title: str, cases: Sequence[Case]) -> list[str]:
    """One line for each question, in the words of its first case."""
    first: dict[str, Case] = {}
    for case in cases:
        first.setdefault(case.question, case)
    if not first:
        return []
    plain = [question for question, case in first.items() if case.message == f"{question}: not written yet"]
    lines = [f"{title}: {', '.join(plain)}"] if plain else []
    lines += [
        f"{title}: {question} ({case.message})" for question, case in first.items() if question not in plain
    ]
    return [*lines, ""]


def _indented(value: str) -> list[str]:
    return [f"    {line}" for line in value.splitlines()]
