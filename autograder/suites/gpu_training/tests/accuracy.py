"""Checks of a whole training: build_model and train, on images that nobody has seen before."""

from otter.test_files import test_case

OK_FORMAT = False

name = "accuracy"
points = None


@test_case(
    name="accuracy: the first tier",
    points=4,
    hidden=True,
    failure_message="The model hardly learns: are the weights moved against the gradient, with gradients zeroed before?",
)
def low(build_model, train, training):
    training.reaches(build_model, train, recipe="retrain", tier="low")


@test_case(
    name="accuracy: the second tier",
    points=6,
    hidden=True,
    failure_message="It learns less than it could: look at the schedule, the momentum, the order of the examples, augment "
    "and the normalisation, and whether predictions are made in evaluation mode.",
)
def high(build_model, train, training):
    training.reaches(build_model, train, recipe="retrain", tier="high")
