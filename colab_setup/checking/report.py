"""Says in plain text how a check went: what to do first, what failed and why, what is not written, and a line that counts."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from ..language import N_, _, counted
from .checks import BLOCKED, CRASHED, FAILED, NOT_WRITTEN, PASSED, TIMED_OUT, Case, Checked

WIDTH = 100
_HEADS = {FAILED: N_("FAILED"), TIMED_OUT: N_("TOO SLOW"), CRASHED: N_("CRASHED")}


def text(checked: Checked, *, short: bool = False) -> str:
    """All of it for a terminal or a cell's output: modules that cannot be imported, then questions in their order.

    `short` leaves out why a case failed.
    """
    lines: list[str] = []
    for module in checked.broken:
        lines += [f"{_('BROKEN')}  {module.why}", *_indented(str(module.line) if module.line else ""), ""]
    if short:
        lines += _by_state(checked)
    else:
        for case in checked.cases:
            if case.state in _HEADS:
                lines += [*_failure(case), ""]
        for state, title in ((BLOCKED, _("Not run")), (NOT_WRITTEN, _("Not written yet"))):
            lines += _listing(title, [case for case in checked.cases if case.state == state])
    lines += [*checked.remarks, *([""] if checked.remarks else [])]
    lines.append(_count(checked))
    return "\n".join(lines)


def _count(checked: Checked) -> str:
    """The line that counts: of one question its cases, of several the questions."""
    states = checked.questions()
    if len(states) == 1:
        (question,) = states
        passing = sum(case.state == PASSED for case in checked.cases)
        return counted(
            "{question}: {passing} of {count} public case passes.",
            "{question}: {passing} of {count} public cases pass.",
            len(checked.cases),
            question=question,
            passing=passing,
        )
    counts = Counter(states.values())
    others = ", ".join(f"{counts[state]} {_(state)}" for state in counts if state != PASSED)
    return _(
        "{passing} of {total} questions pass their public tests{others}.",
        passing=counts[PASSED],
        total=len(states),
        others=f" ({others})" if others else "",
    )


def _by_state(checked: Checked) -> list[str]:
    """The questions by their states, a line or a few for each."""
    lines = []
    states = (PASSED, FAILED, TIMED_OUT, CRASHED, BLOCKED, NOT_WRITTEN)
    width = max(len(_(state)) for state in states) + 2
    for state in states:
        if names := [question for question, found in checked.questions().items() if found == state]:
            head = f"{_(state) + ':':<{width}}"
            lines += textwrap.wrap(
                ", ".join(names), WIDTH, initial_indent=head, subsequent_indent=" " * width
            )
    return [*lines, ""] if lines else []


def _failure(case: Case) -> Iterator[str]:
    yield f"{_(_HEADS[case.state])}  {case.name}"
    yield from _indented(case.message)
    told = {
        _("call"): case.call,
        _("returned"): case.returned if case.came != case.returned else "",
        _("expected"): case.expected,
        _("came"): case.came,
        "": case.difference,
        _("line"): str(case.line) if case.line else "",
        _("hint"): case.hint,
        _("printed"): case.printed.rstrip(),
    }
    width = max(map(len, told)) + 2
    for label, value in told.items():
        if value:
            first, *rest = value.splitlines()
            yield f"    {label + ':' if label else '':<{width}}{first}"
            yield from (f"    {'':<{width}}{line}" for line in rest)


def _listing(title: str, cases: Sequence[Case]) -> list[str]:
    """The questions of one title, those with one reason together; of each its first case's."""
    first: dict[str, Case] = {}
    for case in cases:
        first.setdefault(case.question, case)
    reasons: dict[str, list[str]] = {}
    for question, case in first.items():
        plain = case.message == _("{question}: not written yet", question=question)
        reasons.setdefault("" if plain else case.message, []).append(question)
    lines = []
    for why, questions in reasons.items():
        told = f"{title}: {', '.join(questions)}{f' ({why})' if why else ''}"
        lines += textwrap.wrap(told, WIDTH, subsequent_indent="    ", break_long_words=False)
    return [*lines, ""] if lines else []


def _indented(value: str) -> list[str]:
    return [f"    {line}" for line in value.splitlines()]
