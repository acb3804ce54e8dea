"""Checks of softmax: scores to probabilities."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "softmax"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="softmax: ảnh mèo của bài giảng", points=0.5)
def lecture_example(softmax):
    cat = np.array([[3.2, 5.1, -1.7]])
    expect(softmax(cat), [[0.13, 0.87, 0.00]], "softmax của điểm số ảnh mèo", atol=0.005)
    pair = np.array([[-2.85, 0.86, 0.28], [3.2, 5.1, -1.7]])
    expect(
        softmax(pair), [[0.015, 0.631, 0.353], [0.130, 0.869, 0.001]], "softmax của hai hàng", atol=0.001
    )


@test_case(name="softmax: mỗi hàng có tổng bằng một, và tỉ số đi theo điểm số", points=0.5)
def rows_are_distributions(softmax):
    scores = np.array([[0.0, np.log(2.0), np.log(5.0), 0.0], [-1.0, 1.0, 0.0, 2.0]])
    probabilities = softmax(scores.copy())
    expect(np.sum(probabilities, axis=1), [1.0, 1.0], "tổng mỗi hàng của softmax(scores)")
    assert np.min(probabilities) > 0, "Xác suất không bao giờ âm, và ở đây exp(score) không bao giờ bằng 0."
    expect(
        probabilities[0] / probabilities[0, 0], [1, 2, 5, 1], "hàng thứ nhất, so với phần tử đầu của nó"
    )
    expect(softmax(scores + 7.0), probabilities, "softmax(scores + 7)")
    expect(softmax(scores[:1, :3].copy()), [[0.125, 0.25, 0.625]], "softmax([[0, log 2, log 5]])")


@test_case(
    name="softmax: điểm số hàng nghìn",
    points=0.5,
    failure_message="exp bị tràn với điểm số lớn. Trước hết hãy trừ mỗi hàng cho giá trị lớn nhất của nó.",
)
def scores_in_the_thousands(softmax):
    cat, probabilities = np.array([[3.2, 5.1, -1.7]]), np.array([[0.130, 0.869, 0.001]])
    for offset, turn in ((1000.0, 0), (10_000.0, 1), (-1000.0, 2)):
        expect(
            softmax(np.roll(cat, turn) + offset),
            np.roll(probabilities, turn),
            f"softmax của điểm số ảnh mèo + {offset:g}",
            atol=0.001,
        )
    offsets = np.array([[1000.0], [-10_000.0], [0.0]])
    expect(
        softmax(cat + offsets),
        np.repeat(probabilities, 3, axis=0),
        "softmax của điểm số ảnh mèo + 1000, - 10,000 và giữ nguyên, trong cùng một lô",
        atol=0.001,
    )


@test_case(name="softmax: giữ giá trị và dtype của điểm số", points=0.5)
def argument_and_dtype(softmax):
    for dtype, offset in ((np.float32, 0.0), (np.float64, -1.0)):
        scores = np.array([[0.0, np.log(2.0), np.log(5.0)], [3.0, offset, offset]], dtype)
        kept = scores.copy()
        got = softmax(scores)
        np.testing.assert_array_equal(scores, kept, err_msg="Điểm số giữ nguyên giá trị.")
        expect(got[0], [0.125, 0.25, 0.625], "softmax([[0, log 2, log 5]])", atol=1e-6)
        assert got[1, 0] < 1, "Không xác suất nào bằng 1 khi mọi điểm số đều hữu hạn và gần nhau."
        assert got.dtype == dtype, (
            f"Kết quả là {got.dtype}; mong đợi {np.dtype(dtype)}, như điểm số."
        )
