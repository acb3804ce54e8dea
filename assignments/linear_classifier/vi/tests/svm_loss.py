"""Checks of svm_loss: the multiclass SVM (hinge) loss, vectorised."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "svm_loss"
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


@test_case(name="svm_loss: mèo, ô tô và ếch của bài giảng", points=1)
def lecture_example(svm_loss):
    for i, loss in enumerate([2.9, 0.0, 12.9]):
        expect(
            svm_loss(np.eye(3), LECTURE_SCORES[i : i + 1], LABELS[i : i + 1]),
            loss,
            f"mất mát của mẫu {i}",
        )
    expect(svm_loss(LECTURE_SCORES, np.eye(3), LABELS), 15.8 / 3, "mất mát trung bình của ba mẫu")
    scores = np.array([[-2.85, 0.86, 0.28]])
    expect(svm_loss(np.eye(3), scores, np.array([2])), 1.58, "mất mát của điểm số (-2.85, 0.86, 0.28)")


@test_case(name="svm_loss: C - 1 khi mọi trọng số bằng không", points=1)
def zero_weights(svm_loss):
    X = np.array([[1.0, -2.0], [0.5, 3.0], [4.0, 0.0]])
    for C in (2, 3, 10):
        expect(
            svm_loss(np.zeros((2, C)), X, np.array([0, 1, C - 1])),
            C - 1.0,
            f"mất mát tại W = 0 với {C} lớp",
        )


@test_case(name="svm_loss: khoảng biên khác, float32, nhãn thuộc kiểu số nguyên khác", points=0.5)
def margins_and_types(svm_loss):
    X, W = np.eye(2, dtype=np.float32), np.array([[1.0, 3.0, -2.0], [0.5, 0.0, 4.0]], np.float32)
    for delta, loss in ((0.0, 3.25), (0.5, 4.0), (10.0, 21.75)):
        for labels in (np.int64, np.uint8, np.int16, np.uint32):
            got = svm_loss(W, X, np.array([0, 1], labels), delta=delta)
            expect(got, loss, f"mất mát với delta = {delta:g} và nhãn kiểu {np.dtype(labels)}")
