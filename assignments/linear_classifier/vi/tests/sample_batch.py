"""Checks of sample_batch: random rows with their labels."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "sample_batch"
points = None


@test_case(name="sample_batch: các hàng của X cùng nhãn của chúng", points=0.5)
def rows_and_labels_belong_together(sample_batch):
    X = np.arange(60.0).reshape(20, 3)  # row i is (3i, 3i + 1, 3i + 2)
    y = np.arange(20) ** 2 % 7
    for batch_size in (1, 6, 20):
        X_batch, y_batch = sample_batch(X.copy(), y.copy(), batch_size, np.random.default_rng(batch_size))
        assert np.shape(X_batch) == (batch_size, 3), (
            f"X_batch có kích thước {np.shape(X_batch)}; mong đợi {(batch_size, 3)}."
        )
        assert np.shape(y_batch) == (batch_size,), (
            f"y_batch có kích thước {np.shape(y_batch)}; mong đợi {(batch_size,)}."
        )
        rows = (np.asarray(X_batch)[:, 0] / 3).astype(int)
        np.testing.assert_array_equal(X_batch, X[rows], err_msg="Mỗi hàng của X_batch là một hàng của X.")
        np.testing.assert_array_equal(y_batch, y[rows], err_msg="Mỗi nhãn là nhãn của hàng tương ứng.")


@test_case(name="sample_batch: mỗi hàng đều có cơ hội, và mỗi lần gọi rút lại từ đầu", points=0.5)
def by_chance(sample_batch):
    X, y = np.arange(60.0).reshape(20, 3), np.arange(20) ** 2 % 7
    rng = np.random.default_rng(8)
    drawn = []
    for _ in range(60):
        X_batch, y_batch = sample_batch(X.copy(), y.copy(), 10, rng)
        rows = (np.asarray(X_batch)[:, 0] / 3).astype(int)
        np.testing.assert_array_equal(y_batch, y[rows], err_msg="Mỗi nhãn là nhãn của hàng tương ứng.")
        drawn.append(sorted(int(row) for row in rows))
    # By chance a right answer fails here less than once in a million states of rng, and rng's state is always the same.
    assert len({tuple(rows) for rows in drawn}) > 1, f"60 lần gọi cho cùng các hàng, {drawn[0]}."
    assert any(len(set(rows)) > 1 for rows in drawn), "Mọi lô đều lặp đi lặp lại một hàng."
    assert any(np.any(np.diff(rows) > 1) for rows in drawn), "Các hàng của mọi lô đều kề nhau trong X."
    never = sorted(set(range(20)) - {row for rows in drawn for row in rows})
    assert not never, f"Các hàng {never} không hề xuất hiện trong 60 lô gồm 10 hàng từ 20 mẫu."


@test_case(name="sample_batch: rng quyết định, và X, y giữ nguyên giá trị", points=0.5)
def by_rng_alone(sample_batch):
    X, y = np.arange(60.0).reshape(20, 3), np.arange(20) ** 2 % 7
    drawn = []
    for seed in (1, 1, 2, 3, 4):
        given_X, given_y = X.copy(), y.copy()
        X_batch, y_batch = sample_batch(given_X, given_y, 12, np.random.default_rng(seed))
        np.testing.assert_array_equal(given_X, X, err_msg="X giữ nguyên giá trị.")
        np.testing.assert_array_equal(given_y, y, err_msg="y giữ nguyên giá trị.")
        rows = (np.asarray(X_batch)[:, 0] / 3).astype(int)
        np.testing.assert_array_equal(X_batch, X[rows], err_msg="Mỗi hàng của X_batch là một hàng của X.")
        np.testing.assert_array_equal(y_batch, y[rows], err_msg="Mỗi nhãn là nhãn của hàng tương ứng.")
        drawn.append(rows.tolist())
    assert drawn[0] == drawn[1], "Cùng trạng thái của rng cho hai lô khác nhau."
    assert any(rows != drawn[0] for rows in drawn), f"Bốn trạng thái của rng cho cùng các hàng, {drawn[0]}."
