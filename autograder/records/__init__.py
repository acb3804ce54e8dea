"""What is kept: every grading, written answers and what people decide, in one SQLite file. It decides no grade."""

from .about import Asked, StoreError, asked_in, assignment_of, course_of
from .acts import Act, Acts, Conflict
from .answers import NO_ANSWER, digest_of
from .gradings import ATTENTION, GRADED, PARTIAL, REJECTED, Grading, Row, Setting, fingerprint, versions
from .store import Store

__all__ = [
    "ATTENTION",
    "GRADED",
    "NO_ANSWER",
    "PARTIAL",
    "REJECTED",
    "Act",
    "Acts",
    "Asked",
    "Conflict",
    "Grading",
    "Row",
    "Setting",
    "Store",
    "StoreError",
    "asked_in",
    "assignment_of",
    "course_of",
    "digest_of",
    "fingerprint",
    "versions",
]
