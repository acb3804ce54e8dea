"""Checks of step_learning_rate: a learning rate that falls at milestones."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "step_learning_rate"
points = None


def expect(got, expected, what, rtol=1e-5, atol=1e-6):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} là None. Có thiếu lệnh return không?"
    if isinstance(got, torch.Tensor):
        got = got.detach().cpu().numpy()
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol, err_msg=what)


@test_case(name="step_learning_rate: trước, tại và sau mỗi mốc", points=1)
def milestones(step_learning_rate):
    for step, rate in enumerate([2.0, 2.0, 2.0, 0.2, 0.2, 0.02, 0.02]):
        got = step_learning_rate(step, learning_rate=2.0, milestones=[3, 5], gamma=0.1)
        expect(got, rate, f"tốc độ học của bước {step}")
