"""Proves a suite: the reference and every correct style get full marks, stubs none, every misconception loses points, and
no function that computes nothing passes a hidden case.

All of it is the staff's own code, so that it runs in this process, without a sandbox and without training on a data
set; `autograder calibrate` measures what training tells apart. Speed is not measured either: a speed case looks at the
values alone.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from ..assignment import Assignment, load_styles, make_stub
from .nonanswers.trials import non_answer_trials
from .suite_runs import Suite, Trial, trial_of


def validate(assignment: Assignment, seed: int) -> Iterator[Trial]:
    """Try reference, stubs, what computes nothing, styles and misconceptions; yields each as it is known.

    Args:
        assignment: whose suite.
        seed: of hidden inputs.
    """
    suite = Suite(assignment, seed)
    yield _must_keep_all(suite, suite.try_variants("reference", (), suite.questions))
    stubs = {name: make_stub(source) for name, source in suite.programs.sources.items()}
    trial = trial_of("stubs", (), suite.run(stubs, suite.questions), passed=True)
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
        yield _must_keep_all(suite, suite.try_variants(name, chosen, asked))
    for variants in suite.programs.variants.values():
        for variant in variants:
            yield suite.try_misconception(variant)


def is_wrong(trial: Trial) -> bool:
    """Whether it tried a misconception."""
    return len(trial.variants) == 1 and bool(trial.variants[0].hint)


def place(assignment: Assignment, trial: Trial) -> str:
    """File and line of what was tried; of the stubs, the suite's folder."""
    if not trial.variants:
        return str(assignment.rooms.suite / "tests")
    file = assignment.solutions / ("misconceptions.toml" if is_wrong(trial) else "styles.py")
    name = re.compile(rf"^\[.*\b{trial.name}\]|^@style\(\"{re.escape(trial.name)}\"")
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    return next((f"{file}, line {number}" for number, line in lines if name.search(line)), str(file))


def summary(assignment: Assignment, trials: Sequence[Trial]) -> Iterator[str]:
    """A line a question: what was tried on it, and whether all is well."""
    for question in (path.stem for path in assignment.tests):
        wrong = [trial for trial in trials if is_wrong(trial) and question in trial.variants[0].questions]
        styles = {
            trial.name
            for trial in trials
            if not is_wrong(trial) and question in {variant.function for variant in trial.variants}
        }
        lost = sum(question in trial.lost for trial in wrong)
        yield f"{question}: {lost} of {len(wrong)} misconceptions lose points, {len(styles)} right styles tried"


def public(trials: Sequence[Trial]) -> str:
    """How many misconceptions pass all public cases, and which: a student who makes one learns it from the grade."""
    wrong = [trial for trial in trials if is_wrong(trial)]
    unseen = [trial.name for trial in wrong if trial.only_hidden]
    return f"Pass all public tests: {len(unseen)} of {len(wrong)} misconceptions{': ' * bool(unseen)}{', '.join(unseen)}."


def _must_keep_all(suite: Suite, trial: Trial) -> Trial:
    if not trial.killers:
        return trial
    why = suite.why(trial.variants, trial.killers[0])
    told = f"It is right and loses points: {'; '.join(trial.killers)}{f' ({why})' if why else ''}."
    return dataclasses.replace(trial, complaint=told)
