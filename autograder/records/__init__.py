"""What is kept: every grading, written answers and the points that people give, in one SQLite file. It decides no grade."""

from .gradings import Grading, Row, Setting, fingerprint
from .marks import Given
from .store import Store, StoreError, assignment_of

__all__ = [
    "Given",
    "Grading",
    "Row",
    "Setting",
    "Store",
    "StoreError",
    "assignment_of",
    "fingerprint",
]
