"""Proves a suite: the reference and every correct style get full marks, stubs none, and every misconception loses points.

All of it is the staff's own code, so that it runs in this process, without a sandbox and without training on a data
set; `autograder calibrate` measures what training tells apart. Speed is not measured either: a speed case looks at the
values alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ..assignment import Assignment, load_styles, make_stub
from .suite_runs import Suite, Trial, trial_of


def validate(assignment: Assignment, seed: int) -> Iterator[Trial]:
    """Try reference, stubs, styles and misconceptions; yields each as it is known.

    Args:
        assignment: whose suite.
        seed: of hidden inputs.
    """
    suite = Suite(assignment, seed)
    reference = suite.try_variants("reference", (), suite.questions)
    yield _must_keep_all(reference)
    stubs = {name: make_stub(source) for name, source in suite.programs.sources.items()}
    trial = trial_of("stubs", (), suite.run(stubs, suite.questions), passed=True)
    yield dataclasses.replace(trial, complaint="They earn points." if trial.killers else "")
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
        yield _must_keep_all(suite.try_variants(name, chosen, asked))
    for variants in suite.programs.variants.values():
        for variant in variants:
            yield suite.try_misconception(variant)


def _must_keep_all(trial: Trial) -> Trial:
    complaint = f"It is right and loses points: {'; '.join(trial.killers)}." if trial.killers else ""
    return dataclasses.replace(trial, complaint=complaint)
