"""Finds the written answers in a submission's notebook.

An answer's cell is known by its tag `answer:<question>`, by its id, or by the comment `<!-- answer: <question> -->` in
its text: other tools than Jupyter keep some of these and lose others. A notebook is read as JSON, never run, and
whatever it holds ends in a text or in the reason why there is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

MAX_ANSWER = 20_000
"""Longest answer in characters; the rest is cut off, and the text says so."""

PLACEHOLDERS = ("*Write your answer here.*", "*Viết câu trả lời của bạn vào đây.*")
"""What stands in an answer's cell before the student has written anything."""

_MARK = re.compile(r"<!--\s*answer:\s*(\w+)\s*-->")


@dataclass(frozen=True)
class Answer:
    """What a student wrote to one question.

    Attributes:
        text: Markdown, as it was typed; "" where there is none.
        reason: why there is no text; "" where there is one.
    """

    text: str
    reason: str = ""


def read(notebook: bytes | None, questions: Iterable[str]) -> dict[str, Answer]:
    """The answer to each question in a notebook's content, or why there is none."""
    if notebook is None:
        return {question: Answer("", "No notebook was handed in.") for question in questions}
    try:
        cells = _cells(notebook)
    except (ValueError, RecursionError, MemoryError):
        reason = "No answer could be read: the notebook is damaged. Open it in Jupyter, save it, and hand it in again."
        return {question: Answer("", reason) for question in questions}
    return {question: _answer(cells, question) for question in questions}


def _cells(notebook: bytes) -> list[dict[str, Any]]:
    content = json.loads(notebook)
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list):
        raise ValueError("no cells")
    return [cell for cell in cells if isinstance(cell, dict)]


def _answer(cells: list[dict[str, Any]], question: str) -> Answer:
    found = [_source(cell) for cell in cells if question in _names(cell)]
    if not found:
        return Answer(
            "",
            "The cell for the answer is not in the notebook: look into the notebook, it may stand elsewhere.",
        )
    text = "\n\n".join(text for text in map(_written, found) if text)  # a cell that was split keeps its tag
    if not text:
        return Answer("", "Nothing was written.")
    if len(text) > MAX_ANSWER:
        text = f"{text[:MAX_ANSWER]}\n[… {len(text) - MAX_ANSWER:,} more characters were cut off]"
    return Answer(text)


def _written(source: str) -> str:
    text = _MARK.sub("", source)
    for placeholder in PLACEHOLDERS:
        text = text.replace(placeholder, "")
    # A file can hold half of a surrogate pair, which neither a database nor a page can.
    return text.strip().encode("utf-8", "replace").decode()


def _names(cell: dict[str, Any]) -> Iterator[str]:
    """The questions that a cell answers."""
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    tags = metadata.get("tags")
    for tag in tags if isinstance(tags, list) else []:
        if isinstance(tag, str) and tag.startswith("answer:"):
            yield tag.removeprefix("answer:")
    for name in (cell.get("id"), metadata.get("id")):  # Colab moves a cell's id into its metadata
        if isinstance(name, str) and name.startswith("answer-"):
            yield name.removeprefix("answer-").replace("-", "_")
    yield from _MARK.findall(_source(cell))


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))
