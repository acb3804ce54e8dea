"""Finds the written answers in a submission's notebooks.

An answer's cell is known by its tag `answer:<question>`, by its id, or by the comment `<!-- answer: <question> -->` in
its text: other tools than Jupyter keep some of these and lose others. Where it is empty, the cells above and below that
the student added are the answer. A notebook is read as JSON, never run, and whatever it holds ends in a text or in the
reason why there is none; that nothing was written is said only where all of it was looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .given import CELL_NAME, headings_of, plain
from .notebook_cells import MARK, cells_of, ids_of, is_prose, names_of, source_of
from .pictures import NO_FILES, Aside, taken

MAX_ANSWER = 20_000
"""Longest answer in characters; the rest is cut off, and the text says so."""

MAX_TEXT_BYTES = 20_000_000
"""Of a notebook without its long runs of base64: what is left becomes Python objects, which take many times as much."""

MAX_SHOWN = 6_000_000
"""Characters of the pictures of all answers together: they go through a message of the judge's."""

MAX_CELLS = 20
"""Of one answer."""

PLACEHOLDERS = ("*Write your answer here.*", "*Viết câu trả lời của bạn vào đây.*")
"""What stands in an answer's cell before the student has written anything."""

NOTHING = "Nothing was written."
_NO_CELL = "The cell for the answer is not in the notebook: look into the notebook, it may stand elsewhere."
_DAMAGED = (
    "No answer could be read: the notebook is damaged. Open it in Jupyter, save it, and hand it in again."
)
_NO_NOTEBOOKS = {
    re.compile(
        rb"\A\s*https?://\S*\s*\Z"
    ): "No answer could be read: the notebook's file holds nothing but a link to it.",
    re.compile(rb"\A\s*<(?i:!doctype|html)"): "No answer could be read: the notebook's file is a web page.",
    re.compile(
        rb"^(?:<{7}|>{7}) ", re.MULTILINE
    ): "No answer could be read: a merge was not finished in the notebook (<<<<<<<).",
}
_NO_NOTEBOOK = "No notebook was handed in."

POINTS = "{points}"
"""Stands in what students are given for a number."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_NUMBERED = re.compile(r"[a-z][a-z_]*-\d{2,3}")
"""The id of a cell that was given out and has no name."""

_SHORT_ANSWER = 60
"""Characters below which another cell of the student's own may be what was meant."""

_SHORTEST_STRAY = 20
"""Characters of a cell of the student's own that may be an answer in another place."""


@dataclass(frozen=True)
class Answer:
    """What a student wrote to one question.

    Attributes:
        text: Markdown, as it was typed; "" where there is none.
        reason: why there is no text; "" where there is one.
        pictures: that were pasted into it, as data URIs of checked PNG and JPEG files.
        share: of the question's points, where the grader marks it itself; None where a person does.
    """

    text: str
    reason: str = ""
    pictures: tuple[str, ...] = ()
    share: float | None = field(default=None, compare=False)


def read(
    notebooks: bytes | Mapping[str, bytes] | None,
    questions: Iterable[str],
    given: str = "",
    unread: Sequence[str] = (),
    pictures: Mapping[str, bytes] = NO_FILES,
) -> dict[str, Answer]:
    """The answer to each question, or why there is none.

    Args:
        notebooks: the content of the notebooks by name, the most likely one first; or of the only one.
        questions: their names.
        given: all text that students are given in the notebook, in any language; "" where it is not known.
        unread: what else was handed in that may hold an answer and is not looked at here, with the reason.
        pictures: that were handed in as files, by path; an answer may name one.
    """
    if not isinstance(notebooks, Mapping):
        notebooks = {} if notebooks is None else {"the notebook": notebooks}
    readers = {name: _Notebook(content, given, pictures) for name, content in notebooks.items()}
    found = {question: _answer(readers, question, unread) for question in questions}
    room = MAX_SHOWN
    for question, answer in found.items():
        size = sum(map(len, answer.pictures))
        if size > room:
            told = f"{answer.text}\n[The pictures are not shown: all of them together are larger than {MAX_SHOWN // 1_000_000} MB.]"
            found[question] = Answer(told)
        else:
            room -= size
    return found


def _answer(readers: Mapping[str, _Notebook], question: str, unread: Sequence[str]) -> Answer:
    found = {name: reader.answer(question) for name, reader in readers.items()}
    written = {name: answer for name, answer in found.items() if answer.text}
    different = list({answer.text: (name, answer) for name, answer in reversed(written.items())}.values())[
        ::-1
    ]
    if len(different) == 1:
        return different[0][1]
    if different:
        text = "\n\n".join(f"[In {name}:]\n{answer.text}" for name, answer in different)
        return Answer(_cut(text), "", tuple(uri for _, answer in different for uri in answer.pictures))
    reasons = list(dict.fromkeys(answer.reason for answer in found.values())) or [_NO_NOTEBOOK]
    if len(reasons) > 1:
        reasons = [reason for reason in reasons if reason != NOTHING]
    if unread:
        reasons = [
            "In the notebook nothing was written." if reason == NOTHING else reason for reason in reasons
        ]
    return Answer("", " ".join([*reasons, *unread]))


class _Notebook:
    """One notebook.

    Args:
        content: as it was handed in.
        given: all text that students are given in it; "" where it is not known.
        pictures: that lie beside it.
    """

    def __init__(self, content: bytes, given: str, pictures: Mapping[str, bytes]) -> None:
        self.pictures = pictures
        self.script = given
        self.given = frozenset(filter(None, map(plain, given.splitlines())))
        self.named = frozenset(CELL_NAME.findall(given))
        # What a question is worth stands in the notebook as the course has it.
        self.worded = frozenset(_NUMBER.sub(POINTS, line) for line in self.given if POINTS in line)
        self.cells: list[dict[str, Any]] = []
        self.fault = ""
        self.aside = Aside(content)
        size = len(self.aside.rest)
        if size > MAX_TEXT_BYTES:
            self.fault = f"The notebook was not looked at, because its text alone is {size // 1_000_000} MB: open it yourself."
            return
        try:
            self.cells = cells_of(self.aside.rest)
        except (ValueError, RecursionError, MemoryError):
            self.fault = next((why for sign, why in _NO_NOTEBOOKS.items() if sign.search(content)), _DAMAGED)

    def answer(self, question: str) -> Answer:
        """What stands in the cells of a question, or beside them."""
        if self.fault:
            return Answer("", self.fault)
        places = [i for i, cell in enumerate(self.cells) if question in names_of(cell)]
        texts = [
            (_written(source_of(self.cells[i])), self.cells[i]) for i in places
        ]  # a cell that was split keeps its tag
        # A cell that was copied keeps its tag, too, and says nothing new.
        texts = [(text, cell) for text, cell in dict(reversed(texts)).items() if text][::-1]
        elsewhere: list[str] = []
        if not places:  # it was deleted, and the answer typed into a new cell below the question
            places = [
                i
                for i, cell in enumerate(self.cells)
                if f"question-{question.replace('_', '-')}" in ids_of(cell)
            ] or self._asked(question)
            elsewhere = self._stray() if places else []
        if places and self.given:
            below = list(self._own(range(places[-1] + 1, len(self.cells)), True))
            above = [] if texts else [*self._own(range(places[0] - 1, -1, -1), False)][::-1]
            texts = [*above, *texts, *below]
        if texts:
            return self._told(texts, elsewhere)
        reason = NOTHING if any(question in names_of(cell) for cell in self.cells) else _NO_CELL
        stray = self._stray()
        if stray:
            where = (
                "The cell for the answer is empty"
                if places
                else "The cell for the answer is not in the notebook"
            )
            reason = (
                f"{where}, and the notebook holds {len(stray)} cells of the student's own elsewhere, which were not "
                f"taken for it. The first begins: {' '.join(stray[0].split())[:80]}"
            )
        return Answer("", reason)

    def _asked(self, question: str) -> list[int]:
        """The cells that have the heading under which a question is asked."""
        headings = headings_of(self.script).get(question, frozenset())
        return [
            i for i, cell in enumerate(self.cells) if headings & set(map(plain, source_of(cell).splitlines()))
        ]

    def _told(self, texts: Sequence[tuple[str, dict[str, Any]]], elsewhere: Sequence[str]) -> Answer:
        parts: list[str] = []
        pictures: tuple[str, ...] = ()
        for text, cell in texts[:MAX_CELLS]:
            shown, found = taken(text, cell, self.aside, len(pictures), self.pictures)
            pictures += found
            parts.append(shown)
        if elsewhere and len("".join(parts)) < _SHORT_ANSWER:
            parts.append(
                f"[The cell for the answer is not in the notebook; this stood below the question. Cells of the student's own "
                f"elsewhere: {len(elsewhere)}. The first begins: {' '.join(elsewhere[0].split())[:80]}]"
            )
        return Answer(_cut("\n\n".join(parts)), "", pictures)

    def _own(self, places: Iterable[int], going_down: bool) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the student added, going on from an answer's cell until the next that was given; of one that was given
        and added to, such as the question above, what was added."""
        for i in places:
            cell, source = self.cells[i], source_of(self.cells[i])
            if any(names_of(cell)) or (cell.get("cell_type") == "code" and not is_prose(source)):
                return
            lines = [line for line in source.splitlines() if line.strip()]
            known = [number for number, line in enumerate(lines, 1) if self._is_given(line)]
            ours = bool(known) or self._has_given_id(cell)
            # What was typed into a cell of ours stands below its text; the text may be of an earlier edition.
            text = _written("\n".join(lines[known[-1] :]) if known else "" if ours else source)
            if text and not (ours and going_down):
                yield text, cell
            if ours:
                return

    def _has_given_id(self, cell: dict[str, Any]) -> bool:
        return any(name in self.named or _NUMBERED.fullmatch(name) for name in ids_of(cell))

    def _is_given(self, text: str) -> bool:
        lines = (plain(line) for line in text.splitlines() if line.strip())
        return all(line in self.given or _NUMBER.sub(POINTS, line) in self.worded for line in lines)

    def _stray(self) -> list[str]:
        """Texts of the student's own that stand by no answer's cell; none where what was given is not known."""
        if not self.given:
            return []
        beside: set[int] = set()
        for order in (range(len(self.cells)), range(len(self.cells) - 1, -1, -1)):
            by_an_answer = False
            for i in order:
                cell = self.cells[i]
                if any(names_of(cell)):
                    by_an_answer = True
                elif self._has_given_id(cell) or self._is_given(source_of(cell)):
                    by_an_answer = False
                elif by_an_answer:
                    beside.add(i)
        texts = [
            _written(source_of(cell))
            for i, cell in enumerate(self.cells)
            if cell.get("cell_type") != "code"
            and i not in beside
            and not any(names_of(cell))
            and not self._has_given_id(cell)
        ]
        return [text for text in texts if len(text) >= _SHORTEST_STRAY and not self._is_given(text)]


def _cut(text: str) -> str:
    if len(text) > MAX_ANSWER:
        text = f"{text[:MAX_ANSWER]}\n[… {len(text) - MAX_ANSWER:,} more characters were cut off]"
    # A file can hold half of a surrogate pair, which neither a database nor a page can.
    return text.encode("utf-8", "replace").decode()


def _written(source: str) -> str:
    text = MARK.sub("", source)
    for placeholder in PLACEHOLDERS:
        text = text.replace(placeholder, "")
    return text.strip().encode("utf-8", "replace").decode()
