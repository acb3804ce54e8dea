"""Tells where the code runs: in Google Colab or on a laptop, in a notebook's kernel or in a terminal."""

from __future__ import annotations

import importlib.util
import sys
from typing import Any

from ..language import ToldError


class SetupError(ToldError):
    """Why a runtime cannot be used: one sentence for the student, with what to do next."""


def in_colab() -> bool:
    """Whether the machine is one of Google Colab's, also in a process that a notebook started."""
    try:
        return importlib.util.find_spec("google.colab") is not None
    except (ImportError, AttributeError, ValueError):
        return False  # there is no package google, or another one


def kernel() -> Any | None:
    """The Jupyter kernel that runs this code, or None outside a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None)
