"""Checks of cosine_learning_rate: a linear warm-up, then half a cosine to 0."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "cosine_learning_rate"
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


@test_case(name="cosine_learning_rate: the warm-up", points=0.5)
def warm_up(cosine_learning_rate):
    for step, rate in enumerate([0.2, 0.4, 0.6, 0.8, 0.8]):
        got = cosine_learning_rate(step, learning_rate=0.8, num_steps=12, warmup_steps=4)
        expect(got, rate, f"the learning rate of step {step}")


@test_case(name="cosine_learning_rate: the cosine", points=1)
def cosine(cosine_learning_rate):
    for step, rate in ((4, 0.8), (6, 0.682843), (8, 0.4), (10, 0.117157), (12, 0.0)):
        got = cosine_learning_rate(step, learning_rate=0.8, num_steps=12, warmup_steps=4)
        expect(got, rate, f"the learning rate of step {step}")


@test_case(
    name="cosine_learning_rate: other schedules",
    points=1,
    hidden=True,
    failure_message="The warm-up reaches the full rate at its last step, and the cosine ends at 0 at num_steps.",
)
def others(cosine_learning_rate, reference, check):
    rng = check.rng("cosine_learning_rate")
    for num_steps, warmup_steps in ((10, 1), (17, 5), (9, 8)):
        schedule = {
            "learning_rate": float(rng.uniform(0.1, 2)),
            "num_steps": num_steps,
            "warmup_steps": warmup_steps,
        }
        for step in range(num_steps + 1):
            check.agrees(cosine_learning_rate, reference.cosine_learning_rate, step, **schedule)


@test_case(
    name="cosine_learning_rate: no warm-up",
    points=0.5,
    hidden=True,
    failure_message="Without a warm-up the first step has the full rate; there is nothing to divide by 0.",
)
def no_warm_up(cosine_learning_rate, reference, check):
    rng = check.rng("cosine_learning_rate: no warm-up")
    for num_steps in (1, 6, 11):
        schedule = {"learning_rate": float(rng.uniform(0.1, 2)), "num_steps": num_steps, "warmup_steps": 0}
        for step in range(num_steps + 1):
            check.agrees(cosine_learning_rate, reference.cosine_learning_rate, step, **schedule)
