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


@test_case(name="fractional_max_pool2d: một ảnh đánh số", points=0.5)
def numbered_image(fractional_max_pool2d):
    for sample, columns, rows in (
        ([0.3, 0.7], [1, 3, 4, 6], [10, 30, 40, 50]),
        ([0.75, 0.1], [1, 2, 4, 6], [10, 20, 30, 50]),
    ):
        got = fractional_max_pool2d(numbered(6, 7), (2, 2), (4, 4), torch.tensor([[sample]]))
        expected = np.add.outer(rows, columns)[None, None]
        expect(got, expected, f"ảnh 6 x 7 điểm ảnh gộp thành 4 x 4 với samples {sample}")


@test_case(name="fractional_max_pool2d: cửa sổ và đầu ra không vuông", points=0.5)
def no_squares(fractional_max_pool2d):
    for sample, columns, rows in (
        ([0.3, 0.7], [1, 2, 3, 5, 6], [20, 30, 50]),
        ([0.75, 0.1], [1, 3, 4, 5, 6], [20, 30, 50]),
    ):
        got = fractional_max_pool2d(numbered(6, 7), (3, 2), (3, 5), torch.tensor([[sample]]))
        expected = np.add.outer(rows, columns)[None, None]
        expect(got, expected, f"ảnh 6 x 7 điểm ảnh gộp thành 3 x 5 với samples {sample}")


@test_case(name="fractional_max_pool2d: samples riêng cho từng kênh, số nguyên đơn, gradient", points=0.5)
def own_samples_example(fractional_max_pool2d):
    corners = {0.3: ([1, 3, 4, 6], [10, 20, 40, 50]), 0.75: ([1, 2, 4, 6], [10, 20, 30, 50])}
    for dtype, samples in (
        (torch.float32, [[[0.3, 0.75], [0.75, 0.3]], [[0.75, 0.75], [0.3, 0.3]]]),
        (torch.float64, [[[0.75, 0.75], [0.3, 0.75]]]),
    ):
        N, C = len(samples), len(samples[0])
        x = numbered(6, 7).to(dtype).repeat(N, C, 1, 1).requires_grad_()
        got = fractional_max_pool2d(x, 2, 4, torch.tensor(samples, dtype=dtype))
        expected = [[np.add.outer(corners[v][1], corners[u][0]) for u, v in example] for example in samples]
        expect(got, expected, f"các ảnh 6 x 7 điểm ảnh gộp thành 4 x 4 với samples {samples}")
        assert got.dtype == dtype, f"Kết quả là {got.dtype}; mong đợi {dtype}, dtype của x."
        got.sum().backward()
        chosen = np.zeros((N, C, 6, 7))
        for (n, c, _, _), corner in np.ndenumerate(expected):
            chosen[n, c, int(corner) // 10, int(corner) % 10] += 1
        expect(x.grad, chosen, "gradient: 1 tại giá trị lớn nhất của mỗi cửa sổ")
    expect(
        fractional_max_pool2d(numbered(6, 7), 2, 1, torch.tensor([[[0.3, 0.75]]])), [[[[56.0]]]], "một điểm ảnh"
    )
