"""Checks of sgd: the training loop, with losses that the check passes in."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "sgd"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="sgd: một hàm mất mát mà mọi bước đều biết trước", points=0.5)
def known_steps(sgd):
    target, start = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.5]]), np.zeros((2, 3))
    X, y = np.ones((4, 2)), np.array([0, 1, 2, 0])
    for num_steps, learning_rate in ((1, 0.25), (5, 0.1), (8, 0.3)):
        W, history = sgd(
            lambda W, X, y: np.sum((W - target) ** 2),
            lambda W, X, y: 2 * (W - target),
            start.copy(),
            X,
            y,
            learning_rate=learning_rate,
            batch_size=2,
            num_steps=num_steps,
            rng=np.random.default_rng(0),
        )
        shrinkage = (1 - 2 * learning_rate) ** np.arange(num_steps + 1)  # W - target shrinks by this
        expect(W, target * (1 - shrinkage[-1]), f"W sau {num_steps} bước")
        losses = np.sum(target**2) * shrinkage[:-1] ** 2
        expect(history, losses, "lịch sử, mất mát trước khi cập nhật ở mỗi bước")


@test_case(name="sgd: mỗi bước nhận một lô các hàng cùng nhãn của chúng", points=0.5)
def batches(sgd):
    X, y = np.arange(36.0).reshape(12, 3), np.arange(12) ** 2 % 5  # row i is (3i, 3i + 1, 3i + 2)
    for batch_size, num_steps in ((4, 3), (6, 5)):
        seen = []

        def gradient_fn(W, X, y, seen=seen):
            seen.append((np.array(X), np.array(y)))
            return np.zeros((3, 2))

        sgd(
            lambda W, X, y: 0.0,
            gradient_fn,
            np.zeros((3, 2)),
            X.copy(),
            y.copy(),
            learning_rate=0.1,
            batch_size=batch_size,
            num_steps=num_steps,
            rng=np.random.default_rng(1),
        )
        assert len(seen) == num_steps, f"gradient_fn được gọi {len(seen)} lần trong {num_steps} bước."
        for X_batch, y_batch in seen:
            assert X_batch.shape == (batch_size, 3), (
                f"Một lô có kích thước {X_batch.shape}; mong đợi {(batch_size, 3)}."
            )
            rows = (X_batch[:, 0] / 3).astype(int)
            np.testing.assert_array_equal(X_batch, X[rows], err_msg="Mỗi hàng của một lô là một hàng của X.")
            np.testing.assert_array_equal(y_batch, y[rows], err_msg="Mỗi nhãn là nhãn của hàng tương ứng.")


@test_case(name="sgd: W được truyền vào giữ nguyên giá trị, kể cả khi không có bước nào", points=0.5)
def start_and_no_steps(sgd):
    X, y = np.ones((4, 2)), np.array([0, 1, 2, 0])
    for num_steps, factor in ((0, 1.0), (1, 0.5), (3, 0.125)):
        start = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.5]])
        kept = start.copy()
        W, history = sgd(
            lambda W, X, y: np.sum(W**2),
            lambda W, X, y: 2 * W,
            start,
            X,
            y,
            learning_rate=0.25,
            batch_size=2,
            num_steps=num_steps,
            rng=np.random.default_rng(0),
        )
        np.testing.assert_array_equal(start, kept, err_msg="W được truyền vào giữ nguyên giá trị.")
        expect(W, kept * factor, f"W sau {num_steps} bước")
        expect(history, 16.5 * 0.25 ** np.arange(num_steps), f"lịch sử của {num_steps} bước")


@test_case(name="sgd: mỗi bước rút một lô bằng rng, dùng chung cho mất mát và gradient", points=0.5)
def batches_by_chance(sgd):
    X, y = (
        np.arange(24.0).reshape(12, 2),
        np.arange(12),
    )  # row i is (2i, 2i + 1), and so are both of its labels i

    def run(seed):
        losses, gradients = [], []

        def loss_fn(W, X, y):
            losses.append((np.array(X) / 2).astype(int)[:, 0].tolist())
            return float(np.sum(y))

        def gradient_fn(W, X, y):
            gradients.append([int(label) for label in y])
            return np.ones((2, 3))

        W, history = sgd(
            loss_fn,
            gradient_fn,
            np.zeros((2, 3)),
            X.copy(),
            y.copy(),
            learning_rate=0.5,
            batch_size=4,
            num_steps=6,
            rng=np.random.default_rng(seed),
        )
        expect(W, np.full((2, 3), -3.0), "W sau sáu bước 0.5 ngược một gradient toàn số một")
        assert losses == gradients, (
            f"Hàm mất mát nhận các hàng {losses}, gradient nhận {gradients}: mỗi bước một lô."
        )
        expect(history, np.sum(losses, axis=1), "lịch sử, mất mát của lô ở mỗi bước")
        return losses

    runs = [run(seed) for seed in (1, 1, 2, 3, 4)]
    assert runs[0] == runs[1], "Cùng trạng thái của rng cho hai lần chạy khác nhau."
    assert any(other != runs[0] for other in runs), "Bốn trạng thái của rng cho cùng các lô."
    assert any(step != runs[0][0] for step in runs[0]), f"Mọi bước có cùng một lô, {runs[0][0]}."


def loss_fn(W, X, y):
    return float(np.sum((X @ W - np.stack([y, -y], axis=1)) ** 2) / len(y))
