"""Checks of stochastic_depth: the residual branch dropped for whole examples."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "stochastic_depth"
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


@test_case(name="stochastic_depth: cả mẫu bị bỏ, và các mẫu khác nhân với 1 / (1 - p)", points=0.5)
def whole_examples(stochastic_depth):
    residual = torch.arange(1.0, 1201.0).reshape(200, 3, 2)
    for p in (0.25, 0.5):
        y = stochastic_depth(residual, p, True)
        kept = (y != 0).flatten(1)
        assert torch.equal(kept.any(dim=1), kept.all(dim=1)), (
            "Một mẫu bị bỏ toàn bộ hoặc không bị bỏ gì."
        )
        expect(y[kept[:, 0]], residual[kept[:, 0]] / (1 - p), f"phần còn lại của residual với p={p}")
        # A right function drops no example, or all of them, with a probability below 1e-24.
        assert 0 < kept[:, 0].sum() < 200, "Một số mẫu bị bỏ, và những mẫu khác ở lại."
        expect(stochastic_depth(residual, p, False), residual, "kết quả khi đánh giá")


@test_case(name="stochastic_depth: p là xác suất bỏ một mẫu", points=0.5)
def probability(stochastic_depth):
    for p in (0.2, 0.7):
        share = float((stochastic_depth(torch.ones(10_000, 2), p, True)[:, 0] == 0).float().mean())
        # Hoeffding: a right function is further away with a probability below 2 exp(-2 * 10^4 * 0.03^2) < 4e-8.
        assert abs(share - p) < 0.03, f"{share:.0%} số mẫu bị bỏ với p={p}."


@test_case(
    name="stochastic_depth: chỉ bộ sinh quyết định; dtype, gradient, và residual được giữ nguyên", points=0.5
)
def generators_example(stochastic_depth):
    numbers = torch.arange(1.0, 401.0).reshape(400, 1)
    for dtype, p in ((torch.float32, 0.5), (torch.float64, 0.25)):
        drawn = []
        for seed in (1, 1, 2, None):
            generator = None if seed is None else torch.Generator().manual_seed(seed)
            residual = numbers.to(dtype, copy=True).requires_grad_()
            y = stochastic_depth(residual, p, True, generator)
            assert y.dtype == dtype, f"Kết quả là {y.dtype}; mong đợi {dtype}, dtype của residual."
            expect(residual, numbers, "residual, giữ nguyên giá trị")
            kept = y.detach() != 0
            expect(y[kept], numbers[kept] / (1 - p), f"phần còn lại của residual với p={p}")
            y.sum().backward()
            expect(residual.grad, kept.to(dtype) / (1 - p), "gradient của tổng kết quả")
            drawn.append(kept)
        # Two right draws are the same with a probability below 1e-60.
        assert torch.equal(drawn[0], drawn[1]), "Cùng trạng thái của bộ sinh cho hai kết quả khác nhau."
        assert not torch.equal(drawn[0], drawn[2]), "Hai trạng thái của bộ sinh cho cùng một kết quả."
        assert not torch.equal(drawn[0], drawn[3]), "Khi không có bộ sinh, kết quả là của hạt giống 1."
    expect(stochastic_depth(numbers, 0.0, True), numbers, "kết quả với p = 0")
