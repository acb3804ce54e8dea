"""Proves a suite: the reference and every correct style get full marks, stubs none, every misconception loses points, and
no function that computes nothing passes a hidden case.

All of it is the staff's own code, so that it runs in this process, without a sandbox and without training on images;
`autograder calibrate` measures what training tells apart. Speed is not measured either: a speed case looks at the
values alone.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator, Sequence

from ..assignment import Assignment, AssignmentError, load_styles, make_stub, place_of
from ..checks import Training, prepare
from ..diagnosis import TooLong, within
from ..temporary import Folder
from ..text import counted
from .nonanswers.trials import non_answer_trials
from .proving.suite_runs import VARIANT_SECONDS, Suite, quietly
from .proving.trials import Trial, trial_of

MEASURE = "measured"
"""The trial of what the suite's measure makes of the reference."""


def validate(assignment: Assignment, seed: int) -> Iterator[Trial]:
    """Try reference, stubs, what computes nothing, styles and misconceptions; yields each as it is known.

    Args:
        assignment: whose suite.
        seed: of hidden inputs.
    """
    suite = Suite(assignment, seed)
    reference = _must_keep_all(suite, suite.try_variants("reference", (), suite.questions))
    yield reference
    if reference.complaint and not reference.killers:  # it cannot be tried, and nothing beside it
        return
    stubs = {name: make_stub(source) for name, source in suite.programs.sources.items()}
    trial = trial_of("stubs", (), suite.run(stubs, suite.questions, explained=False), passed=True)
    yield dataclasses.replace(trial, complaint="They earn points." if trial.killers else "")
    yield from non_answer_trials(suite)
    styles = load_styles(assignment.solutions)
    for name in dict.fromkeys(variant.name for variant in styles):
        chosen = tuple(variant for variant in styles if variant.name == name)
        written = {variant.function for variant in chosen}
        asked = [
            question
            for question in suite.questions
            if question in written
            or (suite.runs_everything(question) and written & set(assignment.trained_by))
        ]
        trial = suite.try_variants(name, chosen, asked)
        # What the reference itself fails has been said.
        yield trial if set(trial.killers) <= set(reference.killers) else _must_keep_all(suite, trial)
    for variant in suite.misconceptions():
        yield suite.try_misconception(variant)
    if assignment.training is not None and not assignment.training.images:
        yield _must_be_measured(suite, seed)


def is_wrong(trial: Trial) -> bool:
    """Whether it tried a misconception."""
    return len(trial.variants) == 1 and bool(trial.variants[0].hint)


def place(assignment: Assignment, trial: Trial) -> str:
    """File and line of what was tried; of the stubs, the suite's folder."""
    if not trial.variants:
        return str(assignment.suite / ("measure.py" if trial.name == MEASURE else "tests"))
    file = assignment.solutions / ("misconceptions.toml" if is_wrong(trial) else "styles.py")
    name = re.compile(rf"^\[.*\b{trial.name}\]|^@style\(\"{re.escape(trial.name)}\"")
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    return next((f"{file}, line {number}" for number, line in lines if name.search(line)), str(file))


def summary(assignment: Assignment, trials: Sequence[Trial]) -> Iterator[str]:
    """A line a question: what was tried on it; below it the complaints, if there are any. Last those about no question."""
    told: set[int] = set()
    for question in (path.stem for path in assignment.tests):
        wrong = [trial for trial in trials if is_wrong(trial) and question in trial.variants[0].questions]
        styles = [
            trial
            for trial in trials
            if not is_wrong(trial) and question in {variant.function for variant in trial.variants}
        ]
        lost = sum(question in trial.lost for trial in wrong)
        right = counted(len({trial.name for trial in styles}), "right style")
        yield f"{question}: {lost} of {len(wrong)} misconceptions lose points, {right} tried"
        for trial in (*wrong, *styles):
            if trial.complaint and id(trial) not in told:
                told.add(id(trial))
                yield f"    {_complaint(assignment, trial)}"
    for trial in trials:
        if trial.complaint and id(trial) not in told:
            yield _complaint(assignment, trial)


def _complaint(assignment: Assignment, trial: Trial) -> str:
    return f"{place(assignment, trial)}: {trial.name}: {trial.complaint}"


def tally(trials: Sequence[Trial]) -> str:
    """How many misconceptions there are, how many of them their hints name, and how many complaints."""
    wrong = [trial for trial in trials if is_wrong(trial)]
    named = sum(bool(trial.named) for trial in wrong)
    complaints = sum(bool(trial.complaint) for trial in trials)
    return f"{counted(len(wrong), 'misconception')}, {named} named by their hints; {counted(complaints, 'complaint')}."


def unseen_by_public_cases(trials: Sequence[Trial]) -> str:
    """How many misconceptions pass all public cases, and which: a student who makes one learns it from the grade."""
    wrong = [trial for trial in trials if is_wrong(trial)]
    unseen = [trial.name for trial in wrong if trial.only_hidden]
    return f"Pass all public tests: {len(unseen)} of {len(wrong)} misconceptions{': ' * bool(unseen)}{', '.join(unseen)}."


def _must_be_measured(suite: Suite, seed: int) -> Trial:
    """The reference reaches every tier of what is measured within a moment, since it needs no images."""
    settings, reference = suite.assignment.training, vars(suite.reference)
    assert settings is not None
    wrong: list[str] = []
    try:
        with Folder("data") as folder, quietly(), within(VARIANT_SECONDS):
            data = prepare(suite.assignment, None, seed, folder)
            recipes = suite.assignment.recipes[data.dataset]
            training = Training(data, settings, recipes, seed, math.inf)
            functions = tuple(reference[name] for name in settings.functions)
            for recipe, described in recipes.items():
                for tier in sorted(described.tiers, key=lambda name: described.tiers[name]):
                    try:
                        training.reaches(*functions, recipe=recipe, tier=tier)
                    except AssertionError as error:
                        wrong.append(f"The reference misses {recipe}, {tier}: {error}")
    except TooLong as error:
        wrong = [f"The reference is not measured: {error}."]
    except AssignmentError:
        raise
    except Exception as error:
        place = place_of(error, suite.assignment.suite)
        wrong = [f"The reference cannot be measured: {type(error).__name__}: {error} ({place})."]
    return Trial(MEASURE, (), {}, (), (), "", " ".join(wrong))


def _must_keep_all(suite: Suite, trial: Trial) -> Trial:
    if not trial.killers:
        return trial
    whys = {name: suite.why(trial.variants, name) for name in trial.killers}
    told = "; ".join(f"{name} ({why})" if why else name for name, why in whys.items())
    return dataclasses.replace(trial, complaint=f"It is right and loses points: {told}.")
