"""Checks of build_model: a network from raw pixels to logits."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "build_model"
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


@test_case(name="build_model: mỗi ảnh một hàng logit", points=0.5)
def logits(build_model):
    for width, classes, N in ((2, 10, 4), (3, 7, 2)):
        model = build_model(width=width, classes=classes)
        images = torch.randint(256, (N, 3, 32, 32)).float()
        got = model(images)
        assert isinstance(got, torch.Tensor), f"Mô hình trả về một {type(got).__name__}; mong đợi một tensor."
        assert got.shape == (N, classes), (
            f"Các logit có kích thước {tuple(got.shape)}; mong đợi {(N, classes)}."
        )
        assert bool(torch.isfinite(got).all()), "Các logit chứa inf hoặc NaN."
        assert bool((got != got[0, 0]).any()), "Mọi logit đều bằng nhau."
        reversed_batch = model(images.flip(0)).detach().flip(0)
        expect(
            reversed_batch, got.detach(), "các logit khi đảo ngược thứ tự ảnh", rtol=1e-3, atol=1e-3
        )
        # Fresh last layers, whose weights have either sign: right ones have 28 outputs of one sign with chance 2^-27.
        fresh = [build_model(width=width)(images).detach().mean(dim=0) for _ in range(4)]
        logits = torch.cat(fresh)
        assert bool((logits < 0).any()), "Không logit nào âm: lớp tuyến tính cuối cùng cho cả hai dấu."
        assert bool((logits > 0).any()), "Không logit nào dương: lớp tuyến tính cuối cùng cho cả hai dấu."
