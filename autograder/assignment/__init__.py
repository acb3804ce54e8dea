"""An assignment's settings, late policy, stubs, variants and languages. It knows nothing of submissions."""

from .asked import Assignment, Rooms
from .courses import COURSE, LEAST_SECRET, Course, CourseSettings, course_beside, read_course
from .deadline import Deadline, Deduction, Extension, Lateness, deduction, lateness
from .generating.notebooks import notebook_path
from .generating.public_cases import public_tests
from .generating.stubs import bring_in_step, generate, make_stub, out_of_step
from .languages import LANGUAGES, texts_in, translations
from .misconceptions import load_misconceptions
from .parts import Feedback, ManualQuestion, Prediction, Recipe, Settings, TrainedModels
from .reference import parsed
from .schema import AssignmentError, json_schema, place, read_text
from .settings import PACKAGE
from .suite_modules import place_of, suite_module
from .values import QUESTION
from .variants import Variant, apply, load_styles, without_markers

__all__ = [
    "COURSE",
    "LANGUAGES",
    "LEAST_SECRET",
    "PACKAGE",
    "QUESTION",
    "Assignment",
    "AssignmentError",
    "Course",
    "CourseSettings",
    "Deadline",
    "Deduction",
    "Extension",
    "Feedback",
    "Lateness",
    "ManualQuestion",
    "Prediction",
    "Recipe",
    "Rooms",
    "Settings",
    "TrainedModels",
    "Variant",
    "apply",
    "bring_in_step",
    "course_beside",
    "deduction",
    "generate",
    "json_schema",
    "lateness",
    "load_misconceptions",
    "load_styles",
    "make_stub",
    "notebook_path",
    "out_of_step",
    "parsed",
    "place",
    "place_of",
    "public_tests",
    "read_course",
    "read_text",
    "suite_module",
    "texts_in",
    "translations",
    "without_markers",
]
