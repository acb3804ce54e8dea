"""Checks of cosine_learning_rate: a linear warm-up, then half a cosine to 0."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "cosine_learning_rate"
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


@test_case(name="cosine_learning_rate: giai đoạn khởi động", points=0.5)
def warm_up(cosine_learning_rate):
    for step, rate in enumerate([0.2, 0.4, 0.6, 0.8, 0.8]):
        got = cosine_learning_rate(step, learning_rate=0.8, num_steps=12, warmup_steps=4)
        expect(got, rate, f"tốc độ học của bước {step}")


@test_case(name="cosine_learning_rate: đường cosin", points=1)
def cosine(cosine_learning_rate):
    for step, rate in ((4, 0.8), (6, 0.682843), (8, 0.4), (10, 0.117157), (12, 0.0)):
        got = cosine_learning_rate(step, learning_rate=0.8, num_steps=12, warmup_steps=4)
        expect(got, rate, f"tốc độ học của bước {step}")
