"""Checks of fractional_max_pool2d: max pooling to any size, over windows at random distances."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "fractional_max_pool2d"
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


def numbered(H, W):
    """An image (1, 1, H, W) whose pixel (r, c) is 10 r + c: a window's maximum says where its last corner is."""
    return 10.0 * torch.arange(H)[:, None].float() + torch.arange(W).float().reshape(1, 1, 1, W)


@test_case(name="fractional_max_pool2d: một ảnh đánh số", points=1)
def numbered_image(fractional_max_pool2d):
    for sample, columns, rows in (
        ([0.3, 0.7], [1, 3, 4, 6], [10, 30, 40, 50]),
        ([0.75, 0.1], [1, 2, 4, 6], [10, 20, 30, 50]),
    ):
        got = fractional_max_pool2d(numbered(6, 7), (2, 2), (4, 4), torch.tensor([[sample]]))
        expected = np.add.outer(rows, columns)[None, None]
        expect(got, expected, f"ảnh 6 x 7 điểm ảnh gộp thành 4 x 4 với các mẫu {sample}")


@test_case(name="fractional_max_pool2d: cửa sổ và đầu ra không vuông", points=0.5)
def no_squares(fractional_max_pool2d):
    for sample, columns, rows in (
        ([0.3, 0.7], [1, 2, 3, 5, 6], [20, 30, 50]),
        ([0.75, 0.1], [1, 3, 4, 5, 6], [20, 30, 50]),
    ):
        got = fractional_max_pool2d(numbered(6, 7), (3, 2), (3, 5), torch.tensor([[sample]]))
        expected = np.add.outer(rows, columns)[None, None]
        expect(got, expected, f"ảnh 6 x 7 điểm ảnh gộp thành 3 x 5 với các mẫu {sample}")
