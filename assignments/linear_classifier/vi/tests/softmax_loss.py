"""Checks of softmax_loss: the softmax (cross-entropy) loss, vectorised."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "softmax_loss"
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


@test_case(name="softmax_loss: các ví dụ của bài giảng", points=0.5)
def lecture_example(softmax_loss):
    for i, loss in enumerate([2.0404, 0.0791, 6.1565]):  # the cat's is -log 0.13
        got = softmax_loss(np.eye(3), LECTURE_SCORES[i : i + 1], LABELS[i : i + 1])
        expect(got, loss, f"mất mát của mẫu {i}", atol=1e-4)
    got = softmax_loss(LECTURE_SCORES, np.eye(3), LABELS)
    expect(got, 2.7587, "mất mát trung bình của ba mẫu", atol=1e-4)
    got = softmax_loss(np.eye(3), np.array([[-2.85, 0.86, 0.28]]), np.array([2]))
    expect(got, 1.04, "mất mát của điểm số (-2.85, 0.86, 0.28), với logarit tự nhiên", atol=0.005)


@test_case(name="softmax_loss: log C khi mọi trọng số bằng không", points=0.5)
def zero_weights(softmax_loss):
    X = np.array([[1.0, -2.0], [0.5, 3.0], [4.0, 0.0]])
    for C in (2, 3, 10):
        expect(
            softmax_loss(np.zeros((2, C)), X, np.array([0, 1, C - 1])),
            np.log(C),
            f"mất mát tại W = 0 với {C} lớp",
        )


@test_case(
    name="softmax_loss: điểm số hàng nghìn",
    points=0.5,
    failure_message="exp bị tràn với điểm số lớn. Trước hết hãy trừ mỗi hàng cho giá trị lớn nhất của nó.",
)
def scores_in_the_thousands(softmax_loss):
    for offset, examples, loss in ((1000.0, 3, 2.7587), (10_000.0, 2, 1.0597), (-1000.0, 1, 2.0404)):
        got = softmax_loss(np.eye(3), LECTURE_SCORES[:examples] + offset, LABELS[:examples])
        what = f"mất mát trung bình của {examples} khi cộng {offset:g} vào mọi điểm số"
        expect(got, loss, what, atol=1e-4)
    offsets = np.array([[1000.0], [-10_000.0], [0.0]])
    got = softmax_loss(np.eye(3), LECTURE_SCORES + offsets, LABELS)
    expect(got, 2.7587, "mất mát trung bình khi cộng 1000, -10,000 và 0 vào ba hàng điểm số", atol=1e-4)


@test_case(
    name="softmax_loss: điểm số cách xa nhau",
    points=0.5,
    failure_message="Một xác suất có thể bị làm tròn thành 0, và log 0 là -vô cùng: đừng lấy logarit của xác suất.",
)
def scores_far_apart(softmax_loss):
    for scores, label, loss in (
        ([0.0, 10_000.0, -5.0], 0, 10_000.0),
        ([-10_000.0, -800.0, -900.0], 2, 100.0),
    ):
        got = softmax_loss(np.eye(3), np.array([scores]), np.array([label]))
        expect(got, loss, f"mất mát của điểm số {scores} với lớp đúng {label}")


@test_case(name="softmax_loss: float32, nhãn thuộc kiểu số nguyên khác", points=0.5)
def float32_and_labels(softmax_loss):
    X, W = np.eye(2, dtype=np.float32), np.array([[0.0, 1.0, 2.0], [3.0, -1.0, 0.0]], np.float32)
    for labels in (np.uint8, np.int16, np.int32, np.uint32):
        for y, loss in (([2, 0], 0.236745), ([0, 1], 3.236745)):
            got = softmax_loss(W, X, np.array(y, labels))
            expect(got, loss, f"mất mát với nhãn {y} kiểu {np.dtype(labels)}", atol=1e-4)
