"""The zip to hand in: what belongs in it, and whether it is what was meant. It grades nothing."""

from .rules import SubmitError
from .submitting import submit

__all__ = [
    "SubmitError",
    "submit",
]
