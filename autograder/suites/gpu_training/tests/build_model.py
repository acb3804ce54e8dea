"""Checks of build_model: a network from raw pixels to logits."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "build_model"
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


@test_case(name="build_model: one row of logits for each image", points=0.5)
def logits(build_model):
    for width, classes, N in ((2, 10, 4), (3, 7, 2)):
        model = build_model(width=width, classes=classes)
        images = torch.randint(256, (N, 3, 32, 32)).float()
        got = model(images)
        assert isinstance(got, torch.Tensor), f"The model returns a {type(got).__name__}; expected a tensor."
        assert got.shape == (N, classes), (
            f"The logits have shape {tuple(got.shape)}; expected {(N, classes)}."
        )
        assert bool(torch.isfinite(got).all()), "The logits hold inf or NaN."
        assert bool((got != got[0, 0]).any()), "All logits are the same."
        reversed_batch = model(images.flip(0)).detach().flip(0)
        expect(
            reversed_batch, got.detach(), "the logits with the images in reverse order", rtol=1e-3, atol=1e-3
        )
        # Fresh last layers, whose weights have either sign: right ones have 28 outputs of one sign with chance 2^-27.
        fresh = [build_model(width=width)(images).detach().mean(dim=0) for _ in range(4)]
        logits = torch.cat(fresh)
        assert bool((logits < 0).any()), "No logit is negative: the last linear layer gives either sign."
        assert bool((logits > 0).any()), "No logit is positive: the last linear layer gives either sign."


def noise(check, N, *key):
    return torch.tensor(check.rng("build_model", *key).integers(256, size=(N, 3, 32, 32)), dtype=torch.uint8)


def logits_of(check, model, images):
    """A model's logits, which belong to their images: in another order they are the same."""
    logits = model(images)
    assert bool(torch.isfinite(logits).all())
    check.same(model(images.flip(0)).flip(0), logits, rtol=1e-3, atol=1e-3)
    return logits


@test_case(
    name="build_model: any width, and ten classes without a word",
    points=0.5,
    hidden=True,
    failure_message="The width may be any integer from 1 on, and is 16 by default; the classes are 10 by default.",
)
def widths(build_model, check):
    images = noise(check, 3)
    for width in (1, 2, 5, 8):
        for classes in (2, 13):
            logits = logits_of(check, build_model(width=width, classes=classes), images)
            assert logits.shape == (3, classes)
            assert (logits != logits[0, 0]).any()
    assert build_model()(images).shape == build_model(4)(images).shape == (3, 10)


@test_case(
    name="build_model: logits of any sign, that depend on the image and on the weights",
    points=0.5,
    hidden=True,
    failure_message=(
        "Logits are what the last linear layer gives: no softmax, no ReLU. They differ from image to image, and "
        "from one fresh model to the next."
    ),
)
def what_logits_are(build_model, check):
    images = noise(check, 6)
    outputs = [logits_of(check, build_model(width=3), images) for _ in range(4)]
    for logits in outputs:
        assert (logits - logits.mean(dim=0)).abs().max() > 1e-3
        assert not torch.allclose(logits.exp().sum(dim=1), torch.ones(6), atol=1e-3)  # log-probabilities
        assert not torch.allclose(logits.sum(dim=1), torch.ones(6), atol=1e-3)  # probabilities
    # 40 outputs of fresh last layers, whose weights have either sign: 2^-37 if right.
    everything = torch.cat([logits.mean(dim=0) for logits in outputs])
    assert (everything < 0).any()
    assert (everything > 0).any()
    assert (outputs[0] - outputs[1]).abs().max() > 1e-3


@test_case(
    name="build_model: uint8 and float images, and gradients",
    points=0.5,
    hidden=True,
    failure_message="The model takes pixel values 0 .. 255 of uint8 or float; everything in it is differentiable.",
)
def pixels(build_model, check):
    outputs = []
    for width in (2, 4):
        model = build_model(width=width)
        images = noise(check, 4, "pixels")
        floats = images.float().requires_grad_()
        logits = model(floats)
        check.same(model(images), logits, rtol=1e-3, atol=1e-3)
        logits.square().sum().backward()
        reached = (floats.grad != 0).flatten(1).any(dim=1)
        assert bool(reached.all())
        assert (model(255 - images) - logits).abs().max() > 1e-3
        outputs.append(logits.detach())
    assert (outputs[0] - outputs[1]).abs().max() > 1e-3
