"""Starts workers where they can reach nothing; what a worker is asked, and what it answers, is not known in here."""

from .bubblewrap import NOTHING, Confinement, Limits
from .choosing import choose
from .process import WorkerProcess, describe_status

__all__ = ["NOTHING", "Confinement", "Limits", "WorkerProcess", "choose", "describe_status"]
