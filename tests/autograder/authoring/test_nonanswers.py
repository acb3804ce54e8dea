"""Cases that functions which compute nothing pass are found, whatever a case looks at instead of values."""

import textwrap

import pytest

from autograder.authoring.nonanswers.functions import misled, non_answers
from autograder.authoring.nonanswers.trials import non_answer_trials, passed_by
from autograder.authoring.proving.suite_runs import Suite

HEAD = """
import numpy as np
from otter.test_files import test_case

OK_FORMAT = False
name = "square"
points = None
"""


@pytest.fixture
def suite_of(tiny):
    """The tiny assignment's suite with these cases in place of its question's."""

    def make(cases):
        (file,) = [path for path in tiny.tests if path.stem == "square"]
        file.write_text(HEAD + textwrap.dedent(cases))
        return Suite(tiny, tiny.seed)

    return make


def passing(suite, case_name, torch=False):
    (case,) = [case for file in suite.files for case in file.test_cases if case.name == case_name]
    return passed_by(suite, case, non_answers(torch) | misled(), {})


@pytest.mark.parametrize(
    ("body", "by"),
    [
        ("assert np.shape(square(x)) == np.shape(x)", "argument 1"),
        ("assert np.all(square(x) >= 0)", "1"),
        ("assert square(x) is not None", "'0'"),
        ("assert len({float(np.sum(square(x))) for _ in range(3)}) > 1", "noise"),
        ("assert float(np.sum(square(x))) == float(np.sum(square(x)))", "the same noise every time"),
        ("check.raises(ValueError, square, x)", "an exception, ValueError"),
        ("square(x)\n    check.intact([x], [x.copy()], what='square')", "None"),
        ("got = square(x)\n    check.same(got, reference.square(x))", "NaN, into the arguments too"),
        ("square(x)\n    assert np.all(x == x[0])", "zeros into the arguments"),
        ("assert np.allclose(np.sum(square(x)), 1)", "probabilities"),
        ("assert (square(x) + np.zeros(3)).shape == (3,)", "noise to be broadcast from a number"),
        ("assert np.asarray(square(x)).dtype != np.float64", "noise as float16"),
        ("assert sorted(square(x)) == sorted(x)", "the arguments reversed"),
        ("assert set(square(x)) <= set(x)", "the arguments but their last row"),
    ],
)
def test_a_case_that_looks_at_no_value_is_passed(suite_of, body, by):
    case = f"""
@test_case(name="square: more", points=1, hidden=True)
def more(square, reference, check):
    x = check.rng(2).standard_normal(3)
    {body}
"""
    assert by in passing(suite_of(case), "square: more")


def test_one_value_more_and_none_passes(suite_of):
    case = """
@test_case(name="square: more", points=1, hidden=True)
def more(square, reference, check):
    check.agrees(square, reference.square, check.rng(2).standard_normal(3))
"""
    assert passing(suite_of(case), "square: more") == []


CASES = """
passed_by_non_answers = {reasons}


@test_case(name="square: a shape", points=1, hidden={hidden})
def shape(square):
    assert np.shape(square(np.ones(3))) == (3,)


@test_case(name="square: of three", points=1)
def three(square):
    assert square(3) == 9
"""


@pytest.mark.parametrize(
    ("hidden", "reasons", "expected"),
    [
        (False, {}, {"square: a shape": "It is passed by what computes nothing: "}),
        (True, {"square: a shape": "So it is."}, {"square: a shape": "It is passed by what computes nothing: "}),
        (False, {"square: a shape": "So it is."}, {}),
        (False, {"square: a shape": "So it is.", "square: of three": "No."}, {"square: of three": "Nothing passes it"}),
    ],
)  # fmt: skip
def test_a_public_case_needs_a_reason_and_a_hidden_one_has_none(suite_of, hidden, reasons, expected):
    trials = list(non_answer_trials(suite_of(CASES.format(hidden=hidden, reasons=reasons))))
    complaints = {trial.name: trial.complaint for trial in trials if trial.complaint}
    assert complaints.keys() == expected.keys()
    assert all(complaints[name].startswith(start) for name, start in expected.items())
    if not expected:
        (told,) = [trial for trial in trials if trial.name == "square: a shape"]
        assert told.hint.startswith("Passed by ")
        assert told.hint.endswith(": So it is.")


OLD = {
    "sample_batch": """
@test_case(name="sample_batch: labels belong to rows", points=1, hidden=True)
def belong(sample_batch, check):
    X, y = np.arange(40.0)[:, None], np.arange(40)
    rng = check.rng("sample_batch: anew")
    batches = [sample_batch(X, y, 10, rng) for _ in range(4)]
    assert all(np.array_equal(X_batch[:, 0], y_batch) for X_batch, y_batch in batches)
    assert len({tuple(sorted(y_batch)) for _, y_batch in batches}) > 1
""",
    "sgd": """
@test_case(name="sgd: the W that was passed in keeps its values", points=1, hidden=True)
def keeps(sgd, check):
    start = check.rng("start").standard_normal((3, 2))
    W, history = sgd(
        lambda W, X, y: 0.0, lambda W, X, y: W, start.copy(), np.ones((6, 3)), np.arange(6),
        learning_rate=0.1, batch_size=2, num_steps=3, rng=check.rng("sgd"),
    )
    assert np.abs(np.asarray(W) - start).max() > 1e-3
""",
    "sgd, which follows": """
@test_case(name="sgd: W goes against the gradient", points=1, hidden=True)
def follows(sgd, check):
    start, X, steps = check.rng("start").standard_normal((3, 2)), check.rng("X").standard_normal((6, 3)), []

    def gradient_fn(W, X, y):
        steps.append((W, X.T @ (X @ W)))
        return steps[-1][1]

    options = {"learning_rate": 0.1, "batch_size": 2, "num_steps": 3, "rng": check.rng("sgd")}
    W, history = sgd(lambda W, X, y: 0.0, gradient_fn, start.copy(), X, np.arange(6), **options)
    check.same(steps[0][0], start)
    check.same(W, steps[-1][0] - 0.1 * steps[-1][1])
""",
    "build_model": """
@test_case(name="build_model: one row of logits for each image", points=1)
def logits(build_model):
    import torch
    logits = build_model(width=2)(torch.zeros(3, 3, 32, 32))
    assert logits.shape == (3, 10)
    assert (logits != logits[0, 0]).any()
""",
}


@pytest.mark.parametrize(
    ("assignment", "question", "by"),
    [
        ("linear_classifier", "sample_batch", "row numbers"),
        ("linear_classifier", "sgd", "(argument 1 + 1, [])"),
        *(
            (
                "linear_classifier",
                "sgd, which follows",
                f"what comes of showing {shown} to the functions among the arguments",
            )
            for shown in ("zeros", "NaN")
        ),
        ("gpu_training", "build_model", "noise to differentiate"),
    ],
)
def test_samplers_trainings_and_models_that_do_nothing_are_among_them(tmp_path, assignment, question, by):
    import dataclasses

    from autograder.assignment import settings as assignments

    case, question = OLD[question], question.partition(",")[0]
    file = tmp_path / f"{question}.py"
    file.write_text(HEAD.replace("square", question) + case)
    settings = dataclasses.replace(assignments.load(assignment), tests=(file,))
    suite = Suite(settings, settings.seed)
    (case,) = suite.files[0].test_cases
    assert by in passing(suite, case.name, torch=question == "build_model")
