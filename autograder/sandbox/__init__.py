"""Runs student code where it can reach nothing; the grader gets functions that look like the student's."""

from .calls import MappedArray
from .confinement import Confinement, Limits, choose
from .errors import Blocked, NotAttempted, Raised, SandboxError, StudentError, Unusable
from .objects import StudentObject
from .session import Session, StudentFunction

__all__ = [
    "Blocked",
    "Confinement",
    "Limits",
    "MappedArray",
    "NotAttempted",
    "Raised",
    "SandboxError",
    "Session",
    "StudentError",
    "StudentFunction",
    "StudentObject",
    "Unusable",
    "choose",
]
