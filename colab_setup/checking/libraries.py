"""Makes numpy and torch ready for the cases that use them, where the student's code has need of them."""

from __future__ import annotations

import contextlib
import importlib
import random
import re
import sys
from pathlib import Path


def import_libraries(modules: list[str], folder: Path) -> None:
    """Load what takes long in a fresh runtime, so that the time for it is not taken from the first module's or case's."""
    files = [folder / f"{module}.py" for module in modules]
    text = "\n".join(file.read_text("utf-8", "replace") for file in files if file.is_file())
    for library in ("numpy", "torch"):
        wanted = re.search(rf"^\s*(import|from)\s+{library}\b", text, re.MULTILINE)
        if wanted and not (folder / f"{library}.py").exists():
            with contextlib.suppress(Exception):  # the module's own import will say it
                imported = importlib.import_module(library)
                if library == "torch" and "optim" in text:  # the first one imports eight hundred modules more
                    imported.optim.SGD([imported.zeros(1)], lr=0.1)


def seed_generators() -> None:
    """Set the generators that belong to nobody, so that a case goes the same way each time.

    What stands under their libraries' names may be the student's by now, or changed by them: a case begins all the same.
    """
    random.seed(0)
    with contextlib.suppress(Exception):
        sys.modules["numpy"].random.seed(0)
    with contextlib.suppress(Exception):
        sys.modules["torch"].manual_seed(0)
