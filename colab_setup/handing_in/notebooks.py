"""Finds the one notebook that is handed in: on Colab's screen, in the assignment's folder, or among Colab Notebooks."""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import folder
from ..language import _
from ..machine import drive, runtime
from .rules import SubmitError, is_notebook

FRONT_END_SECONDS = 20


@dataclass(frozen=True)
class Notebook:
    """A notebook's content and name in the zip; `path` is None for one that came from the screen."""

    name: str
    content: bytes
    path: Path | None
    warnings: tuple[str, ...] = ()


def find(assignment: folder.Assignment, mountpoint: Path | None = None) -> Notebook:
    """The assignment's notebook. Raises SubmitError where there is none, or several and none has its name."""
    name = f"{assignment.name}.ipynb"
    if (content := from_screen()) is not None:
        return Notebook(name, content, None)
    found = sorted(path for path in assignment.folder.glob("[!.]*.ipynb") if path.is_file())
    warnings = []
    if not found:
        found = _among_colab_notebooks(
            assignment.name, drive.MOUNTPOINT if mountpoint is None else mountpoint
        )
        if found:
            warnings.append(
                _(
                    "The notebook was taken from {parent}, since there is none beside the modules.",
                    parent=found[0].parent,
                )
            )
    chosen = _choose(found, name, assignment.folder)
    others = [path.name for path in found if path != chosen]
    if others:
        warnings.append(
            _(
                "There are other notebooks ({others}): {name} was taken, alone.",
                others=", ".join(others),
                name=chosen.name,
            )
        )
    try:
        content = chosen.read_bytes()
    except OSError as error:
        raise SubmitError(
            _("{chosen} cannot be read: save it again and submit again.", chosen=chosen)
        ) from error
    if not is_notebook(content):
        raise SubmitError(
            _("{chosen} is empty or damaged: open it, save it and submit again.", chosen=chosen)
        )
    if not _was_run(content):
        warnings.append(
            _(
                "No cell of {name} was run when it was saved: if yours were, save the notebook and submit again.",
                name=chosen.name,
            )
        )
    return Notebook(name, content, chosen, tuple(warnings))


def from_screen() -> bytes | None:
    """What Colab's front end shows, unsaved changes included; None outside a notebook of Colab.

    The request is not part of Colab's documented interface, so that whatever goes wrong means: not there.
    """
    if not runtime.in_colab() or runtime.kernel() is None:
        return None
    try:
        messages = importlib.import_module("google.colab._message")
        reply = messages.blocking_request("get_ipynb", request="", timeout_sec=FRONT_END_SECONDS)
        content = json.dumps(reply["ipynb"], ensure_ascii=False, indent=1).encode()
    except Exception:
        return None
    return content if is_notebook(content) else None


def _among_colab_notebooks(assignment: str, mountpoint: Path) -> list[Path]:
    """Colab keeps a notebook in a folder of its own, and calls its copies `Copy of linear_classifier.ipynb`."""
    place = drive.my_drive(mountpoint) / "Colab Notebooks"
    return sorted(place.glob(f"*{assignment}*.ipynb"))


def _choose(found: Sequence[Path], name: str, place: Path) -> Path:
    if not found:
        raise SubmitError(
            _(
                "No zip was made because there is no notebook in {place}: save yours there (in Colab File > "
                "Download > Download .ipynb, then upload it beside the modules) as {name} and submit again.",
                place=place,
                name=name,
            )
        )
    named = [path for path in found if path.name == name]
    if len(found) > 1 and len(named) != 1:
        raise SubmitError(
            _(
                "No zip was made because there are {count} notebooks ({found}): call yours {name}, or move the "
                "others away, and submit again.",
                count=len(found),
                found=", ".join(path.name for path in found[:4]),
                name=name,
            )
        )
    return named[0] if named else found[0]


def _was_run(content: bytes) -> bool:
    cells = json.loads(content)["cells"]
    code = [cell for cell in cells if cell.get("cell_type") == "code"]
    return not code or any(cell.get("execution_count") or cell.get("outputs") for cell in code)
