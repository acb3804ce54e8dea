"""The machine that a student works on: its GPU and Drive, and whether it is Colab. It knows nothing of assignments."""

from .gpu import find_gpus
from .runtime import SetupError

__all__ = [
    "SetupError",
    "find_gpus",
]
