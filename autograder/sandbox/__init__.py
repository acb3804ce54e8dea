"""Runs student code where it can reach nothing; the grader gets functions that look like the student's.

Nothing in here knows of tests, expected values or grades. Other rooms import the names below and nothing from further
in. `inside` is what a worker may import, `confinement` the ways to start one; the rest talks to it.
"""

from .calls import MappedArray, refused_answer, refused_argument
from .confinement import FORGIVEN, Confinement, Limits, WorkerProcess, choose, look_again, processor_clock
from .errors import (
    Blocked,
    Killed,
    NotAttempted,
    NotStarted,
    Raised,
    SandboxError,
    StudentError,
    Unusable,
    changed_argument,
)
from .inside.encoding import Once, call
from .inside.protocol import DeadlineExceeded, Disconnected, receive, send
from .nursery import Nursery
from .objects import StudentObject
from .patience import WALL_CLOCK, Patience
from .session import Session, StudentFunction

__all__ = [
    "FORGIVEN",
    "WALL_CLOCK",
    "Blocked",
    "Confinement",
    "DeadlineExceeded",
    "Disconnected",
    "Killed",
    "Limits",
    "MappedArray",
    "NotAttempted",
    "NotStarted",
    "Nursery",
    "Once",
    "Patience",
    "Raised",
    "SandboxError",
    "Session",
    "StudentError",
    "StudentFunction",
    "StudentObject",
    "Unusable",
    "WorkerProcess",
    "call",
    "changed_argument",
    "choose",
    "look_again",
    "processor_clock",
    "receive",
    "refused_answer",
    "refused_argument",
    "send",
]
