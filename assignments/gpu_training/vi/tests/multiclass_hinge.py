"""Checks of multiclass_hinge: the multiclass SVM loss."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "multiclass_hinge"
points = None

# A cat, a car and a frog.
SCORES = [[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]]


def expect(got, expected, what, rtol=1e-5, atol=1e-6):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} là None. Có thiếu lệnh return không?"
    if isinstance(got, torch.Tensor):
        got = got.detach().cpu().numpy()
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol, err_msg=what)


@test_case(name="multiclass_hinge: các ví dụ của bài giảng", points=0.5)
def lecture_example(multiclass_hinge):
    for i, loss in enumerate([2.9, 0.0, 12.9]):
        got = multiclass_hinge(torch.tensor(SCORES[i : i + 1]), torch.tensor([i]))
        expect(got, loss, f"mất mát của mẫu {i}")
    got = multiclass_hinge(torch.tensor(SCORES), torch.tensor([0, 1, 2]))
    expect(got, 15.8 / 3, "mất mát trung bình của ba mẫu")


@test_case(name="multiclass_hinge: C - 1 khoảng biên khi các điểm số bằng nhau", points=0.5)
def equal_scores(multiclass_hinge):
    for C in (2, 3, 10):
        for delta in (1.0, 2.5):
            got = multiclass_hinge(torch.full((4, C), -0.5), torch.tensor([0, 1, C - 1, 0]), delta)
            expect(got, (C - 1) * delta, f"mất mát của {C} điểm số bằng nhau với delta={delta}")


@test_case(name="multiclass_hinge: autograd lấy đạo hàm được", points=0.5)
def gradient(multiclass_hinge):
    for rows, expected in (([0], [[-1, 1, 0]]), ([1, 2], [[0, 0, 0], [0.5, 0.5, -1]])):
        scores = torch.tensor([SCORES[i] for i in rows], requires_grad=True)
        loss = multiclass_hinge(scores, torch.tensor(rows))
        assert isinstance(loss, torch.Tensor), f"Mất mát là một {type(loss).__name__}; mong đợi một tensor."
        assert loss.requires_grad, (
            "Autograd không biết mất mát từ đâu ra: hãy chỉ dùng các phép tính trên tensor."
        )
        loss.backward()
        expect(scores.grad, expected, f"gradient của mất mát của các mẫu {rows}")


@test_case(name="multiclass_hinge: khoảng biên đúng bằng 0, và dtype của điểm số", points=0.5)
def kinks_and_dtypes(multiclass_hinge):
    rows, y = [[1.0, 0.5, 1.5, -3.0], [2.0, 2.0, 2.5, 1.5]], torch.tensor([0, 1])  # exact in binary
    for dtype, delta, loss, gradient in (
        (torch.float32, 0.5, 1.25, [[-0.5, 0, 0.5, 0], [0.5, -1, 0.5, 0]]),
        (torch.float64, 1.0, 2.5, [[-1, 0.5, 0.5, 0], [0.5, -1.5, 0.5, 0.5]]),
    ):
        scores = torch.tensor(rows, dtype=dtype, requires_grad=True)
        got = multiclass_hinge(scores, y, delta)
        expect(got, loss, f"mất mát với delta={delta}")
        assert got.dtype == dtype, f"Mất mát là {got.dtype}; mong đợi {dtype}, như điểm số."
        got.backward()
        expect(scores.grad, gradient, f"gradient của mất mát với delta={delta}")
