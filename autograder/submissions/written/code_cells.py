"""Tells where a notebook's own cells hold work that the modules lack: only modules are graded, and a person should know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..archive import shown
from ..work import Work, Works, read
from .notebook_cells import cells_of, source_of
from .pictures import Aside

MAX_TEXT_BYTES = 5_000_000
"""Of a notebook without its pictures; a larger one is not looked at."""

_NOTHING = Work({}, frozenset())


def in_notebooks(
    notebooks: Mapping[str, bytes], works: Works, taken: Mapping[str, Work | None]
) -> Iterator[str]:
    """A note for each module of which a notebook defines functions that the module lacks.

    Args:
        notebooks: their contents by path.
        works: what the modules have to define.
        taken: what the files hold that were taken as the modules.
    """
    lacking = {
        module: set(functions) - (taken.get(module) or _NOTHING).done(functions)
        for module, functions in works.functions.items()
        if functions
    }
    for path, content in notebooks.items() if any(lacking.values()) else ():
        work = _work_of(content)
        for module, functions in lacking.items():
            if found := work.done(functions) if functions else frozenset():
                yield (
                    f"{shown(path)} defines {', '.join(sorted(found))}, and {module}.py does not: the modules alone are "
                    "graded, and a person should look"
                )


def _work_of(notebook: bytes) -> Work:
    rest = Aside(notebook).rest
    if len(rest) > MAX_TEXT_BYTES:
        return _NOTHING
    try:
        cells = cells_of(rest)
    except (ValueError, RecursionError, MemoryError):
        return _NOTHING
    code = (source_of(cell) for cell in cells if cell.get("cell_type") == "code")
    return read("\n\n".join(code).encode("utf-8", "replace"))
