"""Google Drive in Colab: mounts it once, finds a folder on it, own or shared, and says what to do on a refusal."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import stat
import tempfile
from pathlib import Path

from ..language import _
from .runtime import SetupError

MOUNTPOINT = Path("/content/drive")
TIMEOUT_SECONDS = 120

_ABSENT = (errno.ENOENT, errno.ENOTDIR)
_TIMEOUTS = ("timeout", "timed out")


class DriveError(SetupError):
    """Why Drive cannot be used: one sentence for the student, with what to do next."""


def is_mounted(mountpoint: Path = MOUNTPOINT) -> bool:
    """Whether Drive is mounted there and answers."""
    try:
        return stat.S_ISDIR(my_drive(mountpoint).stat().st_mode)
    except OSError:
        return False


def is_stale(mountpoint: Path = MOUNTPOINT) -> str:
    """What the system says of a mount that is there and answers no more, such as errno 107; "" for nothing."""
    try:
        my_drive(mountpoint).stat()
    except OSError as error:
        return "" if error.errno in _ABSENT else error.strerror or str(error)
    return ""


def is_file(path: Path) -> bool:
    """Whether there is a file; none where the mount that it is on answers no more."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def my_drive(mountpoint: Path = MOUNTPOINT) -> Path:
    """The student's own Drive below the mountpoint."""
    return mountpoint / "MyDrive"


def mount(mountpoint: Path = MOUNTPOINT, *, timeout_seconds: int = TIMEOUT_SECONDS) -> None:
    """Mount Drive unless it is mounted; Colab asks the student for permission.

    Raises DriveError where the student refuses, Drive does not answer, or the code does not run in a cell.
    """
    if is_mounted(mountpoint):
        return
    stale = is_stale(mountpoint)
    try:
        drive = importlib.import_module("google.colab.drive")
        drive.mount(str(mountpoint), force_remount=bool(stale), timeout_ms=timeout_seconds * 1000)
    except Exception as error:
        if stale:
            raise DriveError(_broken_off(stale)) from error
        raise DriveError(_reason(error, mountpoint, timeout_seconds)) from error
    if stale := is_stale(mountpoint):
        raise DriveError(_broken_off(stale))
    if not is_mounted(mountpoint):
        raise DriveError(
            _(
                "Colab mounted Drive, but there is no MyDrive in {mountpoint}: choose Runtime > Restart session "
                "and run this cell again.",
                mountpoint=mountpoint,
            )
        )


def find_folders(name: str, mountpoint: Path = MOUNTPOINT) -> tuple[Path, ...]:
    """The folders of this name on a mounted Drive, the student's own first, each once.

    Looked at: My Drive and its Colab Notebooks (where a shortcut to a shared folder shows up as well), the
    targets of shortcuts, and the top of shared drives.
    """
    mine = my_drive(mountpoint)
    places = [mine / name, mine / "Colab Notebooks" / name]
    for pattern in (".shortcut-targets-by-id/*", "MyDrive/.shortcut-targets-by-id/*", "Shareddrives/*"):
        with contextlib.suppress(OSError):
            places += [place / name for place in sorted(mountpoint.glob(pattern))]
    found: dict[Path, Path] = {}
    for place in places:
        with contextlib.suppress(OSError):  # a shortcut whose target was deleted or is shared no more
            if stat.S_ISDIR(place.stat().st_mode):
                found.setdefault(place.resolve(), place)
    return tuple(found.values())


def is_writable(folder: Path) -> bool:
    """Whether files can be made in the folder; tried, since a shared folder's permissions do not tell."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".writable-", dir=folder)
        os.close(descriptor)
        os.unlink(name)
    except OSError:
        return False
    return True


def _broken_off(reason: str) -> str:
    return _(
        "The connection to Drive has broken off ({reason}) and could not be made again: choose Runtime > "
        "Disconnect and delete runtime, then run this cell again.",
        reason=reason.lower(),
    )


def _reason(error: Exception, mountpoint: Path, timeout_seconds: int) -> str:
    text = str(error).lower()
    kind = type(error).__name__
    if isinstance(error, NotImplementedError | ImportError):
        return _(
            "This kind of Colab runtime has no Drive: keep the files in the session and download them at the "
            "end."
        )
    if isinstance(error, AttributeError):
        # Outside the kernel there is no front end to ask: google.colab then reads attributes of None.
        return _(
            "Drive can be mounted from a cell of the notebook only: run `colab_setup.setup(...)` there, or "
            "choose Files > Mount Drive at the left."
        )
    if (
        isinstance(error, TimeoutError)
        or kind in ("TIMEOUT", "EOF")
        or any(word in text for word in _TIMEOUTS)
    ):
        return _(
            "Drive did not answer within {timeout_seconds} seconds: run this cell again, and if that does "
            "not help, move files from the top of My Drive into folders, since a very full one takes too "
            "long.",
            timeout_seconds=timeout_seconds,
        )
    if "mountpoint" in text:
        return _(
            "Drive cannot be mounted at {mountpoint} because that folder is in use: choose Runtime > "
            "Disconnect and delete runtime, then run this cell again before anything else.",
            mountpoint=mountpoint,
        )
    if "domain policy" in text:
        return _(
            "Your school's account may not use Drive in Colab: sign in to Colab with a private account, or "
            "keep the files in the session and download them at the end."
        )
    return _(
        "Drive was not mounted because Colab did not get the permission: run this cell again, choose "
        "Connect to Google Drive, the account that you use in Colab, and allow all that it asks for."
    )
