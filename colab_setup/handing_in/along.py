"""What is handed in beside the modules and the notebook, and what hints at work that is not in them."""

from __future__ import annotations

import json
import os
import re

from .. import checkpoint, folder, predicting
from ..language import _
from . import companions
from .notebooks import Notebook
from .rules import MAX_ATTACHMENT_BYTES, MAX_TOTAL_BYTES

CHECKPOINT = "checkpoint.ckpt"


def add_attachments(assignment: folder.Assignment, files: dict[str, bytes], warnings: list[str]) -> None:
    """The other files that the assignment asks for, as far as they are there."""
    for name in assignment.attachments:
        path = assignment.folder / name
        if not path.is_file():
            continue
        room = MAX_TOTAL_BYTES - sum(map(len, files.values()))
        if path.stat().st_size > min(room, MAX_ATTACHMENT_BYTES):
            warnings.append(_("{name} was left out because it is above 100 MB.", name=name))
        else:
            files[name] = companions.read(path)


def add_predictions(assignment: folder.Assignment, files: dict[str, bytes], warnings: list[str]) -> None:
    """What the student predicted, and a word of what was not."""
    lacking = [name for name in assignment.predictions if name not in predicting.made(assignment.folder)]
    if lacking:
        warnings.append(
            _(
                "{count} of {total} predictions were not made ({lacking}).",
                count=len(lacking),
                total=len(assignment.predictions),
                lacking=", ".join(lacking),
            )
        )
    if len(lacking) < len(assignment.predictions):
        files[predicting.NAME] = companions.read(assignment.folder / predicting.NAME)


def add_checkpoint(assignment: folder.Assignment, files: dict[str, bytes], warnings: list[str]) -> None:
    """The newest checkpoint of the student's trainings, where it is whole and not too large."""
    found = checkpoint.newest(assignment.folder / "checkpoints")
    if found is None:
        return
    room = MAX_TOTAL_BYTES - sum(map(len, files.values()))
    if found.stat().st_size > min(room, MAX_ATTACHMENT_BYTES):
        warnings.append(_("The checkpoint {name} was left out because it is above 100 MB.", name=found.name))
    elif not checkpoint.is_whole(found):
        warnings.append(_("The checkpoint {name} was left out because it is damaged.", name=found.name))
    else:
        files[CHECKPOINT] = companions.read(found)


def unsaved(assignment: folder.Assignment, notebook: Notebook) -> list[str]:
    """What hints at changes that an editor still holds."""
    found = []
    for module in assignment.modules:
        for swap in (f".{module}.py.swp", f".#{module}.py", f"#{module}.py#"):
            if os.path.lexists(assignment.folder / swap):
                found.append(
                    _(
                        "An editor has {module}.py open with changes ({swap}): save there and submit again.",
                        module=module,
                        swap=swap,
                    )
                )
    if notebook.path is not None:
        saved = notebook.path.stat().st_mtime
        newer = [
            f"{module}.py"
            for module in assignment.modules
            if (assignment.folder / f"{module}.py").stat().st_mtime > saved + 60
        ]
        if newer:
            found.append(
                _(
                    "{name} was saved before the last change of {newer}: if you have run it since, save it and "
                    "submit again.",
                    name=notebook.path.name,
                    newer=", ".join(newer),
                )
            )
    return found


def unanswered(notebook: Notebook) -> list[str]:
    """A sentence on written questions whose cells hold nothing but what they were given with."""
    blank = []
    for cell in json.loads(notebook.content)["cells"]:
        source = cell.get("source", "")
        text = source if isinstance(source, str) else "".join(source)
        told = re.search(r"<!-- answer: (\w+) -->", text)
        if cell.get("cell_type") == "markdown" and told and not cell.get("attachments"):
            own = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).strip()
            if not own or re.fullmatch(r"\*[^*\n]+\*", own):
                blank.append(told[1])
    if not blank:
        return []
    return [
        _(
            "There is no answer yet to {questions}, asked in words: write it into its cell, save the notebook and submit "
            "again.",
            questions=", ".join(blank),
        )
    ]
