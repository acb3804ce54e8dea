"""Checks of MulticlassHinge: the multiclass SVM loss as an operation of autograd, with its gradient written by hand."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "MulticlassHinge"
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


@test_case(name="MulticlassHinge: forward trên các ví dụ của bài giảng", points=0.5)
def lecture_example(MulticlassHinge):
    for i, loss in enumerate([2.9, 0.0, 12.9]):
        got = MulticlassHinge.apply(torch.tensor(SCORES[i : i + 1]), torch.tensor([i]), 1.0)
        expect(got, loss, f"mất mát của mẫu {i}")
    for delta, loss in ((1.0, 15.8 / 3), (4.0, 26.3 / 3)):
        got = MulticlassHinge.apply(torch.tensor(SCORES), torch.tensor([0, 1, 2]), delta)
        expect(got, loss, f"mất mát trung bình của ba mẫu với delta={delta}")


@test_case(name="MulticlassHinge: backward trên các ví dụ của bài giảng", points=0.5)
def lecture_gradient(MulticlassHinge):
    for rows, delta, expected in (
        ([0], 1.0, [[-1, 1, 0]]),
        ([1, 2], 1.0, [[0, 0, 0], [0.5, 0.5, -1]]),
        ([1, 2], 4.0, [[0.5, -1, 0.5], [0.5, 0.5, -1]]),
    ):
        scores = torch.tensor([SCORES[i] for i in rows], requires_grad=True)
        MulticlassHinge.apply(scores, torch.tensor(rows), delta).backward()
        expect(scores.grad, expected, f"gradient của mất mát của các mẫu {rows} với delta={delta}")


@test_case(name="MulticlassHinge: backward khớp với sai phân của forward", points=0.5)
def differences(MulticlassHinge):
    for delta in (1.0, 4.0):
        scores = torch.tensor(SCORES, dtype=torch.float64, requires_grad=True)
        y = torch.tensor([0, 1, 2])
        value = MulticlassHinge.apply(scores, y, delta).item()
        assert abs(value - MulticlassHinge.apply(scores + torch.eye(3), y, delta).item()) > 1e-3, (
            "Mất mát không phụ thuộc vào điểm số."
        )
        torch.autograd.gradcheck(lambda scores: MulticlassHinge.apply(scores, y, delta), scores)  # noqa: B023


@test_case(name="MulticlassHinge: khoảng biên đúng bằng 0, quy tắc chuỗi, không có đạo hàm bậc hai", points=0.5)
def kinks_and_chain_rule(MulticlassHinge):
    rows, y = [[1.0, 0.5, 1.5, -3.0], [2.0, 2.0, 2.5, 1.5]], torch.tensor([0, 1])  # exact in binary
    for dtype, factor, delta, loss, gradient in (
        (torch.float32, 1.0, 0.5, 1.25, [[-0.5, 0, 0.5, 0], [0.5, -1, 0.5, 0]]),
        (torch.float64, -3.0, 1.0, 2.5, [[-1, 0.5, 0.5, 0], [0.5, -1.5, 0.5, 0.5]]),
    ):
        scores = torch.tensor(rows, dtype=dtype, requires_grad=True)
        got = MulticlassHinge.apply(scores, y, delta)
        expect(got, loss, f"mất mát với delta={delta}")
        assert got.dtype == dtype, f"Mất mát là {got.dtype}; mong đợi {dtype}, như điểm số."
        (factor * got).backward()
        expect(
            scores.grad,
            factor * np.array(gradient),
            f"gradient của {factor:g} nhân mất mát, delta={delta}",
        )
        try:
            loss = MulticlassHinge.apply(scores, y, delta).square()
            (first,) = torch.autograd.grad(loss, scores, create_graph=True)
            first.square().sum().backward()
        except Exception as error:  # where it is graded, an error carries the name of the student's
            if getattr(error, "exception", type(error).__name__) != "RuntimeError":
                raise
            continue
        raise AssertionError(
            "create_graph=True chạy được: hãy giữ những dòng của backward gây ra RuntimeError."
        )
