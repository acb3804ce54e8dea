"""The PyTorch suite: right work gets full marks, and a mistake costs its own question.

Everything runs in this process, with functions in place of the sandbox's proxies. The questions that measure what
was trained on a data set, accuracy and weights, have tests of their own.
"""

import ast
import contextlib
import inspect
import io
import math
import sys
import types
import warnings
from pathlib import Path

import pytest
import torch
from otter.test_files.exception_test import ExceptionTestFile

from autograder.assignment import settings as assignments
from autograder.assignment.generating.public_cases import public_tests
from autograder.assignment.variants import apply, load_styles
from autograder.checks import fixtures
from autograder.checks.check import Check
from autograder.checks.comparing import Mismatch
from tests.autograder.suites.proving import prove

pytestmark = pytest.mark.slow


REPOSITORY = Path(__file__).parents[3]
SOLUTIONS = REPOSITORY / "solutions" / "gpu_training"
MEASURED = frozenset({"accuracy", "weights"})
TESTS = sorted(
    path
    for path in (REPOSITORY / "autograder" / "suites" / "gpu_training" / "tests").glob("*.py")
    if path.stem not in MEASURED
)
MODULES = ("loss", "gradient", "regularization", "sgd", "model")
SOURCES = {name: (SOLUTIONS / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}
ASSIGNMENT = assignments.load("gpu_training")
GRADED = ASSIGNMENT.owners
STYLE_VARIANTS = load_styles(SOLUTIONS)
GIVEN = {name: vars(assignments.load_reference(ASSIGNMENT))[name] for name in ASSIGNMENT.given}
OF_NETWORKS = frozenset({"train", "predict"})
"""Questions whose cases make a network, of a class that students are given."""
RUN_EVERYTHING = frozenset({"train"})
"""Functions that call others of the submission."""


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """As in a worker: two threads that wait for each other are slow where other work takes their cores away."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def functions_of(sources):
    """The graded functions and classes of a submission, its modules executed beside each other as the worker does."""
    kept = {name: sys.modules.pop(name, None) for name in MODULES}
    names = {}
    try:
        for name in MODULES:
            sys.modules[name] = module = types.ModuleType(name)
            exec(compile(sources[name], f"{name}.py", "exec"), module.__dict__)
            names |= {key: module.__dict__[key] for key, owner in GRADED.items() if owner == name}
    finally:
        for name, module in kept.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module
    return names


REFERENCE = functions_of(SOURCES)
FILES = [ExceptionTestFile.from_file(str(path)) for path in TESTS]
QUESTIONS = {file.name: file for file in FILES}


class CountingCheck(Check):
    """Notes how many tolerances wide every mismatch was."""

    def __init__(self, seed):
        super().__init__(seed)
        self.excesses = []

    def same(self, *args, **kwargs):
        try:
            super().same(*args, **kwargs)
        except Mismatch as mismatch:
            self.excesses.append(mismatch.excess)
            raise


@contextlib.contextmanager
def quietly(seed):
    """Without prints and warnings, and with the global generator of a fresh worker."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        torch.random.fork_rng(),
    ):
        warnings.simplefilter("ignore")
        torch.manual_seed(seed)
        yield


def environment(functions, check):
    reference = types.SimpleNamespace(**REFERENCE)
    return {
        **GIVEN,
        **functions,
        **fixtures(ASSIGNMENT, reference, check),
        "reference": reference,
        "check": check,
    }


def run(functions, seed=3, questions=tuple(QUESTIONS)):
    """The results of every case by question, and the check that was used for each question."""
    results, used = {}, {}
    for question in questions:
        used[question] = CountingCheck(seed)
        with quietly(seed):
            QUESTIONS[question].run(environment(functions, used[question]))
        results[question] = QUESTIONS[question].test_case_results
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


@pytest.mark.parametrize("seed", [0, 3, 20260131])
def test_the_reference_gets_full_marks_with_any_seed(seed):
    assert failed(run(REFERENCE, seed)[0]) == []


@pytest.mark.parametrize("seed", [1, 2, 4, 5, 6])
def test_the_quick_questions_pass_with_more_seeds(seed):
    assert failed(run(REFERENCE, seed, QUESTIONS.keys() - RUN_EVERYTHING)[0]) == []


@pytest.mark.long
def test_right_variants_keep_all_points_and_every_misconception_loses_some():
    prove("gpu_training")


@pytest.mark.parametrize("order", [1, -1], ids=["first", "last"])
def test_styles_work_together(order):
    """The first, or the last, style of every function makes one submission."""
    chosen = {}
    for variant in STYLE_VARIANTS[::order]:
        chosen.setdefault(variant.function, variant)
    functions = functions_of(apply(chosen.values(), SOURCES))
    assert failed(run(functions, questions=sorted(RUN_EVERYTHING))[0]) == []


def test_a_mistake_can_reach_no_other_question_but_train():
    """No other graded function uses another one, and no case another one than its own."""
    for module, source in SOURCES.items():
        for node in ast.parse(source).body:
            if getattr(node, "name", None) in GRADED and node.name not in RUN_EVERYTHING:
                used = {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}
                assert used & GRADED.keys() <= {node.name}, f"{module}.{node.name}"
    for file in FILES:
        for case in file.test_cases:
            parameters = set(inspect.signature(case.body.test_func).parameters)
            own = {file.name} | ({"ConvNet"} if file.name in OF_NETWORKS else set())
            assert own <= parameters, case.name
            assert parameters <= own | ({"reference", "check", "classification"} if case.hidden else set()), (
                case.name
            )


def clamped_hinge(scores, y, delta=1.0):
    margins = (scores - scores.gather(1, y[:, None]) + delta).clamp(min=0)
    return margins.scatter(1, y[:, None], 0.0).sum(dim=1).mean()


def cross_entropy_with_a_float64_target(logits, y, label_smoothing=0.0):
    target = torch.eye(logits.shape[1], dtype=torch.float64)[y] * (1 - label_smoothing)
    log_p = torch.log_softmax(logits, dim=1)
    return -((target + label_smoothing / logits.shape[1]) * log_p).sum(dim=1).mean()


def cross_entropy_in_place(logits, y, label_smoothing=0.0):
    with torch.no_grad():
        logits -= logits.amax(dim=1, keepdim=True)
    return REFERENCE["cross_entropy"](logits, y, label_smoothing)


def dropout_in_float32(x, p, training, generator=None):
    return REFERENCE["dropout"](x, p, training, generator).float()


def dropout_of_whole_columns(x, p, training, generator=None):
    if not training or p == 0:
        return x
    kept = torch.rand((*x.shape[:-1], 1), generator=generator) >= p
    return x * kept / (1 - p)


def dropout_with_a_seed_of_its_own(x, p, training, generator=None):
    return REFERENCE["dropout"](x, p, training, torch.Generator().manual_seed(0))


def sgd_step_recorded_by_autograd(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    for w, g, v in zip(parameters, gradients, velocities, strict=True):
        w.mul_(1 - learning_rate * weight_decay)
        v.mul_(momentum).add_(g)
        w.sub_(learning_rate * (g + momentum * v if nesterov else v))


def sgd_step_that_scales_the_gradients(parameters, gradients, velocities, *, learning_rate, **options):
    REFERENCE["sgd_step"](parameters, gradients, velocities, learning_rate=learning_rate, **options)
    for g in gradients:
        g.mul_(learning_rate)


def sgd_step_decaying_last(parameters, gradients, velocities, *, learning_rate, weight_decay=0.0, **options):
    REFERENCE["sgd_step"](parameters, gradients, velocities, learning_rate=learning_rate, **options)
    with torch.no_grad():
        for w in parameters:
            w.mul_(1 - learning_rate * weight_decay)


def augment_mirrored_where_it_moves_right(images, generator):
    """Half of the images are mirrored, and every place comes up; but the two go together."""
    N = len(images)
    padded = torch.nn.functional.pad(images.float(), (4, 4, 4, 4), mode="reflect").to(images.dtype)
    row, column = torch.randint(9, (2, N), generator=generator)
    mirrored = (column > 4) | ((column == 4) & (torch.rand(N, generator=generator) < 0.5))
    windows = padded.unfold(2, 32, 1).unfold(3, 32, 1)[torch.arange(N), :, row, column]
    return torch.where(mirrored[:, None, None, None], windows.flip(-1), windows)


def augment_in_place(images, generator):
    images[...] = REFERENCE["augment"](images, generator)
    return images


def batch_norm_of_two_dimensions(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    if x.ndim != 2:
        raise ValueError("expected a matrix")
    return REFERENCE["batch_norm"](x, gamma, beta, running_mean, running_var, training, momentum, eps)


def fractional_max_pool2d_of_pairs(x, kernel_size, output_size, samples):
    return REFERENCE["fractional_max_pool2d"](x, tuple(kernel_size), tuple(output_size), samples)


def l1_l2_penalty_in_numbers(parameters, l1, l2):
    return torch.tensor(REFERENCE["l1_l2_penalty"](parameters, l1, l2).item())


@pytest.mark.parametrize(
    ("question", "function", "cases", "lost"),
    [
        ("multiclass_hinge", clamped_hinge, {"exactly 0"}, 1),
        ("cross_entropy", cross_entropy_with_a_float64_target, {"10,000", "dtype"}, 1),
        ("cross_entropy", cross_entropy_in_place, {"other batches"}, None),
        ("dropout", dropout_in_float32, {"dtype"}, None),
        ("dropout", dropout_of_whole_columns, {"independently"}, None),
        ("dropout", dropout_with_a_seed_of_its_own, {"generator alone", "source of randomness"}, 1),
        ("sgd_step", sgd_step_recorded_by_autograd, {"require gradients"}, 1),
        ("sgd_step", sgd_step_that_scales_the_gradients, {"other weights"}, None),
        ("sgd_step", sgd_step_decaying_last, {"weight decay, of", "decoupled weight decay", "together"}, 2),
        ("augment", augment_mirrored_where_it_moves_right, {"mirrored, whatever else"}, 1),
        ("augment", augment_in_place, {"the images stay"}, None),
        ("batch_norm", batch_norm_of_two_dimensions, {"also of images"}, None),
        ("fractional_max_pool2d", fractional_max_pool2d_of_pairs, {"single integers"}, 1),
        ("l1_l2_penalty", l1_l2_penalty_in_numbers, {"gradients"}, None),
        ("cosine_learning_rate", lambda step, *, warmup_steps, **rest: REFERENCE["cosine_learning_rate"](
            step, warmup_steps=warmup_steps, **rest) * (warmup_steps / warmup_steps), {"no warm-up"}, 0.5),
    ],
)  # fmt: skip
def test_a_subtle_mistake_costs_the_cases_that_are_there_for_it(question, function, cases, lost):
    results = run({**REFERENCE, question: function}, questions=(question,))[0][question]
    failing = [result.test_case for result in results if not result.passed]
    assert {word for word in cases if any(word in case.name for case in failing)} == cases
    assert lost is None or sum(case.points for case in failing) == lost


def train_that_makes_the_history_true(model, X, y, *, epochs, batch_size, **options):
    """All logits are the same afterwards, whose loss is known."""
    with torch.no_grad():
        for w in model.layers[-1].parameters():
            w.zero_()
    return [math.log(len(w))] * (epochs * (len(X) // batch_size))


def test_a_training_may_not_move_the_weights_to_where_its_losses_are_right():
    results = run({**REFERENCE, "train": train_that_makes_the_history_true}, questions=("train",))[0]
    assert not [name for name in passed(results) if "each loss is that of the batch" in name]


def test_a_training_with_torchs_own_optimizer_is_right():
    """It refuses Nesterov's momentum where the momentum is 0."""
    source = SOURCES["sgd"].replace(
        "learning_rate=learning_rate,\n        momentum", "lr=learning_rate,\n        momentum"
    )
    source = source.replace("optimizer = SGD(", "optimizer = torch.optim.SGD(").replace(
        'group["learning_rate"] =', 'group["lr"] ='
    )
    assert source.count("torch.optim.SGD(") == 1
    assert failed(run(functions_of({**SOURCES, "sgd": source}), questions=("train",))[0]) == []


def tensors_in(args):
    return [arg for arg in args if isinstance(arg, torch.Tensor)]


class Always:
    """Answers every call, and `apply`, in one way."""

    def __init__(self, answer):
        self.answer = answer

    def __call__(self, *args, **kwargs):
        return self.answer(*args, **kwargs)

    apply = __call__


def raising(error):
    def answer(*args, **kwargs):
        raise error

    return answer


def zero_in_the_graph(*args, **kwargs):
    return sum(
        (tensor.sum() * 0 for tensor in tensors_in(args) if tensor.is_floating_point()), torch.zeros(())
    )


CONSTANTS = {
    "0.0": lambda *args, **kwargs: 0.0,
    "1.0": lambda *args, **kwargs: 1.0,
    "True": lambda *args, **kwargs: True,
    "nan": lambda *args, **kwargs: float("nan"),
    "None": lambda *args, **kwargs: None,
    "a scalar tensor": lambda *args, **kwargs: torch.tensor(1.0),
    "a scalar tensor of NaN": lambda *args, **kwargs: torch.tensor(float("nan"), requires_grad=True),
    "zero with a gradient of zero": zero_in_the_graph,
    "zeros like the first tensor": lambda *args, **kwargs: torch.zeros_like(tensors_in(args)[0]),
    "the first tensor": lambda *args, **kwargs: tensors_in(args)[0],
    "the first tensor, doubled": lambda *args, **kwargs: tensors_in(args)[0] * 2,
    "a history of ones": lambda model, X, y, *, epochs, batch_size, **rest: (
        [1.0] * (epochs * (len(X) // batch_size))
    ),
    "labels 0": lambda model, X, **kwargs: torch.zeros(len(X), dtype=torch.int64),
    "the learning rate": lambda step, *, learning_rate, **kwargs: learning_rate,
    "a model of zeros": lambda width=16, classes=10: lambda images: torch.zeros(len(images), classes),
    "nothing, but an exception": raising(NotImplementedError("svm_loss")),
    "nothing, but another exception": raising(ValueError("no")),
    "nothing, but an exception of autograd's kind": raising(RuntimeError("no")),
}


@pytest.mark.parametrize("constant", CONSTANTS)
def test_no_case_can_be_passed_by_a_constant(constant):
    functions = dict.fromkeys(REFERENCE, Always(CONSTANTS[constant]))
    assert passed(run(functions)[0]) == []


def test_no_case_can_be_passed_by_an_answer_that_was_right_once():
    """Each function gives the right answer to its first call in a case, and repeats it from then on."""
    passing = []
    for question in QUESTIONS.keys() - RUN_EVERYTHING:
        for case in QUESTIONS[question].test_cases:
            first = []

            def once(*args, first=first, right=REFERENCE[question], **kwargs):
                if not first:
                    first.append(getattr(right, "apply", right)(*args, **kwargs))
                return first[0]

            functions = {**REFERENCE, question: Always(once)}
            with contextlib.suppress(Exception), quietly(3):
                case.body.call_func(environment(functions, CountingCheck(3)))
                passing.append(case.name)
    assert passing == []


def test_the_points_sum_to_84_in_halves_over_all_functions():
    points = {file.name: [case.points for case in file.test_cases] for file in FILES}
    assert sum(map(sum, points.values())) == 84
    assert all(point > 0 and point * 2 == int(point * 2) for cases in points.values() for point in cases)
    of_modules = [
        sum(sum(points[name]) for name, owner in GRADED.items() if owner == module) for module in MODULES
    ]
    assert of_modules == [13, 14, 27, 28, 2]


def test_a_third_of_the_points_is_public_and_every_question_has_some_of_both():
    public = {file.name: sum(case.points for case in file.test_cases if not case.hidden) for file in FILES}
    assert 25 <= sum(public.values()) <= 34
    for file in FILES:
        assert 0 < public[file.name] < file.possible


def test_there_is_a_question_for_every_function_named_after_it():
    assert {path.stem for path in TESTS} == set(QUESTIONS) == set(GRADED) == set(REFERENCE)


def test_case_names_are_unique_and_begin_with_their_question():
    names = [case.name for file in FILES for case in file.test_cases]
    assert len(names) == len(set(names))
    for file in FILES:
        assert all(case.name.startswith(f"{file.name}: ") for case in file.test_cases)


def test_every_hidden_case_has_a_hint():
    assert [
        case.name for file in FILES for case in file.test_cases if case.hidden and not case.failure_message
    ] == []


def test_the_files_import_numpy_torch_and_otter_alone():
    allowed = {"import math", "import numpy as np", "import torch", "from otter.test_files import test_case"}
    for path in TESTS:
        imports = {
            ast.unparse(node)
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
        }
        assert imports <= allowed, path.name


def test_the_files_hold_no_tensor_that_a_submission_could_change():
    for file in FILES:
        for case in file.test_cases:
            values = case.body.test_func.__globals__.values()
            assert [value for value in values if isinstance(value, torch.Tensor)] == []


@pytest.mark.parametrize("helper", ["expect", "network"])
def test_what_public_cases_of_several_files_use_is_the_same_in_all_of_them(helper):
    copies = {
        ast.unparse(node)
        for path in TESTS
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name == helper
    }
    assert len(copies) == 1


@pytest.mark.parametrize("question", ["dropout", "stochastic_depth", "augment"])
def test_statistical_checks_refuse_a_right_function_less_than_once_in_a_million(question):
    """As often as a comparison of a share is made, so often can it go wrong by chance."""
    names = QUESTIONS[question].test_cases[-1].body.test_func.__globals__
    compared, check_share = [], names["check_share"]
    names["check_share"] = lambda chosen, expected: compared.append(check_share(chosen, expected))
    try:
        results, _ = run(REFERENCE, questions=(question,))
    finally:
        names["check_share"] = check_share
    assert failed(results) == []
    assert 0 < len(compared) * names["FALSE_ALARM"] < 1e-6


def test_the_students_copies_hold_the_public_cases_and_work_with_the_modules_alone():
    for file in FILES:
        copy = ExceptionTestFile.from_string(public_tests(file.source))
        assert [case.name for case in copy.test_cases] == [
            case.name for case in file.test_cases if not case.hidden
        ]
        assert "reference" not in copy.source
        assert "check." not in copy.source
        with quietly(1):
            copy.run({**GIVEN, **REFERENCE})
        assert failed({copy.name: copy.test_case_results}) == []
