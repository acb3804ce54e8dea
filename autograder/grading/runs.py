"""One run of the grader: from the paths and options that a person gives to a graded folder.

The command line is one caller, a script or a notebook of the staff's another; nothing is printed here.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fnmatch
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from colab_setup.data import DataError
from colab_setup.data.processes import available_cores

from .. import sandbox
from ..assignment import COURSE, Assignment, Course, beside, read_course
from ..assignment import settings as assignments
from ..checks import images_for, prepare
from ..course import Intake, Policy, Roll, plain_of, roster
from ..records import Asked, Row
from ..submissions import Collection, SubmissionError, collect, missing_in
from ..temporary import Folder
from . import cluster
from .batch import Graded, grade
from .results import Change, OutputError, Results
from .scoring import Scorer

_UNUSABLE = (
    assignments.AssignmentError,
    sandbox.SandboxError,
    OutputError,
    cluster.ClusterError,
    DataError,
    roster.RosterError,
    SubmissionError,
)


class RunError(Exception):
    """The run cannot be begun as it was asked for; one sentence that says what to do."""


@dataclass(frozen=True)
class Begun:
    """What a run has found before it grades.

    Attributes:
        collection: what lies at the path.
        roll: whose it is, and which attempts count.
        to_grade: how many submissions are looked at.
        superseded: how many are not, since a later one of the same student counts.
        data: where the data set comes from, in words; "" where nothing is trained.
        sandbox: the name of the confinement.
        assignment: what is graded, as the course asks it.
        out: where grades are written.
    """

    collection: Collection
    roll: Roll
    to_grade: int
    superseded: int
    data: str
    sandbox: str
    assignment: Assignment
    out: Path


@dataclass(frozen=True)
class Outcome:
    """What became of a run.

    Attributes:
        rows: of the submissions that were looked at, in the order in which they ended.
        unchanged: how many of them had been graded before and stay as they were.
        points: points possible by question.
        changes: points that are not what they were before, of those that had been graded then.
        names: whose the submissions are, where that is not what they are called.
        missing: which modules are not there, in sentences, by submission.
    """

    rows: Sequence[Row]
    unchanged: int
    points: Mapping[str, float]
    changes: Sequence[Change] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Machinery:
    """What grades: the scorer, the submissions at a time, and what is told of both."""

    scorer: Scorer
    jobs: int
    data: str
    sandbox: str


def run(
    path: Path,
    assignment: str = "",
    out: Path | None = None,
    *,
    course_file: Path | None = None,
    jobs: int | None = None,
    data: Path | None = None,
    seed: int = 0,
    roster_file: Path | None = None,
    attempts: Literal["last", "best"] = "last",
    only: str = "*",
    fresh: bool = False,
    regrade: Sequence[str] = (),
    engine: Literal["local", "ray"] = "local",
    address: str | None = None,
    no_sandbox: bool = False,
    begun: Callable[[Begun], None] = lambda begun: None,
    graded: Callable[[Graded], None] = lambda graded: None,
) -> Outcome:
    """Grade what lies at a path, as far as it is new or has changed.

    Args:
        path: an unpacked export of Gradescope, Canvas or Moodle, a folder of submissions, or a single one.
        assignment: the assignment's name; by default the course's.
        out: the folder of the results, made if it is not there; `grades.csv` and `results/` are in it. By default the
            course's.
        course_file: the course's file, whose data and roster are used where no others are given; by default the one
            that lies beside `path`.
        jobs: how many submissions to grade at a time: by default as many as cores, or one where a GPU trains.
        data: the images that models are trained on, as a zip, folder or official archive; by default synthetic ones.
        seed: number of the run, at least 0: each has hidden inputs of its own.
        roster_file: a CSV file of the students; by default the course's, or the one of the last run.
        attempts: which of several submissions of a student counts.
        only: a pattern for the submissions to grade, or for names and numbers of their students.
        fresh: whether to grade again what was graded before and has not changed.
        regrade: the questions to grade again, the others staying as they are.
        engine: "local" for this machine, "ray" for a cluster.
        address: of the Ray cluster; by default the one of this machine, or a new one.
        no_sandbox: whether student code may run unconfined where no sandbox works.
        begun: is told once what was found.
        graded: is told of each submission as it ends.

    Raises:
        RunError: something cannot be used as it was given.
        OSError: the results cannot be written; what was graded so far stays.
    """
    try:
        course = find_course(course_file, path)
        settings = assignments.load(assignment, course)
        if course is not None:
            out = out or course.place(course.settings.out)
            data = data or course.place(course.settings.data)
            roster_file = roster_file or course.place(course.settings.roster)
        if out is None:
            raise RunError("Say by --out, or by `out` in course.toml, where grades are to be written.")
        zone = settings.deadline.at.tzinfo if settings.deadline else None
        listed = roster.read(roster_file, zone) if roster_file else None
        with Folder("data") as folder:
            (staging := folder / "staged").mkdir()
            collection = collect(path, settings.modules, staging, out)
            if listed is not None:
                collection = dataclasses.replace(collection, notes=(*collection.notes, *listed.notes))
            secret = tuple(place.resolve() for place in (path, out, staging, roster_file) if place)
            with _machinery(
                settings, folder, secret, data, seed, jobs, engine, address, no_sandbox
            ) as machinery:
                results = Results(
                    out,
                    settings.name,
                    machinery.scorer.points,
                    fresh=fresh,
                    regrade=regrade,
                    intake=Intake(
                        collection.hand_ins,
                        listed.students if listed else None,
                        attempts,
                        listed.sheet if listed else None,
                    ),
                    policy=Policy.of(settings),
                )
                results.refuse_mixture(machinery.scorer.setting)
                results.store.note_course(course.file if course else None)
                chosen = {name for name in collection.paths if is_meant(name, only, results.roll)}
                if not chosen:
                    raise RunError(
                        f"No submission in {path}, and no student who handed one in, has a name or number that matches {only!r}."
                    )
                results.store.note_run(_asked(path, data, seed, no_sandbox))
                counting = sorted(chosen & results.roll.to_grade)
                superseded = len(chosen) - len(counting)
                begun(
                    Begun(
                        collection,
                        results.roll,
                        len(counting),
                        superseded,
                        machinery.data,
                        machinery.sandbox,
                        settings,
                        out,
                    )
                )
                found = [(name, collection.paths[name]) for name in counting]
                return _graded(machinery, found, results, graded)
    except _UNUSABLE as error:
        raise RunError(str(error)) from error


def _asked(path: Path, data: Path | None, seed: int, no_sandbox: bool) -> Asked:
    return Asked(str(path.resolve()), str(data.resolve()) if data else "", seed, no_sandbox)


def find_course(given: Path | None, *near: Path) -> Course | None:
    """The course's file that was given, or else the first that lies beside a path, or here; None where there is none."""
    found = given or next((file for file in map(beside, (*near, Path(COURSE))) if file), None)
    return read_course(found) if found else None


@contextlib.contextmanager
def _machinery(
    settings: Assignment,
    folder: Path,
    secret: tuple[Path, ...],
    data: Path | None,
    seed: int,
    jobs: int | None,
    engine: Literal["local", "ray"],
    address: str | None,
    no_sandbox: bool,
) -> Iterator[_Machinery]:
    """A scorer for this machine or a cluster, for as long as the context lasts."""
    with cluster.connected(address) if engine == "ray" else contextlib.nullcontext() as slots:
        dataset = images_for(settings, data)
        run_seed = settings.seed + seed
        prepared = prepare(settings, dataset, run_seed, folder)
        confinement = sandbox.choose(
            prepared.files, secret, allow_none=no_sandbox, python=settings.python, torch=settings.limits.torch
        )
        jobs = jobs or slots or (1 if prepared.device == "cuda" else available_cores())
        scorer = Scorer(settings, confinement, prepared, run_seed, jobs=1 if slots else jobs)
        if slots:
            scorer = cluster.ClusterScorer(scorer, dataset, secret)
        yield _Machinery(scorer, jobs, prepared.source, confinement.name)


def _graded(
    machinery: _Machinery,
    found: Sequence[tuple[str, Path]],
    results: Results,
    told: Callable[[Graded], None],
) -> Outcome:
    rows, unchanged = [], 0
    with contextlib.closing(grade(machinery.scorer, found, results, machinery.jobs)) as grading:
        for graded in grading:
            rows.append(graded.row)
            unchanged += graded.grading is None
            told(graded)
    names = {name: whose for name in results.roll.whose if (whose := results.roll.name_of(name)) != name}
    noted = {submission: notes for _, submission, notes in results.store.notes()}
    missing = {row.submission: lacking for row in rows if (lacking := missing_in(noted[row.submission]))}
    return Outcome(rows, unchanged, machinery.scorer.points, results.changes(rows), names, missing)


def is_meant(submission: str, only: str, roll: Roll) -> bool:
    """Whether a pattern fits the submission, or a name or number of who handed it in, with diacritics or without."""
    people = roll.whose.get(submission, ())
    names = [submission, *(name for one in people for name in (one.name, one.id, one.email) if name)]
    return any(fnmatch.fnmatch(text(name), text(only)) for name in names for text in (str.casefold, plain_of))
