"""What was handed in: archives, folders, exports of course sites, written answers. It never runs or imports any of it."""

from .collection import Collection, collect
from .hand_in import HandIn, Person
from .module_files import missing_in
from .opening import Submission, SubmissionError, open_submission
from .written.answers import Answer

__all__ = [
    "Answer",
    "Collection",
    "HandIn",
    "Person",
    "Submission",
    "SubmissionError",
    "collect",
    "missing_in",
    "open_submission",
]
