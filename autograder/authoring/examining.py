"""Finds what is wrong with an assignment's files before anything of them is run: a sentence each, with file and line."""

from __future__ import annotations

import ast
import contextlib
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from ..assignment import (
    LANGUAGES,
    Assignment,
    AssignmentError,
    generate,
    load_misconceptions,
    load_styles,
    notebook_path,
)
from ..assignment import settings as assignments
from ..checks import TRAINING, UNSEEN, Check, fixtures
from ..grading import weighed_files

STAFFS = ("reference", "check", TRAINING)
"""Parameters that hidden cases alone may have."""


@dataclass(frozen=True)
class _Case:
    """A test case as it is written.

    Attributes:
        name: the function's.
        line: where it stands.
        parameters: what it asks for.
        hidden: whether students see it; None where that is not written out.
        points: whether it says what it is worth.
        tiers: the recipes and tiers that it asks for, each with its line.
    """

    name: str
    line: int
    parameters: tuple[str, ...]
    hidden: bool | None
    points: bool
    tiers: tuple[tuple[int, str, str], ...]


def examine(assignment: Assignment) -> Iterator[str]:
    """Everything that can be seen to be wrong."""
    try:
        reference = assignments.load_reference(assignment)
        offered = fixtures(assignment, reference, Check(assignment.seed))
    except AssignmentError as error:
        yield str(error)
        return
    if assignment.training is not None and not (assignment.rooms.suite / "measure.py").is_file():
        yield f"There is no {assignment.rooms.suite / 'measure.py'}, which [training] needs: prepare(dataset, seed, folder)."
    told: set[str] = set()
    for stage in (
        _tests(assignment, reference, tuple(offered)),
        _points(assignment),
        _variants(assignment),
        _students_files(assignment),
    ):
        # What was said of a file would be said again by the next who reads it.
        new = [line for line in stage if not any(line.startswith(file) for file in told)]
        told |= {file[0] for line in new if (file := re.match(r"\S+\.py(?=[,:])", line))}
        yield from new


def _tests(assignment: Assignment, reference: SimpleNamespace, offered: Collection[str]) -> Iterator[str]:
    if not assignment.tests:
        yield f"{assignment.rooms.suite / 'tests'} holds no questions: write one file each, named as the question."
    functions = [*assignment.owners, *assignment.given]
    known = [*functions, *STAFFS, *offered]
    for path in assignment.tests:
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except SyntaxError as error:
            yield f"{path}, line {error.lineno}: {error.msg}."
            continue
        named = _constant(tree, "name")
        if named is not None and named[1] != path.stem:
            yield (
                f"{path}, line {named[0]}: the question is called {named[1]!r} and its file {path.stem!r}: two files of one "
                "question overwrite each other, so both have the same name."
            )
        whole = _constant(tree, "points")
        cases = list(_cases(tree))
        if not cases:
            yield f"{path} has no case: a function below @test_case(...)."
        for case in cases:
            at = f"{path}, line {case.line}: {case.name}"
            for parameter in case.parameters:
                if parameter not in known:
                    yield f"{at} asks for {parameter!r}, which nothing gives.{assignments.meant(parameter, known)}"
                elif case.hidden is False and parameter not in functions:
                    yield f"{at} is public, and students have no {parameter!r}: make it hidden, or do without."
            if not case.points and (whole is None or whole[1] is None):
                yield f"{at} says nothing of points: write points=... into its @test_case."
            if case.hidden is None:
                yield f"{at}: write hidden=True or hidden=False out."
            if TRAINING in case.parameters and assignment.training is None:
                yield f"{at} asks for {TRAINING!r}, and {assignment.suite} has no table [training]."
            yield from _tiers(assignment, path, case)


def _tiers(assignment: Assignment, path: Path, case: _Case) -> Iterator[str]:
    for data, recipes in assignment.recipes.items():
        for line, recipe, tier in case.tiers if data != UNSEEN else ():
            if recipe not in recipes:
                meant = assignments.meant(recipe, recipes)
                yield f"{path}, line {line}: there is no [recipes.{data}.{recipe}].{meant}"
            elif tier not in recipes[recipe].tiers:
                meant = assignments.meant(tier, recipes[recipe].tiers)
                yield f"{path}, line {line}: [recipes.{data}.{recipe}] has no tier {tier!r}.{meant}"


def _points(assignment: Assignment) -> Iterator[str]:
    try:
        files = weighed_files(assignment)
    except AssignmentError as error:
        yield str(error)
        return
    total = sum(float(file.possible) for file in files)
    changed = bool(assignment.worth) or assignment.possible is not None or assignment.left_out
    if assignment.points is not None and not changed and abs(total - assignment.points) > 1e-6:
        told = ", ".join(f"{file.name} {file.possible:g}" for file in files)
        yield f"{assignment.suite}: points = {assignment.points:g}, and the cases add up to {total:g} ({told})."
    names = defaultdict(list)
    for file in files:
        for case in file.test_cases:
            names[case.name].append(file.path)
    for name, paths in names.items():
        if len(paths) > 1:
            yield f"{paths[1]}: there is a case {name!r} already, in {paths[0]}: each needs a name of its own."


def _variants(assignment: Assignment) -> Iterator[str]:
    asked = [path.stem for path in assignment.tests]
    try:
        for variant in load_misconceptions(assignment.solutions):
            for question in variant.questions:
                if question not in (*asked, *assignment.left_out):
                    yield (
                        f"{assignment.solutions / 'misconceptions.toml'}: {variant.name} is to lose points in {question!r}, "
                        f"which is no question.{assignments.meant(question, asked)}"
                    )
    except AssignmentError as error:
        yield str(error)
    try:
        load_styles(assignment.solutions)
    except SyntaxError as error:
        yield f"{assignment.solutions / 'styles.py'}, line {error.lineno}: {error.msg}."
    except ValueError as error:
        yield f"{assignment.solutions}/{error}"


def _students_files(assignment: Assignment) -> Iterator[str]:
    try:
        files = generate(assignment)
    except AssignmentError as error:
        yield str(error)
        return
    source = assignment.solutions / "notebook.py"
    if not source.exists():  # nothing but a release asks for one
        return
    for language in LANGUAGES:
        handout = assignment.solutions / f"handout.{language}.md"
        notebook = files.get(notebook_path(language, assignment.name))
        if notebook is None and (language == "en" or handout.is_file()):
            yield f"{source} makes no notebook in {language!r}: give its texts in it."
        elif notebook is not None and not handout.is_file():
            yield f"There is no {handout}: it becomes the README of the students' zip."
    for path, text in files.items():
        if path.endswith(".ipynb"):
            checked = set(re.findall(r'grader\.check\(\\"(\w+)\\"\)', text))
            public = {Path(name).stem for name in files if name.startswith("tests/")}
            for question in sorted(public - checked):
                yield f'{source} has no cell grader.check("{question}").'
            for question in sorted((public & checked & assignment.owners.keys()) - _imported(text)):
                yield (
                    f"{source} imports no {question}, which its check needs: from {assignment.owners[question]} import "
                    f"{question}."
                )
            for question in sorted(checked - public):
                meant = assignments.meant(question, public)
                yield f'{source} checks "{question}", which has no public case.{meant}'
            asked = {name for question in assignment.manual.values() for name in question.predictions}
            predicted = set(re.findall(r'kit\.predict\(\\"(\w+)\\"', text))
            for name in sorted(asked - predicted):
                yield f'{source} has no cell kit.predict("{name}", ...).'
            for name in sorted(predicted - asked):
                meant = assignments.meant(name, asked)
                yield f'{source} predicts "{name}", of which {assignment.suite} does not say what is right.{meant}'
            break


def _imported(notebook: str) -> set[str]:
    """The names that a notebook's cells import from modules."""
    names: set[str] = set()
    for cell in json.loads(notebook)["cells"]:
        if cell["cell_type"] == "code":
            with contextlib.suppress(SyntaxError):  # a magic of IPython's, perhaps
                for node in ast.walk(ast.parse("".join(cell["source"]))):
                    if isinstance(node, ast.ImportFrom):
                        names |= {alias.asname or alias.name for alias in node.names}
    return names


def _constant(tree: ast.Module, name: str) -> tuple[int, object] | None:
    """Line and value of a module's constant."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.Tuple):
            for target in node.targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
                for one, value in zip(names, values, strict=False):
                    if getattr(one, "id", "") == name and isinstance(value, ast.Constant):
                        return node.lineno, value.value
    return None


def _cases(tree: ast.Module) -> Iterator[_Case]:
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("test_case"):
                given: Mapping[str | None, ast.expr] = {word.arg: word.value for word in decorator.keywords}
                hidden = given.get("hidden", ast.Constant(False))
                points = given.get("points", ast.Constant(None))
                yield _Case(
                    name=node.name,
                    line=node.lineno,
                    parameters=tuple(argument.arg for argument in node.args.args),
                    hidden=bool(hidden.value) if isinstance(hidden, ast.Constant) else None,
                    points=not (isinstance(points, ast.Constant) and points.value is None),
                    tiers=tuple(_asked_tiers(node)),
                )


def _asked_tiers(case: ast.FunctionDef) -> Iterator[tuple[int, str, str]]:
    for call in ast.walk(case):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "reaches":
            words = {word.arg: getattr(word.value, "value", None) for word in call.keywords}
            recipe, tier = words.get("recipe"), words.get("tier")
            if isinstance(recipe, str) and isinstance(tier, str):
                yield call.lineno, recipe, tier
