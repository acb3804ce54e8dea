"""Checks of CrossEntropy: the cross-entropy loss as an operation of autograd, with its gradient written by hand."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "CrossEntropy"
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


@test_case(name="CrossEntropy: forward trên các ví dụ của bài giảng", points=0.5)
def lecture_example(CrossEntropy):
    for smoothing, losses in ((0.0, [2.04036, 0.07913, 6.15648]), (0.3, [2.34036, 0.72913, 5.06648])):
        for i, loss in enumerate(losses):
            got = CrossEntropy.apply(torch.tensor(LOGITS[i : i + 1]), torch.tensor([i]), smoothing)
            expect(got, loss, f"mất mát của mẫu {i} với label_smoothing={smoothing}", atol=1e-4)
    got = CrossEntropy.apply(torch.tensor(LOGITS), torch.tensor([0, 1, 2]), 0.0)
    expect(got, 2.758655, "mất mát trung bình của ba mẫu", atol=1e-4)


@test_case(name="CrossEntropy: backward trên các ví dụ của bài giảng", points=1)
def lecture_gradient(CrossEntropy):
    for rows, smoothing, expected in (
        ([0], 0.0, [[-0.870017, 0.869050, 0.000968]]),
        ([1, 2], 0.0, [[0.012622, -0.038041, 0.025418], [0.212328, 0.286612, -0.498940]]),
        ([0], 0.3, [[-0.670017, 0.769050, -0.099032]]),
    ):
        logits = torch.tensor([LOGITS[i] for i in rows], requires_grad=True)
        CrossEntropy.apply(logits, torch.tensor(rows), smoothing).backward()
        what = f"gradient của mất mát của các mẫu {rows} với label_smoothing={smoothing}"
        expect(logits.grad, expected, what, atol=1e-5)


@test_case(name="CrossEntropy: backward khớp với sai phân của forward", points=0.5)
def differences(CrossEntropy):
    for C, smoothing in ((3, 0.0), (4, 0.2)):
        generator = torch.Generator().manual_seed(C)
        logits = torch.randn(5, C, dtype=torch.float64, generator=generator, requires_grad=True)
        y = torch.arange(5) % C
        value = CrossEntropy.apply(logits, y, smoothing).item()
        assert abs(value - CrossEntropy.apply(logits + torch.eye(5, C), y, smoothing).item()) > 1e-3, (
            "Mất mát không phụ thuộc vào logit."
        )
        torch.autograd.gradcheck(lambda logits: CrossEntropy.apply(logits, y, smoothing), logits)  # noqa: B023


@test_case(name="CrossEntropy: logit từ 10,000 trở lên, cùng gradient của chúng", points=0.5)
def large_logits_example(CrossEntropy):
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
            got = CrossEntropy.apply(logits, torch.tensor(y), smoothing)
            what = f"mất mát của {rows} với các lớp {y} và label_smoothing={smoothing}"
            expect(got, loss, what, atol=1e-3)
            assert got.dtype == dtype, f"Mất mát là {got.dtype}; mong đợi {dtype}, như logit."
            got.backward()
            expect(logits.grad, gradient, f"gradient của {what}", rtol=1e-3)


@test_case(name="CrossEntropy: theo quy tắc chuỗi, và đạo hàm bậc hai là lỗi", points=0.5)
def chain_rule_example(CrossEntropy):
    for factor in (1.0, -3.0):
        rows = torch.tensor(LOGITS[:1], requires_grad=True)
        loss = CrossEntropy.apply(rows, torch.tensor([0]), 0.0)
        expect(loss, 2.04036, "mất mát", atol=1e-4)
        (factor * loss).backward()
        expect(
            rows.grad,
            factor * np.array([[-0.870017, 0.869050, 0.000968]]),
            f"gradient của {factor:g} nhân mất mát",
            atol=1e-5,
        )
        loss = CrossEntropy.apply(rows, torch.tensor([0]), 0.0).square()
        try:
            (first,) = torch.autograd.grad(loss, rows, create_graph=True)
            first.square().sum().backward()
        except Exception as error:  # where it is graded, an error carries the name of the student's
            if getattr(error, "exception", type(error).__name__) != "RuntimeError":
                raise
            continue
        raise AssertionError(
            "create_graph=True chạy được: hãy giữ những dòng của backward gây ra RuntimeError."
        )
