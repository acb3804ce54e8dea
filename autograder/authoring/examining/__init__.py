"""Finds what is wrong with an assignment's files before anything of them is run: a sentence each, with file and line."""

from .everything import examine

__all__ = ["examine"]
