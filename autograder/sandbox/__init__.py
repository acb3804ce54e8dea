"""Runs student code where it can reach nothing; the grader gets functions that look like the student's.

Nothing in here knows of tests, expected values or grades. Other rooms import the names below and nothing from further
in. `inside` is what a worker may import, `confinement` the ways to start one; the rest talks to it.
"""

from .calls import MappedArray
from .confinement import Confinement, Limits, choose
from .errors import Blocked, NotAttempted, NotStarted, Raised, SandboxError, StudentError, Unusable
from .objects import StudentObject
from .session import Session, StudentFunction

__all__ = [
    "Blocked",
    "Confinement",
    "Limits",
    "MappedArray",
    "NotAttempted",
    "NotStarted",
    "Raised",
    "SandboxError",
    "Session",
    "StudentError",
    "StudentFunction",
    "StudentObject",
    "Unusable",
    "choose",
]
