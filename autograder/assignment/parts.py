"""What an assignment's own settings consist of: the records are the schema of its `assignment.toml`; see `schema`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field

from colab_setup.predicting import Expected

from ..sandbox import Limits
from .deadline import Deadline
from .languages import LANGUAGES
from .schema import STRICT
from .values import Amount, Words, choice_or_number, each_once, file_name, module, named, of_our_time


@dataclass(frozen=True)
class Recipe:
    """One way to train on one data set, and what must come of it.

    Attributes:
        tiers: by name the value at which a tier begins, in the measure's unit.
        arguments: keyword arguments of the function that trains.
        sd: how far the reference's value spreads over the seeds, as a standard deviation.
        catches: misconceptions that miss the highest tier.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    tiers: Mapping[str, float]
    arguments: Mapping[str, Any]
    sd: Annotated[float, Field(ge=0)]
    catches: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainedModels:
    """How trained models are measured, table `[training]`; what measures them is the suite's `measure.py`.

    Attributes:
        functions: those that a training runs.
        unit: what follows a value, by language.
        source_kb: most code in KiB, of all modules together, for which models are still measured: more could hold
            answers.
        images: whether models are trained on the course's images.
        better: whether "higher" or "lower" values are better.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    functions: tuple[str, ...]
    unit: Words
    source_kb: float = math.inf
    images: bool = False
    better: Literal["higher", "lower"] = "higher"

    def reaches(self, value: float, wanted: float) -> bool:
        """Whether a value is as good as what is wanted."""
        return value >= wanted if self.better == "higher" else value <= wanted

    def best(self, values: Iterable[float]) -> float:
        """The best of several."""
        return max(values) if self.better == "higher" else min(values)

    def refusal(self, code_bytes: int) -> str:
        """Why models are not measured, if they are not: answers for a whole data set take more room than code."""
        if code_bytes <= 1024 * self.source_kb:
            return ""
        return (
            f"The modules hold {code_bytes / 1024:,.0f} KiB, and models are measured up to {self.source_kb:g} KiB: leave only "
            "code in them."
        )


@dataclass(frozen=True)
class Prediction:
    """What students predict before they run a cell.

    Attributes:
        answer: what is right: "a", "b" or "c", or a number.
        why: what students read after their prediction, by language.
        within: how far a number may be off.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    answer: Annotated[Literal["a", "b", "c"] | float, BeforeValidator(choice_or_number)]
    why: Words
    within: Annotated[float, Field(ge=0)] = 0.0

    @property
    def expected(self) -> Expected:
        """As a student's folder has it, sealed."""
        return Expected(self.answer, self.within, dict(self.why))


@dataclass(frozen=True)
class ManualQuestion:
    """A question beside the test cases: a written answer that a person marks, or predictions, which the grader does.

    Attributes:
        points: possible; they come on top of those of the test cases.
        title: for people, by language.
        rubric: what the answer should hold; staff's.
        predictions: what is predicted, by name; none for a written answer.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    points: Amount
    title: Words
    rubric: str
    predictions: Annotated[Mapping[str, Prediction], AfterValidator(named)] = field(default_factory=dict)

    def worth(self, points: float) -> ManualQuestion:
        """The same for other points."""
        return replace(self, points=points)


@dataclass(frozen=True)
class LatePolicy:
    """When work is due, and what being late costs; table `[deadline]`.

    Attributes:
        at: when submissions are due, with its offset from UTC.
        grace_minutes: so much later is not late.
        percent_per_day: of the points possible, taken off for each day begun after the grace.
        drop_dead_days: after so many days beyond the grace nothing counts; without it, never.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    at: Annotated[AwareDatetime, AfterValidator(of_our_time)]
    grace_minutes: Amount = 0.0
    percent_per_day: Annotated[float, Field(ge=0, le=100)] = 0.0
    drop_dead_days: Amount | None = None

    @property
    def deadline(self) -> Deadline:
        """The policy."""
        return Deadline(
            self.at, timedelta(minutes=self.grace_minutes), self.percent_per_day, self.drop_dead_days
        )


@dataclass(frozen=True)
class Feedback:
    """Who reads which hints.

    Attributes:
        hidden_hints: when students read the hints on hidden cases: "after the deadline", "staff" (never) or "always".
        language: of the hints in `results.json`; pages are written in any.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    hidden_hints: Literal["staff", "after the deadline", "always"] = "after the deadline"
    language: str = "en"

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ValueError(f"there are no hints in the language {self.language!r}: {', '.join(LANGUAGES)}.")


@dataclass(frozen=True)
class Container:
    """What grading one submission in a container takes, on Gradescope or under `otter grade`.

    Attributes:
        memory_mb: the least memory in MiB that gives a right submission its points, by data set; "none" where models are
            trained on no images.
        processor_seconds: what a right submission takes of one core, from the start of the container to its end, likewise.
        limit_seconds: when Gradescope ends the container; by default its default.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    memory_mb: Mapping[str, int] = field(default_factory=dict)
    processor_seconds: Mapping[str, float] = field(default_factory=dict)
    limit_seconds: float = 600.0


@dataclass(frozen=True)
class Settings:
    """An assignment's own settings, `assignment.toml`.

    Attributes:
        modules: the modules that a submission holds, in the order of their import.
        seed: hidden inputs are drawn from it: it never leaves with the students' files.
        title: for people.
        points: what the test cases add up to; `autograder validate` says where they do not.
        attachments: names of files beside the modules that are graded too, such as weights.
        hours: of work that a student should allow for, told at the head of the notebook.
        left_out: questions that are not asked.
        limits: what a submission may use.
        training: how trained models are measured.
        recipes: for each data set, recipes by name.
        manual: the questions whose answers people mark, by name.
        deadline: the late policy.
        feedback: who reads which hints.
        container: what grading in a container takes.
        python: the interpreter that students' code runs under, a path or a command; the grader's own without it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    modules: Annotated[
        tuple[Annotated[str, AfterValidator(module)], ...], Field(min_length=1), AfterValidator(each_once)
    ]
    seed: int
    title: str = ""
    points: Amount | None = None
    hours: Amount | None = None
    attachments: tuple[Annotated[str, AfterValidator(file_name)], ...] = ()
    left_out: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    training: TrainedModels | None = None
    recipes: Mapping[str, Mapping[str, Recipe]] = field(default_factory=dict)
    manual: Annotated[Mapping[str, ManualQuestion], AfterValidator(named)] = field(default_factory=dict)
    deadline: LatePolicy | None = None
    feedback: Feedback = Feedback()
    container: Container = Container()
    python: str = ""
