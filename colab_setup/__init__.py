"""What runs first in Colab and on a laptop: only the standard library at import, and nothing of the grader.

    import colab_setup
    session = colab_setup.setup("linear_classifier")

and at the end `colab_setup.submit()`. From a terminal: `python -m colab_setup [setup|check|submit]`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .language import ToldError, _, gone

if TYPE_CHECKING:
    from .checkpoint import Checkpoint, Checkpointer, CheckpointError
    from .handing_in import submit
    from .machine import SetupError
    from .session import Session, setup

__all__ = ["Checkpoint", "CheckpointError", "Checkpointer", "Session", "SetupError", "setup", "submit"]

_HOMES = {
    "Checkpoint": "checkpoint",
    "CheckpointError": "checkpoint",
    "Checkpointer": "checkpoint",
    "Session": "session",
    "SetupError": "machine",
    "setup": "session",
    "submit": "handing_in",
}


if sys.version_info < (3, 11):  # noqa: UP036  (older ones are told, not supported)
    _said = _(
        "Python 3.11 or newer is needed, and this is {version}: install one from python.org, or work in Colab.",
        version=".".join(map(str, sys.version_info[:3])),
    )
    # `python -m colab_setup` ends with the sentence alone; whoever imports this may catch it.
    raise SystemExit(_said) if sys.argv[:1] == ["-m"] else ImportError(_said)


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is: the grader, which wants only the data, does not load the rest."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib
    import os
    from pathlib import Path

    try:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    except (ModuleNotFoundError, OSError):
        place = Path(__file__).parent
        if os.path.isdir(place):  # False too where a Drive that has broken off answers with an error
            raise
        raise ToldError(gone(place.parent)) from None
