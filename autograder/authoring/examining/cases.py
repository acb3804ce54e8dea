"""Reads the test files of an assignment as they are written, and tells of each case what nobody could run or weigh."""

from __future__ import annotations

import ast
import codecs
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from ...assignment import QUESTION, Assignment, AssignmentError, parsed, read_text
from ...assignment.generating.public_cases import WORDS, case_words
from ...checks import TRAINING, UNSEEN
from ...text import did_you_mean

STAFFS = ("reference", "check", TRAINING)
"""Parameters that hidden cases alone may have."""

_OF_NUMPY = re.compile(r"(?:np|numpy)\.random\.([a-z]\w*)")
"""What draws, or makes what does."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class _Case:
    """A test case as it is written.

    Attributes:
        node: its function.
        decorator: its `@test_case(...)`.
        words: what it is given there, by name.
    """

    node: ast.FunctionDef
    decorator: ast.Call
    words: Mapping[str, ast.expr]

    @property
    def parameters(self) -> tuple[str, ...]:
        """What it asks for."""
        return tuple(argument.arg for argument in self.node.args.args)

    @property
    def hidden(self) -> bool | None:
        """Whether students do not see it; None where that is not written out."""
        hidden = self.words.get("hidden", ast.Constant(False))
        return bool(hidden.value) if isinstance(hidden, ast.Constant) else None


def wrong_in_tests(
    assignment: Assignment, reference: SimpleNamespace, offered: Collection[str]
) -> Iterator[str]:
    """What is wrong with the test files.

    Args:
        assignment: whose.
        reference: its functions.
        offered: the names of its fixtures.
    """
    folder = assignment.suite / "tests"
    if not assignment.tests:
        yield f"{folder} holds no questions: write one file each, named as the question."
    for path in sorted(set(folder.rglob("*.py")) - set(folder.glob("*.py"))):
        if "__pycache__" not in path.parts:
            yield f"{path} is never read: the files of questions lie in {folder} itself."
    functions = [*assignment.owners, *assignment.given]
    classes = _classes(assignment)
    known = [*functions, *STAFFS, *offered]
    for path in assignment.tests:
        try:
            tree = parsed(path, read_text(path))
        except AssignmentError as error:
            yield str(error)
            continue
        if path.read_bytes().startswith(codecs.BOM_UTF8):
            yield f"{path} begins with a byte order mark, which Otter does not read: save it in UTF-8 without one."
            continue
        yield from _file(path, tree)
        whole = _constant(tree, "points")
        cases = list(_cases(tree))
        if not cases and not any(map(_decorators, ast.walk(tree))):
            yield f"{path} has no case: a function below @test_case(...)."
        for case in cases:
            at = f"{path}, line {case.node.lineno}: {case.node.name}"
            if unknown := [word for word in case.words if word not in WORDS]:
                meant = did_you_mean(unknown[0], WORDS)
                yield f"{path}, line {case.decorator.lineno}: @test_case knows no {unknown[0]!r}.{meant}"
                continue
            yield from _parameters(case, at, known, functions, classes)
            yield from _words(case, path, at)
            points = case.words.get("points", ast.Constant(None))
            if (
                isinstance(points, ast.Constant)
                and points.value is None
                and (whole is None or whole[1] is None)
            ):
                yield f"{at} says nothing of points: write points=... into its @test_case."
            if TRAINING in case.parameters and assignment.training is None:
                yield f"{at} asks for {TRAINING!r}, and {assignment.settings_file} has no table [training]."
            yield from _tiers(assignment, path, case)
            yield from _draws(path, case)


def _file(path: Path, tree: ast.Module) -> Iterator[str]:
    """What is wrong with a file as a whole."""
    named = _constant(tree, "name")
    if named is not None and named[1] != path.stem:
        yield (
            f"{path}, line {named[0]}: the question is called {named[1]!r} and its file {path.stem!r}: two files of one "
            "question overwrite each other, so both have the same name."
        )
    elif not QUESTION.fullmatch(path.stem):
        yield f"{path}: a question cannot be called {path.stem!r}: its name is one of Python's."
    form = _constant(tree, "OK_FORMAT")
    if form is not None and form[1] is not False:
        yield f"{path}, line {form[0]}: OK_FORMAT is False: these files hold functions."
    names: set[str] = set()
    for node in ast.walk(tree):
        for decorator in _decorators(node):
            assert isinstance(node, _Function)
            at = f"{path}, line {node.lineno}: {node.name}"
            if not isinstance(decorator, ast.Call):
                yield f"{at}: write what it is called and worth: @test_case(name=..., points=...)."
            elif node not in tree.body or isinstance(node, ast.AsyncFunctionDef):
                yield f"{at} is never run: a case is an ordinary function that stands by itself in the file."
            elif node.name in names:
                yield f"{at}: another case has this name, and only the last one is run."
            names.add(node.name)


def _classes(assignment: Assignment) -> set[str]:
    """Those that the reference's modules define."""
    paths = [assignment.solutions / f"{module}.py" for module in assignment.modules]
    return {
        node.name
        for path in paths
        for node in parsed(path, read_text(path)).body
        if isinstance(node, ast.ClassDef)
    }


def _parameters(
    case: _Case, at: str, known: Collection[str], functions: Collection[str], classes: Collection[str]
) -> Iterator[str]:
    given = case.node.args
    if given.vararg or given.kwarg or given.kwonlyargs or given.posonlyargs or given.defaults:
        yield f"{at} gets what it asks for by name: write its parameters without *, / and defaults."
        return
    if not case.parameters:
        yield f"{at} asks for nothing: write the function that it is about as its parameter."
    for parameter in case.parameters:
        if parameter in classes and parameter not in known:
            yield f"{at} asks for the class {parameter}: cases call functions, so write one beside it that makes and uses it."
        elif parameter not in known:
            meant = did_you_mean(parameter, known)
            yield f"{at} asks for {parameter!r}, which nothing gives.{meant or ' A graded function is a def that stands by itself in a module.'}"
        elif case.hidden is False and parameter not in functions:
            yield f"{at} is public, and students have no {parameter!r}: make it hidden, or do without."


def _words(case: _Case, path: Path, at: str) -> Iterator[str]:
    """What is wrong with what stands in the decorator."""
    line = f"{path}, line {case.decorator.lineno}"
    hidden = case.words.get("hidden", ast.Constant(False))
    if not (isinstance(hidden, ast.Constant) and isinstance(hidden.value, bool)):
        yield f"{at}: write hidden=True or hidden=False out."
    name = case.words.get("name", ast.Constant(None))
    if isinstance(name, ast.Constant) and not (isinstance(name.value, str) and name.value.strip()):
        yield f'{line}: give the case a name: @test_case(name="...").'
    if isinstance(name, ast.List | ast.Tuple | ast.Dict | ast.Set):
        yield f"{line}: the name of a case is a text."
    points = case.words.get("points", ast.Constant(None))
    try:
        worth = ast.literal_eval(points)
    except ValueError:
        return  # an expression: what it comes to is looked at later
    if worth is not None and (isinstance(worth, bool) or not isinstance(worth, int | float) or worth < 0):
        yield f"{line}: points are a number of 0 or more, and here they are {worth!r}."


def _tiers(assignment: Assignment, path: Path, case: _Case) -> Iterator[str]:
    for data, recipes in assignment.recipes.items():
        for line, recipe, tier in _asked_tiers(case.node) if data != UNSEEN else ():
            if recipe not in recipes:
                meant = did_you_mean(recipe, recipes)
                yield f"{path}, line {line}: there is no [recipes.{data}.{recipe}].{meant}"
            elif tier not in recipes[recipe].tiers:
                meant = did_you_mean(tier, recipes[recipe].tiers)
                yield f"{path}, line {line}: [recipes.{data}.{recipe}] has no tier {tier!r}.{meant}"


def _draws(path: Path, case: _Case) -> Iterator[str]:
    """Inputs that come out of nothing: with them no grading could be made again."""
    calls = [call for call in ast.walk(case.node) if isinstance(call, ast.Call)]
    drawn = [(call, name) for call in calls if (name := _OF_NUMPY.fullmatch(ast.unparse(call.func)))]
    if any(name[1] == "seed" for _, name in drawn):
        return
    for call, name in drawn:
        seeded = name[1] == "default_rng" and (call.args or call.keywords)
        if not seeded:
            yield (
                f"{path}, line {call.lineno}: {name[0]} draws anew each time, and no grading could be made again: draw from "
                f"{'check.rng(key)' if case.hidden else 'np.random.default_rng(0)'}."
            )


def _asked_tiers(case: ast.FunctionDef) -> Iterator[tuple[int, str, str]]:
    for call in ast.walk(case):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "reaches":
            words = {word.arg: getattr(word.value, "value", None) for word in call.keywords}
            recipe, tier = words.get("recipe"), words.get("tier")
            if isinstance(recipe, str) and isinstance(tier, str):
                yield call.lineno, recipe, tier


def _cases(tree: ast.Module) -> Iterator[_Case]:
    for node in tree.body:
        for decorator in _decorators(node):
            if isinstance(decorator, ast.Call) and isinstance(node, ast.FunctionDef):
                yield _Case(node, decorator, case_words(decorator))


def _decorators(node: ast.AST) -> list[ast.expr]:
    """Those of a function that make it a case, or are meant to."""
    return [
        decorator
        for decorator in (node.decorator_list if isinstance(node, _Function) else ())
        if ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator).endswith("test_case")
    ]


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
