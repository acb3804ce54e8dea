"""Checks of sgd_step: one step of SGD with momentum and decoupled weight decay, in place."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "sgd_step"
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


@test_case(name="sgd_step: bước thường, ngay tại chỗ", points=0.5)
def plain(sgd_step):
    w, b = torch.tensor([[1.0, -2.0], [0.0, 4.0]]), torch.tensor([3.0])
    velocities = [torch.zeros(2, 2), torch.zeros(1)]
    gradients = [torch.tensor([[2.0, 1.0], [-1.0, 0.0]]), torch.tensor([-5.0])]
    for i in range(1, 3):
        returned = sgd_step([w, b], gradients, velocities, learning_rate=0.1)
        assert returned is None, "sgd_step thay đổi các tensor nhận vào, và trả về None."
        expect(w, [[1 - 0.2 * i, -2 - 0.1 * i], [0.1 * i, 4]], f"tham số thứ nhất sau {i} bước")
        expect(b, [3 + 0.5 * i], f"tham số thứ hai sau {i} bước")


@test_case(name="sgd_step: động lượng qua ba bước", points=0.5)
def momentum(sgd_step):
    w, v = torch.tensor([1.0, 10.0]), torch.zeros(2)
    for g, velocity, weight in (
        ([1.0, 2.0], [1.0, 2.0], [0.5, 9.0]),
        ([1.0, 0.0], [1.5, 1.0], [-0.25, 8.5]),
        ([-1.0, 4.0], [-0.25, 4.5], [-0.125, 6.25]),
    ):
        sgd_step([w], [torch.tensor(g)], [v], learning_rate=0.5, momentum=0.5)
        expect(v, velocity, "vận tốc, được giữ tại chỗ cho bước kế tiếp")
        expect(w, weight, "tham số")


@test_case(name="sgd_step: động lượng Nesterov qua hai bước, kiểu float64", points=0.5)
def nesterov_example(sgd_step):
    w, v = torch.tensor([1.0, 10.0], dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    for g, velocity, weight in (
        ([1.0, 2.0], [1.0, 2.0], [0.25, 8.5]),
        ([1.0, 0.0], [1.5, 1.0], [-0.625, 8.25]),
    ):
        gradient = torch.tensor(g, dtype=torch.float64)
        sgd_step([w], [gradient], [v], learning_rate=0.5, momentum=0.5, nesterov=True)
        expect(v, velocity, "vận tốc")
        expect(w, weight, "tham số")
        expect(gradient, g, "gradient, giữ nguyên giá trị")
        assert w.dtype == torch.float64, f"Tham số có kiểu {w.dtype}; trước đó là torch.float64."


@test_case(name="sgd_step: suy giảm trọng số, của các tham số cần gradient", points=0.5)
def weight_decay_example(sgd_step):
    w, v = torch.tensor([2.0, -4.0], requires_grad=True), torch.zeros(2)
    for g, velocity, weight in (
        ([1.0, 0.0], [1.0, 0.0], [1.25, -3.5]),
        ([0.0, 2.0], [0.5, 2.0], [0.84375, -4.0625]),
    ):
        sgd_step([w], [torch.tensor(g)], [v], learning_rate=0.5, momentum=0.5, weight_decay=0.25)
        expect(v, velocity, "vận tốc, không bị suy giảm trọng số tác động")
        expect(w, weight, "tham số")
