"""What an assignment's own settings consist of: the records are the schema of its `assignment.toml`; see `schema`."""

from __future__ import annotations

import keyword
import math
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field

from colab_setup.predicting import Expected

from ..sandbox import Limits
from .deadline import Deadline
from .languages import LANGUAGES
from .schema import STRICT

Amount = Annotated[float, Field(ge=0, lt=1e6)]
"""Points, minutes, days."""

_TAKEN = frozenset(
    {
        "autograder",
        "colab_setup",
        "matplotlib",
        "notebook",
        "numpy",
        "otter",
        "scipy",
        "styles",
        "tests",
        "torch",
    }
)
"""Names beside those of the standard library that mean something else, where a submission runs or in the solutions."""

QUESTION = re.compile(r"[^\W\d_]\w*")
"""What a question may be called."""

Described = TypeVar("Described")


def _module(name: str) -> str:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ValueError(f"{name!r} is no module: write its name alone, without folder and .py.")
    if name in sys.stdlib_module_names or name in _TAKEN:
        raise ValueError(
            f"{name!r} is the name of another module in Python or the kit: take one of your own."
        )
    return name


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise ValueError(f"{twice!r} is there twice: write it once.")
    return names


def _file_name(name: str) -> str:
    if not name or "/" in name or "\\" in name or name.startswith("."):
        raise ValueError(f"{name!r} is no file beside the modules: write its name alone.")
    return name


def _of_our_time(moment: datetime) -> datetime:
    if not 2000 <= moment.year < 2200:
        raise ValueError(f"the year {moment.year} cannot be meant: check the date.")
    return moment


def _in_languages(words: Mapping[str, str]) -> Mapping[str, str]:
    if "en" not in words:
        raise ValueError('it needs its English words: { en = "..." }.')
    return in_known_languages(words)


def in_known_languages(words: Mapping[str, str]) -> Mapping[str, str]:
    """The same; ValueError where one of the languages is none of `LANGUAGES`."""
    if unknown := next((language for language in words if language not in LANGUAGES), ""):
        raise ValueError(f"there is no language {unknown!r} here: {', '.join(LANGUAGES)}.")
    return words


def _named(described: Mapping[str, Described]) -> Mapping[str, Described]:
    for name in described:
        if not QUESTION.fullmatch(name):
            raise ValueError(f"nothing can be called {name!r} here: a name is one of Python's.")
    return described


def _choice_or_number(answer: object) -> object:
    number = isinstance(answer, int | float) and not isinstance(answer, bool) and math.isfinite(answer)
    if answer not in ("a", "b", "c") and not number:
        raise ValueError(f'{answer!r} is no answer: "a", "b", "c" or a number.')
    return answer


Words = Annotated[Mapping[str, str], AfterValidator(_in_languages)]
"""A text by language."""


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

    answer: Annotated[Literal["a", "b", "c"] | float, BeforeValidator(_choice_or_number)]
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
    predictions: Annotated[Mapping[str, Prediction], AfterValidator(_named)] = field(default_factory=dict)

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

    at: Annotated[AwareDatetime, AfterValidator(_of_our_time)]
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
        tuple[Annotated[str, AfterValidator(_module)], ...], Field(min_length=1), AfterValidator(_each_once)
    ]
    seed: int
    title: str = ""
    points: Amount | None = None
    hours: Amount | None = None
    attachments: tuple[Annotated[str, AfterValidator(_file_name)], ...] = ()
    left_out: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    training: TrainedModels | None = None
    recipes: Mapping[str, Mapping[str, Recipe]] = field(default_factory=dict)
    manual: Annotated[Mapping[str, ManualQuestion], AfterValidator(_named)] = field(default_factory=dict)
    deadline: LatePolicy | None = None
    feedback: Feedback = Feedback()
    container: Container = Container()
    python: str = ""
