"""What students read of a course's own rules, at the end of their README: when work is due, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterator

from ..assignment import Assignment, Deadline, translations
from ..grading import weighed_files


def about_course(assignment: Assignment, language: str) -> str:
    """Markdown; nothing where no course has laid anything over the assignment."""
    if assignment.course is None:
        return ""
    _ = translations(language, "pages", "said").gettext
    lines = ["", "## " + _("In this course"), ""]
    if assignment.deadline is not None:
        lines += [*_due(assignment.deadline, language), ""]
    points = {file.name: float(file.possible) for file in weighed_files(assignment)}
    written = {
        question.title.get(language, name): question.points for name, question in assignment.manual.items()
    }
    lines += [f"| {_('question')} | {_('points')} |", "| --- | --- |"]
    lines += [f"| `{name}` | {worth:g} |" for name, worth in points.items()]
    lines += [f"| {name} | {worth:g} |" for name, worth in written.items()]
    lines.append(f"| {_('together')} | {sum(points.values()) + sum(written.values()):g} |")
    return "\n".join(lines) + "\n"


def _due(deadline: Deadline, language: str) -> Iterator[str]:
    _ = translations(language, "pages").gettext
    yield _("Due on %(moment)s (UTC%(offset)s).") % {
        "moment": f"{deadline.at:%Y-%m-%d %H:%M}",
        "offset": f"{deadline.at:%z}",
    }
    if deadline.percent_per_day:
        yield _("Each day begun after that costs %(percent)s %% of the points possible.") % {
            "percent": f"{deadline.percent_per_day:g}"
        }
    if deadline.drop_dead_days is not None:
        yield _("After %(days)s days nothing counts.") % {"days": f"{deadline.drop_dead_days:g}"}
