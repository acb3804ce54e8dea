"""Starts workers where they can reach nothing; what a worker is asked, and what it answers, is not known in here."""

from .choosing import choose
from .limits import Limits
from .process import FORGIVEN, WorkerProcess, processor_clock
from .scratch import look_again
from .starting import NOTHING, Confinement

__all__ = [
    "FORGIVEN",
    "NOTHING",
    "Confinement",
    "Limits",
    "WorkerProcess",
    "choose",
    "look_again",
    "processor_clock",
]
