"""Checks of batch_norm: each channel normalised by the batch's statistics, or by the running ones."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "batch_norm"
points = None

X = [[1.0, 10.0], [2.0, 30.0], [3.0, 20.0], [6.0, 20.0]]  # four examples of two channels
GAMMA, BETA = [2.0, 1.0], [0.0, 5.0]
RUNNING_MEAN, RUNNING_VAR = [1.0, 2.0], [4.0, 9.0]


def expect(got, expected, what, rtol=1e-5, atol=1e-6):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} là None. Có thiếu lệnh return không?"
    if isinstance(got, torch.Tensor):
        got = got.detach().cpu().numpy()
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol, err_msg=what)


@test_case(name="batch_norm: khi huấn luyện, theo trung bình và phương sai của lô", points=1)
def training_example(batch_norm):
    statistics = torch.tensor(RUNNING_MEAN), torch.tensor(RUNNING_VAR)
    got = batch_norm(torch.tensor(X), torch.tensor(GAMMA), torch.tensor(BETA), *statistics, True)
    expected = [[-2.138087, 3.585787], [-1.069043, 6.414213], [0.0, 5.0], [3.207130, 5.0]]
    expect(got, expected, "kết quả khi huấn luyện", atol=1e-4)
    statistics = torch.tensor(RUNNING_MEAN), torch.tensor(RUNNING_VAR)
    got = batch_norm(torch.tensor(X), torch.ones(2), torch.zeros(2), *statistics, True)
    expect(got.mean(dim=0), [0.0, 0.0], "trung bình của kết quả với gamma = 1 và beta = 0", atol=1e-5)
    expect(
        (got**2).mean(dim=0), [1.0, 1.0], "phương sai của kết quả với gamma = 1 và beta = 0", atol=1e-4
    )


@test_case(name="batch_norm: khi đánh giá, theo thống kê tích lũy", points=0.5)
def evaluation_example(batch_norm):
    for rows in (slice(0, 4), slice(1, 3)):  # an example's result does not depend on its batch
        statistics = torch.tensor(RUNNING_MEAN), torch.tensor(RUNNING_VAR)
        got = batch_norm(torch.tensor(X[rows]), torch.tensor(GAMMA), torch.tensor(BETA), *statistics, False)
        expected = [[0.0, 7.666667], [1.0, 14.333333], [2.0, 11.0], [5.0, 11.0]][rows]
        expect(got, expected, "kết quả khi đánh giá", atol=1e-4)


@test_case(name="batch_norm: thống kê tích lũy sau một lô", points=1)
def running_example(batch_norm):
    for momentum, mean, var in (
        (0.1, [1.2, 3.8], [4.066667, 14.766667]),
        (0.5, [2.0, 11.0], [4.333333, 37.833333]),
    ):
        running_mean, running_var = torch.tensor(RUNNING_MEAN), torch.tensor(RUNNING_VAR)
        batch_norm(
            torch.tensor(X),
            torch.tensor(GAMMA),
            torch.tensor(BETA),
            running_mean,
            running_var,
            True,
            momentum=momentum,
        )
        expect(running_mean, mean, f"running_mean sau một lô với momentum={momentum}", atol=1e-5)
        expect(running_var, var, f"running_var sau một lô với momentum={momentum}", atol=1e-4)
