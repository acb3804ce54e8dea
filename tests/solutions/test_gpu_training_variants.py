"""Every style of the PyTorch assignment does what the reference does; every misconception something else, visibly.

Functions that draw random numbers are compared by what no drawing changes; how they draw is the suite's business.
"""

import contextlib
import io
import math
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch

from autograder.assignment import settings as assignments
from autograder.assignment.misconceptions import load_misconceptions
from autograder.assignment.variants import apply, load_styles

pytestmark = pytest.mark.slow


FOLDER = Path(__file__).parents[2] / "solutions" / "gpu_training"
MODULES = ("loss", "gradient", "regularization", "sgd", "model")
GRADED = assignments.load("gpu_training").owners
MISCONCEPTIONS = load_misconceptions(FOLDER)
STYLES = load_styles(FOLDER)
NOT_NUMBERS = np.full(1, np.nan)  # what a call that raised is observed as: equal to nothing

FAR = 1e-4
DRAWN = frozenset({"build_model", "train", "predict"})
"""What has fresh weights is held against the reference by the suite alone: it takes seconds."""


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def sources():
    return {name: (FOLDER / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}


@pytest.fixture(scope="module")
def reference(sources, load):
    return load(sources)


def observe(function, *args, **kwargs):
    """What a call shows: the tensor that it returns, gradients, and its tensor arguments afterwards."""
    args = [[copy_of(item) for item in arg] if isinstance(arg, list) else copy_of(arg) for arg in args]
    given = [item for arg in args for item in (arg if isinstance(arg, list) else [arg])]
    given = [item for item in given if isinstance(item, torch.Tensor)]
    try:
        returned = function(*args, **kwargs)
        inputs = [item for item in given if item.requires_grad]
        gradients = []
        if isinstance(returned, torch.Tensor) and inputs:
            weights = torch.arange(1.0, returned.numel() + 1).reshape(returned.shape).to(returned)
            value = (returned * weights).sum() ** 2
            gradients = torch.autograd.grad(value, inputs, allow_unused=True, materialize_grads=True)
            with contextlib.suppress(RuntimeError):
                # Where an operation has a second derivative it shows as one value more.
                if getattr(function, "__self__", None) is not None:
                    leaf = inputs[0].detach().requires_grad_()
                    again = function(leaf, *args[1:], **kwargs).square()
                    torch.autograd.grad(again, leaf, create_graph=True)[0].sum().backward()
                    gradients = (*gradients, leaf.grad)
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
    ):
        return [NOT_NUMBERS]
    shown = [*([] if returned is None else [returned]), *gradients, *given]
    return [
        np.asarray(item.detach() if isinstance(item, torch.Tensor) else item, dtype=np.float64)
        for item in shown
    ]


def copy_of(value):
    return (
        value.detach().clone().requires_grad_(value.requires_grad)
        if isinstance(value, torch.Tensor)
        else value
    )


def normal(*shape, dtype=torch.float64, grad=True):
    generator = torch.Generator().manual_seed(math.prod(shape) + len(shape))
    return torch.randn(shape, generator=generator, dtype=dtype).requires_grad_(grad)


def of_losses(options, scales=(1.0,)):
    def probe(function):
        for scale in scales:
            for N, C in ((9, 5), (3, 4), (1, 3), (8, 2)):
                scores = (scale * normal(N, C).detach()).requires_grad_()
                for option in options:
                    yield observe(function, scores, torch.arange(N) % C, option)
        kink = torch.tensor([[1.0, 0.5, 1.5], [2.0, 2.0, 2.5]], dtype=torch.float64, requires_grad=True)
        for option in options:
            yield observe(function, kink, torch.tensor([0, 1]), option)

    return probe


def of_noise(function):
    """What is left, in units of what it was; shares to a tenth; and which draws are the same."""
    x = normal(4000, 5).detach().abs().add(1).requires_grad_()
    seeded = lambda seed: torch.Generator().manual_seed(seed)  # noqa: E731
    for p in (0.1, 0.3):  # far from where a share would be rounded the other way
        y = function(x, p, True, seeded(1)).detach()
        kept = y != 0
        yield [np.unique((y / x.detach())[kept].numpy().round(6))]
        whole = kept.all(dim=1) == kept.any(dim=1)
        share, together = kept.double().mean().item(), (kept[::2] & kept[1::2]).double().mean().item()
        yield [np.round([share, together, whole.double().mean().item()], 1)]
        yield [
            torch.equal(function(x, p, True, seeded(1)), y),
            torch.equal(function(x, p, True, seeded(2)), y),
        ]
    for p, training in ((0.5, False), (0.0, True)):
        yield observe(function, x, p, training, seeded(1))


def of_batches(function):
    for shape in ((7, 4), (3, 4, 5, 2)):
        x, gamma, beta = normal(*shape), normal(4), normal(4, 1).detach()[:, 0].requires_grad_()
        mean, var = normal(4, grad=False), normal(4, grad=False).abs() + 0.5
        for training in (True, False):
            yield observe(function, x, gamma, beta, mean, var, training)
            yield observe(function, x, gamma, beta, mean, var, training, 0.4, 0.3)


def of_pooling(function):
    for (H, W), kernel, output in (((9, 12), (2, 3), (5, 7)), ((8, 5), (3, 2), (3, 4)), ((7, 7), 2, 4)):
        samples = torch.rand(2, 3, 2, generator=torch.Generator().manual_seed(H), dtype=torch.float64)
        yield observe(function, normal(2, 3, H, W), kernel, output, samples)


def of_penalties(function):
    for weights in ([normal(3, 4), normal(3)], [normal(2, 3, 2, 2)]):
        for l1, l2 in ((0.3, 0.0), (0.0, 0.2), (0.7, 1.5)):
            yield observe(function, weights, l1, l2)
        yield observe(lambda parameters, *factors: function(iter(parameters), *factors), weights, 0.7, 1.5)


def of_steps(function):
    weights, gradients = (
        [normal(3, 4), normal(5)],
        [normal(4, 3, grad=False).T.clone(), normal(5, grad=False)],
    )
    velocities = [normal(3, 4, grad=False) * 2, normal(5, grad=False) - 1]
    for momentum, nesterov, decay in ((0.0, False, 0.0), (0.9, False, 0.3), (0.8, True, 0.1)):
        options = {"learning_rate": 0.2, "momentum": momentum, "nesterov": nesterov, "weight_decay": decay}
        yield observe(function, weights, gradients, velocities, **options)


def of_milestones(function):
    for step in range(9):
        yield observe(function, step, learning_rate=2.0, milestones=[2, 3, 7], gamma=0.3)


def of_cosines(function):
    for num_steps, warmup_steps in ((10, 3), (6, 0), (4, 1)):
        for step in range(num_steps + 1):
            yield observe(function, step, learning_rate=0.7, num_steps=num_steps, warmup_steps=warmup_steps)


def of_augmentation(function):
    """How many of the 162 possible results come up, how often they are alike, and whether all are possible."""
    image = torch.arange(3 * 32 * 32).reshape(1, 3, 32, 32).float()
    padded = torch.nn.functional.pad(image, (4, 4, 4, 4), mode="reflect")
    crops = [padded[0, :, i : i + 32, j : j + 32] for i in range(9) for j in range(9)]
    names = {result.numpy().tobytes(): n for n, result in enumerate(crops + [crop.flip(2) for crop in crops])}
    draw = lambda seed: function(image.repeat(3000, 1, 1, 1), torch.Generator().manual_seed(seed))  # noqa: E731
    found = [names.get(one.numpy().tobytes(), -1) for one in draw(1)]
    yield [
        len(set(found)),
        -1 in found,
    ]  # a place is missed with a probability of 162 exp(-18.5), for this seed not
    yield [torch.equal(draw(1), draw(1)), torch.equal(draw(1), draw(2))]


PROBES = {
    "cross_entropy": of_losses((0.0, 0.3), scales=(1.0, 1e4)),
    "multiclass_hinge": of_losses((0.5, 1.0, 2.5)),
    "CrossEntropy": lambda f: of_losses((0.0, 0.3), scales=(1.0, 1e4))(f.apply),
    "MulticlassHinge": lambda f: of_losses((0.5, 1.0, 2.5))(f.apply),
    "dropout": of_noise,
    "batch_norm": of_batches,
    "stochastic_depth": of_noise,
    "fractional_max_pool2d": of_pooling,
    "l1_l2_penalty": of_penalties,
    "sgd_step": of_steps,
    "step_learning_rate": of_milestones,
    "cosine_learning_rate": of_cosines,
    "augment": of_augmentation,
}


def distance(function, reference, name):
    """The largest relative difference in anything observed; infinite where there is no comparing."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), torch.random.fork_rng():
        warnings.simplefilter("ignore")
        expected, got = list(PROBES[name](reference)), list(PROBES[name](function))
    largest = 0.0
    for ours, theirs in zip(expected, got, strict=True):
        if [np.shape(value) for value in ours] != [np.shape(value) for value in theirs]:
            return np.inf
        for a, b in zip(ours, theirs, strict=True):
            a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
            with np.errstate(all="ignore"):
                difference = np.where(a == b, 0.0, np.abs(a - b) / (1e-3 + np.abs(a)))
            largest = max(largest, np.nan_to_num(difference, nan=np.inf).max(initial=0.0))
    return largest


def test_every_graded_function_is_probed_or_drawn():
    assert PROBES.keys() | DRAWN == GRADED.keys()


@pytest.mark.parametrize("name", PROBES)
def test_the_reference_is_at_no_distance_from_itself(name, reference):
    assert distance(getattr(reference, name), getattr(reference, name), name) == 0


@pytest.mark.parametrize("variant", STYLES, ids=lambda variant: f"{variant.name}-{variant.function}")
def test_a_style_does_what_the_reference_does(variant, sources, reference, load):
    function = getattr(load(apply([variant], sources)), variant.function)
    if variant.function in PROBES:
        assert distance(function, getattr(reference, variant.function), variant.function) < 1e-6
    else:
        assert callable(function)


@pytest.mark.parametrize("variant", MISCONCEPTIONS, ids=lambda variant: variant.name)
def test_a_misconception_is_far_from_the_reference(variant, sources, reference, load):
    function = getattr(load(apply([variant], sources)), variant.function)
    if variant.function in PROBES:
        assert distance(function, getattr(reference, variant.function), variant.function) > FAR
    else:
        assert callable(function)


def test_every_graded_function_has_misconceptions_and_there_are_at_least_sixty():
    assert {variant.function for variant in MISCONCEPTIONS} == set(GRADED)
    assert len(MISCONCEPTIONS) >= 60


@pytest.mark.parametrize("variant", MISCONCEPTIONS, ids=lambda variant: variant.name)
def test_a_misconception_names_its_own_question_and_a_hint_of_one_sentence(variant):
    assert variant.questions == (variant.function,)
    assert GRADED[variant.function] == variant.module
    assert variant.hint.endswith(".")
    assert 15 <= len(variant.hint) <= 105


def test_there_are_at_least_twelve_styles_and_every_function_is_written_in_one():
    assert len({variant.name for variant in STYLES}) >= 12
    assert {variant.function for variant in STYLES} == set(GRADED)
