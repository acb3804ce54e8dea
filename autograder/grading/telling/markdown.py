"""Says in Markdown what a student's page says of the cases, for Gradescope's `results.json`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from ...assignment import translations
from ...assignment.languages import Texts
from ...text import fenced
from ..case_results import CaseResult
from .feedback import Question, questions_of

HEADS = {"call": "Called", "expected": "Expected", "got": "Got", "difference": "First difference"}


def feedback(
    records: Sequence[dict[str, object]],
    notes: Sequence[str],
    *,
    hidden_hints: bool,
    language: str = "en",
    said: Texts | None = None,
) -> str:
    """What a student may read of a grading.

    Args:
        records: of all cases, as `case_results.CaseResult.record` makes them.
        notes: what there is to say of the submission as a whole.
        hidden_hints: whether hints on hidden cases may be read.
        language: of all of it.
        said: what the assignment says, in the language.
    """
    questions = [question.for_student(hidden_hints=hidden_hints) for question in questions_of(records)]
    return "\n\n".join(_Telling(language, said or Texts(language)).paragraphs(questions, notes))


class _Telling:
    """Says it in a language; `said` is what the assignment says in it."""

    def __init__(self, language: str, said: Texts) -> None:
        self.language, self.said = language, said
        self.words = translations(language, "pages").gettext

    def paragraphs(self, questions: Sequence[Question], notes: Sequence[str]) -> Iterator[str]:
        _ = self.words
        if undecided := sum(question.undecided for question in questions):
            waiting = _("Not decided yet: %(points)s points.") % {"points": f"{undecided:g}"}
            yield f"**{waiting}** " + _(
                "The grade is not decided yet: the grader itself failed somewhere. Nothing is lost by that, and the "
                "course staff decides."
            )
        hidden = [case for question in questions for case in question.hidden]
        if hidden:
            earned, most = sum(case.points for case in hidden), sum(case.max_points for case in hidden)
            yield _(
                "Hidden cases beside the public ones: %(count)s. They call the same functions with other inputs, and "
                "they count: %(earned)s of %(most)s points were earned in them."
            ) % {"count": len(hidden), "earned": f"{earned:g}", "most": f"{most:g}"}
        for question in questions:
            if not question.is_right:
                waiting = f", {self._waiting(question.undecided)}" if question.undecided else ""
                yield f"### {question.name}: {question.points:g} / {question.max_points:g}{waiting}"
                told: set[str] = set()
                for case in question.hidden:
                    name = _("Hidden case: %(name)s") % {"name": self.said(case.name)}
                    yield from self._case(case, name, told) if not case.passed else ()
                for case in question.public:
                    yield from self._case(case, self.said(case.name), told) if not case.passed else ()
        if notes:
            yield f"### {_('About this grading')}"
            yield fenced("\n".join(map(self.said.filled, notes)))

    def _waiting(self, points: float) -> str:
        return self.words("%(points)s not decided yet") % {"points": f"{points:g}"}

    def _case(self, case: CaseResult, name: str, told: set[str]) -> Iterator[str]:
        _ = self.words
        points = (
            self._waiting(case.max_points) if case.undecided else f"{case.points:g} / {case.max_points:g}"
        )
        yield f"- **{_(case.state)}** {name} ({points})"
        blocks = [
            f"{_(HEADS[part])}\n{fenced(self.said.filled(text))}" for part, text in case.evidence.items()
        ]
        if case.message and not blocks:
            blocks = [fenced(self.said.filled(case.message))]
        hint = case.hint.get(self.language) or self.said(case.hint.get("en", ""))
        if hint and hint not in told:
            told.add(hint)
            blocks.append(f"**{_('Hint')}:** {hint}")
        for block in blocks:
            yield textwrap.indent(block, "  ")
