"""An assignment's settings, late policy, stubs, variants and languages. It knows nothing of submissions."""

from .deadline import Deadline, Extension, FinalGrade, final_grade, lateness
from .languages import LANGUAGES, translations
from .misconceptions import load_misconceptions
from .notebooks import notebook_path
from .public_cases import public_tests
from .settings import (
    PACKAGE,
    SUITES,
    Assignment,
    AssignmentError,
    ManualQuestion,
    Recipe,
    TrainedModels,
)
from .stubs import generate, make_stub
from .suite_modules import place_of, suite_module
from .variants import Variant, apply, load_styles, without_markers

__all__ = [
    "LANGUAGES",
    "PACKAGE",
    "SUITES",
    "Assignment",
    "AssignmentError",
    "Deadline",
    "Extension",
    "FinalGrade",
    "ManualQuestion",
    "Recipe",
    "TrainedModels",
    "Variant",
    "apply",
    "final_grade",
    "generate",
    "lateness",
    "load_misconceptions",
    "load_styles",
    "make_stub",
    "notebook_path",
    "place_of",
    "public_tests",
    "suite_module",
    "translations",
    "without_markers",
]
