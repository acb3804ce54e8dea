"""The linear classifier's suite: right work gets full marks, and a mistake costs its own question.

Everything runs in this process, with functions in place of the sandbox's proxies. Speed is not measured here.
"""

import ast
import contextlib
import inspect
import io
import sys
import types
import warnings
from pathlib import Path

import numpy as np
import pytest
from otter.test_files.exception_test import ExceptionTestFile

from autograder.assignment import settings as assignments
from autograder.assignment.generating.public_cases import public_tests
from autograder.checks import fixtures
from autograder.checks.check import Check
from autograder.checks.comparing import Mismatch
from tests.autograder.suites.proving import prove

pytestmark = pytest.mark.slow


SETTINGS = assignments.load("linear_classifier")
REPOSITORY = Path(__file__).parents[3]
SOLUTIONS = REPOSITORY / "solutions" / "linear_classifier"
TESTS = sorted((REPOSITORY / "autograder" / "suites" / "linear_classifier" / "tests").glob("*.py"))
MODULES = ("loss", "gradient", "regularization", "sgd")
SOURCES = {name: (SOLUTIONS / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}


def functions_of(sources):
    """The functions of a submission, its modules executed beside each other as the worker does it."""
    kept = {name: sys.modules.pop(name, None) for name in MODULES}
    functions = {}
    try:
        for name in MODULES:
            module = types.ModuleType(name)
            sys.modules[name] = module
            exec(compile(sources[name], f"{name}.py", "exec"), module.__dict__)
            defined = {
                node.name for node in ast.parse(sources[name]).body if isinstance(node, ast.FunctionDef)
            }
            functions |= {key: value for key, value in module.__dict__.items() if key in defined}
    finally:
        for name, module in kept.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module
    return functions


REFERENCE = functions_of(SOURCES)
FILES = [ExceptionTestFile.from_file(str(path)) for path in TESTS]
QUESTIONS = {file.name: file for file in FILES}


class UntimedCheck(Check):
    """Looks at the value of a speed case alone, and notes how many tolerances wide every mismatch was."""

    def __init__(self, seed):
        super().__init__(seed)
        self.excesses = []

    def same(self, *args, **kwargs):
        try:
            super().same(*args, **kwargs)
        except Mismatch as mismatch:
            self.excesses.append(mismatch.excess)
            raise

    def speed(self, student_fn, loops_fn, make_args, times=10, *, reference_fn, **kwargs):
        for turn in range(2):
            args = make_args(turn)
            self.same(student_fn(*args), reference_fn(*args))


class SmallTraining:
    """Stands for the real trainings of the accuracy question: three noisy clusters, learnt in milliseconds."""

    def reaches(self, train, recipe, tier):
        rng = np.random.default_rng(1)
        y = np.arange(150) % 3
        X = np.array([[2.0, 0, 1], [-2, 1, 1], [0, -2, 1]])[y] + [0.8, 0.8, 0] * rng.standard_normal((150, 3))
        W, _ = train(
            X[:90],
            y[:90],
            loss=recipe,
            reg=1e-3,
            learning_rate=0.2,
            batch_size=30,
            num_steps=40,
            rng=np.random.default_rng(2),
        )
        assert np.shape(W) == (3, 3)
        right = np.mean(np.argmax(X[90:] @ np.asarray(W), axis=1) == y[90:])
        assert right >= {"low": 0.5, "high": 0.8}[tier]


def environment_of(functions, check):
    reference = types.SimpleNamespace(**REFERENCE)
    given = {"reference": reference, "check": check, "training": SmallTraining()}
    return {**functions, **given, **fixtures(SETTINGS, reference, check)}


def run(functions, seed=3, questions=tuple(QUESTIONS)):
    """The results of every case by question, and the check that was used for each question."""
    results, used = {}, {}
    for question in questions:
        file = QUESTIONS[question]
        used[question] = UntimedCheck(seed)
        environment = environment_of(functions, used[question])
        with (
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            file.run(environment)
        results[question] = file.test_case_results
    return results, used


def failed(results):
    return [
        f"{case.test_case.name}: {case.message}"
        for cases in results.values()
        for case in cases
        if not case.passed
    ]


def passed(results):
    return [case.test_case.name for cases in results.values() for case in cases if case.passed]


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 20260131])
def test_the_reference_gets_full_marks_with_any_seed(seed):
    assert failed(run(REFERENCE, seed)[0]) == []


def test_right_variants_keep_all_points_and_every_misconception_loses_some():
    prove("linear_classifier")


def softmax_of(W, X):
    scores = X @ W
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def softmax_loss_without_any_maximum(W, X, y):
    exponentials = np.exp(X @ W)
    return -np.log(exponentials[range(len(y)), y] / exponentials.sum(axis=1)).mean()


def softmax_loss_with_the_maximum_of_the_batch(W, X, y):
    scores = X @ W - (X @ W).max()
    return (np.log(np.exp(scores).sum(axis=1)) - scores[range(len(y)), y]).mean()


def softmax_loss_by_the_logarithm_of_a_probability(W, X, y):
    return -np.log(softmax_of(W, X)[range(len(y)), y]).mean()


def softmax_loss_with_a_small_number_in_the_logarithm(W, X, y):
    return -np.log(softmax_of(W, X)[range(len(y)), y] + 1e-12).mean()


def softmax_in_place(scores):
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    return scores / scores.sum(axis=1, keepdims=True)


def svm_gradient_with_the_classes_of_the_batch(W, X, y, delta=1.0):
    classes = y.max() + 1
    return np.pad(REFERENCE["svm_gradient"](W[:, :classes], X, y, delta), ((0, 0), (0, W.shape[1] - classes)))


def svm_loss_with_labels_that_overflow(W, X, y, delta=1.0):
    rows = np.arange(len(y), dtype=y.dtype)
    correct = (X @ W).ravel()[(rows * y.dtype.type(10) * y.dtype.type(10) + y) % (W.shape[1] * len(y))]
    right = REFERENCE["svm_loss"](W, X, y, delta)
    return right if y.dtype == np.int64 else right + correct.sum()


def sample_batch_of_neighbours(X, y, batch_size, rng):
    first = rng.integers(len(X) - batch_size + 1)
    return X[first : first + batch_size], y[first : first + batch_size]


def sample_batch_without_the_last_row(X, y, batch_size, rng):
    rows = rng.integers(max(1, len(X) - 1), size=batch_size)
    return X[rows], y[rows]


def sample_batch_from_the_global_generator(X, y, batch_size, rng):
    rows = np.random.randint(len(X), size=batch_size)
    return X[rows], y[rows]


def numerical_gradient_in_float32(f, W, h=1e-5):
    gradient = np.zeros(W.shape)
    for k in np.ndindex(W.shape):
        up, down = W.copy(), W.copy()
        up[k] += h
        down[k] -= h
        gradient[k] = (f(up) - f(down)) / (2 * h)
    return gradient


def numerical_gradient_forward(f, W, h=1e-5):
    gradient, W = np.zeros(W.shape), np.array(W, dtype=np.float64)
    for k in np.ndindex(W.shape):
        up = W.copy()
        up[k] += h
        gradient[k] = (f(up) - f(W)) / h
    return gradient


def predict_from_zero(W, X):
    best, labels = np.zeros(len(X)), np.zeros(len(X), dtype=int)
    for c, scores in enumerate((X @ W).T):
        labels[scores > best] = c
        best = np.maximum(best, scores)
    return labels


def sgd_in_the_order_of_the_data(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    for t in range(num_steps):
        rows = np.arange(t * batch_size, (t + 1) * batch_size) % len(X)
        history.append(loss_fn(W, X[rows], y[rows]))
        W = W - learning_rate * gradient_fn(W, X[rows], y[rows])
    return W, history


@pytest.mark.parametrize(
    ("question", "function", "cases", "lost"),
    [
        ("softmax_loss", softmax_loss_without_any_maximum, {"large", "thousands", "size", "far apart"}, 3),
        ("softmax_loss", softmax_loss_with_the_maximum_of_the_batch, {"thousands", "size", "far apart"}, 2),
        ("softmax_loss", softmax_loss_by_the_logarithm_of_a_probability, {"far apart"}, 1.5),
        ("softmax_loss", softmax_loss_with_a_small_number_in_the_logarithm, {"far apart"}, 1.5),
        ("softmax", softmax_in_place, {"keeps", "leaves"}, 1),
        ("svm_gradient", svm_gradient_with_the_classes_of_the_batch, {"without an example"}, None),
        ("svm_loss", svm_loss_with_labels_that_overflow, {"integer types"}, 1),
        ("l1_gradient", lambda W: W / np.abs(W), {"zeros", "with a zero"}, 1),
        ("l2_gradient", lambda W: W.astype(np.float64) * 2, {"dtype", "float32"}, 1),
        ("add_bias", lambda X: np.hstack([X, np.ones((len(X), 1))]), {"dtype", "float32"}, 1),
        ("kl_divergence", lambda p, q: np.sum(p * np.log(p / q)), {"zeros", "leaves", "small"}, 2),
        ("relative_error", lambda a, b: np.max(abs(a - b) / (abs(a) + abs(b))), {"both are 0", "zeros"}, 1.5),
        ("sample_batch", sample_batch_of_neighbours, {"chance"}, 1.5),
        ("sample_batch", sample_batch_without_the_last_row, {"chance"}, 1.5),
        ("sample_batch", sample_batch_from_the_global_generator, {"rng decides", "state"}, 1),
        ("numerical_gradient", numerical_gradient_in_float32, {"float32"}, 1),
        ("numerical_gradient", numerical_gradient_forward, {"known", "any shape", "step"}, 3),
        ("predict", predict_from_zero, {"negative"}, None),
        ("sgd", sgd_in_the_order_of_the_data, {"one batch", "new batches"}, 1.5),
    ],
)
def test_a_subtle_mistake_costs_the_cases_that_are_there_for_it(question, function, cases, lost):
    results = run({**REFERENCE, question: function}, questions=(question,))[0][question]
    failing = [result.test_case for result in results if not result.passed]
    assert {word for word in cases if any(word in case.name for case in failing)} == cases
    assert lost is None or sum(case.points for case in failing) == lost


def arrays_in(args, kwargs):
    return [arg for arg in (*args, *kwargs.values()) if isinstance(arg, np.ndarray)]


CONSTANTS = {
    "0.0": lambda *args, **kwargs: 0.0,
    "1.0": lambda *args, **kwargs: 1.0,
    "0": lambda *args, **kwargs: 0,
    "True": lambda *args, **kwargs: True,
    "nan": lambda *args, **kwargs: float("nan"),
    "None": lambda *args, **kwargs: None,
    "zeros like the first array": lambda *args, **kwargs: np.zeros_like(arrays_in(args, kwargs)[0]),
    "ones like the first array": lambda *args, **kwargs: np.ones_like(arrays_in(args, kwargs)[0]),
    "zeros like the last array": lambda *args, **kwargs: np.zeros_like(arrays_in(args, kwargs)[-1]),
    "the first array": lambda *args, **kwargs: arrays_in(args, kwargs)[0],
    "the first array and a list": lambda *args, **kwargs: (arrays_in(args, kwargs)[0], []),
    "the first array and zeros": lambda *args, **kwargs: (
        arrays_in(args, kwargs)[0],
        [0.0] * kwargs.get("num_steps", 1),
    ),
    "zeros of a loss's gradient": lambda W, X, *rest, **kwargs: np.zeros((X.shape[0], W.shape[1])),
    "labels 0": lambda W, X, *rest, **kwargs: np.zeros(len(X), dtype=int),
    "nothing, but an exception": lambda *args, **kwargs: (_ for _ in ()).throw(
        NotImplementedError("svm_loss")
    ),
    "nothing, but another exception": lambda *args, **kwargs: (_ for _ in ()).throw(ValueError("no")),
}


@pytest.mark.parametrize("constant", CONSTANTS)
def test_no_case_can_be_passed_by_a_constant(constant):
    assert passed(run(dict.fromkeys(REFERENCE, CONSTANTS[constant]))[0]) == []


def test_no_case_can_be_passed_by_an_answer_that_was_right_once():
    """Each function gives the right answer to its first call in a case, and repeats it from then on."""
    passing = []
    for question, file in QUESTIONS.items():
        for case in file.test_cases:
            name = "train_linear_classifier" if question == "accuracy" else question
            first = []

            def once(*args, first=first, name=name, **kwargs):
                if not first:
                    first.append(REFERENCE[name](*args, **kwargs))
                return first[0]

            environment = environment_of({**REFERENCE, name: once}, UntimedCheck(3))
            if "tier" in case.name:
                continue  # one training
            with contextlib.suppress(Exception):
                case.body.call_func(environment)
                passing.append(case.name)
    assert passing == []


def test_the_points_sum_to_100_in_halves_over_all_functions():
    points = {file.name: [case.points for case in file.test_cases] for file in FILES}
    assert sum(map(sum, points.values())) == 100
    assert all(point > 0 and point * 2 == int(point * 2) for cases in points.values() for point in cases)
    of = lambda module: sum(  # noqa: E731
        sum(points["accuracy" if name == "train_linear_classifier" else name])
        for name in REFERENCE
        if f"def {name}(" in SOURCES[module]
    )
    assert [of(module) for module in MODULES] == [34, 29, 11, 26]
    assert sum(points["accuracy"]) == 10


def test_a_third_of_the_points_is_public_and_every_question_has_some_of_both():
    public = {file.name: sum(case.points for case in file.test_cases if not case.hidden) for file in FILES}
    assert 30 <= sum(public.values()) <= 40
    for file in FILES:
        assert 0 < public[file.name] < file.possible


def test_rows_that_spread_widely_cost_one_point_of_the_vectorised_loss():
    (case,) = [
        case
        for file in FILES
        for case in file.test_cases
        if case.hidden and "far apart" in case.name and "naive" not in case.name
    ]
    assert case.points == 1
    assert "logarithm" in case.failure_message or "log" in case.failure_message


def test_there_is_a_question_for_every_function_named_after_it():
    assert {path.stem for path in TESTS} == set(QUESTIONS)
    assert set(QUESTIONS) == (REFERENCE.keys() - {"train_linear_classifier"}) | {"accuracy"}


def test_a_case_uses_its_own_function_alone_and_a_public_one_nothing_else():
    for file in FILES:
        own = "train_linear_classifier" if file.name == "accuracy" else file.name
        for case in file.test_cases:
            parameters = set(inspect.signature(case.body.test_func).parameters)
            assert own in parameters, case.name
            assert parameters <= (
                {own, "reference", "check", "training", "classification"} if case.hidden else {own}
            )


def test_case_names_are_unique_and_begin_with_their_question():
    names = [case.name for file in FILES for case in file.test_cases]
    assert len(names) == len(set(names))
    for file in FILES:
        assert all(case.name.startswith(f"{file.name}: ") for case in file.test_cases)


def test_every_hidden_case_has_a_hint():
    assert [
        case.name for file in FILES for case in file.test_cases if case.hidden and not case.failure_message
    ] == []


def test_the_files_import_numpy_and_otter_alone():
    for path in TESTS:
        imports = [
            node for node in ast.parse(path.read_text()).body if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert [ast.unparse(node) for node in imports] == [
            "import numpy as np",
            "from otter.test_files import test_case",
        ]


def test_the_comparison_that_public_cases_use_is_the_same_in_every_file():
    copies = {
        ast.unparse(node)
        for path in TESTS
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name == "expect"
    }
    assert len(copies) == 1


@pytest.mark.parametrize("kind", ["svm", "softmax"])
def test_the_numerical_gradients_in_the_public_cases_are_those_of_the_losses(kind):
    for question in (f"{kind}_gradient", f"{kind}_gradient_naive"):
        names = {}
        exec(QUESTIONS[question].source, names)
        W, X, y = names["W"], names["X"], names["y"]
        gradient = REFERENCE["numerical_gradient"](lambda W: REFERENCE[f"{kind}_loss_naive"](W, X, y), W)  # noqa: B023
        np.testing.assert_allclose(names["NUMERICAL_GRADIENT"], gradient, rtol=1e-8, atol=1e-9)


def test_the_students_copies_hold_the_public_cases_and_work_with_the_modules_alone():
    for file in FILES:
        copy = ExceptionTestFile.from_string(public_tests(file.source))
        assert [case.name for case in copy.test_cases] == [
            case.name for case in file.test_cases if not case.hidden
        ]
        assert "reference" not in copy.source
        assert "check." not in copy.source
        copy.run(REFERENCE)
        assert failed({copy.name: copy.test_case_results}) == []
