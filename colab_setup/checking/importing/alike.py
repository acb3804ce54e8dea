"""Finds what a module has in the place of a function that is looked for.

It must never import more than the standard library.
"""

from __future__ import annotations

import os
import sys
import types

N_ = str
"""Marks what is translated at home, as `language` does, which is not there where it is graded."""

CALLED = N_("What is there is called {other}.")
FOREIGN = N_("What is there is called {other}, and has letters of another alphabet in it.")
IN_A_CLASS = N_("It stands in the class {other}: write it outside of any class.")

_LOOK_ALIKE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0458\u0455\u03bf\u03bd", "aeopcxyijsov"
)
"""Letters of other alphabets that look like ours."""


def instead(module: types.ModuleType, name: str) -> tuple[str, str]:
    """What stands there in a function's place, as (CALLED, FOREIGN or IN_A_CLASS, the other name); texts are empty for nothing."""
    for other, value in list(vars(module).items()):
        if other != name and _bare(other) == _bare(name) and callable(value):
            return CALLED if other.isascii() else FOREIGN, other
        if (
            isinstance(value, type)
            and value.__module__ == module.__name__
            and callable(vars(value).get(name))
        ):
            return IN_A_CLASS, other
    return "", ""


def instead_below(folder: os.PathLike[str], name: str) -> tuple[str, str]:
    """The same of all modules that lie in a folder."""
    own = (one for one in list(sys.modules.values()) if type(one) is types.ModuleType)
    below = (one for one in own if str(vars(one).get("__file__")).startswith(f"{folder}{os.sep}"))
    return next((found for one in below if (found := instead(one, name))[0]), ("", ""))


def _bare(name: str) -> str:
    return name.casefold().translate(_LOOK_ALIKE).replace("_", "")
