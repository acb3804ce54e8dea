"""How a worker settles in where it shares the machine's files and processes with everybody.

It runs before numpy and the student's code are there, and must never import more than the standard library. What it
opens as root must lead to nothing but what a worker may read.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from . import landlock, restrict


def settle(settings: dict[str, Any]) -> None:
    """Open what the worker may read, give up root, and close everything else.

    The environment may lie below a folder that is closed to other users, such as /root. It is held open and found
    through /proc/self/fd from now on, which asks for no way through that folder.

    Args:
        settings: those of the worker; the file `among_others` says what may be read and written, and which folders
            and files are held open. `site_packages` is changed to where it is found.
    """
    with open(settings["among_others"], encoding="utf-8") as file:
        mine = json.load(file)
    held = {path: _hold(path) for path in mine["environment"]}
    for link, path in mine["files"].items():
        os.symlink(_hold(path), link)
    # While it is root, since what the rules name may lie behind folders that are closed to the worker's user. They come
    # into force after the change of user, which also sets no_new_privs: the kernel asks for it.
    rules = (
        landlock.prepare(mine["read"], mine["listed"], mine["write"], mine["devices"])
        if mine["landlock"]
        else -1
    )
    restrict.become_among_others(settings["user"])
    if rules >= 0:
        landlock.enforce(rules)
    os.chdir(mine["home"])
    settings["site_packages"] = _found(settings["site_packages"], held)
    for places in (
        sys.path,
        *(module.__path__ for module in list(sys.modules.values()) if hasattr(module, "__path__")),
    ):
        places[:] = [_found(place, held) for place in places]
    sys.path_importer_cache.clear()  # of finders for the old places
    real = os.path.realpath

    def realpath(path: Any, **options: Any) -> Any:
        # matplotlib asks where its fonts really are, which would be behind the closed folder again.
        place = real(path, **options)
        return _found(place, held) if isinstance(place, str) else place

    os.path.realpath = realpath  # type: ignore[assignment]


def _hold(path: str) -> str:
    return f"/proc/self/fd/{os.open(path, os.O_PATH)}"


def _found(place: str, held: dict[str, str]) -> str:
    """Where a path below a folder that is held open is found."""
    for path, link in held.items():
        if place == path or place.startswith(path + "/"):
            return link + place[len(path) :]
    return place
