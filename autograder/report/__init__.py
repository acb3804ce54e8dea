"""The pages that people look at: one for each student, one for the staff, and one for each written answer's question.

They are views of the result store, whole in themselves: no page loads anything, from the network or from beside it.
"""

from .writing import ReportError, Written, serve, write

__all__ = ["ReportError", "Written", "serve", "write"]
