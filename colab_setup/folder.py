"""The student's folder of an assignment: its `assignment.json`, modules, public tests and notebook."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .language import ToldError, _, counted, gone, reason

DESCRIPTION = "assignment.json"

_HANDED_OUT = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC).timestamp()
"""The time stamp of all files in the assignment's zip."""


class FolderError(ToldError):
    """Why a folder is not an assignment's: one sentence for the student, with what to do next."""


@dataclass(frozen=True)
class Assignment:
    """What `assignment.json` says: the assignment's name, its modules in the order of their import, the names of
    other files that are handed in where they are there, the questions that have public tests, each in a file, whether
    it works on the course's images, what is right for its predictions, sealed, the language of the
    release, and whether a GPU is of use."""

    name: str
    modules: tuple[str, ...]
    folder: Path
    attachments: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    images: bool = False
    predictions: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    gpu: bool = False

    @property
    def tests(self) -> Path:
        """The folder of the public tests."""
        return self.folder / "tests"

    def missing(self) -> list[str]:
        """The files of modules that are not in the folder, or are no files."""
        files = {path.name for path in self.folder.iterdir() if path.is_file()}
        return [f"{module}.py" for module in self.modules if f"{module}.py" not in files]


def read(folder: Path) -> Assignment:
    """The assignment of a folder. Raises FolderError where it is none."""
    path = folder / DESCRIPTION
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
        name, modules = described["assignment"], described["modules"]
        attachments, questions = described.get("attachments", []), described.get("questions", [])
        images, gpu = described.get("images", False), described.get("gpu", False)
        predictions, language = described.get("predictions", {}), described.get("language", "en")
        lists = (modules, attachments, questions)
        if (
            not isinstance(name, str)
            or not isinstance(language, str)
            or not isinstance(images, bool)
            or not isinstance(gpu, bool)
            or not isinstance(predictions, dict)
            or not all(
                isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in lists
            )
        ):
            raise TypeError(name)
    except (FileNotFoundError, NotADirectoryError) as error:
        if not folder.exists():
            raise FolderError(gone(folder)) from error
        raise FolderError(
            _(
                "There is no {description} in {folder}: go to the folder that you unzipped the assignment in, "
                "the one with the notebook, and run this there.",
                description=DESCRIPTION,
                folder=folder,
            )
        ) from error
    except OSError as error:
        raise FolderError(
            _(
                "{path} cannot be read ({reason}): look whether it is a file that you may open, and on Colab "
                "whether Drive is mounted.",
                path=path,
                reason=reason(error),
            )
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FolderError(
            _("{path} is damaged: take it anew from the assignment's zip.", path=path)
        ) from error
    return Assignment(
        name, tuple(modules), folder, tuple(attachments), tuple(questions), images, predictions, language, gpu
    )


def no_file(path: Path) -> str:
    """What stands where a file should: "a folder", "a link that leads nowhere", or "" where nothing does."""
    if path.is_dir():
        return _("a folder")
    if path.is_symlink() and not path.exists():
        return _("a link that leads nowhere")
    return _("no plain file") if path.exists() and not path.is_file() else ""


def changed(path: Path, now: float) -> str:
    """When a file was last changed, in words: `last changed ...`, or that it is as it was handed out."""
    when = path.stat().st_mtime
    if abs(when - _HANDED_OUT) < 2 * 86400:  # zips hold local times
        return _("not changed since it was handed out")
    return _(
        "last changed {when:%Y-%m-%d %H:%M:%S} ({ago})",
        when=datetime.datetime.fromtimestamp(when),
        ago=ago(now - when),
    )


def ago(seconds: float) -> str:
    """A span of time in words, in one unit."""
    if seconds >= 86400:
        return counted("{count} day ago", "{count} days ago", int(seconds // 86400))
    if seconds >= 3600:
        return counted("{count} hour ago", "{count} hours ago", int(seconds // 3600))
    if seconds >= 60:
        return counted("{count} minute ago", "{count} minutes ago", int(seconds // 60))
    if seconds >= 1:
        return counted("{count} second ago", "{count} seconds ago", int(seconds))
    return _("just now")
