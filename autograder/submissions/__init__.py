"""What was handed in: archives, folders, exports of course sites, written answers. It never runs or imports any of it."""

from .answers import Answer
from .collection import Collection, collect
from .hand_in import HandIn, Person
from .opening import Submission, SubmissionError, open_submission

__all__ = [
    "Answer",
    "Collection",
    "HandIn",
    "Person",
    "Submission",
    "SubmissionError",
    "collect",
    "open_submission",
]
