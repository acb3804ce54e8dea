"""An assignment as a course asks it: what the grader, the pages and a release are made from."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..sandbox import Limits
from .deadline import Deadline
from .parts import Container, Feedback, ManualQuestion, Recipe, TrainedModels
from .schema import read_text


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
    """One assignment as a course asks it: its own settings, with what the course has laid over them.

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
        tests: the Otter test files of the questions that are asked.
        manual: the questions whose answers people mark, by name.
        training: how trained models are measured; None where none are.
        deadline: the late policy; None where nothing is ever late.
        feedback: who reads which hints.
        container: what grading in a container takes.
        points: what the test cases are said to add up to, by themselves.
        worth: points of questions that are worth something else here than their cases say.
        possible: points of all test cases together, where they are worth something else here than their sum.
        left_out: questions that are not asked.
        not_written: the written questions, where none is asked.
        written_counts: whether points for written answers are part of the points possible; they come on top otherwise.
        leaderboard: whether students see how well all models do: "off", "anonymous" or "named".
        language: of pages, and of what students receive, where nobody asks for another.
        python: the interpreter that students' code runs under; "" for the grader's own.
        course: what the course has laid over, for the record; None where there is none. Its secret is not in it.
        hours: that its author or the course allow for.
        rules: the course's own, by language.
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
    feedback: Feedback = field(default_factory=Feedback)
    container: Container = field(default_factory=Container)
    points: float | None = None
    worth: Mapping[str, float] = field(default_factory=dict)
    possible: float | None = None
    left_out: tuple[str, ...] = ()
    not_written: tuple[str, ...] = ()
    written_counts: bool = False
    leaderboard: str = "off"
    language: str = "en"
    python: str = ""
    course: Mapping[str, Any] | None = None
    hours: float | None = None
    rules: Mapping[str, str] = field(default_factory=dict)

    @property
    def trained_by(self) -> tuple[str, ...]:
        """The functions that a training runs."""
        return self.training.functions if self.training else ()

    @property
    def marked_by_people(self) -> dict[str, ManualQuestion]:
        """The questions beside the test cases that the grader does not mark itself."""
        return {name: question for name, question in self.manual.items() if not question.predictions}

    @property
    def suite(self) -> Path:
        """The folder of settings and tests."""
        return self.rooms.suite

    @property
    def settings_file(self) -> Path:
        """The file of its own settings."""
        return self.suite / "assignment.toml"

    @property
    def solutions(self) -> Path:
        """The folder of the reference modules."""
        return self.rooms.solutions

    @property
    def given_sources(self) -> dict[str, str]:
        """The modules of the given classes, with nothing but them and what is imported."""
        sources = {}
        for module in dict.fromkeys(self.given.values()):
            tree = ast.parse(read_text(self.solutions / f"{module}.py"))
            tree.body = [
                node
                for node in tree.body
                if isinstance(node, ast.Import | ast.ImportFrom)
                or (isinstance(node, ast.ClassDef) and node.name in self.given)
            ]
            sources[module] = ast.unparse(tree)
        return sources

    def graded_settings(self) -> bytes:
        """The settings that a grading depends on, as JSON: when it was due, who reads hints, what people mark and
        what containers allow change none."""
        graded = {
            "modules": self.modules,
            "attachments": self.attachments,
            "limits": asdict(self.limits),
            "training": asdict(self.training) if self.training else None,
            "recipes": {
                data: {name: asdict(recipe) for name, recipe in recipes.items()}
                for data, recipes in self.recipes.items()
            },
            "questions": [path.stem for path in self.tests],
            "worth": dict(self.worth),
            "possible": self.possible,
        }
        return json.dumps(graded, sort_keys=True, default=str).encode()
