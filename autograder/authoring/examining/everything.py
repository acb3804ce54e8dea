"""Looks at all of an assignment: what its settings, points, styles and translations leave open, then tests and handouts."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator

from ...assignment import (
    LANGUAGES,
    LEAST_SECRET,
    Assignment,
    AssignmentError,
    apply,
    load_misconceptions,
    load_styles,
    place,
    read_text,
    suite_module,
    texts_in,
)
from ...assignment import settings as assignments
from ...checks import Check, fixtures
from ...diagnosis import within
from ...grading import weighed_files
from ...text import did_you_mean
from .cases import wrong_in_tests
from .handed_out import wrong_in_solutions, wrong_in_students_files

IMPORTING_SECONDS = 60
"""Processor time for importing all that a suite and its reference consist of: what takes longer may never end."""

_PLACE = re.compile(r"\{\w*\}")
"""Of a value in a text."""


def examine(assignment: Assignment) -> list[str]:
    """Everything that can be seen to be wrong; what an import or a fixture has not done by then is said to be."""
    with within(IMPORTING_SECONDS):
        return list(_examined(assignment))


def _examined(assignment: Assignment) -> Iterator[str]:
    try:
        reference = assignments.load_reference(assignment)
        offered = fixtures(assignment, reference, Check(assignment.seed))
    except AssignmentError as error:
        yield str(error)
        return
    told: set[str] = set()
    said: list[str] = []
    for stage in (
        _settings(assignment),
        wrong_in_tests(assignment, reference, tuple(offered)),
        _points(assignment),
        _variants(assignment),
        _catalogues(assignment),
        wrong_in_solutions(assignment),
        wrong_in_students_files(assignment),
    ):
        # What was said of a file would be said again by the next who reads it.
        new = [line for line in stage if line not in said and not any(line.startswith(file) for file in told)]
        said += new
        told |= {file[0] for line in new if (file := re.match(r"\S+\.py(?=[,: ])", line))}
        yield from new


def _settings(assignment: Assignment) -> Iterator[str]:
    """What the settings alone do not tell."""
    if assignment.course is None and assignment.seed < LEAST_SECRET:
        yield (
            f"{assignment.settings_file}: seed = {assignment.seed} could be found by trying all: take one like that of a file which "
            "`autograder new` writes."
        )
    if assignment.training is None:
        return
    measure = assignment.suite / "measure.py"
    try:
        module = suite_module(assignment, "measure")
        if module is None:
            yield f"There is no {measure}, which [training] needs: prepare(dataset, seed, folder)."
        elif not callable(getattr(module, "prepare", None)):
            yield f"{measure} has no function prepare(dataset, seed, folder)."
    except AssignmentError as error:
        yield str(error)


def _points(assignment: Assignment) -> Iterator[str]:
    try:
        files = weighed_files(assignment)
    except AssignmentError as error:
        yield str(error)
        return
    names = defaultdict(list)
    for file in files:
        for case in file.test_cases:
            names[str(case.name)].append(file.path)
            if not (math.isfinite(case.points) and case.points >= 0):
                yield f"{file.path}: the case {case.name!r} is worth {case.points:g}: points are a number of 0 or more."
                return
    total = sum(float(file.possible) for file in files)
    changed = bool(assignment.worth) or assignment.possible is not None or assignment.left_out
    if assignment.points is not None and not changed and abs(total - assignment.points) > 1e-6:
        told = ", ".join(f"{file.name} {file.possible:g}" for file in files)
        told = f" ({told})" if told else ""
        where = place(assignment.settings_file, "points")
        yield f"{where}: points = {assignment.points:g}, and the cases add up to {total:g}{told}."
    for name, paths in names.items():
        if len(paths) > 1:
            yield f"{paths[1]}: there is a case {name!r} already, in {paths[0]}: each needs a name of its own."


def _catalogues(assignment: Assignment) -> Iterator[str]:
    """Translations that would be filled with other values than their texts."""
    for folder in (assignment.suite, assignment.solutions):
        for language in LANGUAGES:
            file = folder / f"{language}.po"
            try:
                texts = texts_in(file, language) if file.is_file() else {}
            except AssignmentError as error:
                yield str(error)
                continue
            for key, text in texts.items():
                if sorted(_PLACE.findall(key)) != sorted(_PLACE.findall(text)):
                    yield f"{file}: {key!r} has other places for values than its translation {text!r}."


def _variants(assignment: Assignment) -> Iterator[str]:
    asked = [path.stem for path in assignment.tests]
    catalogue = assignment.solutions / "misconceptions.toml"
    try:
        misconceptions = load_misconceptions(assignment.solutions)
    except AssignmentError as error:
        yield str(error)
        misconceptions = []
    else:
        names = [variant.name for variant in misconceptions]
        for data, recipes in assignment.recipes.items():
            for recipe, described in recipes.items():
                for name in described.catches:
                    if name not in names:
                        meant = did_you_mean(name, names)
                        where = place(assignment.settings_file, "recipes", data, recipe, "catches")
                        yield f"{where}: [recipes.{data}.{recipe}] catches {name!r}, which is none in {catalogue}.{meant}"
    for variant in misconceptions:
        for question in variant.questions:
            if question not in (*asked, *assignment.left_out):
                yield (
                    f"{catalogue}: {variant.name} is to lose points in {question!r}, which is no question."
                    f"{did_you_mean(question, asked)}"
                )
    styles = assignment.solutions / "styles.py"
    sources = {module: read_text(assignment.solutions / f"{module}.py") for module in assignment.modules}
    try:
        for style in load_styles(assignment.solutions):
            try:
                apply((style,), sources)
            except ValueError as error:
                lines = enumerate(read_text(styles).splitlines(), 1)
                at = next((n for n, line in lines if line.startswith(f'@style("{style.name}"')), None)
                yield f"{styles}{f', line {at}' if at else ''}: {error}"
    except SyntaxError as error:
        yield f"{styles}{f', line {error.lineno}' if error.lineno else ''}: {error.msg}."
    except AssignmentError as error:
        yield str(error)
    except ValueError as error:
        told = str(error)
        yield f"{assignment.solutions}/{told}" if told.startswith(styles.name) else f"{styles}: {told}"
