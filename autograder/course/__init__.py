"""Whose a submission is and what counts: roster, matching, attempts, grade files for course sites. It runs no student code."""

from .book import Book
from .matching import keys_of, plain_of
from .roll import Intake, Roll, load
from .sums import Given, Line, Policy, Standing, Wait

__all__ = [
    "Book",
    "Given",
    "Intake",
    "Line",
    "Policy",
    "Roll",
    "Standing",
    "Wait",
    "keys_of",
    "load",
    "plain_of",
]
