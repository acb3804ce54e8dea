"""One run of the grader: from the paths and options that a person gives to a graded folder.

The command line is one caller, a script or a notebook of the staff's another; nothing is printed here.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from colab_setup.data import DataError
from colab_setup.data.processes import available_cores

from .. import sandbox
from ..assignment import COURSE, Assignment, Course, course_beside, read_course
from ..assignment import settings as assignments
from ..checks import images_for, prepare
from ..course import Intake, Policy, Roll, roster
from ..records import Asked, Row
from ..submissions import Collection, SubmissionError, collect, missing_in
from ..temporary import Folder
from . import cluster
from .batch import Graded, grade
from .results import Change, OutputError, Results
from .scoring import Scorer
from .selecting import Selection

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
class Means:
    """What a run grades with.

    Attributes:
        jobs: how many submissions at a time: by default as many as cores, or one where a GPU trains.
        engine: "local" for this machine, "ray" for a cluster.
        address: of the Ray cluster; by default the one of this machine, or a new one.
        no_sandbox: whether student code may run unconfined where no sandbox works.
    """

    jobs: int | None = None
    engine: Literal["local", "ray"] = "local"
    address: str | None = None
    no_sandbox: bool = False


@dataclass(frozen=True)
class _Machinery:
    """What grades: the scorer, the submissions at a time, and what is told of both."""

    scorer: Scorer
    jobs: int
    data: str
    sandbox: str


ALL = Selection()
THIS_MACHINE = Means()


def run(
    path: Path,
    assignment: str = "",
    out: Path | None = None,
    *,
    course_file: Path | None = None,
    data: Path | None = None,
    roster_file: Path | None = None,
    seed: int = 0,
    selection: Selection = ALL,
    means: Means = THIS_MACHINE,
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
        data: the images that models are trained on, as a zip, folder or official archive; by default synthetic ones.
        roster_file: a CSV file of the students; by default the course's, or the one of the last run.
        seed: number of the run, at least 0: each has hidden inputs of its own.
        selection: which submissions are graded.
        means: what they are graded with.
        begun: is told once what was found.
        graded: is told of each submission as it ends.

    Raises:
        RunError: something cannot be used as it was given.
        OSError: the results cannot be written; what was graded so far stays.
    """
    try:
        course = find_course(course_file, path)
        asked = assignments.load(assignment, course)
        if course is not None:
            out = out or course.place(course.settings.out)
            data = data or course.place(course.settings.data)
            roster_file = roster_file or course.place(course.settings.roster)
        if out is None:
            raise RunError("Say by --out, or by `out` in course.toml, where grades are to be written.")
        zone = asked.deadline.at.tzinfo if asked.deadline else None
        listed = roster.read(roster_file, zone) if roster_file else None
        with Folder("data") as folder:
            (staging := folder / "staged").mkdir()
            collection = collect(path, asked.modules, staging, out)
            if listed is not None:
                collection = dataclasses.replace(collection, notes=(*collection.notes, *listed.notes))
            secret = tuple(place.resolve() for place in (path, out, staging, roster_file) if place)
            with _machinery(asked, folder, secret, data, seed, means) as machinery:
                results = _results(out, machinery.scorer, collection, listed, selection)
                results.store.note_course(course.file if course else None)
                chosen = {name for name in collection.paths if selection.takes(name, results.roll)}
                if not chosen:
                    raise RunError(
                        f"No submission in {path}, and no student who handed one in, has a name or number that matches "
                        f"{selection.only!r}."
                    )
                images = str(data.resolve()) if data else ""
                results.store.note_run(Asked(str(path.resolve()), images, seed, means.no_sandbox))
                counting = sorted(chosen & results.roll.to_grade)
                begun(
                    Begun(
                        collection=collection,
                        roll=results.roll,
                        to_grade=len(counting),
                        superseded=len(chosen) - len(counting),
                        data=machinery.data,
                        sandbox=machinery.sandbox,
                        assignment=asked,
                        out=out,
                    )
                )
                found = [(name, collection.paths[name]) for name in counting]
                return _graded(machinery, found, results, graded)
    except _UNUSABLE as error:
        raise RunError(str(error)) from error


def _results(
    out: Path,
    scorer: Scorer,
    collection: Collection,
    listed: roster.Roster | None,
    selection: Selection,
) -> Results:
    """The results in a folder, with whose the submissions are.

    Raises:
        OutputError: the folder cannot be used, or questions are graded again otherwise than the rest was.
    """
    students, sheet = (listed.students, listed.sheet) if listed else (None, None)
    results = Results(
        out,
        scorer.assignment.name,
        scorer.points,
        fresh=selection.fresh,
        regrade=selection.regrade,
        intake=Intake(collection.hand_ins, students, selection.attempts, sheet),
        policy=Policy.of(scorer.assignment),
    )
    results.refuse_mixture(scorer.setting)
    return results


def find_course(given: Path | None, *near: Path) -> Course | None:
    """The course's file that was given, or else the first that lies beside a path, or here; None where there is none."""
    found = given or next((file for file in map(course_beside, (*near, Path(COURSE))) if file), None)
    return read_course(found) if found else None


@contextlib.contextmanager
def _machinery(
    assignment: Assignment,
    folder: Path,
    secret: tuple[Path, ...],
    data: Path | None,
    seed: int,
    means: Means,
) -> Iterator[_Machinery]:
    """A scorer for this machine or a cluster, for as long as the context lasts."""
    with cluster.connected(means.address) if means.engine == "ray" else contextlib.nullcontext() as slots:
        dataset = images_for(assignment, data)
        run_seed = assignment.seed + seed
        prepared = prepare(assignment, dataset, run_seed, folder)
        confinement = sandbox.choose(
            prepared.files,
            secret,
            allow_none=means.no_sandbox,
            python=assignment.python,
            torch=assignment.limits.torch,
        )
        jobs = means.jobs or slots or (1 if prepared.device == "cuda" else available_cores())
        scorer = Scorer(assignment, confinement, prepared, run_seed, jobs=1 if slots else jobs)
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
