"""The data set of an assignment, for students and for the grader. At import the standard library only, and no student code runs."""

from .loading import CLASSES, DataError, Dataset, load, synthetic, unpack

__all__ = ["CLASSES", "DataError", "Dataset", "load", "synthetic", "unpack"]
