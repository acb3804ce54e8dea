"""Checks of predict: the class with the highest logit of each image."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "predict"
points = None


def expect(got, expected, what, rtol=1e-5, atol=1e-6):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} is None. Is the return statement missing?"
    if isinstance(got, torch.Tensor):
        got = got.detach().cpu().numpy()
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol, err_msg=what)


def pictures(rng, N):
    """N images, each of one colour with some noise."""
    colours = rng.integers(40, 216, size=(N, 1, 1, 3))
    return (colours + rng.integers(-40, 41, size=(N, 32, 32, 3))).astype(np.uint8)


def network(ConvNet, classes, seed):
    """A small network that is always the same: whether build_model is right decides nothing here."""
    nn = torch.nn
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        patches = nn.Conv2d(3, 8, 4, stride=4, bias=False)
        end = (nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(8, classes))
        return ConvNet(nn.Sequential(patches, nn.BatchNorm2d(8), nn.ReLU(), *end))


@test_case(name="predict: one class for each image", points=0.5)
def one_class_each(ConvNet, predict):
    most = 0
    for seed, (N, classes, batch_size) in enumerate(
        ((7, 10, 1000), (7, 4, 3), (1, 2, 1), *((5, 10, 5),) * 3)
    ):
        X = pictures(np.random.default_rng(N), N)
        model = network(ConvNet, classes, seed)
        got = predict(model, X, batch_size=batch_size)
        assert isinstance(got, torch.Tensor), f"predict returned a {type(got).__name__}; expected a tensor."
        assert got.dtype == torch.int64, f"The classes are {got.dtype}; expected torch.int64."
        assert got.shape == (N,), f"The shape is {tuple(got.shape)}; expected {(N,)}."
        assert 0 <= int(got.min()) <= int(got.max()) < classes, (
            f"{got.tolist()} are no classes 0 .. {classes - 1}."
        )
        if batch_size >= N:
            reversed_batch = predict(model, X[::-1].copy(), batch_size=batch_size)
            assert reversed_batch.flip(0).tolist() == got.tolist(), (
                "The same images in reverse order get other classes."
            )
        most = max(most, len(set(got.tolist())))
    assert most > 1, "All images of a batch are of one class, whatever the model."


def settled(ConvNet, X, seed, classes=6):
    """A network whose running statistics are near those of X, and its logits of X in evaluation mode."""
    model, images = network(ConvNet, classes, seed), torch.tensor(X).permute(0, 3, 1, 2)
    with torch.no_grad():
        for _ in range(20):
            model(images)
        logits = model.eval()(images)
        model.layers[-1].bias -= logits.mean(dim=0)  # no class is a favourite
        return model, logits - logits.mean(dim=0)


def clear(logits):
    """Where rounding does not decide which logit is the highest."""
    best = logits.topk(2).values
    return best[:, 0] - best[:, 1] > 1e-4


def of_colours(ConvNet):
    """A network whose logits of an image of one colour grow with its red, green and blue, and its normalisation."""
    nn = torch.nn
    linear = nn.Linear(3, 3, bias=False)
    layers = nn.Conv2d(3, 3, 1, bias=False), nn.BatchNorm2d(3), nn.AdaptiveMaxPool2d(1), nn.Flatten(), linear
    with torch.no_grad():
        layers[0].weight.copy_(torch.eye(3).reshape(3, 3, 1, 1))
        linear.weight.copy_(torch.eye(3))
    return ConvNet(nn.Sequential(*layers)), layers[1]


def of_one_colour(colours):
    return np.broadcast_to(np.array(colours, np.uint8)[:, None, None, :], (len(colours), 32, 32, 3)).copy()


@test_case(name="predict: the highest logit in evaluation mode; the model keeps its mode", points=0.5)
def evaluation_mode_example(ConvNet, predict):
    model, normalisation = of_colours(ConvNet)
    for colours, classes in (
        ([[200, 100, 50], [150, 100, 50], [110, 100, 50], [105, 100, 90]], [0, 0, 0, 0]),
        ([[10, 20, 30], [30, 90, 20], [255, 0, 0], [0, 1, 2], [0, 2, 1]], [2, 1, 0, 2, 1]),
        ([[90, 90, 50], [10, 80, 80], [70, 70, 70], [60, 20, 60]], [0, 1, 0, 0]),  # the first of equal logits
    ):
        X = of_one_colour(colours)
        for mode, batch_size, images in ((True, 1000, X), (False, 3, torch.tensor(X))):
            got = predict(model.train(mode), images, batch_size=batch_size)
            expect(
                got, classes, f"the classes of images of the colours {colours}, in batches of {batch_size}"
            )
            assert model.training == mode, "The model is left in another mode than it was in before."
            assert float(normalisation.running_var.max()) == 1.0, (
                "The model's running statistics have changed."
            )


@test_case(
    name="predict: the class of the highest logit",
    points=0.5,
    hidden=True,
    failure_message="Images come as (N, 32, 32, 3), and the model takes raw pixels (N, 3, 32, 32): permute, no view.",
)
def highest_logit(ConvNet, predict, check):
    rng, seen = check.rng("predict: highest"), set()
    for attempt in range(3):
        X = pictures(rng, 24)
        model, logits = settled(ConvNet, X, check.torch_seed("predict: weights", attempt))
        got = predict(model, X)
        assert got.shape == (24,)
        check.same(got[clear(logits)], logits.argmax(dim=1)[clear(logits)])
        seen |= set(got.tolist())
    assert len(seen) > 1


@test_case(
    name="predict: logits that are equal",
    points=0.5,
    hidden=True,
    failure_message="Where several logits are equal, the class is the first of them, as torch.argmax takes it.",
)
def equal_logits(ConvNet, predict, check):
    model, _ = of_colours(ConvNet)
    rng = check.rng("predict: equal")
    for number in (40, 24):
        colours = 60 * rng.integers(1, 4, size=(number, 3))
        check.same(predict(model, of_one_colour(colours)), torch.tensor(colours.argmax(axis=1)))


@test_case(
    name="predict: in evaluation mode, batch by batch",
    points=0.5,
    hidden=True,
    failure_message=(
        "In training mode batch normalisation makes the class of an image depend on those beside it: call "
        "model.eval() before, and predict the last, smaller batch too."
    ),
)
def evaluation_mode(ConvNet, predict, check):
    rng = check.rng("predict: evaluation")
    for attempt in range(2):
        X = pictures(rng, 24)
        X[:12] //= 8  # of dark images alone the statistics are others than of the batch
        model, logits = settled(ConvNet, X, check.torch_seed("predict: modes", attempt))
        expected, certain = logits.argmax(dim=1), clear(logits)
        for batch_size, images in ((1000, X), (5, X), (12, torch.tensor(X)), (1, X)):
            got = predict(model.train(), images, batch_size=batch_size)
            assert got.shape == (24,)
            check.same(got[certain], expected[certain])


@test_case(
    name="predict: the model is as it was",
    points=0.5,
    hidden=True,
    failure_message="Afterwards the model is in the mode that it was in before, so that training can go on.",
)
def as_it_was(ConvNet, predict, check):
    for mode in (True, False):
        X = pictures(check.rng("predict: as it was", mode), 9)
        model, logits = settled(ConvNet, X, check.torch_seed("predict: as it was", mode))
        before = {name: value.clone() for name, value in model.state_dict().items()}
        got = predict(model.train(mode), X)
        check.same(got[clear(logits)], logits.argmax(dim=1)[clear(logits)])
        assert model.training == mode
        for name, value in model.state_dict().items():
            check.same(value, before[name])
