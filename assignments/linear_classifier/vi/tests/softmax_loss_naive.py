"""Checks of softmax_loss_naive: the softmax (cross-entropy) loss, with explicit loops."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "softmax_loss_naive"
points = None

LECTURE_SCORES = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])  # a cat, a car and a frog
LABELS = np.array([0, 1, 2])


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="softmax_loss_naive: các ví dụ của bài giảng", points=0.5)
def lecture_example(softmax_loss_naive):
    for i, loss in enumerate([2.0404, 0.0791, 6.1565]):  # the cat's is -log 0.13
        got = softmax_loss_naive(np.eye(3), LECTURE_SCORES[i : i + 1], LABELS[i : i + 1])
        expect(got, loss, f"mất mát của mẫu {i}", atol=1e-4)
    got = softmax_loss_naive(LECTURE_SCORES, np.eye(3), LABELS)
    expect(got, 2.7587, "mất mát trung bình của ba mẫu", atol=1e-4)
    for labels in (np.uint8, np.int16, np.int32, np.uint32):
        W, X = LECTURE_SCORES.astype(np.float32), np.eye(3, dtype=np.float32)
        got = softmax_loss_naive(W, X, LABELS.astype(labels))
        expect(
            got,
            2.7587,
            f"mất mát trung bình của ba mẫu với float32, nhãn kiểu {np.dtype(labels)}",
            atol=1e-4,
        )
    got = softmax_loss_naive(np.eye(3), np.array([[-2.85, 0.86, 0.28]]), np.array([2]))
    expect(got, 1.04, "mất mát của điểm số (-2.85, 0.86, 0.28), với logarit tự nhiên", atol=0.005)


@test_case(name="softmax_loss_naive: log C khi mọi trọng số bằng không", points=0.5)
def zero_weights(softmax_loss_naive):
    X = np.array([[1.0, -2.0], [0.5, 3.0], [4.0, 0.0]])
    for C in (2, 3, 10):
        expect(
            softmax_loss_naive(np.zeros((2, C)), X, np.array([0, 1, C - 1])),
            np.log(C),
            f"mất mát tại W = 0 với {C} lớp",
        )


@test_case(
    name="softmax_loss_naive: điểm số hàng nghìn, và cách xa nhau",
    points=0.5,
    failure_message="exp bị tràn với điểm số lớn, và log 0 là -vô cùng: hãy trừ giá trị lớn nhất của hàng, và "
                    "đừng lấy logarit của xác suất.",
)
def large_scores_far_apart(softmax_loss_naive):
    for offset, examples, loss in ((1000.0, 3, 2.7587), (10_000.0, 2, 1.0597), (-1000.0, 1, 2.0404)):
        got = softmax_loss_naive(np.eye(3), LECTURE_SCORES[:examples] + offset, LABELS[:examples])
        what = f"mất mát trung bình của {examples} khi cộng {offset:g} vào mọi điểm số"
        expect(got, loss, what, atol=1e-4)
    for scores, label, loss in (
        ([0.0, 10_000.0, -5.0], 0, 10_000.0),
        ([-10_000.0, -800.0, -900.0], 2, 100.0),
    ):
        got = softmax_loss_naive(np.eye(3), np.array([scores]), np.array([label]))
        expect(got, loss, f"mất mát của điểm số {scores} với lớp đúng {label}")
