"""Checks of predict: the class with the highest score."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "predict"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="predict: mèo, ô tô và ếch của bài giảng", points=1)
def lecture_example(predict):
    scores = np.array(
        [[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1], [-2.85, -0.86, -0.28], [3.0, 1.0, 2.0]]
    )
    expect(predict(np.eye(3), scores), [1, 1, 1, 2, 0], "predict(W, X)")
    expect(predict(scores[:2].T, np.eye(3)), [0, 0, 1], "predict với trọng số của hai lớp")
    equal = np.array([[2.0, 2.0, 1.0], [-3.0, -1.0, -1.0]], np.float32)
    expect(
        predict(np.eye(3, dtype=np.float32), equal), [0, 1], "predict khi hai điểm số bằng nhau: lớp đầu tiên"
    )
