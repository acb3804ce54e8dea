"""Makes numpy and torch ready for the cases that use them, where the student's code has need of them."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from ..language import _


def needed(modules: Sequence[str], folder: Path) -> tuple[str, ...]:
    """What the modules of a folder import that takes long: "numpy", "torch" and "torch.optim"."""
    files = [folder / f"{module}.py" for module in modules]
    text = "\n".join(file.read_text("utf-8", "replace") for file in files if file.is_file())
    found = [
        library
        for library in ("numpy", "torch")
        if re.search(rf"^\s*(import|from)\s+{library}\b", text, re.MULTILINE)
        and not (folder / f"{library}.py").exists()
    ]
    return (*found, "torch.optim") if "torch" in found and "optim" in text else tuple(found)


def not_installed(libraries: Sequence[str]) -> str:
    """What to do where one of them is not there, without which nothing can be checked; "" where all are."""
    for library in libraries:
        if importlib.util.find_spec(library.partition(".")[0]) is None:
            return _(
                "{library} is not installed for this Python ({python}): choose the environment that has it, or run "
                "{python} -m pip install {library}.",
                library=library,
                python=sys.executable,
            )
    return ""


def load(libraries: Sequence[str]) -> None:
    """Load them, so that the time for it is not taken from the first module's or case's."""
    for library in libraries:
        with contextlib.suppress(Exception):  # the module's own import will say it
            if library != "torch.optim":
                importlib.import_module(library)
            else:  # the first one imports eight hundred modules more
                torch = sys.modules["torch"]
                torch.optim.SGD([torch.zeros(1)], lr=0.1)


def seed_generators() -> None:
    """Set the generators that belong to nobody, so that a case goes the same way each time.

    What stands under their libraries' names may be the student's by now, or changed by them: a case begins all the same.
    """
    random.seed(0)
    with contextlib.suppress(Exception):
        sys.modules["numpy"].random.seed(0)
    with contextlib.suppress(Exception):
        sys.modules["torch"].manual_seed(0)
