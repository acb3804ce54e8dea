"""The PyTorch reference against PyTorch's own functions, its definitions, and itself after an interruption.

The statistical tests use fixed seeds. Their bounds are such that a right function would fail with a probability of
less than 1e-6 if the seed were drawn at random: Hoeffding's inequality for a share, that of Bretagnolle, Huber and
Carol for a whole distribution.
"""

import math
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch.nn import functional

from autograder.assignment.generating.stubs import make_stub
from colab_setup import Checkpointer
from colab_setup.data.loading import synthetic

pytestmark = pytest.mark.slow


FOLDER = Path(__file__).parents[2] / "solutions" / "gpu_training"
MODULES = ("loss", "gradient", "regularization", "sgd", "model")
FALSE_ALARM = 1e-7  # of one comparison; no test makes more than ten

PROPERTY = settings(max_examples=25, deadline=None)
seeds = st.integers(0, 2**32)
smoothings = st.sampled_from([0.0, 0.1, 0.7])
dtypes = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


@pytest.fixture(scope="module")
def reference(load):
    return load({name: (FOLDER / f"{name}.py").read_text(encoding="utf-8") for name in MODULES})


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Tests run beside one another, and threads that have to share a core only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(autouse=True)
def own_global_generator():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


def problem(seed, dtype=torch.float64, scale=3.0):
    """Scores (N, C) of order `scale` and classes (N,); N = 1 and C = 2 among the shapes."""
    generator = torch.Generator().manual_seed(seed)
    N, C = 1 + seed % 6, 2 + seed // 6 % 5
    scores = scale * torch.randn(N, C, generator=generator, dtype=dtype)
    return scores.requires_grad_(), torch.randint(C, (N,), generator=generator)


def gradient(value, *tensors):
    return torch.autograd.grad(value, tensors)


def close(actual, expected, **tolerances):
    torch.testing.assert_close(actual, expected, **tolerances)


def torch_hinge(scores, y, delta):
    """multi_margin_loss divides by the number of classes."""
    return functional.multi_margin_loss(scores, y, margin=delta) * scores.shape[1]


@dtypes
@PROPERTY
@given(seed=seeds, smoothing=smoothings)
@example(seed=0, smoothing=0.1)
def test_cross_entropy_and_its_gradient_are_those_of_torch(reference, dtype, seed, smoothing):
    logits, y = problem(seed, dtype)
    expected = functional.cross_entropy(logits, y, label_smoothing=smoothing)
    for loss in (reference.cross_entropy, reference.CrossEntropy.apply):
        actual = loss(logits, y, smoothing)
        close(actual, expected)
        close(gradient(3 * actual, logits), gradient(3 * expected, logits))
        expected = functional.cross_entropy(logits, y, label_smoothing=smoothing)


@dtypes
@PROPERTY
@given(seed=seeds, delta=st.sampled_from([0.0, 1.0, 2.5]))
@example(seed=0, delta=1.0)
def test_the_hinge_loss_and_its_gradient_are_those_of_torch(reference, dtype, seed, delta):
    scores, y = problem(seed, dtype)
    for loss in (reference.multiclass_hinge, reference.MulticlassHinge.apply):
        expected, actual = torch_hinge(scores, y, delta), loss(scores, y, delta)
        close(actual, expected)
        close(gradient(3 * actual, scores), gradient(3 * expected, scores))


def test_losses_without_their_last_argument_use_the_lecture_s_values(reference):
    scores, y = problem(17)
    close(reference.cross_entropy(scores, y), functional.cross_entropy(scores, y))
    close(reference.multiclass_hinge(scores, y), torch_hinge(scores, y, 1.0))


@dtypes
@pytest.mark.parametrize("name", ["cross_entropy", "CrossEntropy"])
def test_cross_entropy_and_its_gradient_stay_finite_for_logits_of_ten_thousand(reference, name, dtype):
    loss = getattr(reference, name)
    logits = torch.tensor([[1e4, -1e4, 0], [-1e4, -1e4, 1e4]], dtype=dtype, requires_grad=True)
    y = torch.tensor([1, 2])
    expected = functional.cross_entropy(logits, y, label_smoothing=0.1)
    actual = getattr(loss, "apply", loss)(logits, y, 0.1)
    close(actual, expected)
    close(gradient(actual, logits), gradient(expected, logits))


@pytest.mark.parametrize(
    ("name", "option"), [("CrossEntropy", 0.0), ("CrossEntropy", 0.3), ("MulticlassHinge", 1.3)]
)
@pytest.mark.parametrize("seed", [0, 17, 29, 34])
def test_hand_written_gradients_pass_gradcheck(reference, name, option, seed):
    scores, y = problem(seed)
    assert torch.autograd.gradcheck(
        lambda scores: 2 * getattr(reference, name).apply(scores, y, option).sin(), [scores]
    )


@pytest.mark.parametrize(("name", "option"), [("CrossEntropy", 0.1), ("MulticlassHinge", 1.0)])
@pytest.mark.parametrize("scale", ["a number", "a tensor with a gradient"])
def test_a_second_derivative_is_an_error_and_never_a_wrong_number(reference, name, option, scale):
    scores, y = problem(17)
    factor = 1.0 if scale == "a number" else torch.ones((), dtype=torch.float64, requires_grad=True)
    loss = factor * getattr(reference, name).apply(scores, y, option)
    with pytest.raises(RuntimeError, match=f"{name} has no second derivative"):
        torch.autograd.grad(loss, scores, create_graph=True)


def test_unfinished_operations_name_the_method_that_is_missing(load):
    stub = load({"gradient": make_stub((FOLDER / "gradient.py").read_text(encoding="utf-8"))})
    scores, y = problem(17)
    for name in ("CrossEntropy", "MulticlassHinge"):
        operation = getattr(stub, name)
        with pytest.raises(NotImplementedError, match=f"{name}.forward: not written yet"):
            operation.apply(scores, y, 0.5)
        with torch.no_grad(), pytest.raises(NotImplementedError, match=f"{name}.backward: not written yet"):
            operation.backward(None, scores.sum())


def far_from(share, expected, n):
    """Whether a share of n independent draws is further from its expectation than chance allows (Hoeffding)."""
    return abs(share - expected) > math.sqrt(math.log(2 / FALSE_ALARM) / (2 * n))


@dtypes
@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_dropout_keeps_the_right_share_scaled_and_independently(reference, dtype, p):
    x = torch.full((500, 600), 3.0, dtype=dtype)
    y = reference.dropout(x, p, True, torch.Generator().manual_seed(1))

    kept = y != 0
    assert y.dtype == dtype
    close(y[kept], torch.full_like(y[kept], 3 / (1 - p)))
    assert not far_from(kept.double().mean().item(), 1 - p, kept.numel())
    for pairs in (kept[:, ::2] & kept[:, 1::2], kept[::2] & kept[1::2]):  # of neighbours, each in one pair
        assert not far_from(pairs.double().mean().item(), (1 - p) ** 2, pairs.numel())


@pytest.mark.parametrize("p", [0.2, 0.5, 0.7])
def test_stochastic_depth_drops_whole_examples_with_the_right_share(reference, p):
    residual = torch.rand(200_000, 2, 2, 1) + 0.5
    y = reference.stochastic_depth(residual, p, True, torch.Generator().manual_seed(2))

    kept = (y != 0).flatten(1)
    assert torch.equal(kept.all(dim=1), kept.any(dim=1))
    kept = kept[:, 0]
    close(y[kept], residual[kept] / (1 - p))
    assert not far_from(kept.double().mean().item(), 1 - p, len(kept))
    pairs = kept[::2] & kept[1::2]
    assert not far_from(pairs.double().mean().item(), (1 - p) ** 2, len(pairs))


@pytest.mark.parametrize("name", ["dropout", "stochastic_depth"])
def test_noise_is_off_in_evaluation_and_for_p_zero_and_has_one_source(reference, name):
    noise = getattr(reference, name)
    x = torch.randn(40, 5, requires_grad=True)
    assert torch.equal(noise(x, 0.5, False), x)
    assert torch.equal(noise(x, 0.0, True), x)

    before = torch.get_rng_state()
    once, again = (noise(x, 0.5, True, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(once, again)
    assert torch.equal(torch.get_rng_state(), before)
    close(gradient(once.sum(), x)[0], torch.where(once != 0, 2.0, 0.0))
    assert not torch.equal(noise(x, 0.5, True), noise(x, 0.5, True))  # of the global generator
    assert not torch.equal(torch.get_rng_state(), before)


@dtypes
@pytest.mark.parametrize("shape", [(7, 4), (3, 4, 5, 2)])
@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_is_that_of_torch_with_its_running_statistics_and_gradients(
    reference, dtype, shape, training
):
    x = (5 + 2 * torch.randn(shape, dtype=dtype)).requires_grad_()
    gamma, beta = (torch.randn(4, dtype=dtype, requires_grad=True) for _ in range(2))
    ours = torch.randn(4, dtype=dtype), torch.rand(4, dtype=dtype) + 0.5
    theirs = tuple(statistic.clone() for statistic in ours)
    direction = torch.randn(shape, dtype=dtype)
    for options in ({}, {"momentum": 0.3, "eps": 0.1}):
        actual = reference.batch_norm(x, gamma, beta, *ours, training, **options)
        expected = functional.batch_norm(x, *theirs, gamma, beta, training, **options)
        close(actual, expected)
        close(ours, theirs)
        close(
            gradient((actual * direction).sum(), x, gamma, beta),
            gradient((expected * direction).sum(), x, gamma, beta),
            rtol=1e-4,
            atol=1e-5,
        )


@dtypes
@PROPERTY
@given(
    sides=st.tuples(st.integers(5, 17), st.integers(5, 17)),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    output=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    seed=seeds,
)
def test_fractional_max_pooling_is_that_of_torch(reference, dtype, sides, kernel, output, seed):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(2, 3, *sides, generator=generator, dtype=dtype, requires_grad=True)
    samples = torch.rand(2, 3, 2, generator=generator, dtype=dtype)
    output = tuple(min(o, side - k + 1) for o, side, k in zip(output, sides, kernel, strict=True))
    actual = reference.fractional_max_pool2d(x, kernel, output, samples)
    expected = functional.fractional_max_pool2d(x, kernel, output, _random_samples=samples)
    assert torch.equal(actual, expected)
    close(gradient(actual.square().sum(), x), gradient(expected.square().sum(), x))


@dtypes
def test_fractional_max_pooling_takes_single_integers_and_large_images(reference, dtype):
    x, samples = torch.randn(4, 8, 32, 32, dtype=dtype), torch.rand(4, 8, 2, dtype=dtype)
    for kernel, output in ((2, 22), (3, 15), (2, 31), (1, 32)):
        assert torch.equal(
            reference.fractional_max_pool2d(x, kernel, output, samples),
            functional.fractional_max_pool2d(x, kernel, output, _random_samples=samples),
        )


def test_the_penalty_is_that_of_all_parameters_and_differentiable(reference):
    layer = torch.nn.Linear(3, 4).double()
    penalty = reference.l1_l2_penalty(layer.parameters(), 0.5, 0.25)
    close(penalty, sum(0.5 * w.abs().sum() + 0.25 * (w**2).sum() for w in layer.parameters()))
    assert penalty.shape == ()
    close(gradient(penalty, layer.weight)[0], 0.5 * layer.weight.sign() + 0.5 * layer.weight)


def two_layers():
    torch.manual_seed(4)
    return torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.Tanh(), torch.nn.Linear(7, 3)).double()


def steps(model, optimizer, n, rates=()):
    """Weights after each of n steps on the same noisy problem."""
    generator = torch.Generator().manual_seed(5)
    for step in range(n):
        if rates:
            for group in optimizer.param_groups:
                group["learning_rate" if "learning_rate" in group else "lr"] = rates[step]
        x = torch.randn(6, 5, generator=generator, dtype=torch.float64)
        optimizer.zero_grad()
        functional.cross_entropy(model(x), torch.arange(6) % 3).backward()
        optimizer.step()
        yield [w.detach().clone() for w in model.parameters()]


@pytest.mark.parametrize(
    ("options", "rates"),
    [
        ({}, ()),
        ({"momentum": 0.9}, ()),
        ({"momentum": 0.9, "nesterov": True}, ()),
        ({"momentum": 0.9, "nesterov": True}, (0.1, 0.2, 0.3, 0.2, 0.1, 0.05)),
        ({"weight_decay": 0.1}, ()),  # without momentum, decoupled decay is the coupled one
    ],
)
def test_sgd_is_torch_s_step_by_step(reference, options, rates):
    ours, theirs = two_layers(), two_layers()
    optimizers = (
        reference.SGD(ours.parameters(), learning_rate=0.1, **options),
        torch.optim.SGD(theirs.parameters(), lr=0.1, **options),
    )
    pairs = zip(steps(ours, optimizers[0], 6, rates), steps(theirs, optimizers[1], 6, rates), strict=True)
    for actual, expected in pairs:
        close(actual, expected)


def test_weight_decay_comes_first_and_stays_out_of_the_velocity(reference):
    w = torch.tensor([2.0, -1.0], dtype=torch.float64, requires_grad=True)
    g = torch.tensor([1.0, 3.0], dtype=torch.float64)
    v = torch.tensor([0.5, 0.5], dtype=torch.float64)
    options = {"learning_rate": 0.1, "momentum": 0.9, "weight_decay": 0.5}
    assert reference.sgd_step([w], [g], [v], **options) is None
    close(v, torch.tensor([1.45, 3.45], dtype=torch.float64))
    close(w.detach(), torch.tensor([1.9 - 0.145, -0.95 - 0.345], dtype=torch.float64))
    assert g.tolist() == [1.0, 3.0]


def test_sgd_goes_on_from_its_state_dict(reference):
    options = {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}
    whole, half = two_layers(), two_layers()
    expected = list(steps(whole, reference.SGD(whole.parameters(), **options), 6))[-1]
    first = reference.SGD(half.parameters(), **options)
    run = steps(half, first, 6)
    for _ in range(3):
        next(run)
    second = reference.SGD(half.parameters(), learning_rate=9.0)
    second.load_state_dict(first.state_dict())
    first.step = second.step
    for weights in run:
        actual = weights
    assert all(torch.equal(a, b) for a, b in zip(actual, expected, strict=True))


def test_the_step_schedule_falls_at_its_milestones(reference):
    rates = [
        reference.step_learning_rate(step, learning_rate=2.0, milestones=[3, 5], gamma=0.1)
        for step in range(7)
    ]
    np.testing.assert_allclose(rates, [2, 2, 2, 0.2, 0.2, 0.02, 0.02])
    assert reference.step_learning_rate(9, learning_rate=0.5, milestones=[], gamma=0.1) == 0.5


def test_the_cosine_schedule_warms_up_and_falls_to_zero(reference):
    schedule = {"learning_rate": 0.8, "num_steps": 12, "warmup_steps": 4}
    rates = [reference.cosine_learning_rate(step, **schedule) for step in range(13)]
    np.testing.assert_allclose(rates[:5], [0.2, 0.4, 0.6, 0.8, 0.8])
    np.testing.assert_allclose(rates[8], 0.4)
    np.testing.assert_allclose(rates[12], 0, atol=1e-12)
    assert (np.diff(rates[4:]) < 0).all()
    without = [
        reference.cosine_learning_rate(step, learning_rate=1.0, num_steps=10, warmup_steps=0)
        for step in range(10)
    ]
    parameter = torch.nn.Parameter(torch.zeros(()))
    theirs = torch.optim.SGD([parameter], lr=1.0)
    annealing = torch.optim.lr_scheduler.CosineAnnealingLR(theirs, T_max=10)
    for rate in without:
        np.testing.assert_allclose(rate, theirs.param_groups[0]["lr"], atol=1e-12)
        theirs.step()
        annealing.step()


def coordinates(n):
    """Images whose channels say each pixel's row, its column, and the number of the image."""
    place = torch.arange(32, dtype=torch.uint8)
    rows, columns = torch.meshgrid(place, place, indexing="ij")
    numbers = (torch.arange(n) % 251).to(torch.uint8)[:, None, None].expand(n, 32, 32)
    return torch.stack([rows.expand(n, 32, 32), columns.expand(n, 32, 32), numbers], dim=1)


def mirrored_and_shift(augmented):
    """What was done to each of `coordinates`: mirrored or not, rows and columns of the shift."""
    left, right = (augmented[:, 1, 16, column].int() for column in (15, 16))
    mirrored = right < left
    return mirrored, augmented[:, 0, 16, 16].int() - 16, torch.where(mirrored, right, left) - 15


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_each_augmented_image_is_a_crop_of_its_reflected_self_mirrored_or_not(reference, dtype):
    images = coordinates(60).to(dtype)
    kept = images.clone()
    augmented = reference.augment(images, torch.Generator().manual_seed(6))
    assert augmented.shape == images.shape
    assert augmented.dtype == dtype
    assert torch.equal(images, kept)
    padded = functional.pad(images.float(), (4, 4, 4, 4), mode="reflect")
    for i, (mirrored, down, right) in enumerate(zip(*mirrored_and_shift(augmented), strict=True)):
        crop = padded[i, :, 4 + down : 36 + down, 4 + right : 36 + right]
        crop = crop.flip(2) if mirrored else crop
        assert torch.equal(augmented[i].float(), crop), i


def test_augmentation_is_uniform_over_the_flips_and_the_81_places(reference):
    n, cells = 30_000, 2 * 9 * 9
    images, generator = coordinates(n // 10), torch.Generator().manual_seed(7)
    done = [mirrored_and_shift(reference.augment(images, generator)) for _ in range(10)]
    mirrored, down, right = (torch.cat(parts) for parts in zip(*done, strict=True))
    counts = torch.bincount((mirrored * 9 + down + 4) * 9 + right + 4, minlength=cells)

    assert len(counts) == cells
    # P(sum |share - expected| >= e) <= 2^cells exp(-n e^2 / 2) (Bretagnolle, Huber and Carol)
    allowed = math.sqrt(2 * (cells * math.log(2) - math.log(FALSE_ALARM)) / n)
    assert (counts / n - 1 / cells).abs().sum() < allowed
    assert allowed < 0.1  # a place that is left out, or twice as likely as others, is far more than that


def test_augmentation_draws_from_its_generator_alone(reference):
    images, before = coordinates(50), torch.get_rng_state()
    once, again = (reference.augment(images, torch.Generator().manual_seed(8)) for _ in range(2))
    assert torch.equal(once, again)
    assert torch.equal(torch.get_rng_state(), before)


RECIPE = {"epochs": 3, "batch_size": 20, "learning_rate": 0.05, "label_smoothing": 0.1}
NUM_STEPS = 9  # 3 epochs of 3 batches; 4 of the 64 images sit out


@pytest.fixture(scope="module")
def data():
    made = synthetic(train=64, test=30)
    made.X_train.setflags(write=False)
    return made


def fresh_model(reference):
    torch.manual_seed(9)
    return reference.build_model(width=2)


def generator():
    return torch.Generator().manual_seed(10)


@pytest.fixture(scope="module")
def undisturbed(reference, data):
    model = fresh_model(reference)
    return model, reference.train(model, data.X_train, data.y_train, generator=generator(), **RECIPE)


class CutOff(Exception):
    pass


class Cutting(Checkpointer):
    """Ends the run after a step, as a runtime does that is taken away."""

    def __init__(self, folder, *, after, every_steps):
        super().__init__(folder, every_steps=every_steps, say=lambda text: None)
        self.after = after

    def step(self, step, **state):
        super().step(step, **state)
        if step == self.after:
            raise CutOff


@settings(max_examples=12, deadline=None)
@given(after=st.integers(1, NUM_STEPS), every_steps=st.integers(1, 4))
@example(after=3, every_steps=3)  # at the end of an epoch
@example(after=5, every_steps=4)  # one step more than what was saved
@example(after=NUM_STEPS, every_steps=1)  # when all is done
def test_a_run_that_was_cut_off_ends_bit_identical(
    reference, data, undisturbed, tmp_path_factory, after, every_steps
):
    every_steps = min(every_steps, after)  # there is a checkpoint
    folder = tmp_path_factory.mktemp("cut")
    with pytest.raises(CutOff):
        reference.train(
            fresh_model(reference),
            data.X_train,
            data.y_train,
            generator=generator(),
            checkpoint=Cutting(folder, after=after, every_steps=every_steps),
            **RECIPE,
        )
    torch.manual_seed(11)
    model = reference.build_model(width=2)  # of other weights
    torch.rand(3)
    history = reference.train(
        model,
        data.X_train,
        data.y_train,
        generator=generator(),
        checkpoint=Cutting(folder, after=None, every_steps=every_steps),
        **RECIPE,
    )

    expected_model, expected_history = undisturbed
    assert history == expected_history
    expected = expected_model.state_dict()
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, expected[name]), name


def test_the_history_is_one_float_a_step_and_the_generator_decides_it(reference, data, undisturbed):
    _, history = undisturbed
    assert len(history) == NUM_STEPS
    assert all(type(loss) is float for loss in history)
    torch.rand(5)  # the global generator's state has no part in it
    weights_of_nine = fresh_model(reference)
    tensors = torch.tensor(data.X_train), torch.tensor(data.y_train, dtype=torch.int32)
    assert reference.train(weights_of_nine, *tensors, generator=generator(), **RECIPE) == history
    other = torch.Generator().manual_seed(12)
    assert reference.train(fresh_model(reference), *tensors, generator=other, **RECIPE) != history


class Colours(torch.nn.Module):
    """A linear model of an image's mean colour: few steps of its training amplify no rounding."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(3, 1, 1))
        self.register_buffer("std", torch.ones(3, 1, 1))
        self.linear = torch.nn.Linear(3, 10)

    def forward(self, images):
        return self.linear(((images.float() - self.mean) / self.std).mean(dim=(2, 3)))


def test_training_goes_through_the_data_and_steps_as_its_docstring_says(reference):
    N, options = 40, {"epochs": 5, "batch_size": 9, "learning_rate": 0.05, "label_smoothing": 0.2}
    values = torch.arange(N) * 6  # an image of one value stays what it is, however it is shifted
    X = values.to(torch.uint8)[:, None, None, None].expand(N, 32, 32, 3).clone()
    y = torch.arange(N) % 10
    model, twin = Colours(), Colours()
    twin.load_state_dict(model.state_dict())
    batches = []
    hook = model.register_forward_pre_hook(lambda _, inputs: batches.append(inputs[0].clone()))
    history = reference.train(model, X, y, weight_decay=0.01, generator=generator(), **options)
    hook.remove()

    drawn = [batch[:, 0, 0, 0].int() // 6 for batch in batches]
    assert [len(rows) for rows in drawn] == [9] * 20
    epochs = [torch.cat(drawn[first : first + 4]).tolist() for first in range(0, 20, 4)]
    assert all(len(set(epoch)) == 36 for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 5

    twin.mean.copy_(model.mean)
    twin.std.copy_(model.std)
    optimizer = torch.optim.SGD(twin.parameters(), lr=1.0, momentum=0.9, nesterov=True)
    expected = []
    for step, rows in enumerate(drawn):
        loss = functional.cross_entropy(twin(batches[step]), y[rows], label_smoothing=0.2)
        rate = 0.05 * ((step + 1) / 4 if step < 4 else (1 + math.cos(math.pi * (step - 4) / 16)) / 2)
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        loss.backward()
        with torch.no_grad():
            for weight in twin.parameters():
                weight.mul_(1 - rate * 0.01)
        optimizer.step()
        expected.append(loss.item())
    np.testing.assert_allclose(history, expected, rtol=1e-5)
    close(list(model.parameters()), list(twin.parameters()))


@pytest.fixture(scope="module")
def two_classes(reference, data):
    """A model that learned to tell even classes from odd ones, and its history."""
    model = fresh_model(reference)
    options = {"epochs": 15, "batch_size": 16, "learning_rate": 0.05, "weight_decay": 0.0}
    return model, reference.train(model, data.X_train, data.y_train % 2, **options)


def test_the_model_learns_and_knows_the_mean_and_spread_of_its_training_images(data, two_classes):
    model, history = two_classes
    assert np.mean(history[-4:]) < 0.8 * np.mean(history[:4])
    images = data.X_train.astype(np.float64)
    np.testing.assert_allclose(model.mean.flatten(), images.mean(axis=(0, 1, 2)), rtol=1e-6)
    np.testing.assert_allclose(model.std.flatten(), images.std(axis=(0, 1, 2)), rtol=1e-5)


def test_training_on_the_cpu_with_amp_follows_training_without(reference, data, undisturbed):
    history = reference.train(
        fresh_model(reference), data.X_train, data.y_train, generator=generator(), amp=True, **RECIPE
    )
    np.testing.assert_allclose(history[:2], undisturbed[1][:2], rtol=0.05)
    assert history != undisturbed[1]


def test_a_state_dict_is_all_that_predictions_need(reference, data, two_classes, tmp_path):
    model, _ = two_classes
    expected = reference.predict(model, data.X_test)
    torch.save(model.state_dict(), tmp_path / "weights.pt")
    loaded = reference.build_model(width=2)
    loaded.load_state_dict(torch.load(tmp_path / "weights.pt", weights_only=True))

    assert torch.equal(reference.predict(loaded, data.X_test), expected)
    assert len(expected.unique()) > 1


@pytest.mark.parametrize("training", [True, False])
def test_predictions_are_made_in_evaluation_mode_batch_by_batch_and_leave_the_mode(reference, data, training):
    model = fresh_model(reference).train(training)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    classes = reference.predict(model, data.X_test, batch_size=7)

    assert model.training is training
    assert all(module.training is training for module in model.modules())
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    model.eval()
    logits = model(torch.tensor(data.X_test).permute(0, 3, 1, 2))
    assert classes.dtype == torch.int64
    assert torch.equal(classes, logits.argmax(dim=1))
    assert torch.equal(reference.predict(model, torch.tensor(data.X_test)), classes)


def test_the_model_takes_raw_pixels_and_grows_with_its_width(reference):
    images = torch.randint(256, (2, 3, 32, 32), dtype=torch.uint8)
    for width, classes in ((1, 10), (4, 3)):
        model = reference.build_model(width=width, classes=classes).eval()
        assert model(images).shape == (2, classes)
        assert torch.equal(model(images), model(images.float()))
    sizes = [sum(w.numel() for w in reference.build_model(width=width).parameters()) for width in (8, 16)]
    assert 3 < sizes[1] / sizes[0] < 4.1
    assert sizes[1] < 1_000_000


class Watching:
    """Stands where a checkpointer does, and makes each wait for the GPU between the steps an error."""

    def resume(self, **targets):
        return None

    def step(self, step, **state):
        self.losses = state["losses"]
        torch.cuda.set_sync_debug_mode("default" if step == len(self.losses) else "error")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_trains_in_bfloat16_and_channels_last_without_waiting_between_steps(reference):
    data = synthetic(train=2000, test=500)
    model = fresh_model(reference)
    watching = Watching()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # the mode calls itself a prototype
            history = reference.train(
                model,
                data.X_train,
                data.y_train,
                epochs=4,
                batch_size=100,
                learning_rate=0.05,
                device="cuda",
                amp=True,
                checkpoint=watching,
            )
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            torch.cuda.set_sync_debug_mode("default")
    assert watching.losses.is_cuda
    assert len(history) == 80
    assert np.mean(history[-10:]) < np.mean(history[:10])
    convolutions = [module for module in model.modules() if isinstance(module, torch.nn.Conv2d)]
    assert all(
        convolution.weight.is_contiguous(memory_format=torch.channels_last) for convolution in convolutions
    )
    on_the_gpu = reference.predict(model, data.X_test, device="cuda")
    on_the_cpu = reference.predict(model, data.X_test)
    assert not on_the_gpu.is_cuda
    assert (on_the_gpu == on_the_cpu).double().mean() > 0.97
