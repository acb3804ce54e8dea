"""Runs student code where it can reach nothing; the grader gets functions that look like the student's."""

from .confinement import Confinement, Limits, choose
from .errors import SandboxError
from .session import Blocked, MappedArray, Session, StudentError, StudentFunction

__all__ = [
    "Blocked",
    "Confinement",
    "Limits",
    "MappedArray",
    "SandboxError",
    "Session",
    "StudentError",
    "StudentFunction",
    "choose",
]
