"""Checks of cross_entropy: the loss of the softmax of the logits, with smoothed labels."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "cross_entropy"
points = None

# A cat, a car and a frog.
LOGITS = [[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]]


def expect(got, expected, what, rtol=1e-5, atol=1e-6):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} là None. Có thiếu lệnh return không?"
    if isinstance(got, torch.Tensor):
        got = got.detach().cpu().numpy()
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol, err_msg=what)


@test_case(name="cross_entropy: các ví dụ của bài giảng", points=0.5)
def lecture_example(cross_entropy):
    for i, loss in enumerate([2.04036, 0.07913, 6.15648]):  # the cat's is -log 0.13
        got = cross_entropy(torch.tensor(LOGITS[i : i + 1]), torch.tensor([i]))
        expect(got, loss, f"mất mát của mẫu {i}", atol=1e-4)
    got = cross_entropy(torch.tensor(LOGITS), torch.tensor([0, 1, 2]))
    expect(got, 2.758655, "mất mát trung bình của ba mẫu", atol=1e-4)


@test_case(name="cross_entropy: log C khi các logit bằng nhau, có và không làm mượt nhãn", points=0.5)
def equal_logits(cross_entropy):
    for C in (2, 3, 10):
        for smoothing in (0.0, 0.3):
            got = cross_entropy(torch.full((4, C), 1.5), torch.tensor([0, 1, C - 1, 0]), smoothing)
            expect(got, np.log(C), f"mất mát của {C} logit bằng nhau")


@test_case(name="cross_entropy: các ví dụ của bài giảng với nhãn đã làm mượt", points=0.5)
def smoothed_example(cross_entropy):
    for i, loss in enumerate([2.34036, 0.72913, 5.06648]):
        got = cross_entropy(torch.tensor(LOGITS[i : i + 1]), torch.tensor([i]), label_smoothing=0.3)
        expect(got, loss, f"mất mát của mẫu {i} với label_smoothing=0.3", atol=1e-4)


@test_case(name="cross_entropy: autograd lấy đạo hàm được", points=1)
def gradient(cross_entropy):
    for rows, expected in (
        ([0], [[-0.870017, 0.869050, 0.000968]]),
        ([1, 2], [[0.012622, -0.038041, 0.025418], [0.212328, 0.286612, -0.498940]]),
    ):
        logits = torch.tensor([LOGITS[i] for i in rows], requires_grad=True)
        loss = cross_entropy(logits, torch.tensor(rows))
        assert isinstance(loss, torch.Tensor), f"Mất mát là một {type(loss).__name__}; mong đợi một tensor."
        assert loss.requires_grad, (
            "Autograd không biết mất mát từ đâu ra: hãy chỉ dùng các phép tính trên tensor."
        )
        loss.backward()
        expect(logits.grad, expected, f"gradient của mất mát của các mẫu {rows}", atol=1e-5)


@test_case(name="cross_entropy: logit từ 10,000 trở lên, cùng gradient của chúng", points=0.5)
def large_logits_example(cross_entropy):
    for rows, y, smoothing, loss, gradient in (
        ([[10_000.0, 0.0, -10_000.0]], [1], 0.0, 10_000.0, [[1, -1, 0]]),
        (
            [[10_001.0, 10_000.0], [-10_000.0, -10_001.0]],
            [0, 0],
            0.0,
            0.3132617,
            [[-0.1344707, 0.1344707]] * 2,
        ),
        ([[0.0, 10_000.0]], [1], 0.5, 2500.0, [[-0.25, 0.25]]),
    ):
        for dtype in (torch.float32, torch.float64):
            logits = torch.tensor(rows, dtype=dtype, requires_grad=True)
            got = cross_entropy(logits, torch.tensor(y), smoothing)
            what = f"mất mát của {rows} với các lớp {y} và label_smoothing={smoothing}"
            expect(got, loss, what, atol=1e-3)
            assert got.dtype == dtype, f"Mất mát là {got.dtype}; mong đợi {dtype}, như logit."
            got.backward()
            expect(logits.grad, gradient, f"gradient của {what}", rtol=1e-3)
