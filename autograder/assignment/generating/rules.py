"""The table at the head of a notebook: what each question is worth, what is to be reached, and a course's rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from ..asked import Assignment
from ..languages import Texts
from ..schema import read_text
from .public_cases import case_decorator, case_words

DATA = {"cifar10": "CIFAR-10", "synthetic": "synthetic images", "drawn": "data drawn by the grader"}
"""What the data of recipes are called for people; of others nothing is told before they are graded."""


def rules(assignment: Assignment, texts: Texts, language: str) -> str:
    """The table as Markdown, in a language."""
    rows = [*_points(assignment, texts, language), *_thresholds(assignment, texts, language)]
    if assignment.hours:
        rows.append((texts("hours"), texts("about {0} (an estimate)").format(f"{assignment.hours:g}")))
    if assignment.deadline is not None:
        rows.append((texts("due"), f"{assignment.deadline.at:%Y-%m-%d %H:%M (UTC%z)}"))
    if said := assignment.rules.get(language) or assignment.rules.get("en"):
        rows.append((texts("rules"), " ".join(said.split())))
    return "\n".join(["| | |", "| --- | --- |", *(f"| {name} | {told} |" for name, told in rows)])


def points(assignment: Assignment) -> dict[str, float]:
    """What each question with test cases is worth."""
    worth = {}
    for path in assignment.tests:
        own = sum(_of_cases(path))
        worth[path.stem] = assignment.worth.get(path.stem, own)
    if assignment.possible is not None and (total := sum(worth.values())):
        worth = {name: own * assignment.possible / total for name, own in worth.items()}
    return worth


def _of_cases(path: Path) -> Iterator[float]:
    try:
        tree = ast.parse(read_text(path))
    except (SyntaxError, ValueError, OSError):
        return  # who makes the public tests of it says so
    for decorator in filter(None, map(case_decorator, tree.body)):
        points = case_words(decorator).get("points")
        if isinstance(points, ast.Constant):
            yield float(points.value or 0)  # type: ignore[arg-type]


def _points(assignment: Assignment, texts: Texts, language: str) -> Iterator[tuple[str, str]]:
    worth = points(assignment)
    modules: dict[str, list[str]] = {f"`{module}.py`": [] for module in assignment.modules}
    modules[texts("everything together")] = []
    for name, own in worth.items():
        module = assignment.owners.get(name)
        modules[f"`{module}.py`" if module else texts("everything together")].append(
            f"`{name}` {_number(own)}"
        )
    for module, named in modules.items():
        if named:
            yield module, ", ".join(named)
    written = {
        question.title.get(language, name): question.points for name, question in assignment.manual.items()
    }
    if written:
        told = ", ".join(f"{title} {_number(own)}" for title, own in written.items())
        yield texts("in words"), told
    total = sum(worth.values())
    more = texts(", and {0} for answers in words").format(_number(sum(written.values()))) if written else ""
    yield texts("points"), f"{_number(total)}{more}"


def _thresholds(assignment: Assignment, texts: Texts, language: str) -> Iterator[tuple[str, str]]:
    """For each recipe, the highest tier on each data set."""
    training = assignment.training
    if training is None:
        return
    best = max if training.better == "higher" else min
    recipes: dict[str, dict[str, float]] = {}
    for data, named in assignment.recipes.items():
        for name, recipe in named.items():
            if data in DATA and recipe.tiers:
                recipes.setdefault(name, {})[data] = best(recipe.tiers.values())
    unit = training.unit.get(language, training.unit["en"])
    form = texts("at least {0} {1} ({2})" if training.better == "higher" else "at most {0} {1} ({2})")
    for name, tiers in recipes.items():
        told = "; ".join(form.format(_number(tier), unit, texts(DATA[data])) for data, tier in tiers.items())
        yield texts("to reach: {0}").format(f"`{name}`"), told


def _number(value: float) -> str:
    return f"{round(value, 2):g}"
