"""Hints name what is wrong and nothing else. The suites' own tests prove them with `validate`."""

import copy
import re
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from autograder.assignment import settings as assignments
from autograder.assignment.variants import Variant, apply
from autograder.authoring import examining
from autograder.authoring.proving.suite_runs import Suite
from autograder.authoring.validation import unseen_by_public_cases, validate
from autograder.cli import app
from autograder.diagnosis import evidence

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def suite():
    settings = assignments.load("linear_classifier")
    return Suite(settings, settings.seed)


@pytest.fixture(scope="module")
def networks():
    settings = assignments.load("gpu_training")
    return Suite(settings, settings.seed)


def test_two_mistakes_in_one_function_are_both_named(suite):
    names = {"svm_gradient_without_the_mean", "svm_gradient_transposed"}
    (both,) = [
        both for one, two, both in suite.programs.pairs("svm_gradient") if {one.name, two.name} == names
    ]
    trial = suite.try_variants("", (both,), ["svm_gradient"])
    assert set(trial.named) == names
    assert "divide by N" in trial.hint
    assert "transposed" in trial.hint


def made_up(suite, function, source):
    module = suite.programs.owners[function]
    return suite.try_variants("", (Variant("", module, function, (function,), "", source),), [function])


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("def l2(W):\n    return 3 * np.sum(W * W)", "Your result is 3 times the expected one."),
        (
            "def l2(W):\n    return np.sum(W * W) - 7.0",
            "Your result is smaller than the expected one by 7, everywhere.",
        ),
        ("def l2(W):\n    return -np.sum(W * W)", "Your result has the wrong sign, and is right otherwise."),
        ("def l2(W):\n    return np.sum(np.sin(W))", ""),
        ("def l2(W):\n    return 0.0", "Your function returns 0 whatever it is given: is it finished?"),
        ("def l2(W):\n    raise ValueError('no')", ""),
    ],
)
def test_what_nothing_explains_is_measured_or_left(suite, source, hint):
    trial = made_up(suite, "l2", source)
    assert trial.lost
    assert trial.named == ()
    assert trial.hint == hint


@pytest.mark.parametrize(
    ("function", "source", "hint"),
    [
        (
            "softmax",
            "def softmax(scores):\n    e = np.exp(scores - scores.max(axis=1, keepdims=True))\n"
            "    return (e / e.sum(axis=1, keepdims=True)).astype(np.float64)",
            "Your result has another dtype than expected: float64 in place of float32.",
        ),
        (
            "elastic_net_gradient",
            "def elastic_net_gradient(W, beta):\n    with np.errstate(all='ignore'):\n"
            "        return beta * W + W / np.abs(W)",
            "NaN or infinity stands in your result where W is 0, and nowhere else.",
        ),
        (
            "sgd",
            "def sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):\n"
            "    history = []\n    for _ in range(num_steps):\n        rows = rng.permutation(len(X))[:batch_size]\n"
            "        W -= learning_rate * gradient_fn(W, X[rows], y[rows])\n"
            "        history.append(loss_fn(W, X[rows], y[rows]))\n    return W, history",
            "Your function changes W, which must stay as it was: compute with a copy.",
        ),
        (
            "kl_divergence",
            "def kl_divergence(p, q):\n    p, q = p + 1e-5, q + 1e-5\n    return sum(a * np.log(a / b) for a, b in zip(p, q))",
            "Your function answers as if 1e-05 were added to p and q.",
        ),
    ],
)
def test_what_others_really_wrote_is_told(suite, function, source, hint):
    trial = made_up(suite, function, source)
    assert trial.lost
    assert trial.hint == hint


def test_a_factor_of_n_is_called_so(suite):
    trial = made_up(
        suite,
        "softmax_loss",
        suite.programs.source_of("softmax_loss").replace(
            "    return ", "    return len(y) ** -1 * len(y) ** 2 * "
        ),
    )
    assert "N" in trial.hint


def test_what_overflows_is_said_to_be_right_for_small_numbers(suite):
    source = (
        "def softmax_loss(W, X, y):\n"
        "    odds = np.exp((X @ W) * 3) ** (1 / 3)\n"
        "    return -np.log(odds[np.arange(len(y)), y] / odds.sum(axis=1)).mean()"
    )
    trial = made_up(suite, "softmax_loss", source)
    assert trial.named == ()
    assert "small" in trial.hint


def test_only_a_row_is_wrong(suite):
    right = suite.programs.source_of("softmax_gradient").replace("def softmax_gradient(", "def right(")
    inner = "\n".join(f"    {line}" for line in right.splitlines())
    source = f"def softmax_gradient(W, X, y):\n{inner}\n    G = right(W, X, y)\n    G[0] = 7.5\n    return G"
    trial = made_up(suite, "softmax_gradient", source)
    assert trial.hint == "Your result is right except in its first row."


def test_a_mistake_elsewhere_is_said_to_be_elsewhere(suite):
    name = "svm_gradient_without_the_mean"
    (variant,) = [variant for variant in suite.programs.variants["svm_gradient"] if variant.name == name]
    cases = suite.run(apply([variant], dict(suite.programs.sources)), ["svm_gradient", "accuracy"])
    training = [case for case in cases if case.question == "accuracy" and not case.passed]
    assert training
    for case in training:
        assert case.misconceptions == (name,)
        assert case.hint["en"].startswith(
            "This follows from a mistake in svm_gradient. The gradient is a mean"
        )


def replaced(suite, function, old, new):
    source = suite.programs.source_of(function)
    assert old in source
    return source.replace(old, new)


@pytest.mark.parametrize(
    ("function", "write"),
    [
        (
            "step_learning_rate",
            lambda suite: replaced(suite, "step_learning_rate", " * gamma", " + 0 * gamma"),
        ),
        ("step_learning_rate", lambda suite: replaced(suite, "step_learning_rate", "sum(", "-1 + sum(")),
        (
            "l1_l2_penalty",
            lambda suite: replaced(suite, "l1_l2_penalty", "in parameters", "in parameters[:1]"),
        ),
        ("cross_entropy", lambda suite: replaced(suite, "cross_entropy", "logits.amax(", "logits.mean(")),
        pytest.param(
            "train",
            lambda suite: replaced(
                suite,
                "train",
                "step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5",
                "batch, learning_rate=learning_rate, num_steps=steps_per_epoch, warmup_steps=steps_per_epoch // 5",
            ),
            marks=pytest.mark.long,
        ),
    ],
    ids=[
        "never falls",
        "falls once too little",
        "first alone",
        "mean for maximum",
        "starts again each epoch",
    ],
)
def test_what_agrees_with_a_misconception_in_the_first_wrong_call_alone_is_not_taken_for_it(
    networks, function, write
):
    trial = made_up(networks, function, write(networks))
    assert trial.lost
    assert trial.named == ()


def test_infinity_for_large_numbers_is_no_sign_of_one_mistake(suite):
    source = replaced(suite, "softmax_loss_naive", "scores.max()", "scores[0]")
    assert made_up(suite, "softmax_loss_naive", source).named == ()


@pytest.mark.parametrize(
    "answer", ["torch.zeros((2,) * 24, dtype=torch.uint8)", "[[0] for _ in range(120_000)]"]
)
def test_giant_answers_are_not_worked_with(networks, answer, monkeypatch):
    noted = []
    monkeypatch.setattr(networks.diagnostician, "diagnose", lambda calls, failed: noted.extend(calls) or {})
    head = networks.programs.source_of("predict").splitlines()[0]
    assert made_up(networks, "predict", f"{head}\n    return {answer}").lost
    assert noted == []


def test_arrays_of_many_dimensions_are_shown_by_their_shape():
    assert evidence._array(np.zeros((2,) * 12)) == f"shape {(2,) * 12}"


def test_where_two_explanations_fit_none_is_given(networks):
    """A step that forgets its velocity makes a training without Nesterov's momentum look like one without any."""
    chosen = [
        variant
        for variants in networks.programs.variants.values()
        for variant in variants
        if variant.name in ("sgd_step_forgetting_the_velocity", "train_without_nesterov")
    ]
    trial = networks.try_variants("", tuple(chosen), ["sgd_step", "train"])
    assert {"sgd_step", "train"} == set(trial.lost)
    assert trial.named == ("sgd_step_forgetting_the_velocity",)


ARCHITECTURE = """
def build_model(width=16, classes=10):
    layers = [nn.Conv2d(3, width, 5, stride=4), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten()]
    return ConvNet(nn.Sequential(*layers, nn.Linear(4 * width, classes), {end}))
"""


@pytest.mark.parametrize(
    ("end", "named"),
    [
        ("nn.Softmax(dim=1)", ("build_model_with_a_softmax",)),
        ("nn.ReLU()", ("build_model_with_a_relu_at_the_end",)),
        ("nn.Sigmoid()", ()),
        ("nn.Hardtanh(0.5, 0.6)", ()),
        ("nn.Linear(1, 1)", ()),
    ],
)
def test_models_are_known_by_what_their_outputs_are_like_whatever_their_layers(networks, end, named):
    trial = made_up(networks, "build_model", ARCHITECTURE.format(end=end))
    assert trial.lost
    assert trial.named == named


def test_a_model_of_constants_is_not_taken_for_one_of_a_known_mistake(networks):
    source = (
        "def build_model(width=16, classes=10):\n"
        "    model = nn.Module()\n"
        "    model.forward = lambda images: torch.zeros(len(images), classes)\n"
        "    return model"
    )
    assert made_up(networks, "build_model", source).named == ()


def test_other_ways_to_draw_a_batch_are_understood(suite):
    """The misconception is written with integers; this student draws without replacement."""
    (variant,) = [v for v in suite.programs.variants["sgd"] if v.name == "sgd_uphill"]
    source = variant.source.replace(
        "rng.integers(len(X), size=batch_size)", "rng.choice(len(X), batch_size, replace=False)"
    )
    assert made_up(suite, "sgd", source).named == ("sgd_uphill",)


def test_a_suite_that_proves_nothing_is_complained_of(tiny, monkeypatch):
    monkeypatch.setattr(examining, "examine", lambda assignment: ())  # its modules have no markers
    (tiny.solutions / "misconceptions.toml").write_text(
        """
[area.square.doubles]
edit."x * x" = "x + x"
en = "Squares are products."

[area.total.adds]
whole = '''
def total(x):
    return sum(x)
'''
en = "It is right, in truth."
"""
    )
    (tiny.solutions / "styles.py").write_text(
        """
@style("halves", module="area", function="total")
def halves(x):
    return np.sum(x) / 2
"""
    )
    complaints = {trial.name: trial.complaint for trial in validate(tiny, tiny.seed)}

    assert complaints["reference"] == ""
    assert (
        complaints["stubs"] == "They earn points."
    )  # the tiny reference has no markers: its stubs are itself
    assert complaints["doubles"] == "It costs points in cube as well."
    assert complaints["adds"] == "It survives: it loses no points."
    assert complaints["halves"].startswith("It is right and loses points: total: of two")
    result = CliRunner().invoke(app, ["validate", "tiny"])
    assert result.exit_code == 1
    assert "4 complaints" in result.output
    # Each stands below its question, with where it is to be mended; those about none come last.
    lines = result.output.splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("square: "))
    assert re.fullmatch(r"    .*line 2: doubles: It costs points in cube as well\.", lines[place + 1])
    assert lines[-3].endswith("stubs: They earn points.")
    assert CliRunner().invoke(app, ["validate", "nothing"]).exit_code == 2


def test_a_misconception_that_has_lost_its_reference_is_said_to(tiny):
    (tiny.solutions / "misconceptions.toml").write_text(
        "[area.square.doubles]\nedit.'y * y' = 'y + y'\nen = 'Squares are products.'\n"
    )
    result = CliRunner().invoke(app, ["validate", "tiny"])
    assert result.exit_code == 2
    assert "doubles: 'y * y' does not stand in square of area.py" in result.output


def test_a_misconception_that_passes_all_public_cases_needs_a_reason_and_one_that_does_not_has_none(suite):
    (variant,) = [v for v in suite.programs.variants["l2"] if v.name == "l2_as_a_mean"]
    reason = replace(variant, only_hidden="Because.")
    assert "take only_hidden out" in suite.try_misconception(reason).complaint
    files = copy.copy(suite)
    files.files = [copy.copy(file) for file in suite.files]
    for file in files.files:
        file.test_cases = [case for case in file.test_cases if case.hidden]
    assert files.try_misconception(reason).complaint == ""
    trial = files.try_misconception(variant)
    assert "passes all public cases" in trial.complaint
    assert unseen_by_public_cases([trial]) == "Pass all public tests: 1 of 1 misconceptions: l2_as_a_mean."
