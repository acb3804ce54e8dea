"""Checks of build_model: a network from raw pixels to logits."""

import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "build_model"
points = None


@test_case(name="build_model: one row of logits for each image", points=0.5)
def logits(build_model):
    for width, classes, N in ((2, 10, 4), (3, 7, 2)):
        model = build_model(width=width, classes=classes)
        got = model(torch.randint(256, (N, 3, 32, 32)).float())
        assert isinstance(got, torch.Tensor), f"The model returns a {type(got).__name__}; expected a tensor."
        assert got.shape == (N, classes), (
            f"The logits have shape {tuple(got.shape)}; expected {(N, classes)}."
        )
        assert bool(torch.isfinite(got).all()), "The logits hold inf or NaN."
        assert bool((got != got[0, 0]).any()), "All logits are the same."
