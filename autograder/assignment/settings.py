"""An assignment as the grader sees it: its suite's settings and tests, and the hidden reference.

The three rooms of an assignment are `assignments/<a>/`, `solutions/<a>/` and `autograder/suites/<a>/`; this
module finds the last two beside wherever the kit is installed. It must never be reachable from a worker.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import math
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, TypeGuard

from ..sandbox import Limits
from .deadline import Deadline
from .languages import LANGUAGES

PACKAGE = Path(__file__).parents[1]
SUITES = PACKAGE / "suites"
SOLUTIONS = PACKAGE.parent / "solutions"
HANDOUTS = PACKAGE.parent / "assignments"

Definition = tuple[ast.FunctionDef | ast.ClassDef, str]


class AssignmentError(Exception):
    """An assignment that does not exist or whose settings are wrong; the message says what to do."""


@dataclass(frozen=True)
class Recipe:
    """One way to train on one data set, and what must come of it.

    Attributes:
        tiers: by name the value at which a tier begins, in the measure's unit.
        arguments: keyword arguments of the function that trains.
        sd: how far the reference's value spreads over the seeds, as a standard deviation.
        catches: misconceptions that miss the highest tier.
    """

    tiers: Mapping[str, float]
    arguments: Mapping[str, Any]
    sd: float
    catches: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainedModels:
    """How trained models are measured, table `[training]`; what measures them is the suite's `measure.py`.

    Attributes:
        functions: those that a training runs.
        source_kb: most code in KiB, of all modules together, for which models are still measured: more could hold
            answers.
        images: whether models are trained on the course's images.
        better: whether "higher" or "lower" values are better.
        unit: what follows a value, by language.
    """

    functions: tuple[str, ...]
    unit: Mapping[str, str]
    source_kb: float = math.inf
    images: bool = False
    better: str = "higher"

    def reaches(self, value: float, wanted: float) -> bool:
        """Whether a value is as good as what is wanted."""
        return value >= wanted if self.better == "higher" else value <= wanted

    def best(self, values: Iterable[float]) -> float:
        """The best of several."""
        return max(values) if self.better == "higher" else min(values)


@dataclass(frozen=True)
class ManualQuestion:
    """A question whose written answer a person marks.

    Attributes:
        points: possible; they come on top of those of the test cases.
        title: for people, by language.
        rubric: what the answer should hold; staff's.
    """

    points: float
    title: Mapping[str, str]
    rubric: str


@dataclass(frozen=True)
class Feedback:
    """Who reads which hints.

    Attributes:
        hidden_hints: when students read the hints on hidden cases: "staff" (never), "after the deadline" or "always".
        language: of the hints in `results.json`; pages are written in any.
    """

    hidden_hints: str = "staff"
    language: str = "en"

    def __post_init__(self) -> None:
        if self.hidden_hints not in ("staff", "after the deadline", "always"):
            raise ValueError(f"hidden_hints cannot be {self.hidden_hints!r}")
        if self.language not in LANGUAGES:
            raise ValueError(f"there are no hints in the language {self.language!r}")


@dataclass(frozen=True)
class Container:
    """What grading one submission in a container takes, on Gradescope or under `otter grade`.

    Attributes:
        memory_mb: the least memory in MiB that gives a right submission its points, by data set.
        processor_seconds: what a right submission takes of one core, from the start of the container to its end, by data set.
        limit_seconds: when Gradescope ends the container; by default its default.
    """

    memory_mb: Mapping[str, int] = field(default_factory=dict)
    processor_seconds: Mapping[str, float] = field(default_factory=dict)
    limit_seconds: float = 600.0


@dataclass(frozen=True)
class Rooms:
    """The three folders of an assignment.

    Attributes:
        suite: settings and tests.
        solutions: the reference, its misconceptions and styles.
        handout: what students receive, generated.
    """

    suite: Path
    solutions: Path
    handout: Path


@dataclass(frozen=True)
class Assignment:
    """The settings of one assignment.

    Attributes:
        name: the name of its three folders.
        rooms: these.
        title: for people.
        modules: the modules that a submission holds, in the order of their import.
        owners: the module of every graded function and every graded operation of autograd (a class).
        given: the module of every class that students are given whole.
        seed: the seed of a run that is given no other.
        limits: what a submission may use.
        attachments: names of files beside the modules that are graded too, such as weights.
        recipes: for each data set, recipes by name.
        tests: the Otter test files.
        training: how trained models are measured; None where none are.
        deadline: the late policy; None where nothing is ever late.
        manual: the questions whose answers people mark, by name.
        feedback: who reads which hints.
        container: what grading in a container takes.
    """

    name: str
    rooms: Rooms
    title: str
    modules: tuple[str, ...]
    owners: Mapping[str, str]
    given: Mapping[str, str]
    seed: int
    limits: Limits
    attachments: tuple[str, ...]
    recipes: Mapping[str, Mapping[str, Recipe]]
    tests: tuple[Path, ...]
    manual: Mapping[str, ManualQuestion]
    training: TrainedModels | None = None
    deadline: Deadline | None = None
    feedback: Feedback = Feedback()
    container: Container = Container()

    @property
    def trained_by(self) -> tuple[str, ...]:
        """The functions that a training runs."""
        return self.training.functions if self.training else ()

    @property
    def given_sources(self) -> dict[str, str]:
        """The modules of the given classes, with nothing but them and what is imported."""
        sources = {}
        for module in dict.fromkeys(self.given.values()):
            tree = ast.parse((self.solutions / f"{module}.py").read_text(encoding="utf-8"))
            tree.body = [
                node
                for node in tree.body
                if isinstance(node, ast.Import | ast.ImportFrom)
                or (isinstance(node, ast.ClassDef) and node.name in self.given)
            ]
            sources[module] = ast.unparse(tree)
        return sources

    @property
    def suite(self) -> Path:
        """The file of the settings."""
        return self.rooms.suite / "assignment.toml"

    def graded_settings(self) -> bytes:
        """The settings that a grading depends on, as JSON: when it was due, who reads hints, what people mark and
        what containers allow change none."""
        settings = tomllib.loads(self.suite.read_text(encoding="utf-8"))
        graded = {
            name: value
            for name, value in settings.items()
            if name not in ("container", "deadline", "feedback", "manual")
        }
        return json.dumps(graded, sort_keys=True, default=str).encode()

    @property
    def solutions(self) -> Path:
        """The folder of the reference modules."""
        return self.rooms.solutions


def names() -> list[str]:
    """The assignments that have a suite."""
    return sorted(path.parent.name for path in SUITES.glob("*/assignment.toml"))


def load(name: str) -> Assignment:
    """Read an assignment's settings.

    Raises:
        AssignmentError: there is no such assignment, or its settings are incomplete.
    """
    folder = SUITES / name
    if name not in names():
        raise AssignmentError(f"There is no assignment {name!r}. There are: {', '.join(names())}.")
    try:
        settings = tomllib.loads((folder / "assignment.toml").read_text(encoding="utf-8"))
        modules = tuple(settings["modules"])
        defined = {module: _public(SOLUTIONS / name / f"{module}.py") for module in modules}
        return Assignment(
            name=name,
            rooms=Rooms(folder, SOLUTIONS / name, HANDOUTS / name),
            title=settings["title"],
            modules=modules,
            owners={name: module for module, found in defined.items() for name in _functions(found)},
            given={name: module for module, found in defined.items() for name in _given(found)},
            seed=settings["seed"],
            limits=Limits(**settings.get("limits", {})),
            training=_training(settings.get("training")),
            attachments=tuple(settings.get("attachments", ())),
            recipes={
                data: {key: Recipe(**recipe) for key, recipe in recipes.items()}
                for data, recipes in settings.get("recipes", {}).items()
            },
            tests=tuple(
                path
                for path in sorted((folder / "tests").glob("*.py"))
                if path.stem not in settings.get("left_out", ())
            ),
            feedback=Feedback(**settings.get("feedback", {})),
            container=Container(**settings.get("container", {})),
            deadline=Deadline.from_settings(settings["deadline"]) if "deadline" in settings else None,
            manual={
                question: ManualQuestion(**described)
                for question, described in settings.get("manual", {}).items()
            },
        )
    except ValueError as error:
        raise AssignmentError(f"suites/{name}/assignment.toml cannot be used: {error}.") from error
    except (KeyError, TypeError) as error:
        raise AssignmentError(f"suites/{name}/assignment.toml is not complete: {error}.") from error


def _training(table: Mapping[str, Any] | None) -> TrainedModels | None:
    return TrainedModels(**{**table, "functions": tuple(table["functions"])}) if table else None


def load_reference(assignment: Assignment, folder: Path | None = None) -> SimpleNamespace:
    """The reference's functions, operations and given classes by name, imported without leaving `loss` and its siblings importable.

    Args:
        assignment: whose reference.
        folder: where its modules are, or variants of them; by default `assignment.solutions`.
    """
    modules: dict[str, ModuleType] = {}
    kept = {name: sys.modules.pop(name) for name in assignment.modules if name in sys.modules}
    try:
        for name in assignment.modules:
            path = (folder or assignment.solutions) / f"{name}.py"
            spec = importlib.util.spec_from_file_location(name, path)
            if spec is None or spec.loader is None:
                raise AssignmentError(f"The reference {path} cannot be imported.")
            modules[name] = sys.modules[name] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(modules[name])
    finally:
        for name in assignment.modules:
            sys.modules.pop(name, None)
        sys.modules.update(kept)
    found: dict[str, Any] = {
        name: getattr(modules[owner], name)
        for name, owner in {**assignment.owners, **assignment.given}.items()
    }
    return SimpleNamespace(**found)


def _functions(definitions: list[Definition]) -> list[str]:
    return [node.name for node, _ in definitions if isinstance(node, ast.FunctionDef) or _is_operation(node)]


def _given(definitions: list[Definition]) -> list[str]:
    """The classes that students get whole: no operation, and nothing for them to fill in."""
    return [
        node.name
        for node, text in definitions
        if isinstance(node, ast.ClassDef) and not _is_operation(node) and "BEGIN SOLUTION" not in text
    ]


def _public(path: Path) -> list[Definition]:
    """The functions and classes of a module that have a public name, each with its text."""
    source = path.read_text(encoding="utf-8")
    return [
        (node, ast.get_source_segment(source, node) or "")
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]


def _is_operation(node: ast.stmt) -> TypeGuard[ast.ClassDef]:
    """Whether it defines a class on top of torch.autograd.Function."""
    return isinstance(node, ast.ClassDef) and any(
        ast.unparse(base).rpartition(".")[2] == "Function" for base in node.bases
    )
