"""Checks of train_test_split: examples put aside at random."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "train_test_split"
points = None


@test_case(name="train_test_split: chia ngẫu nhiên: mỗi mẫu nằm trong đúng một phần, cùng giá trị đích của nó", points=1)
def every_example_once(train_test_split):
    X, y = (
        np.arange(36.0).reshape(12, 3),
        np.arange(12.0) ** 2,
    )  # row i is (3i, 3i + 1, 3i + 2), its target i^2
    for num_test in (1, 4, 11):
        drawn = []
        for seed in (1, 1, 2, 3, 4, 5):
            given_X, given_y = X.copy(), y.copy()
            parts = train_test_split(given_X, given_y, num_test, np.random.default_rng(seed))
            np.testing.assert_array_equal(given_X, X, err_msg="X giữ nguyên giá trị.")
            np.testing.assert_array_equal(given_y, y, err_msg="y giữ nguyên giá trị.")
            assert len(parts) == 4, f"Có {len(parts)} giá trị được trả về; mong đợi bốn."
            shapes = [np.shape(part) for part in parts]
            expected = [(12 - num_test, 3), (12 - num_test,), (num_test, 3), (num_test,)]
            assert shapes == expected, (
                f"Với num_test = {num_test}, các kích thước là {shapes}; mong đợi {expected}."
            )
            X_all, y_all = np.vstack([parts[0], parts[2]]), np.concatenate([parts[1], parts[3]])
            rows = (X_all[:, 0] / 3).astype(int)
            assert sorted(rows) == list(range(12)), (
                f"Các mẫu {sorted(rows)} được trả về; mong đợi mỗi mẫu một lần."
            )
            np.testing.assert_array_equal(X_all, X[rows], err_msg="Mỗi hàng là một hàng của X.")
            np.testing.assert_array_equal(y_all, y[rows], err_msg="Mỗi giá trị đích là của hàng tương ứng.")
            drawn.append(sorted(int(row) for row in rows[12 - num_test :]))
        assert drawn[0] == drawn[1], "Cùng trạng thái của rng cho hai tập kiểm tra khác nhau."
        assert any(test != drawn[0] for test in drawn), (
            f"Năm trạng thái của rng cho cùng một tập kiểm tra, {drawn[0]}."
        )
        if num_test == 4:  # by chance five test sets are all of neighbours once in a hundred million
            beside = [sum((row + 1) % 12 in test for row in test) for test in drawn]
            assert min(beside) < 3, f"The examples of every test set are neighbours: {drawn}."
