"""Right answers in the many ways in which students write them: each style gets full marks.

The functions of one style together replace those of the reference and make one submission. See
autograder/assignment/variants.py; the tests hold every one of them against the reference.
"""

import math
import warnings

import numpy as np
import scipy.linalg
from gradient import mse_gradient
from loss import polynomial_features, predict
from numpy.polynomial import Polynomial
from regularization import l1, l1_gradient, l2, l2_gradient
from scipy.special import softmax
from sgd import minibatch_sgd, normal_equations

from autograder.assignment.variants import style


# np.linalg.solve, also for a triangular system.
@style("solve", module="regularization", function="ridge")
def solve_ridge(X, y, reg):
    A = X.T.dot(X) / X.shape[0] + reg * np.identity(X.shape[1])
    b = X.T.dot(y) / X.shape[0]
    return np.linalg.solve(A, b)


@style("solve", module="sgd", function="normal_equations")
def solve_normal_equations(X, y):
    # X = U S V^T; the part with S > 0 is a square system that solve can do.
    U, S, Vt = np.linalg.svd(X, full_matrices=False)
    kept = S / S.max() > 1e-13
    return Vt[kept].T @ np.linalg.solve(np.diag(S[kept]), U[:, kept].T @ y)


@style("solve", module="sgd", function="bias_variance")
def solve_bias_variance(degrees, draw, num_sets, x, truth):
    sets = [draw() for _ in range(num_sets)]
    bias_squared = np.zeros(len(degrees))
    variance = np.zeros(len(degrees))
    for position, degree in enumerate(degrees):
        predictions = np.zeros((num_sets, len(x)))
        for number, (x_train, y_train) in enumerate(sets):
            A = np.asarray(x_train)[:, None] ** np.arange(degree + 1)
            w = np.linalg.solve(A.T @ A, A.T @ y_train)
            predictions[number] = (x[:, None] ** np.arange(degree + 1)) @ w
        mean = predictions.mean(axis=0)
        bias_squared[position] = ((mean - truth) ** 2).mean()
        variance[position] = ((predictions - mean) ** 2).mean()
    return bias_squared, variance


# lstsq, of numpy and of scipy.
@style("lstsq", module="sgd", function="normal_equations", imports=("import scipy.linalg",))
def lstsq_normal_equations(X, y):
    w, _, _, _ = scipy.linalg.lstsq(X, y, cond=1e-13)
    return w


@style("lstsq", module="regularization", function="ridge")
def lstsq_ridge(X, y, reg):
    N, D = X.shape
    tall = np.vstack([X, np.sqrt(N * reg) * np.eye(D, dtype=X.dtype)])
    return np.linalg.lstsq(tall, np.concatenate([y, np.zeros(D, dtype=X.dtype)]), rcond=None)[0]


# QR, with columns in the order of their weight where X may be of lower rank.
@style("qr", module="sgd", function="normal_equations", imports=("import scipy.linalg",))
def qr_normal_equations(X, y):
    Q, R, order = scipy.linalg.qr(X, mode="economic", pivoting=True)
    rank = int(np.sum(np.abs(np.diag(R)) > 1e-13 * np.abs(R[0, 0])))
    # R[:rank] has more columns than rows where X is of lower rank: its own transpose's QR gives the shortest solution.
    P, S = np.linalg.qr(R[:rank].T)
    w = np.zeros(X.shape[1])
    w[order] = P @ scipy.linalg.solve_triangular(S.T, Q[:, :rank].T @ y, lower=True)
    return w


@style("qr", module="regularization", function="ridge", imports=("import math",))
def qr_ridge(X, y, reg):
    N, D = X.shape
    Q, R = np.linalg.qr(np.vstack([X, math.sqrt(N * reg) * np.eye(D)]))
    return np.linalg.solve(R, Q[:N].T @ y)


# The pseudo-inverse.
@style("pinv", module="sgd", function="normal_equations")
def pinv_normal_equations(X, y):
    return np.linalg.pinv(X) @ y


@style("pinv", module="regularization", function="ridge")
def pinv_ridge(X, y, reg):
    return np.linalg.pinv(X.T @ X + len(X) * reg * np.eye(X.shape[1])) @ X.T @ y


@style("pinv", module="sgd", function="bias_variance")
def pinv_bias_variance(degrees, draw, num_sets, x, truth):
    sets = []
    while len(sets) < num_sets:
        sets.append(draw())
    results = []
    for degree in degrees:
        fits = np.stack(
            [np.vander(x, degree + 1) @ (np.linalg.pinv(np.vander(a, degree + 1)) @ b) for a, b in sets]
        )
        results.append((np.square(fits.mean(0) - truth).mean(), fits.var(0).mean()))
    return tuple(np.transpose(results))


# The singular value decomposition.
@style("svd", module="sgd", function="normal_equations")
def svd_normal_equations(X, y):
    U, S, Vt = np.linalg.svd(X, full_matrices=False)
    inverse = np.array([1 / s if s > 1e-12 * S[0] else 0 for s in S])
    return Vt.T @ (inverse * (U.T @ y))


@style("svd", module="regularization", function="ridge")
def svd_ridge(X, y, reg):
    U, S, Vt = np.linalg.svd(X, full_matrices=False)
    return Vt.T @ (S / (S**2 + len(y) * reg) * (U.T @ y))


# The inverse, where it exists.
@style("inverse", module="regularization", function="ridge")
def inverse_ridge(X, y, reg):
    return np.linalg.inv(X.T @ X / len(y) + reg * np.eye(X.shape[1])) @ (X.T @ y / len(y))


@style("inverse", module="gradient", function="mse_gradient")
def inverse_mse_gradient(w, X, y):
    return -2.0 / X.shape[0] * X.T.dot(y - X.dot(w))


# Loops, as the formulas read.
@style("loops", module="loss", function="add_bias")
def loops_add_bias(X):
    N, D = X.shape
    result = np.zeros((N, D + 1), dtype=X.dtype)
    for i in range(N):
        for j in range(D):
            result[i, j] = X[i, j]
        result[i, D] = 1
    return result


@style("loops", module="loss", function="predict")
def loops_predict(w, X):
    result = np.zeros(X.shape[0], dtype=X.dtype)
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            result[i] += X[i, j] * w[j]
    return result


@style("loops", module="loss", function="mse_loss")
def loops_mse_loss(w, X, y):
    total = 0
    for row, target in zip(X, y, strict=True):
        total += (sum(a * b for a, b in zip(w, row, strict=True)) - target) ** 2 / len(y)
    return total


@style("loops", module="loss", function="polynomial_features")
def loops_polynomial_features(x, degree):
    return np.array([[value**k for k in range(degree + 1)] for value in x], dtype=x.dtype)


@style("loops", module="regularization", function="l1_gradient")
def loops_l1_gradient(w):
    gradient = np.zeros_like(w)
    for k in np.ndindex(w.shape):
        if w[k] > 0:
            gradient[k] = 1
        elif w[k] < 0:
            gradient[k] = -1
    return gradient


@style("loops", module="regularization", function="soft_threshold")
def loops_soft_threshold(w, threshold):
    result = np.zeros_like(w)
    for k in np.ndindex(w.shape):
        if w[k] > threshold:
            result[k] = w[k] - threshold
        elif w[k] < -threshold:
            result[k] = w[k] + threshold
    return result


@style("loops", module="sgd", function="gradient_descent")
def loops_gradient_descent(gradient_fn, w, *, learning_rate, max_steps, tolerance):
    path = np.zeros((max_steps + 1, len(w)))
    path[0] = w
    step = 0
    while step < max_steps:
        g = gradient_fn(path[step].copy())
        if sum(value**2 for value in g) ** 0.5 <= tolerance:
            break
        for j in range(len(w)):
            path[step + 1, j] = path[step, j] - learning_rate * g[j]
        step += 1
    return path[: step + 1]


@style("loops", module="sgd", function="train_test_split")
def loops_train_test_split(X, y, num_test, rng):
    test = set(rng.choice(len(X), size=num_test, replace=False).tolist())
    X_train, y_train, X_test, y_test = [], [], [], []
    for i in range(len(X)):
        if i in test:
            X_test.append(X[i])
            y_test.append(y[i])
        else:
            X_train.append(X[i])
            y_train.append(y[i])
    return np.array(X_train), np.array(y_train), np.array(X_test), np.array(y_test)


# einsum.
@style("einsum", module="loss", function="predict")
def einsum_predict(w, X):
    return np.einsum("nd,d->n", X, w)


@style("einsum", module="loss", function="mse_loss")
def einsum_mse_loss(w, X, y):
    errors = np.einsum("nd,d->n", X, w) - y
    return np.einsum("n,n->", errors, errors) / len(errors)


@style("einsum", module="loss", function="mse_loss_matrix")
def einsum_mse_loss_matrix(w, X, y):
    errors = np.einsum("nd,d->n", X, w) - y
    return np.einsum("n,n->", errors, errors) / len(errors)


@style("einsum", module="gradient", function="mse_gradient")
def einsum_mse_gradient(w, X, y):
    return np.einsum("nd,n->d", X, np.einsum("nd,d->n", X, w) - y) * 2 / y.size


@style("einsum", module="regularization", function="l2")
def einsum_l2(w):
    return np.einsum("...,...->", w, w) if w.ndim == 0 else np.einsum("i,i", w.ravel(), w.ravel())


# np.polynomial, np.vander, np.polyfit.
@style(
    "polynomial",
    module="loss",
    function="polynomial_features",
    imports=("import numpy.polynomial.polynomial",),
)
def polynomial_polynomial_features(x, degree):
    return np.polynomial.polynomial.polyvander(x, degree)


@style(
    "polynomial", module="sgd", function="bias_variance", imports=("from numpy.polynomial import Polynomial",)
)
def polynomial_bias_variance(degrees, draw, num_sets, x, truth):
    sets = [draw() for _ in range(num_sets)]
    bias_squared, variance = [], []
    for degree in degrees:
        predictions = [Polynomial.fit(x_train, y_train, degree)(x) for x_train, y_train in sets]
        mean = np.mean(predictions, axis=0)
        bias_squared.append(np.mean((mean - truth) ** 2))
        variance.append(np.mean([(prediction - mean) ** 2 for prediction in predictions]))
    return bias_squared, variance


@style("vander", module="loss", function="polynomial_features")
def vander_polynomial_features(x, degree):
    return np.vander(x, degree + 1, increasing=True).astype(x.dtype)


@style("vander", module="sgd", function="bias_variance")
def vander_bias_variance(degrees, draw, num_sets, x, truth):
    sets = [draw() for _ in range(num_sets)]
    fits = np.array([[np.polyval(np.polyfit(a, b, k), x) for a, b in sets] for k in degrees])  # (K, sets, M)
    return ((fits.mean(axis=1) - truth) ** 2).mean(axis=1), fits.var(axis=1).mean(axis=1)


# Powers, squares and norms by numpy's functions.
@style("library_functions", module="loss", function="polynomial_features")
def library_polynomial_features(x, degree):
    return np.power(x[:, np.newaxis], np.arange(degree + 1)).astype(x.dtype)


@style("library_functions", module="loss", function="mse_loss_matrix")
def library_mse_loss_matrix(w, X, y):
    return np.mean(np.square(np.dot(X, w) - y))


@style("library_functions", module="loss", function="mse_loss")
def library_mse_loss(w, X, y):
    return sum(np.square(np.dot(X[i], w) - y[i]) for i in range(len(y))) / len(y)


@style("library_functions", module="loss", function="add_bias")
def library_add_bias(X):
    return np.pad(X, ((0, 0), (0, 1)), constant_values=1)


@style("library_functions", module="regularization", function="l2")
def library_l2(w):
    return np.linalg.norm(w) ** 2


@style("library_functions", module="regularization", function="l1")
def library_l1(w):
    return np.linalg.norm(np.ravel(w), 1)


@style("library_functions", module="regularization", function="soft_threshold")
def library_soft_threshold(w, threshold):
    return w - np.clip(w, -threshold, threshold)


@style("library_functions", module="sgd", function="train_test_split")
def library_train_test_split(X, y, num_test, rng):
    test = rng.choice(len(X), num_test, replace=False)
    train = np.setdiff1d(np.arange(len(X)), test)
    return np.take(X, train, axis=0), np.take(y, train), np.take(X, test, axis=0), np.take(y, test)


@style("library_functions", module="sgd", function="minibatch_sgd")
def library_minibatch_sgd(gradient_fn, w, X, y, *, learning_rate, batch_size, num_epochs, rng):
    path = [w.copy()]
    for _ in range(num_epochs):
        cuts = np.arange(batch_size, len(X), batch_size)
        for rows in np.array_split(rng.permutation(len(X)), cuts):
            w = np.subtract(w, np.multiply(learning_rate, gradient_fn(w, X[rows], y[rows])))
            path.append(w)
    return np.stack(path)


# Masks and np.where.
@style("masks", module="regularization", function="l1_gradient")
def masks_l1_gradient(w):
    return np.where(w > 0, 1, np.where(w < 0, -1, 0)).astype(w.dtype)


@style("masks", module="regularization", function="soft_threshold")
def masks_soft_threshold(w, threshold):
    result = w.copy()
    result[w > threshold] -= threshold
    result[w < -threshold] += threshold
    result[np.abs(w) <= threshold] = 0
    return result


@style("masks", module="sgd", function="train_test_split")
def masks_train_test_split(X, y, num_test, rng):
    is_test = np.zeros(len(X), dtype=bool)
    is_test[rng.permutation(len(X))[:num_test]] = True
    return X[~is_test], y[~is_test], X[is_test], y[is_test]


@style("masks", module="regularization", function="ridge")
def masks_ridge(X, y, reg):
    A = X.T @ X
    A[np.diag_indices(len(A))] += len(y) * reg
    return np.linalg.solve(A, X.T @ y)


# Copies that are shuffled, with X and y together in one array.
@style("shuffled_copies", module="sgd", function="train_test_split")
def shuffled_copies_train_test_split(X, y, num_test, rng):
    together = np.column_stack([X, y])
    rng.shuffle(together)
    train, test = together[num_test:], together[:num_test]
    return train[:, :-1], train[:, -1], test[:, :-1], test[:, -1]


@style("shuffled_copies", module="sgd", function="minibatch_sgd", imports=("import math",))
def shuffled_copies_minibatch_sgd(gradient_fn, w, X, y, *, learning_rate, batch_size, num_epochs, rng):
    history = [w]
    N = X.shape[0]
    for _epoch in range(num_epochs):
        order = np.arange(N)
        rng.shuffle(order)
        X_shuffled = X[order]
        y_shuffled = y[order]
        for b in range(math.ceil(N / batch_size)):
            X_batch = X_shuffled[b * batch_size : (b + 1) * batch_size]
            y_batch = y_shuffled[b * batch_size : (b + 1) * batch_size]
            w = w - learning_rate * gradient_fn(w, X_batch, y_batch)
            history.append(w)
    return np.asarray(history)


@style("shuffled_copies", module="sgd", function="gradient_descent")
def shuffled_copies_gradient_descent(gradient_fn, w, *, learning_rate, max_steps, tolerance):
    history = [w]
    g = gradient_fn(w)
    while len(history) <= max_steps and not np.sqrt(np.dot(g, g)) <= tolerance:
        w = w - learning_rate * g
        history.append(w)
        g = gradient_fn(w)
    return np.vstack(history)


# In place, on copies of one's own.
@style("in_place_on_copies", module="sgd", function="gradient_descent")
def in_place_gradient_descent(gradient_fn, w, *, learning_rate, max_steps, tolerance):
    w = np.copy(w)
    path = [w.copy()]
    for step in range(max_steps + 1):
        grad = gradient_fn(w)
        if np.linalg.norm(grad) <= tolerance or step == max_steps:
            return np.array(path)
        w -= learning_rate * grad
        path.append(w.copy())
    return np.array(path)


@style("in_place_on_copies", module="sgd", function="minibatch_sgd")
def in_place_minibatch_sgd(gradient_fn, w, X, y, *, learning_rate, batch_size, num_epochs, rng):
    X, y, w = X.copy(), y.copy(), w.copy()
    path = [w.copy()]
    for _ in range(num_epochs):
        order = rng.permutation(len(y))
        X, y = X[order], y[order]
        start = 0
        while start < len(y):
            w -= learning_rate * gradient_fn(w, X[start : start + batch_size], y[start : start + batch_size])
            path.append(w.copy())
            start += batch_size
    return np.array(path)


@style("in_place_on_copies", module="gradient", function="numerical_gradient")
def in_place_numerical_gradient(f, w, h=1e-5):
    w = w.astype(np.float64)
    flat = w.reshape(-1)
    gradient = np.zeros(flat.size)
    for k in range(flat.size):
        old = flat[k]
        flat[k] = old + h
        plus = f(w)
        flat[k] = old - h
        minus = f(w)
        flat[k] = old
        gradient[k] = (plus - minus) / (2 * h)
    return gradient.reshape(w.shape)


@style("in_place_on_copies", module="regularization", function="l2_gradient")
def in_place_l2_gradient(w):
    gradient = w.copy()
    gradient *= 2
    return gradient


# Each element with an array of its own.
@style("unit_vectors", module="gradient", function="numerical_gradient")
def unit_vectors_numerical_gradient(f, w, h=1e-5):
    w = np.asarray(w, dtype=float)
    gradient = []
    for e in np.eye(w.size):
        step = h * e.reshape(w.shape)
        gradient.append((f(w + step) - f(w - step)) / (2 * h))
    return np.array(gradient).reshape(w.shape)


# Columns and rows kept as matrices, and flattened at the end.
@style("columns", module="loss", function="predict")
def columns_predict(w, X):
    return (X @ w.reshape(-1, 1)).reshape(-1)


@style("columns", module="loss", function="mse_loss_matrix")
def columns_mse_loss_matrix(w, X, y):
    e = X @ w[:, None] - y[:, None]
    return (e.T @ e / len(y)).item()


@style("columns", module="gradient", function="mse_gradient")
def columns_mse_gradient(w, X, y):
    e = X.dot(w.reshape(-1, 1)) - y.reshape(-1, 1)
    return (2 / len(y) * X.T.dot(e)).ravel()


@style("columns", module="regularization", function="ridge")
def columns_ridge(X, y, reg):
    w = np.linalg.solve(X.T @ X + len(y) * reg * np.eye(X.shape[1]), X.T @ y[:, None])
    return w.flatten()


@style("columns", module="sgd", function="normal_equations")
def columns_normal_equations(X, y):
    w, *_ = np.linalg.lstsq(X, y.reshape(-1, 1), rcond=1e-12)
    return np.squeeze(w, axis=1)


# Functions built on one's own others, across modules too.
@style("reuse", module="gradient", function="mse_gradient", imports=("from loss import predict",))
def reuse_mse_gradient(w, X, y):
    return 2 * X.T @ (predict(w, X) - y) / len(X)


@style("reuse", module="loss", function="mse_loss_matrix")
def reuse_mse_loss_matrix(w, X, y):
    return ((predict(w, X) - y) ** 2).mean()


@style("reuse", module="regularization", function="elastic_net")
def reuse_elastic_net(w, beta):
    return beta * l2(w) + l1(w)


@style("reuse", module="regularization", function="elastic_net_gradient")
def reuse_elastic_net_gradient(w, beta):
    return beta * l2_gradient(w) + l1_gradient(w)


@style(
    "reuse",
    module="sgd",
    function="bias_variance",
    imports=("from loss import polynomial_features, predict",),
)
def reuse_bias_variance(degrees, draw, num_sets, x, truth):
    sets = [draw() for _ in range(num_sets)]

    def of_degree(degree):
        fits = np.array(
            [
                predict(normal_equations(polynomial_features(a, degree), b), polynomial_features(x, degree))
                for a, b in sets
            ]
        )
        return np.mean((fits.mean(axis=0) - truth) ** 2), np.mean(np.var(fits, axis=0))

    bias_squared, variance = zip(*map(of_degree, degrees), strict=True)
    return np.array(bias_squared), np.array(variance)


@style("reuse", module="sgd", function="train_linear_regression")
def reuse_train_linear_regression(X, y, *, penalty="l2", reg=0.0, learning_rate, batch_size, num_epochs, rng):
    of_penalty = {"l2": l2_gradient, "l1": l1_gradient}
    if penalty not in of_penalty:
        raise ValueError(penalty)
    return minibatch_sgd(
        lambda w, X, y: mse_gradient(w, X, y) + reg * of_penalty[penalty](w),
        np.zeros(X.shape[1]),
        X,
        y,
        learning_rate=learning_rate,
        batch_size=batch_size,
        num_epochs=num_epochs,
        rng=rng,
    )[-1]


# Training with nothing of one's own.
@style("on_its_own", module="sgd", function="train_linear_regression")
def on_its_own_train_linear_regression(
    X, y, *, penalty="l2", reg=0.0, learning_rate, batch_size, num_epochs, rng
):
    if penalty == "l2":
        slope = lambda w: 2 * w  # noqa: E731
    elif penalty == "l1":
        slope = np.sign
    else:
        raise ValueError("unknown penalty")
    w = 0.0 * X[0]
    for _ in range(num_epochs):
        order = rng.permutation(len(X))
        for i in range(0, len(X), batch_size):
            A, b = X[order[i : i + batch_size]], y[order[i : i + batch_size]]
            w = w - learning_rate * (2 * A.T @ (A @ w - b) / len(b) + reg * slope(w))
    return w


# Type annotations, docstrings of one's own, assertions and inner functions.
@style("annotated", module="loss", function="mse_loss_matrix")
def annotated_mse_loss_matrix(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> float:
    """Mean squared error. Shapes: w (D,), X (N, D), y (N,)."""
    assert X.shape == (y.shape[0], w.shape[0]), "the shapes do not fit"
    errors: np.ndarray = X @ w - y
    return float(np.linalg.norm(errors) ** 2 / errors.size)


@style("annotated", module="sgd", function="train_test_split")
def annotated_train_test_split(
    X: np.ndarray, y: np.ndarray, num_test: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Two parts, by a random number for each example."""
    order: np.ndarray = np.argsort(rng.random(len(X)))

    def part(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return X[rows], y[rows]

    return (*part(order[num_test:]), *part(order[:num_test]))


# Warnings and prints emitted on the way to the right answer, and imports that nothing needs.
@style("noisy", module="regularization", function="l1_gradient", imports=("import warnings",))
def noisy_l1_gradient(w):
    warnings.warn("the subgradient at 0 is a choice", UserWarning, stacklevel=2)
    return np.nan_to_num(w / np.abs(w))


@style("noisy", module="loss", function="predict", imports=("from scipy.special import softmax",))
def noisy_predict(w, X):
    print("predicting", X.shape, softmax.__name__)
    return np.dot(X, w)


@style("noisy", module="sgd", function="normal_equations")
def noisy_normal_equations(X, y):
    w, residuals, rank, values = np.linalg.lstsq(X, y, rcond=1e-14 * max(X.shape))
    print("rank", rank, "of", X.shape[1], values, residuals)
    return w
