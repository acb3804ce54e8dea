"""Checks of sample_batch: random rows with their labels."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "sample_batch"
points = None


@test_case(name="sample_batch: các hàng của X cùng nhãn của chúng", points=1)
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
