"""Checks of l1_l2_penalty: the penalty on the weights, l1 * sum of |w| + l2 * sum of w^2."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "l1_l2_penalty"
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


@test_case(name="l1_l2_penalty: trọng số có số hạng phạt đã biết", points=0.5)
def known(l1_l2_penalty):
    w, b = torch.tensor([[1.0, -2.0], [3.0, 0.0]]), torch.tensor([-4.0])
    expect(l1_l2_penalty([w], 1.0, 0.0), 6.0, "số hạng phạt với l1 = 1 và l2 = 0")
    expect(l1_l2_penalty([w], 0.0, 1.0), 14.0, "số hạng phạt với l1 = 0 và l2 = 1")
    expect(l1_l2_penalty([w, b], 0.5, 0.25), 5.0 + 7.5, "số hạng phạt của hai tham số")
    once = (parameter for parameter in (w, b))
    expect(l1_l2_penalty(once, 0.5, 0.25), 5.0 + 7.5, "số hạng phạt khi các tham số chỉ duyệt được một lần")


@test_case(name="l1_l2_penalty: gradient của mọi tham số", points=0.5)
def gradients_example(l1_l2_penalty):
    for dtype, l1, l2, penalty, of_w, of_b in (
        (torch.float32, 0.5, 0.0, 5.0, [[0.5, -0.5], [0.5, 0]], [-0.5]),
        (torch.float64, 0.0, 0.25, 7.5, [[0.5, -1], [1.5, 0]], [-2]),
    ):
        w = torch.tensor([[1.0, -2.0], [3.0, 0.0]], dtype=dtype, requires_grad=True)
        b = torch.tensor([-4.0], dtype=dtype, requires_grad=True)
        got = l1_l2_penalty([w, b], l1, l2)
        expect(got, penalty, f"số hạng phạt với l1 = {l1} và l2 = {l2}")
        assert got.dtype == dtype, f"Số hạng phạt là {got.dtype}; mong đợi {dtype}, như trọng số."
        got.backward()
        expect(w.grad, of_w, f"gradient của w với l1 = {l1} và l2 = {l2}")
        expect(b.grad, of_b, f"gradient của b với l1 = {l1} và l2 = {l2}")
