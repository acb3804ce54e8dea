"""Whose a submission is and what counts: roster, matching, attempts, grade files for course sites. It runs no student code."""

from .roll import Intake, Roll

__all__ = [
    "Intake",
    "Roll",
]
