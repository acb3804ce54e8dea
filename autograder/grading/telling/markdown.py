"""Says in Markdown what a student's page says of the cases, for Gradescope's `results.json`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from ...text import fenced
from .feedback import Case, Question, questions_of

HEADS = {"call": "Called", "expected": "Expected", "got": "Got", "difference": "First difference"}


def feedback(
    records: Sequence[dict[str, object]], notes: Sequence[str], *, hidden_hints: bool, language: str = "en"
) -> str:
    """What a student may read of a grading.

    Args:
        records: of all cases, as `case_results.CaseResult.record` makes them.
        notes: what there is to say of the submission as a whole.
        hidden_hints: whether hints on hidden cases may be read.
        language: of the hints.
    """
    questions = [question.for_student(hidden_hints=hidden_hints) for question in questions_of(records)]
    return "\n\n".join(_paragraphs(questions, notes, language))


def _paragraphs(questions: Sequence[Question], notes: Sequence[str], language: str) -> Iterator[str]:
    if undecided := sum(question.undecided for question in questions):
        yield (
            f"**Not decided yet: {undecided:g} points.** The grader itself failed on them. They are neither earned nor "
            "lost, and the course staff decides."
        )
    hidden = [case for question in questions for case in question.hidden]
    if hidden:
        earned, most = (
            sum(points) for points in zip(*((c.points, c.max_points) for c in hidden), strict=True)
        )
        yield (
            f"Hidden cases beside the public ones: {len(hidden)}. They call the same functions with other inputs, and "
            f"they count: {earned:g} of {most:g} points were earned in them."
        )
    for question in questions:
        if not question.is_right:
            waiting = f", {question.undecided:g} not decided yet" if question.undecided else ""
            yield f"### {question.name}: {question.points:g} / {question.max_points:g}{waiting}"
            told: set[str] = set()
            for number, case in enumerate(question.hidden, 1):
                yield from _case(case, f"Hidden case {number}", told, language) if not case.passed else ()
            for case in question.public:
                yield from _case(case, case.name, told, language) if not case.passed else ()
    if notes:
        yield "### About this grading"
        yield fenced("\n".join(notes))


def _case(case: Case, name: str, told: set[str], language: str) -> Iterator[str]:
    points = (
        f"{case.max_points:g} not decided yet" if case.undecided else f"{case.points:g} / {case.max_points:g}"
    )
    yield f"- **{case.state}** {name} ({points})"
    blocks = [f"{HEADS[part]}\n{fenced(text)}" for part, text in case.evidence.items()]
    if case.message and not blocks:
        blocks = [fenced(case.message)]
    hint = case.hint.get(language, "")
    if hint and hint not in told:
        told.add(hint)
        blocks.append(f"**Hint:** {hint}")
    for block in blocks:
        yield textwrap.indent(block, "  ")
