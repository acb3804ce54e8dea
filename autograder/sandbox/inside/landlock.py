"""Landlock: a process gives up all files but those that it names, before any student code runs.

For workers that are confined without a mount namespace. It must never import more than the standard library, and what
it takes away cannot be had again. It covers opening, making and removing of files, and not what needs no opening: that
something exists, its size and its times can still be seen, and what an owner may change of a file without opening it is
denied by the system call filter.

Source of the numbers: linux/include/uapi/linux/landlock.h.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG, PATH_BENEATH = 1, 1

WRITE_FILE, READ_FILE, READ_DIR = 1 << 1, 1 << 2, 1 << 3
EXECUTE, MAKE_CHAR, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK = 1 << 0, 1 << 6, 1 << 9, 1 << 10, 1 << 11
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights on files a version knows; later ones know as many as the last."""

TCP, SCOPES = 0b11, 0b11
"""Binding and connecting; abstract sockets and signals."""

OF_FILES = WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def _call(number: int, *args: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return int(libc.syscall(ctypes.c_long(number), *args))


def version() -> int:
    """The version of the kernel's Landlock; 0 where it has none or does not let this process use it."""
    return max(0, _call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION_FLAG)))


def prepare(
    read: Iterable[str], listed: Iterable[str], write: Iterable[str], devices: Iterable[str] = ()
) -> int:
    """A set of rules as a file descriptor; everything that no rule names is closed.

    Args:
        read: files and folders that may be read, with all that lies below.
        listed: folders whose names may be listed, with those below.
        write: folders in which files may also be made, changed and removed; never run.
        devices: device files that may be read, written and asked.

    Raises:
        OSError: the kernel has no Landlock, or a path is not there.
    """
    known = version()
    rights = (1 << RIGHTS.get(known, RIGHTS[5])) - 1
    ruleset = _Ruleset(rights, TCP if known >= 4 else 0, SCOPES if known >= 6 else 0)
    # As long as the structure is in each version.
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    rules = _call(CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if rules < 0:
        raise OSError(ctypes.get_errno(), "Landlock gives no rules")
    inside = rights & ~(EXECUTE | MAKE_CHAR | MAKE_BLOCK | MAKE_SOCK | MAKE_FIFO | IOCTL_DEV)
    for paths, allowed in (
        (read, READ_FILE | READ_DIR),
        (listed, READ_DIR),
        (write, inside),
        (devices, OF_FILES),
    ):
        for path in paths:
            _allow(rules, path, allowed & rights)
    return rules


def _allow(rules: int, path: str, allowed: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        # The kernel refuses rights on a file that only folders can have.
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            allowed &= OF_FILES
        rule = _Beneath(allowed, place)
        if _call(
            ADD_RULE,
            ctypes.c_int(rules),
            ctypes.c_int(PATH_BENEATH),
            ctypes.byref(rule),
            ctypes.c_uint32(0),
        ):
            raise OSError(ctypes.get_errno(), "Landlock does not take a rule", path)
    finally:
        os.close(place)


def enforce(rules: int) -> None:
    """Bind this thread, and all that it starts, to the rules; the process must have no_new_privs.

    Raises:
        OSError: the kernel refuses.
    """
    if _call(RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint32(0)):
        raise OSError(ctypes.get_errno(), "Landlock was not put into force")
    os.close(rules)
