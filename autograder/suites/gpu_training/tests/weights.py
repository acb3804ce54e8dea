"""Checks of the weights that were handed in, and of the log of the training that made them."""

from otter.test_files import test_case

OK_FORMAT = False

name = "weights"
points = None


@test_case(
    name="weights: the first tier",
    points=2,
    hidden=True,
    failure_message="The weights are not right often enough on hidden images. Were they trained to the end, on training "
    "images alone, and saved from the model that build_model makes?",
)
def low(build_model, training):
    training.reaches(build_model, training.given.weights, recipe="weights", tier="low")


@test_case(
    name="weights: the second tier",
    points=2,
    hidden=True,
    failure_message="A longer training, a wider model or another learning rate would reach this tier.",
)
def high(build_model, training):
    training.reaches(build_model, training.given.weights, recipe="weights", tier="high")


@test_case(
    name="weights: the log is that of these weights",
    points=2,
    hidden=True,
    failure_message="The log's loss and accuracy are not what the weights give on the course's data: save both from the same "
    "run, by the notebook's own cell.",
)
def log(build_model, training):
    training.given.weights.log_agrees(build_model)
