"""What `autograder validate` must find of every suite."""

from autograder import assignment as assignments
from autograder.validation import validate

OF_A_MODEL = {"build_model", "train", "predict"}
"""Functions that work on a student's own model, which cannot be called again."""


def prove(name):
    """Every misconception loses points by a wide margin, no right style does, and nothing is named wrongly."""
    settings = assignments.load(name)
    trials = list(validate(settings, settings.seed))

    assert {trial.name: trial.complaint for trial in trials if trial.complaint} == {}
    misconceptions = [trial for trial in trials if trial.variants and trial.variants[0].hint]
    assert len(misconceptions) >= 60
    assert all(trial.lost for trial in misconceptions)
    assert len({trial.name for trial in trials if trial.variants and not trial.lost}) >= 12
    known = [trial for trial in misconceptions if trial.variants[0].function not in OF_A_MODEL]
    assert sum(trial.named == (trial.name,) for trial in known) >= 0.95 * len(known)
