"""Makes the zip that is handed in, checks it as the grader will, and tells the student what is in it.

The zip takes its name only when it is whole and the grader's rules were tried on it: on an error there is none.
"""

from __future__ import annotations

import errno
import importlib
import os
import re
import tempfile
import textwrap
import time
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .. import folder, report
from ..checking import checks as checking
from ..checking import report as checking_report
from ..language import _, counted, reason
from ..machine import runtime
from . import along, companions, notebooks, versions
from .notebooks import Notebook
from .rules import (
    SubmitError,
    verify,
)

NAME = "submission.zip"


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
        raise SubmitError(
            _(
                "{target} is a folder: name the zip to make, for instance {example}.",
                target=target,
                example=target / NAME,
            )
        )
    _check_modules(assignment, target)
    notebook = notebooks.find(assignment, mountpoint)
    warnings = [*notebook.warnings]
    files = {
        f"{module}.py": companions.read(assignment.folder / f"{module}.py") for module in assignment.modules
    }
    files |= companions.helpers(assignment, warnings)
    files[notebook.name] = notebook.content
    files |= companions.read_by_them(assignment, files, warnings)
    files[versions.NAME] = versions.content()
    along.add_predictions(assignment, files, warnings)
    along.add_attachments(assignment, files, warnings)
    along.add_checkpoint(assignment, files, warnings)
    warnings += [*along.unsaved(assignment, notebook), *along.unanswered(notebook)]
    partial = _write(target, files)
    try:
        if verify(partial, assignment.modules) != files:
            raise SubmitError(
                _("The zip does not hold what was put into it: free some disk space and submit again.")
            )
        print(_("Checking what is in the zip ..."), flush=True)
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
                _(
                    "No zip was made because {file} in {folder} is {instead}: put the file itself there and submit "
                    "again.{older}",
                    file=file,
                    folder=assignment.folder,
                    instead=instead,
                    older=_older(target),
                )
            )
    names = [path.name for path in assignment.folder.iterdir()]
    similar = [
        name
        for module in (Path(file).stem for file in missing)
        for name in sorted(names)
        if re.fullmatch(rf"(?i:(copy of )?{re.escape(module)}( ?\(\d+\))?(\.py|\.txt|\.ipynb)+)", name)
    ]
    hint = _("rename {similar}", similar=similar[0]) if similar else _("put it beside the notebook")
    raise SubmitError(
        counted(
            "No zip was made because {missing} is not in {folder}: {hint} and submit again.{older}",
            "No zip was made because {missing} are not in {folder}: {hint} and submit again.{older}",
            len(missing),
            missing=_(" and ").join(missing),
            folder=assignment.folder,
            hint=hint,
            older=_older(target),
        )
    )


def _older(target: Path) -> str:
    return _(" The {name} that is there is an older one.", name=target.name) if target.is_file() else ""


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
    advice = (
        _("free some space there")
        if error.errno in (errno.ENOSPC, errno.EDQUOT)
        else _("name another place with out (--out in a terminal)")
    )
    return SubmitError(
        _(
            "{target} could not be written ({reason}): {advice} and submit again.",
            target=target,
            reason=reason(error),
            advice=advice,
        )
    )


def _check(packed: Path, assignment: folder.Assignment, warnings: list[str]) -> checking.Checked | None:
    """The public tests on what is in the zip, unpacked alone: a file that was left out is noticed."""
    with tempfile.TemporaryDirectory(prefix="submission-") as name:
        with zipfile.ZipFile(packed) as archive:
            for entry in archive.namelist():
                if not entry.endswith(".ipynb") and entry not in (along.CHECKPOINT, *assignment.attachments):
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
        if name == along.CHECKPOINT:
            rows.append((name, _("the newest of checkpoints/, {count:,} bytes", count=len(files[name]))))
        elif name == versions.NAME:
            rows.append((name, _("the versions of Python and its packages here")))
        elif path is None:
            rows.append((name, _("as it is on the screen now")))
        else:
            rows.append((name, folder.changed(path, now)))
    parts = [report.table(_("{target} holds", target=target), rows, warnings)]
    if checked is not None:
        parts.append(checking_report.text(checked, short=True))
    parts.append(_last(target.resolve(), checked))
    return "\n\n".join(parts)


def _last(target: Path, checked: checking.Checked | None) -> str:
    """The line that stays in mind: the zip is ready, or what handing it in would cost.

    It is made all the same where a module is broken: near the end of the time it may be the best there is.
    """
    states = {} if checked is None or not checked.broken else checked.questions()
    lost = [question for question, state in states.items() if state == checking.BLOCKED]
    if checked is None or not lost:
        return _("{zip} is ready: download it and hand it in.", zip=target)
    said = counted(
        "{zip} was made, but {broken} in it cannot be imported: handed in like this, these questions earn nothing: "
        "{lost}. Correct it, save it, and submit again.",
        "{zip} was made, but {broken} in it cannot be imported: handed in like this, these questions earn nothing: "
        "{lost}. Correct them, save them, and submit again.",
        len(checked.broken),
        zip=target,
        broken=_(" and ").join(f"{module.module}.py" for module in checked.broken),
        lost=", ".join(lost),
    )
    return textwrap.fill(said, report.WIDTH, break_long_words=False, break_on_hyphens=False)
