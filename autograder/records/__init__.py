"""What is kept: every grading, written answers and the points that people give, in one SQLite file. It decides no grade."""

from .about import StoreError, assignment_of, course_of
from .gradings import Grading, Row, Setting, fingerprint, versions
from .marks import Given
from .store import Store

__all__ = [
    "Given",
    "Grading",
    "Row",
    "Setting",
    "Store",
    "StoreError",
    "assignment_of",
    "course_of",
    "fingerprint",
    "versions",
]
