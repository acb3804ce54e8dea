"""Checks of softmax_gradient: the gradient of the softmax loss, vectorised."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "softmax_gradient"
points = None

LECTURE_SCORES = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])  # a cat, a car and a frog
LABELS = np.array([0, 1, 2])

# A batch of five examples with three features and four classes.
W = np.array([[0.5, -1.2, 0.3, 0.8], [-0.7, 0.4, 1.1, -0.2], [0.9, -0.6, 0.2, -1.0]])
X = np.array([[1.0, 2.0, -1.0], [0.5, -1.5, 2.0], [-2.0, 1.0, 0.5], [1.5, 0.5, 1.0], [-1.0, -0.5, -2.0]])
y = np.array([2, 0, 1, 3, 0])
NUMERICAL_GRADIENT = [
    [0.3231267632, -0.0558562418, -0.0027695756, -0.2645009458],
    [0.1610264523, -0.0676160610, -0.0819607027, -0.0114496886],
    [0.4727835207, -0.3019968145, 0.1612697879, -0.3320564941],
]


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="softmax_gradient: mèo, ô tô và ếch của bài giảng", points=0.5)
def lecture_example(softmax_gradient):
    rows = np.array([[-0.8700, 0.8690, 0.0010], [0.0252, -0.0761, 0.0508], [0.4247, 0.5732, -0.9979]])
    got = softmax_gradient(LECTURE_SCORES, np.eye(3), LABELS)
    expect(got, rows / 3, "gradient, với trọng số là các điểm số", atol=1e-4)
    for i, row in enumerate(rows):
        got = softmax_gradient(np.eye(3), LECTURE_SCORES[i : i + 1], LABELS[i : i + 1])
        expect(got, np.outer(LECTURE_SCORES[i], row), f"gradient của mẫu {i}", atol=5e-4)


@test_case(name="softmax_gradient: gradient số với float64", points=0.5)
def numerical_gradient(softmax_gradient):
    expect(
        softmax_gradient(W, X, y), NUMERICAL_GRADIENT, "gradient, so với sai phân trung tâm của mất mát"
    )
    twice = softmax_gradient(W, np.vstack([X, X]), np.concatenate([y, y]))
    expect(twice, NUMERICAL_GRADIENT, "gradient của một lô chứa mỗi mẫu hai lần")
    reversed_classes = softmax_gradient(W[:, ::-1].copy(), X, 3 - y)
    expect(reversed_classes, np.fliplr(NUMERICAL_GRADIENT), "gradient với thứ tự các lớp đảo ngược")


@test_case(
    name="softmax_gradient: điểm số hàng nghìn",
    points=0.5,
    failure_message="exp bị tràn với điểm số lớn. Trước hết hãy trừ mỗi hàng cho giá trị lớn nhất của nó.",
)
def scores_in_the_thousands(softmax_gradient):
    rows = np.array([[-0.8700, 0.8690, 0.0010], [0.0252, -0.0761, 0.0508], [0.4247, 0.5732, -0.9979]])
    uneven = np.array([[1000.0], [-10_000.0], [0.0]])
    for offset, turn in ((1000.0, 0), (10_000.0, 1), (-1000.0, 2), (uneven, 0)):
        got = softmax_gradient(np.roll(LECTURE_SCORES, turn, axis=1) + offset, np.eye(3), (LABELS + turn) % 3)
        what = f"gradient khi cộng {np.ravel(offset).tolist()} vào các hàng điểm số"
        expect(got, np.roll(rows, turn, axis=1) / 3, what, atol=1e-4)


@test_case(name="softmax_gradient: float32, nhãn khác, một lớp không có mẫu nào", points=0.5)
def float32_and_labels(softmax_gradient):
    X, W = np.eye(2, dtype=np.float32), np.log(np.array([[1.0, 2.0, 5.0], [2.0, 1.0, 1.0]], np.float32))
    for labels in (np.uint8, np.int16, np.int32, np.uint32):
        for y, gradient in (
            ([0, 2], [[-0.4375, 0.125, 0.3125], [0.25, 0.125, -0.375]]),
            ([1, 1], [[0.0625, -0.375, 0.3125], [0.25, -0.375, 0.125]]),
        ):
            got = softmax_gradient(W, X, np.array(y, labels))
            expect(got, gradient, f"gradient với nhãn {y} kiểu {np.dtype(labels)}", atol=1e-5)
