"""What `autograder validate` must find of every suite."""

from autograder.assignment import settings as assignments
from autograder.authoring.home_hints import answered
from autograder.authoring.proving.suite_runs import Suite
from autograder.authoring.validation import validate
from colab_setup.checking.hinting.hints import FILE, Catalogue


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
    at_home(settings, misconceptions)


def at_home(settings, misconceptions):
    """What is told at home is what the grader tells, whose calls of hidden cases take part, or nothing."""
    suite, catalogue = Suite(settings, settings.seed), Catalogue(settings.rooms.handout / FILE)
    told = 0
    for trial in misconceptions:
        (variant,) = trial.variants
        for question in set(variant.questions) & set(suite.questions):
            hint = catalogue.hint(question, answered(suite, question, (variant,)), "en")
            assert hint in ("", trial.hint), variant.name
            told += hint != ""
    assert told >= 0.7 * len(misconceptions)
    right = {question: answered(suite, question) for question in suite.questions}
    assert [question for question in right if catalogue.hint(question, right[question], "en")] == []
