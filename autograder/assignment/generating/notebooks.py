"""Makes the notebooks of an assignment, one a language, from their one source, `solutions/<a>/notebook.py`.

The source is a jupytext script (py:percent). A code cell stands in it once, for every language. A text stands in it
in every language, one cell after the other, of which only the first has a name:

    # %% title [markdown] lang="en"
    # # Linear classifiers

    # %% [markdown] lang="vi"
    # # Bộ phân loại tuyến tính
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..languages import LANGUAGES
from .wording import Translate, reworded

if TYPE_CHECKING:
    import nbformat

FIRST_CELL = Path(__file__).with_name("first_cell.template")
"""The code that finds the folder, once for all assignments; it ends with `import colab_setup`."""

LANGUAGE = "en"
"""The language of what lies in an assignment's folder itself; others have a folder in it."""


@dataclass(frozen=True)
class _Cell:
    """A cell of the source, the line that it begins at, and the language of its text (of code: None)."""

    node: nbformat.NotebookNode
    line: int
    language: str | None


_STROKED = str.maketrans("đĐ", "dD")
"""Vietnamese letters that Unicode does not take apart."""

_LONGEST_ID = 64
"""Characters, by the notebooks' format."""


def make_notebooks(
    source: str,
    assignment: str,
    left_out: Collection[str] = (),
    points: Mapping[str, float] = MappingProxyType({}),
    translations: Mapping[str, Translate] = MappingProxyType({}),
    tables: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """The notebooks (nbformat 4.5, no outputs) of a source: language -> text.

    A cell goes where a question is left out that it checks, answers or needs, or that one of its tags is about
    ("about:weights"). In a text that is about a written question, `{points}` becomes what it is worth in `points`.

    Their languages are those that the source's texts are in. A cell's id is its name (`# %% loss-curves`), else
    `check-<question>` where it checks one, else its number, so that a cell keeps its id while others come and go, and
    in every language. Where code imports `colab_setup`, what finds it is put in its place. What code says
    is reworded by `translations`, and `{rules}` in a text becomes its table. Raises ValueError, with the file and the line, where a text lacks one of the languages or has an
    unknown one, where code has a language, and where two cells share an id.
    """
    place = f"solutions/{assignment}/notebook.py"
    rows = _rows(_cells(source, place))
    languages = [language for language in LANGUAGES if any(language in _languages(row) for row in rows)]
    for row in rows:
        _check(row, languages, place)
    ids = [_id(row[0].node, f"{assignment}-{number:02}") for number, row in enumerate(rows)]
    if twice := {name for name in ids if ids.count(name) > 1}:
        raise ValueError(f"Several cells of {place} are called {', '.join(sorted(twice))}.")
    for row in rows:
        if row[0].node.cell_type == "code":
            row[0].node.source = _with_first_cell(row[0].node.source, assignment)
    kept = [(row, name) for row, name in zip(rows, ids, strict=True) if not _about(row) & set(left_out)]
    return {
        language: _written(kept, language, points, translations.get(language), tables.get(language, ""))
        for language in languages or [LANGUAGE]
    }


def _with_first_cell(source: str, assignment: str) -> str:
    """A cell that imports `colab_setup`, below what finds it wherever a student has put the assignment."""
    first = FIRST_CELL.read_text(encoding="utf-8").replace("ASSIGNMENT", assignment).rstrip()
    return re.sub(r"^import colab_setup$", lambda _: first, source, flags=re.MULTILINE)


def notebook_path(language: str, assignment: str) -> str:
    """Where a language's notebook lies in the assignment's folder; its name is the same in all of them."""
    return f"{assignment}.ipynb" if language == LANGUAGE else f"{language}/{assignment}.ipynb"


def without_solutions(source: str) -> list[str]:
    """The lines that stay for students, by Otter Assign's markers; AssertionError (Otter's) where these do not pair up."""
    from otter.assign.solutions import remove_ignored_lines, replace_solutions

    return list(replace_solutions(remove_ignored_lines(source.splitlines()), "python"))


def _cells(source: str, place: str) -> Iterator[_Cell]:
    import jupytext  # takes as long as all the rest of a grader that generates nothing

    nodes = jupytext.reads(source, fmt="py:percent").cells
    lines = [number for number, line in enumerate(source.splitlines(), 1) if line.startswith("# %%")]
    if len(lines) != len(nodes):
        raise ValueError(f"{place}: it begins with `# %%`, and no line within a cell does.")
    for node, line in zip(nodes, lines, strict=True):
        node.metadata.pop("lines_to_next_cell", None)  # jupytext's note of unusual blank lines
        language = node.metadata.pop("lang", None)
        if node.cell_type == "code" and language is not None:
            raise ValueError(
                f'{place}, line {line}: code is for every language: leave out lang="{language}".'
            )
        if node.cell_type != "code" and language not in LANGUAGES:
            told = (
                "a text needs its language" if language is None else f'there is no language "{language}" here'
            )
            raise ValueError(f"{place}, line {line}: {told}: lang= one of {', '.join(LANGUAGES)}.")
        yield _Cell(node, line, language)


def _rows(cells: Iterator[_Cell]) -> list[list[_Cell]]:
    """What becomes one cell of each notebook: code, or a text in its languages."""
    rows: list[list[_Cell]] = []
    for cell in cells:
        goes_on = bool(rows) and None not in (cell.language, rows[-1][0].language)
        if goes_on and "title" not in cell.node.metadata and cell.language not in _languages(rows[-1]):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return rows


def _languages(row: list[_Cell]) -> set[str | None]:
    return {cell.language for cell in row}


def _check(row: list[_Cell], languages: list[str], place: str) -> None:
    first, *others = row
    lacking = [language for language in languages if language not in _languages(row)]
    if first.language is not None and lacking:
        raise ValueError(
            f"{place}, line {first.line}: this text lacks {', '.join(lacking)}. A text's languages follow one another, "
            f'and only the first cell has a name: `# %% [markdown] lang="{lacking[0]}"`.'
        )
    for cell in others:
        if cell.node.metadata:
            raise ValueError(
                f"{place}, line {cell.line}: {', '.join(cell.node.metadata)} of a text stand with its first language "
                f"(line {first.line}) and hold for all."
            )


def _id(node: nbformat.NotebookNode, number: str) -> str:
    checked = re.fullmatch(r'grader\.check\("(\w+)"\)', node.source)
    unnamed = f"check-{checked[1]}" if checked else number
    named = str(node.metadata.pop("title", None) or unnamed)
    return _plain(named) or _plain(number) or "cell-" + number.rpartition("-")[2]


def _plain(name: str) -> str:
    """A name in what notebooks allow in an id: letters without their marks; "" where some have no such form."""
    letters = unicodedata.normalize("NFKD", name.translate(_STROKED))
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^A-Za-z0-9-]", "-", kept)[:_LONGEST_ID] if kept.isascii() else ""


def _about(row: list[_Cell]) -> set[str]:
    """The questions without which a cell means nothing."""
    node = row[0].node
    tags = [tag.partition(":") for tag in node.metadata.get("tags", ())]
    tagged = {name for kind, _, name in tags if kind in ("about", "answer")}
    if node.cell_type != "code":
        return tagged
    calls = re.findall(r"(?:grader\.check|\bneed)\(([^)]*)\)", node.source)
    return tagged.union(*(re.findall(r'"(\w+)"', names) for names in calls))


def _written(
    rows: list[tuple[list[_Cell], str]],
    language: str,
    points: Mapping[str, float],
    translate: Translate | None,
    table: str,
) -> str:
    import nbformat  # with its schemas a sixth of the start of all that reads an assignment

    cells = []
    for row, name in rows:
        (chosen,) = (cell.node for cell in row if cell.language in (None, language))
        node = copy.deepcopy(chosen)
        node.id, node.metadata = name, copy.deepcopy(row[0].node.metadata)
        if node.cell_type == "code":
            node.source = "\n".join(without_solutions(node.source))
            if translate is not None:
                node.source = reworded(node.source, translate)
        else:
            node.source = node.source.replace("{rules}", table)
        for question in _about(row) & points.keys():
            node.source = node.source.replace("{points}", f"{points[question]:g}")
        cells.append(node)
    notebook = nbformat.v4.new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
    )
    notebook.nbformat_minor = 5
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook)) + "\n"
