"""Makes wrong functions out of right ones, with a sentence for each that tells what is wrong with it.

Operators stand for what goes wrong in numerical code; every one is a small function of a part of the syntax tree. What
they make is text and is never run here.
"""

from .making import Mutant, mutants
from .saying import Change, Said

__all__ = ["Change", "Mutant", "Said", "mutants"]
