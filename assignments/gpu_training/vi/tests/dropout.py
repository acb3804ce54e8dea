"""Checks of dropout: elements set to zero at random."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "dropout"
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


@test_case(name="dropout: số không, và các phần tử nhân với 1 / (1 - p)", points=0.5)
def scaling(dropout):
    x = torch.arange(1.0, 401.0).reshape(20, 20)
    for p in (0.25, 0.5):
        y = dropout(x, p, True)
        expect(y[y != 0], x[y != 0] / (1 - p), f"phần còn lại của x với p={p}")
        # A right function leaves no zeros, or nothing else, with a probability below 1e-49.
        assert 0 < (y != 0).sum() < 400, "Một số phần tử thành số không, và những phần tử khác ở lại."
        expect(dropout(x, p, False), x, "kết quả khi đánh giá")


@test_case(name="dropout: p là xác suất của số không", points=0.5)
def probability(dropout):
    x = torch.ones(100, 100)
    for p in (0.2, 0.7):
        share = float((dropout(x, p, True) == 0).float().mean())
        # Hoeffding: a right function is further away with a probability below 2 exp(-2 * 10^4 * 0.03^2) < 4e-8.
        assert abs(share - p) < 0.03, f"{share:.0%} số phần tử bằng không với p={p}."


@test_case(name="dropout: chỉ bộ sinh quyết định; dtype, gradient, và x được giữ nguyên", points=0.5)
def generators_example(dropout):
    numbers = torch.arange(1.0, 401.0).reshape(20, 20)
    for dtype, p in ((torch.float32, 0.5), (torch.float64, 0.25)):
        drawn = []
        for seed in (1, 1, 2, None):
            generator = None if seed is None else torch.Generator().manual_seed(seed)
            x = numbers.to(dtype, copy=True).requires_grad_()
            y = dropout(x, p, True, generator)
            assert y.dtype == dtype, f"Kết quả là {y.dtype}; mong đợi {dtype}, dtype của x."
            expect(x, numbers, "x, giữ nguyên giá trị")
            kept = y.detach() != 0
            expect(y[kept], numbers[kept] / (1 - p), f"phần còn lại của x với p={p}")
            y.sum().backward()
            expect(x.grad, kept.to(dtype) / (1 - p), "gradient của tổng kết quả")
            drawn.append(kept)
        # Two right draws are the same with a probability below 1e-60.
        assert torch.equal(drawn[0], drawn[1]), "Cùng trạng thái của bộ sinh cho hai kết quả khác nhau."
        assert not torch.equal(drawn[0], drawn[2]), "Hai trạng thái của bộ sinh cho cùng một kết quả."
        assert not torch.equal(drawn[0], drawn[3]), "Khi không có bộ sinh, kết quả là của hạt giống 1."
    expect(dropout(numbers, 0.0, True), numbers, "kết quả với p = 0")
