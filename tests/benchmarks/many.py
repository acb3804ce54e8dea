"""Writes as many submissions of `linear_classifier` as one likes, no two alike: other identifiers, styles, mistakes."""

import ast
import random
import zipfile
from pathlib import Path

from autograder.assignment import settings as assignments
from autograder.assignment.misconceptions import load_misconceptions
from autograder.assignment.variants import Variant, apply, load_styles

MISTAKES = (0, 0, 0, 1, 1, 2, 4)
"""How many misconceptions a submission has, each as likely as it stands here."""


def write(folder: Path, count: int, seed: int = 0) -> None:
    """Write `count` zips to an empty folder; the same ones for the same seed."""
    settings = assignments.load("linear_classifier")
    reference = {name: (settings.solutions / f"{name}.py").read_text() for name in settings.modules}
    misconceptions = load_misconceptions(settings.solutions)
    styles = load_styles(settings.solutions)
    names = sorted({variant.name for variant in styles})
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        style = rng.choice(names)
        chosen: dict[str, Variant] = {
            variant.function: variant for variant in styles if variant.name == style
        }
        for mistake in rng.sample(misconceptions, rng.choice(MISTAKES)):
            chosen[mistake.function] = mistake
        with zipfile.ZipFile(folder / f"{number:05}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for module, source in apply(chosen.values(), reference).items():
                archive.writestr(f"{module}.py", renamed(source, rng))


def renamed(source: str, rng: random.Random) -> str:
    """The module with other names for the variables of its functions, and without comments."""
    tree = ast.parse(source)
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            _Renaming(function, rng).visit(function)
    return ast.unparse(tree) + "\n"


class _Renaming(ast.NodeTransformer):
    def __init__(self, function: ast.FunctionDef, rng: random.Random) -> None:
        nodes = list(ast.walk(function))
        shared = {
            name for node in nodes if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names
        }
        assigned = {
            node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        self.names = {
            name: f"{name}_{rng.randrange(1000)}" for name in sorted(assigned - shared - _arguments(nodes))
        }

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)


def _arguments(nodes: list[ast.AST]) -> set[str]:
    return {node.arg for node in nodes if isinstance(node, ast.arg)}
