"""Makes the zip that is handed in, checks it as the grader will, and tells the student what is in it.

The zip takes its name only when it is whole and the grader's rules were tried on it: on an error there is none.
"""

from __future__ import annotations

import errno
import importlib
import os
import re
import tempfile
import time
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .. import checkpoint, folder, predicting, report
from ..checking import checks as checking
from ..checking import report as checking_report
from ..machine import runtime
from . import beside, notebooks, versions
from .notebooks import Notebook
from .rules import (
    MAX_ATTACHMENT_BYTES,
    MAX_TOTAL_BYTES,
    SubmitError,
    verify,
)

NAME = "submission.zip"
CHECKPOINT = "checkpoint.ckpt"


@dataclass(frozen=True)
class Packed:
    """A zip that was made.

    `files` are the names in it, `notebook` where that is from, `checked` how the modules in the zip do on the
    public tests (None where those could not be run), `warnings` one sentence each, and `summary` what is printed.
    """

    path: Path
    files: tuple[str, ...]
    notebook: Notebook
    checked: checking.Checked | None
    warnings: tuple[str, ...]
    summary: str

    def __repr__(self) -> str:
        return str(self.path)


def submit(
    place: Path | str | None = None, *, out: Path | str | None = None, mountpoint: Path | None = None
) -> Packed:
    """Make `submission.zip` of the assignment in `place`, by default this folder, print what is in it, return it.

    In a notebook of Colab, the notebook as it is on the screen is taken, and the browser downloads the zip.
    Raises SubmitError, and makes no zip, where a module or the notebook is missing or the grader would refuse it,
    FolderError where this is no assignment's folder.
    """
    at = Path.cwd() if place is None else Path(place)
    target = at / NAME if out is None else Path(out)
    now = time.time()
    assignment = folder.read(at.resolve())
    if target.is_dir():
        raise SubmitError(f"{target} is a folder: name the zip to make, for instance {target / NAME}.")
    _check_modules(assignment, target)
    notebook = notebooks.find(assignment, mountpoint)
    warnings = [*notebook.warnings]
    files = {f"{module}.py": beside.read(assignment.folder / f"{module}.py") for module in assignment.modules}
    files |= beside.helpers(assignment, warnings)
    files[notebook.name] = notebook.content
    files |= beside.read_by_them(assignment, files, warnings)
    files[versions.NAME] = versions.content()
    _add_predictions(assignment, files, warnings)
    _add_attachments(assignment, files, warnings)
    _add_checkpoint(assignment, files, warnings)
    warnings += _unsaved(assignment, notebook)
    partial = _write(target, files)
    try:
        if verify(partial, assignment.modules) != files:
            raise SubmitError(
                "The zip does not hold what was put into it: free some disk space and submit again."
            )
        checked = _check(partial, assignment, warnings)
        partial.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        partial.unlink(missing_ok=True)
    summary = _summary(target, assignment, files, notebook, checked, warnings, now)
    print(summary)
    if runtime.in_colab() and runtime.kernel() is not None:
        with suppress(Exception):  # the zip is there; the sentence in the table says where
            importlib.import_module("google.colab.files").download(str(target))
    return Packed(target, tuple(files), notebook, checked, tuple(warnings), summary)


def _check_modules(assignment: folder.Assignment, target: Path) -> None:
    missing = assignment.missing()
    if not missing:
        return
    for file in missing:
        if instead := folder.no_file(assignment.folder / file):
            raise SubmitError(
                f"No zip was made because {file} in {assignment.folder} is {instead}: put the file itself there and "
                f"submit again.{_older(target)}"
            )
    names = [path.name for path in assignment.folder.iterdir()]
    similar = [
        name
        for module in (Path(file).stem for file in missing)
        for name in sorted(names)
        if re.fullmatch(rf"(?i:(copy of )?{re.escape(module)}( ?\(\d+\))?(\.py|\.txt|\.ipynb)+)", name)
    ]
    hint = f"rename {similar[0]}" if similar else "put it beside the notebook"
    raise SubmitError(
        f"No zip was made because {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not in "
        f"{assignment.folder}: {hint} and submit again.{_older(target)}"
    )


def _older(target: Path) -> str:
    return f" The {target.name} that is there is an older one." if target.is_file() else ""


def _add_attachments(assignment: folder.Assignment, files: dict[str, bytes], warnings: list[str]) -> None:
    """The other files that the assignment asks for, as far as they are there."""
    for name in assignment.attachments:
        path = assignment.folder / name
        if not path.is_file():
            continue
        room = MAX_TOTAL_BYTES - sum(map(len, files.values()))
        if path.stat().st_size > min(room, MAX_ATTACHMENT_BYTES):
            warnings.append(f"{name} was left out because it is above 100 MB.")
        else:
            files[name] = beside.read(path)


def _add_predictions(assignment: folder.Assignment, files: dict[str, bytes], warnings: list[str]) -> None:
    """What the student predicted, and a word of what was not."""
    lacking = [name for name in assignment.predictions if name not in predicting.made(assignment.folder)]
    if lacking:
        warnings.append(
            f"{len(lacking)} of {len(assignment.predictions)} predictions were not made ({', '.join(lacking)})."
        )
    if len(lacking) < len(assignment.predictions):
        files[predicting.NAME] = beside.read(assignment.folder / predicting.NAME)


def _add_checkpoint(assignment: folder.Assignment, files: dict[str, bytes], warnings: list[str]) -> None:
    found = checkpoint.newest(assignment.folder / "checkpoints")
    if found is None:
        return
    room = MAX_TOTAL_BYTES - sum(map(len, files.values()))
    if found.stat().st_size > min(room, MAX_ATTACHMENT_BYTES):
        warnings.append(f"The checkpoint {found.name} was left out because it is above 100 MB.")
    elif not checkpoint.is_whole(found):
        warnings.append(f"The checkpoint {found.name} was left out because it is damaged.")
    else:
        files[CHECKPOINT] = beside.read(found)


def _unsaved(assignment: folder.Assignment, notebook: Notebook) -> list[str]:
    """What hints at changes that an editor still holds."""
    found = []
    for module in assignment.modules:
        for swap in (f".{module}.py.swp", f".#{module}.py", f"#{module}.py#"):
            if os.path.lexists(assignment.folder / swap):
                found.append(
                    f"An editor has {module}.py open with changes ({swap}): save there and submit again."
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
                f"{notebook.path.name} was saved before the last change of {', '.join(newer)}: if you have run it "
                "since, save it and submit again."
            )
    return found


def _write(target: Path, files: Mapping[str, bytes]) -> Path:
    """The files in a zip under a temporary name beside the target, on disk for good."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise _unwritable(target, error) from error
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for entry, content in files.items():
                    info = zipfile.ZipInfo(entry, time.localtime()[:6])
                    info.compress_type = zipfile.ZIP_DEFLATED
                    info.external_attr = 0o100644 << 16
                    archive.writestr(info, content)
            file.flush()
            os.fsync(file.fileno())
        partial.chmod(0o644)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise _unwritable(target, error) from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return partial


def _unwritable(target: Path, error: OSError) -> SubmitError:
    reason = (error.strerror or str(error)).lower()
    advice = (
        "free some space there"
        if error.errno in (errno.ENOSPC, errno.EDQUOT)
        else "name another place with out (--out in a terminal)"
    )
    return SubmitError(f"{target} could not be written ({reason}): {advice} and submit again.")


def _check(packed: Path, assignment: folder.Assignment, warnings: list[str]) -> checking.Checked | None:
    """The public tests on what is in the zip, unpacked alone: a file that was left out is noticed."""
    with tempfile.TemporaryDirectory(prefix="submission-") as name:
        with zipfile.ZipFile(packed) as archive:
            for entry in archive.namelist():
                if not entry.endswith(".ipynb") and entry not in (CHECKPOINT, *assignment.attachments):
                    archive.extract(entry, name)
        try:
            return checking.check(
                Path(name), assignment.modules, assignment.tests, questions=assignment.questions
            )
        except checking.CheckError as error:
            warnings.append(str(error))
            return None


def _summary(
    target: Path,
    assignment: folder.Assignment,
    files: Mapping[str, bytes],
    notebook: Notebook,
    checked: checking.Checked | None,
    warnings: Sequence[str],
    now: float,
) -> str:
    rows = []
    for name in files:
        path = notebook.path if name == notebook.name else assignment.folder / name
        if name == CHECKPOINT:
            rows.append((name, f"the newest of checkpoints/, {len(files[name]):,} bytes"))
        elif name == versions.NAME:
            rows.append((name, "the versions of Python and its packages here"))
        elif path is None:
            rows.append((name, "as it is on the screen now"))
        else:
            rows.append((name, folder.changed(path, now)))
    parts = [report.table(f"{target} holds", rows, warnings)]
    if checked is not None:
        parts.append(checking_report.text(checked, short=True))
    parts.append(f"{target.resolve()} is ready: download it and hand it in.")
    return "\n\n".join(parts)
