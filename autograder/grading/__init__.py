"""Grades one submission and batches of them, here, under Otter and on a cluster. It knows nothing of pages and commands."""

from .batch import Graded
from .case_results import FAILED, INTERRUPTED, NOTHING_KNOWN, CaseResult
from .case_running import run_cases, trains
from .results import STORE, Change, changes, opened
from .runs import Begun, Means, Outcome, RunError, find_course, run
from .selecting import Selection
from .telling.feedback import Question, hidden_hints_shown, questions_of
from .weighing import weighed_files

__all__ = [
    "FAILED",
    "INTERRUPTED",
    "NOTHING_KNOWN",
    "STORE",
    "Begun",
    "CaseResult",
    "Change",
    "Graded",
    "Means",
    "Outcome",
    "Question",
    "RunError",
    "Selection",
    "changes",
    "find_course",
    "hidden_hints_shown",
    "opened",
    "questions_of",
    "run",
    "run_cases",
    "trains",
    "weighed_files",
]
