"""Checks of step_learning_rate: a learning rate that falls at milestones."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "step_learning_rate"
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


@test_case(name="step_learning_rate: before, at and after each milestone", points=1)
def milestones(step_learning_rate):
    for step, rate in enumerate([2.0, 2.0, 2.0, 0.2, 0.2, 0.02, 0.02]):
        got = step_learning_rate(step, learning_rate=2.0, milestones=[3, 5], gamma=0.1)
        expect(got, rate, f"the learning rate of step {step}")


@test_case(
    name="step_learning_rate: other schedules",
    points=1,
    hidden=True,
    failure_message="Count the milestones that are at most the step, and multiply by gamma once for each of them.",
)
def others(step_learning_rate, reference, check):
    rng = check.rng("step_learning_rate")
    for count in (0, 1, 4):
        chosen = sorted(int(step) for step in rng.choice(np.arange(1, 40), size=count, replace=False))
        schedule = {
            "learning_rate": float(rng.uniform(0.1, 2)),
            "milestones": chosen,
            "gamma": float(rng.uniform(0.1, 0.6)),
        }
        for step in range(0, 42):
            check.agrees(step_learning_rate, reference.step_learning_rate, step, **schedule)
