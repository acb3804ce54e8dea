"""Checks of minibatch_sgd: shuffled epochs of mini-batches."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "minibatch_sgd"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="minibatch_sgd: một đường đi mà mọi bước đều biết trước", points=1)
def known_steps(minibatch_sgd):
    target, start = np.array([1.0, -2.0, 0.5]), np.zeros(3)
    X, y = np.ones((5, 3)), np.arange(5.0)
    for batch_size, num_epochs, steps in ((5, 2, 2), (2, 2, 6), (1, 1, 5)):
        path = minibatch_sgd(
            lambda w, X, y: 2 * (w - target),
            start,
            X,
            y,
            learning_rate=0.1,
            batch_size=batch_size,
            num_epochs=num_epochs,
            rng=np.random.default_rng(0),
        )
        shrinkage = 0.8 ** np.arange(steps + 1)  # w - target shrinks by this
        what = f"đường đi gồm {num_epochs} epoch của 5 mẫu theo lô {batch_size}"
        expect(path, target * (1 - shrinkage[:, None]), what)
        np.testing.assert_array_equal(
            start, np.zeros(3), err_msg="w được truyền vào giữ nguyên giá trị."
        )


@test_case(name="minibatch_sgd: mỗi epoch dùng mỗi mẫu một lần, theo một thứ tự ngẫu nhiên mới", points=1)
def epochs(minibatch_sgd):
    X, y = np.arange(14.0).reshape(7, 2), np.arange(7.0) ** 2  # row i is (2i, 2i + 1), with the target i^2
    for batch_size, sizes in ((3, [3, 3, 1]), (7, [7]), (4, [4, 3])):
        first, again, other = (
            orders(minibatch_sgd, X.copy(), y.copy(), batch_size, sizes, seed) for seed in (1, 1, 2)
        )
        for order in first:
            assert sorted(order) == list(range(7)), (
                f"Một epoch đã dùng các mẫu {sorted(order)}; mong đợi mỗi mẫu một lần."
            )
        assert len(set(first)) > 1, "Mọi epoch có cùng thứ tự; mong đợi mỗi epoch một thứ tự ngẫu nhiên mới."
        assert first == again, "Cùng trạng thái của rng cho hai lần chạy khác nhau."
        assert first != other, "Hai trạng thái của rng cho cùng một lần chạy."


def orders(minibatch_sgd, X, y, batch_size, sizes, seed):
    """The order of the examples in each of four epochs."""
    kept_X, kept_y, seen = X.copy(), y.copy(), []

    def gradient_fn(w, X, y):
        rows = (X[:, 0] / 2).astype(int)
        np.testing.assert_array_equal(X, kept_X[rows], err_msg="Mỗi hàng của một lô là một hàng của X.")
        np.testing.assert_array_equal(y, kept_y[rows], err_msg="Mỗi giá trị đích là của hàng tương ứng.")
        seen.append([int(row) for row in rows])
        return np.zeros(2)

    rng = np.random.default_rng(seed)
    minibatch_sgd(
        gradient_fn, np.zeros(2), X, y, learning_rate=0.1, batch_size=batch_size, num_epochs=4, rng=rng
    )
    np.testing.assert_array_equal(X, kept_X, err_msg="X giữ nguyên giá trị.")
    np.testing.assert_array_equal(y, kept_y, err_msg="y giữ nguyên giá trị.")
    found = [len(rows) for rows in seen]
    assert found == 4 * sizes, f"Các lô của bốn epoch có {found} mẫu; mong đợi {4 * sizes}."
    return [
        tuple(row for rows in seen[start : start + len(sizes)] for row in rows)
        for start in range(0, len(seen), len(sizes))
    ]
