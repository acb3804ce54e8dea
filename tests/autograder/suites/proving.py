"""What `autograder validate` must find of every suite."""

from autograder.assignment import settings as assignments
from autograder.authoring.validation import validate


def prove(name):
    """Every misconception loses points by a wide margin, no right style does, and nothing is named wrongly."""
    settings = assignments.load(name)
    trials = list(validate(settings, settings.seed))

    assert {trial.name: trial.complaint for trial in trials if trial.complaint} == {}
    misconceptions = [trial for trial in trials if trial.variants and trial.variants[0].hint]
    assert len(misconceptions) >= 60
    assert all(trial.lost for trial in misconceptions)
    # Who fails no public case learns of a mistake from the grade alone: three of a hundred, each with its reason.
    assert sum(trial.only_hidden for trial in misconceptions) <= 0.03 * len(misconceptions)
    assert len({trial.name for trial in trials if trial.variants and not trial.lost}) >= 12
    assert sum(trial.named == (trial.name,) for trial in misconceptions) >= 0.95 * len(misconceptions)
