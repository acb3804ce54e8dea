"""The text of the written questions, as students are given it in the notebook."""

from __future__ import annotations

import functools
import json

from markupsafe import Markup

from ..assignment import Assignment
from ..assignment.generating.notebooks import make_notebooks
from .formulas import markdown


class QuestionTexts:
    """What the written questions of an assignment ask.

    Args:
        assignment: what was graded.
        language: of the texts; English where there are none in it.
    """

    def __init__(self, assignment: Assignment, language: str) -> None:
        self._assignment, self._language = assignment, language
        self._set: dict[str, Markup] = {}

    def of(self, question: str) -> Markup:
        """A question's text as HTML; empty where the notebook has none."""
        if question not in self._set:
            self._set[question] = markdown(self._texts.get(question, ""))
        return self._set[question]

    @functools.cached_property
    def _texts(self) -> dict[str, str]:
        assignment = self._assignment
        source = assignment.solutions / "notebook.py"
        if not source.is_file():
            return {}
        points = {name: question.points for name, question in assignment.manual.items()}
        left_out = (*assignment.left_out, *assignment.not_written)
        notebooks = make_notebooks(source.read_text(encoding="utf-8"), assignment.name, left_out, points)
        texts: dict[str, str] = {}
        for cell in json.loads(notebooks.get(self._language) or notebooks["en"])["cells"]:
            for tag in cell["metadata"].get("tags", ()):
                kind, _, name = tag.partition(":")
                if kind == "about" and cell["cell_type"] == "markdown":
                    texts[name] = "\n\n".join(filter(None, (texts.get(name, ""), "".join(cell["source"]))))
        return texts
