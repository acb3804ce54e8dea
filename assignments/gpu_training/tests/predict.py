"""Checks of predict: the class with the highest logit of each image."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "predict"
points = None


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


@test_case(name="predict: one class for each image", points=1)
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
