"""Tells what systems and editors have left behind from what somebody has handed in."""

from __future__ import annotations

from collections.abc import Sequence

_JUNK = {"__macosx", "__pycache__", "thumbs.db", "desktop.ini", "icon\r"}

_CHECKPOINTS = ".ipynb_checkpoints"
"""Where Jupyter keeps what it saved last of each file: of `loss.py` as `loss-checkpoint.py`."""


def is_junk(name: str) -> bool:
    """Whether a name is of the kind that systems and editors leave behind, such as `._loss.py` of macOS."""
    hidden = name.startswith(".") and not name.casefold().endswith(".icloud")
    return hidden or name.startswith("~$") or name.casefold() in _JUNK


def is_left_out(parts: Sequence[str]) -> bool:
    """Whether a file or a folder is not looked at; a checkpoint of a program may be all that is left of it."""
    *folders, name = parts
    if name == _CHECKPOINTS:
        return any(map(is_junk, folders))
    if folders[-1:] == [_CHECKPOINTS] and name.endswith("-checkpoint.py"):
        return any(map(is_junk, folders[:-1]))
    return any(map(is_junk, parts))


def is_checkpoint_of(module: str, parts: Sequence[str]) -> bool:
    """Whether a file is Jupyter's checkpoint of a module."""
    return tuple(parts[-2:]) == (_CHECKPOINTS, f"{module}-checkpoint.py")
