"""Right answers in the many ways in which students write them: each style gets full marks.

The functions of one style together replace those of the reference and make one submission. See
autograder/assignment/variants.py; the tests hold every one of them against the reference.
"""

import math
import warnings

import numpy as np
from gradient import softmax_gradient, svm_gradient
from loss import linear_scores, softmax, softmax_loss, svm_loss
from regularization import l1, l1_gradient, l2, l2_gradient
from sgd import sample_batch, sgd, sgd_step
from tqdm import tqdm

from autograder.assignment.variants import style


# One-hot matrices instead of indexing.
@style("one_hot", module="loss", function="svm_loss")
def one_hot_svm_loss(W, X, y, delta=1.0):
    scores = X.dot(W)
    one_hot = np.eye(W.shape[1], dtype=X.dtype)[y]
    correct = np.sum(scores * one_hot, axis=1, keepdims=True)
    margins = np.maximum(0, scores - correct + delta) * (1 - one_hot)
    return np.sum(margins) / X.shape[0]


@style("one_hot", module="loss", function="softmax_loss")
def one_hot_softmax_loss(W, X, y):
    scores = X.dot(W)
    one_hot = np.eye(W.shape[1], dtype=X.dtype)[y]
    scores = scores - np.max(scores, axis=1, keepdims=True)
    log_probabilities = scores - np.log(np.sum(np.exp(scores), axis=1, keepdims=True))
    return -np.sum(one_hot * log_probabilities) / X.shape[0]


@style("one_hot", module="gradient", function="svm_gradient")
def one_hot_svm_gradient(W, X, y, delta=1.0):
    scores = X.dot(W)
    one_hot = np.eye(W.shape[1], dtype=X.dtype)[y]
    correct = np.sum(scores * one_hot, axis=1, keepdims=True)
    violated = (scores - correct + delta > 0) * (1 - one_hot)
    return X.T.dot(violated - one_hot * violated.sum(axis=1, keepdims=True)) / X.shape[0]


@style("one_hot", module="gradient", function="softmax_gradient")
def one_hot_softmax_gradient(W, X, y):
    scores = X.dot(W)
    one_hot = np.eye(W.shape[1], dtype=X.dtype)[y]
    exponentials = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    probabilities = exponentials / np.sum(exponentials, axis=1, keepdims=True)
    return X.T.dot(probabilities - one_hot) / X.shape[0]


# Fancy indexing with tuples, take_along_axis and put_along_axis.
@style("fancy_indexing", module="loss", function="svm_loss")
def fancy_indexing_svm_loss(W, X, y, delta=1.0):
    scores = X @ W
    true = (range(len(y)), y)
    margins = np.maximum(0, scores - scores[true].reshape(-1, 1) + delta)
    return (margins.sum() - margins[true].sum()) / len(y)


@style("fancy_indexing", module="loss", function="softmax_loss")
def fancy_indexing_softmax_loss(W, X, y):
    scores = X @ W
    scores -= scores.max(axis=1)[:, np.newaxis]
    correct = np.take_along_axis(scores, np.asarray(y, dtype=np.intp)[:, None], axis=1)[:, 0]
    return np.mean(np.log(np.exp(scores).sum(1)) - correct)


@style("fancy_indexing", module="gradient", function="svm_gradient")
def fancy_indexing_svm_gradient(W, X, y, delta=1.0):
    scores = X @ W
    columns = np.asarray(y, dtype=np.intp)[:, None]
    violated = scores - np.take_along_axis(scores, columns, axis=1) + delta > 0
    coefficients = violated.astype(X.dtype)
    np.put_along_axis(coefficients, columns, 0, axis=1)
    np.put_along_axis(coefficients, columns, -coefficients.sum(axis=1, keepdims=True), axis=1)
    return X.T @ coefficients / len(X)


@style("fancy_indexing", module="gradient", function="softmax_gradient")
def fancy_indexing_softmax_gradient(W, X, y):
    scores = X @ W
    p = np.exp(scores - scores.max(1)[:, None])
    p /= p.sum(1)[:, None]
    p[range(X.shape[0]), list(y)] -= 1
    return X.T @ (p / X.shape[0])


@style("fancy_indexing", module="loss", function="add_bias")
def fancy_indexing_add_bias(X):
    with_bias = np.ones((X.shape[0], X.shape[1] + 1), dtype=X.dtype)
    with_bias[:, :-1] = X
    return with_bias


# Boolean masks.
@style("masks", module="loss", function="svm_loss")
def masks_svm_loss(W, X, y, delta=1.0):
    scores = X @ W
    is_true = np.arange(W.shape[1]) == np.reshape(y, (-1, 1))
    margins = scores - scores[is_true][:, None] + delta
    return margins[(margins > 0) & ~is_true].sum() / len(X)


@style("masks", module="loss", function="softmax_loss")
def masks_softmax_loss(W, X, y):
    scores = X @ W
    is_true = np.arange(W.shape[1]) == np.reshape(y, (-1, 1))
    scores = scores - scores.max(axis=1, keepdims=True)
    return (np.log(np.exp(scores).sum(axis=1)).sum() - scores[is_true].sum()) / len(X)


@style("masks", module="loss", function="kl_divergence")
def masks_kl_divergence(p, q):
    p, q = np.asarray(p), np.asarray(q)
    zero = p == 0
    return np.sum(p[~zero] * (np.log(p[~zero]) - np.log(q[~zero])))


@style("masks", module="gradient", function="svm_gradient")
def masks_svm_gradient(W, X, y, delta=1.0):
    scores = X @ W
    is_true = np.arange(W.shape[1]) == np.reshape(y, (-1, 1))
    violated = (scores - scores[is_true][:, None] + delta > 0) & ~is_true
    coefficients = np.zeros_like(scores)
    coefficients[violated] = 1
    coefficients[is_true] = -np.count_nonzero(violated, axis=1)
    return X.T @ coefficients / len(X)


@style("masks", module="gradient", function="softmax_gradient")
def masks_softmax_gradient(W, X, y):
    scores = X @ W
    is_true = np.arange(W.shape[1]) == np.reshape(y, (-1, 1))
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[is_true] -= 1
    return X.T @ p / len(X)


@style("masks", module="regularization", function="l1_gradient")
def masks_l1_gradient(W):
    gradient = np.zeros_like(W)
    gradient[W > 0] = 1
    gradient[W < 0] = -1
    return gradient


# clip for the hinge.
@style("clip", module="loss", function="svm_loss")
def clip_svm_loss(W, X, y, delta=1.0):
    scores = X @ W
    correct = scores[np.arange(len(y)), y]
    margins = np.clip(scores - correct[:, None] + delta, 0, None)
    return np.mean(np.sum(margins, axis=1) - delta)  # the true class's term is delta, always


@style("clip", module="loss", function="svm_loss_naive")
def clip_svm_loss_naive(W, X, y, delta=1.0):
    N, C = X.shape[0], W.shape[1]
    total = 0
    for i in range(N):
        for j in range(C):
            if j == y[i]:
                continue
            total += np.clip(X[i].dot(W[:, j]) - X[i].dot(W[:, y[i]]) + delta, 0, np.inf)
    return total / N


@style("clip", module="gradient", function="relative_error")
def clip_relative_error(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return (np.abs(a - b) / np.clip(np.abs(a) + np.abs(b), 1e-8, None)).max()


@style("clip", module="regularization", function="l1_gradient")
def clip_l1_gradient(W):
    return (W > 0).astype(W.dtype) - (W < 0).astype(W.dtype)


# where instead of maximum and sign.
@style("where", module="loss", function="svm_loss")
def where_svm_loss(W, X, y, delta=1.0):
    scores = X @ W
    margins = scores - scores[np.arange(len(y)), y][:, None] + delta
    margins = np.where(margins > 0, margins, 0)
    margins = np.where(np.arange(W.shape[1])[None, :] == np.asarray(y)[:, None], 0, margins)
    return margins.sum() / len(y)


@style("where", module="loss", function="kl_divergence")
def where_kl_divergence(p, q):
    safe_p, safe_q = np.where(p > 0, p, 1), np.where(p > 0, q, 1)
    return np.where(p > 0, p * np.log(safe_p / safe_q), 0).sum()


@style("where", module="gradient", function="svm_gradient")
def where_svm_gradient(W, X, y, delta=1.0):
    scores = X @ W
    margins = scores - scores[np.arange(len(y)), y][:, None] + delta
    is_true = np.arange(W.shape[1])[None, :] == np.asarray(y)[:, None]
    violated = np.where(is_true, 0, np.where(margins > 0, 1, 0))
    return X.T @ np.where(is_true, -violated.sum(axis=1, keepdims=True), violated).astype(X.dtype) / len(y)


@style("where", module="regularization", function="l1_gradient")
def where_l1_gradient(W):
    return np.where(W > 0, 1, np.where(W < 0, -1, 0)).astype(W.dtype)


@style("where", module="regularization", function="l1")
def where_l1(W):
    return np.where(W < 0, -W, W).sum()


@style("where", module="regularization", function="elastic_net_gradient")
def where_elastic_net_gradient(W, beta):
    return np.where(W > 0, 2 * beta * W + 1, np.where(W < 0, 2 * beta * W - 1, 0)).astype(W.dtype)


# In-place updates of arrays of one's own, and of W where it is set back.
@style("in_place", module="loss", function="softmax")
def in_place_softmax(scores):
    p = scores.copy()
    p -= p.max(axis=1, keepdims=True)
    np.exp(p, out=p)
    p /= p.sum(axis=1, keepdims=True)
    return p


@style("in_place", module="loss", function="softmax_loss")
def in_place_softmax_loss(W, X, y):
    scores = X.dot(W)
    scores -= scores.max(axis=1, keepdims=True)
    correct = scores[np.arange(len(y)), y]
    np.exp(scores, out=scores)
    return (np.log(scores.sum(axis=1)) - correct).mean()


@style("in_place", module="gradient", function="numerical_gradient")
def in_place_numerical_gradient(f, W, h=1e-5):
    if W.dtype != np.float64:
        W = W.astype(np.float64)
    gradient = np.zeros_like(W)
    iterator = np.nditer(W, flags=["multi_index"], op_flags=["readwrite"])
    while not iterator.finished:
        k = iterator.multi_index
        old = W[k]
        W[k] = old + h
        above = f(W)
        W[k] = old - h
        below = f(W)
        W[k] = old
        gradient[k] = (above - below) / (2 * h)
        iterator.iternext()
    return gradient


@style("in_place", module="gradient", function="softmax_gradient")
def in_place_softmax_gradient(W, X, y):
    p = X.dot(W)
    p -= p.max(axis=1, keepdims=True)
    np.exp(p, out=p)
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    gradient = X.T.dot(p)
    gradient /= len(y)
    return gradient


@style("in_place", module="sgd", function="sgd_step")
def in_place_sgd_step(W, grad, learning_rate):
    new = W.copy()
    new -= learning_rate * grad
    return new


@style("in_place", module="sgd", function="sgd")
def in_place_sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    W = W.copy()
    history = np.zeros(num_steps)
    for t in range(num_steps):
        rows = rng.choice(len(X), batch_size)
        history[t] = loss_fn(W, X[rows], y[rows])
        W -= learning_rate * gradient_fn(W, X[rows], y[rows])
    return W, history


# Backpropagation in stages, every derivative beside its forward step.
@style("staged_backpropagation", module="gradient", function="svm_gradient")
def staged_svm_gradient(W, X, y, delta=1.0):
    N = X.shape[0]
    scores = np.matmul(X, W)
    correct = scores[np.arange(N), y]
    margins = scores - correct[:, None] + delta
    margins[np.arange(N), y] = 0
    dloss = 1.0 / N
    dmargins = np.zeros_like(scores)
    dmargins[margins > 0] = dloss
    dcorrect = -dmargins.sum(axis=1)
    dscores = dmargins
    dscores[np.arange(N), y] += dcorrect
    dW = np.matmul(X.T, dscores)
    return dW


@style("staged_backpropagation", module="gradient", function="softmax_gradient")
def staged_softmax_gradient(W, X, y):
    N = X.shape[0]
    scores = np.matmul(X, W)
    shifted = scores - scores.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    sums = exponentials.sum(axis=1, keepdims=True)
    log_sums = np.log(sums)
    dlog_sums = np.full_like(log_sums, 1.0 / N)
    dsums = dlog_sums / sums
    dexponentials = np.ones_like(exponentials) * dsums
    dshifted = dexponentials * exponentials
    dshifted[np.arange(N), y] -= 1.0 / N
    return np.matmul(X.T, dshifted)


@style("staged_backpropagation", module="regularization", function="elastic_net_gradient")
def staged_elastic_net_gradient(W, beta):
    dsquares = np.full_like(W, beta)
    dabsolutes = np.ones_like(W)
    dW = dsquares * 2 * W
    dW += dabsolutes * np.sign(W)
    return dW


# Explicit loops down to single numbers, with Python's math.
@style("math_loops", module="loss", function="svm_loss_naive", imports=("import math",))
def math_loops_svm_loss_naive(W, X, y, delta=1.0):
    (N, D), C = X.shape, W.shape[1]
    total = 0.0
    for i in range(N):
        scores = []
        for j in range(C):
            score = 0.0
            for d in range(D):
                score += float(X[i, d]) * float(W[d, j])
            scores.append(score)
        for j in range(C):
            margin = scores[j] - scores[int(y[i])] + delta
            if j != int(y[i]) and margin > 0:
                total += margin
    return total / N


@style("math_loops", module="loss", function="softmax_loss_naive", imports=("import math",))
def math_loops_softmax_loss_naive(W, X, y):
    total = 0.0
    for example, label in zip(X.tolist(), y.tolist(), strict=True):
        scores = [sum(x * w for x, w in zip(example, column, strict=True)) for column in W.T.tolist()]
        largest = max(scores)
        total += math.log(math.fsum(math.exp(score - largest) for score in scores)) + largest - scores[label]
    return total / len(X)


@style("math_loops", module="loss", function="kl_divergence", imports=("import math",))
def math_loops_kl_divergence(p, q):
    divergence = 0.0
    for p_c, q_c in zip(p, q, strict=True):
        if p_c > 0:
            divergence += p_c * math.log(p_c / q_c)
    return divergence


@style("math_loops", module="gradient", function="numerical_gradient")
def math_loops_numerical_gradient(f, W, h=1e-5):
    flat = np.asarray(W, dtype=np.float64).ravel()
    slopes = []
    for k in range(flat.size):
        above, below = flat.copy(), flat.copy()
        above[k] += h
        below[k] -= h
        slopes.append((f(above.reshape(W.shape)) - f(below.reshape(W.shape))) / (2 * h))
    return np.array(slopes, dtype=np.float64).reshape(W.shape)


@style("math_loops", module="gradient", function="svm_gradient_naive")
def math_loops_svm_gradient_naive(W, X, y, delta=1.0):
    (N, D), C = X.shape, W.shape[1]
    gradient = np.zeros((D, C), dtype=W.dtype)
    for i in range(N):
        scores = X[i].dot(W)
        violations = 0
        for j in range(C):
            if j == y[i]:
                continue
            if scores[j] - scores[y[i]] + delta > 0:
                violations += 1
                gradient[:, j] += X[i] / N
        gradient[:, y[i]] -= violations * X[i] / N
    return gradient


@style("math_loops", module="gradient", function="softmax_gradient_naive", imports=("import math",))
def math_loops_softmax_gradient_naive(W, X, y):
    (N, D), C = X.shape, W.shape[1]
    gradient = np.zeros((D, C), dtype=W.dtype)
    for i in range(N):
        scores = X[i].dot(W)
        exponentials = [math.exp(score - max(scores)) for score in scores]
        for j in range(C):
            for d in range(D):
                probability = exponentials[j] / sum(exponentials)
                gradient[d, j] += X[i, d] * (probability - 1 if j == y[i] else probability) / N
    return gradient


@style("math_loops", module="sgd", function="predict")
def math_loops_predict(W, X):
    labels = np.zeros(X.shape[0], dtype=int)
    for i, scores in enumerate(X.dot(W)):
        labels[i] = list(scores).index(max(scores))
    return labels


# Scalars as 0-d arrays.
@style("zero_d_arrays", module="loss", function="svm_loss")
def zero_d_svm_loss(W, X, y, delta=1.0):
    scores = X @ W
    margins = np.maximum(0, scores - scores[np.arange(len(y)), y][:, None] + delta)
    margins[np.arange(len(y)), y] = 0
    return np.array(margins.sum() / len(y))


@style("zero_d_arrays", module="loss", function="softmax_loss")
def zero_d_softmax_loss(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    loss = np.zeros((), dtype=X.dtype)
    loss += (np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y]).mean()
    return loss


@style("zero_d_arrays", module="loss", function="svm_loss_naive")
def zero_d_svm_loss_naive(W, X, y, delta=1.0):
    loss = np.zeros(())
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i]:
                loss += np.maximum(0, scores[j] - scores[y[i]] + delta)
    return loss / len(X)


@style("zero_d_arrays", module="loss", function="kl_divergence")
def zero_d_kl_divergence(p, q):
    return np.asarray(np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0])))


@style("zero_d_arrays", module="gradient", function="relative_error")
def zero_d_relative_error(a, b):
    return np.asarray(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))))


@style("zero_d_arrays", module="regularization", function="l2")
def zero_d_l2(W):
    return np.asarray(np.sum(np.square(W)))


@style("zero_d_arrays", module="regularization", function="l1")
def zero_d_l1(W):
    return np.asarray(np.sum(np.absolute(W)))


@style("zero_d_arrays", module="regularization", function="elastic_net")
def zero_d_elastic_net(W, beta):
    return np.asarray(np.sum(beta * np.square(W) + np.absolute(W)))


# Scalars as numpy's own numbers of one fixed kind, and histories as arrays of them.
@style("numpy_scalars", module="loss", function="svm_loss_naive")
def numpy_scalar_svm_loss_naive(W, X, y, delta=1.0):
    loss = np.float64(0)
    for i in np.arange(X.shape[0]):
        scores = X[i] @ W
        for j in np.arange(W.shape[1]):
            if j != y[i]:
                loss += max(np.float64(0), np.float64(scores[j]) - scores[y[i]] + delta)
    return loss / np.int64(X.shape[0])


@style("numpy_scalars", module="loss", function="softmax_loss")
def numpy_scalar_softmax_loss(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    return np.float64(np.average(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(y.size), y]))


@style("numpy_scalars", module="regularization", function="l2")
def numpy_scalar_l2(W):
    return np.float64(np.power(W, 2).sum())


@style("numpy_scalars", module="sgd", function="predict")
def numpy_scalar_predict(W, X):
    return (X @ W).argmax(axis=1).astype(np.int32)


@style("numpy_scalars", module="sgd", function="sgd")
def numpy_scalar_sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = np.empty(num_steps, dtype=np.float64)
    for t in range(num_steps):
        rows = rng.choice(np.arange(X.shape[0]), size=batch_size, replace=True)
        history[t] = loss_fn(W, X[rows], y[rows])
        W = W - learning_rate * gradient_fn(W, X[rows], y[rows])
    return W, history


# Scalars as Python floats, histories as lists of them.
@style("python_floats", module="loss", function="svm_loss")
def python_float_svm_loss(W, X, y, delta=1.0):
    scores = X @ W
    margins = np.maximum(0, scores - scores[np.arange(len(y)), y][:, None] + delta)
    margins[np.arange(len(y)), y] = 0
    return float(margins.sum()) / len(y)


@style("python_floats", module="loss", function="softmax_loss")
def python_float_softmax_loss(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    return (np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y]).mean().item()


@style("python_floats", module="gradient", function="relative_error")
def python_float_relative_error(a, b):
    pairs = zip(np.ravel(a).tolist(), np.ravel(b).tolist(), strict=True)
    return max(abs(x - z) / max(1e-8, abs(x) + abs(z)) for x, z in pairs)


@style("python_floats", module="regularization", function="l2")
def python_float_l2(W):
    return float((W**2).sum())


@style("python_floats", module="regularization", function="l1")
def python_float_l1(W):
    return float(abs(W).sum())


@style("python_floats", module="regularization", function="elastic_net")
def python_float_elastic_net(W, beta):
    return float(beta * (W**2).sum() + abs(W).sum())


# Gradients as np.matrix, as sparse one-hot matrices give them.
@style("matrix_gradients", module="gradient", function="svm_gradient")
def matrix_svm_gradient(W, X, y, delta=1.0):
    scores = X @ W
    violated = (scores - scores[np.arange(len(y)), y][:, None] + delta > 0).astype(X.dtype)
    violated[np.arange(len(y)), y] = 0
    violated[np.arange(len(y)), y] = -violated.sum(axis=1)
    return np.asmatrix(X).T * np.asmatrix(violated) / len(y)


@style("matrix_gradients", module="gradient", function="softmax_gradient")
def matrix_softmax_gradient(W, X, y):
    scores = X @ W
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return np.asmatrix(X).T * np.asmatrix(p) / len(y)


@style("matrix_gradients", module="gradient", function="softmax_gradient_naive")
def matrix_softmax_gradient_naive(W, X, y):
    gradient = np.asmatrix(np.zeros_like(W))
    for i in range(len(X)):
        scores = X[i] @ W
        p = np.exp(scores - scores.max())
        p /= p.sum()
        for j in range(len(scores)):
            gradient[:, j] += (p[j] - (j == y[i])) * X[i][:, None]
    return gradient / len(X)


@style("matrix_gradients", module="sgd", function="sgd")
def matrix_sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    for _ in range(num_steps):
        rows = rng.integers(0, X.shape[0], batch_size)
        history.append(loss_fn(W, X[rows], y[rows]))
        W = np.asarray(W - learning_rate * gradient_fn(W, X[rows], y[rows]))
    return W, history


# Sampling without replacement within a batch.
@style("without_replacement", module="sgd", function="sample_batch")
def without_replacement_sample_batch(X, y, batch_size, rng):
    rows = rng.choice(len(X), batch_size, replace=False)
    return X[rows], y[rows]


@style("without_replacement", module="sgd", function="sgd")
def without_replacement_sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    for _ in range(num_steps):
        rows = rng.permutation(len(X))[:batch_size]
        history.append(loss_fn(W, X[rows], y[rows]))
        W = W - learning_rate * gradient_fn(W, X[rows], y[rows])
    return W, history


# Prints left in.
@style("prints", module="loss", function="svm_loss")
def prints_svm_loss(W, X, y, delta=1.0):
    scores = X @ W
    print("scores", scores.shape, scores)
    margins = np.maximum(0, scores - scores[np.arange(len(y)), y][:, None] + delta)
    margins[np.arange(len(y)), y] = 0
    print("margins", margins)
    return margins.sum() / len(y)


@style("prints", module="gradient", function="softmax_gradient")
def prints_softmax_gradient(W, X, y):
    scores = X @ W
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    print("row sums (should be 1):", p.sum(axis=1))
    p[np.arange(len(y)), y] -= 1
    return X.T @ p / len(y)


@style("prints", module="gradient", function="svm_gradient_naive")
def prints_svm_gradient_naive(W, X, y, delta=1.0):
    gradient = np.zeros(W.shape, dtype=W.dtype)
    for i in range(X.shape[0]):
        scores = X[i].dot(W)
        print("scores of example", i, scores)
        for j in range(W.shape[1]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + delta
            if margin > 0:
                gradient[:, j] += X[i]
                gradient[:, y[i]] -= X[i]
    gradient /= X.shape[0]
    return gradient


@style("prints", module="sgd", function="sgd")
def prints_sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    for t in range(num_steps):
        rows = rng.integers(len(X), size=batch_size)
        history.append(loss_fn(W, X[rows], y[rows]))
        W = W - learning_rate * gradient_fn(W, X[rows], y[rows])
        if t % 100 == 0:
            print(f"step {t} of {num_steps}: loss {history[-1]:.4f}", flush=True)
    return W, history


# A progress bar around the training loop.
@style("progress_bar", module="sgd", function="sgd", imports=("from tqdm import tqdm",))
def progress_bar_sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    bar = tqdm(range(num_steps), desc="training")
    for _ in bar:
        rows = rng.integers(len(X), size=batch_size)
        loss = loss_fn(W, X[rows], y[rows])
        history.append(loss)
        W = W - learning_rate * gradient_fn(W, X[rows], y[rows])
        bar.set_postfix(loss=float(loss))
    return W, history


# Imports of common packages that nothing uses.
@style(
    "unused_imports",
    module="loss",
    function="linear_scores",
    imports=("import os", "import random", "import sys", "import time", "import matplotlib.pyplot as plt"),
)
def unused_imports_linear_scores(W, X):
    return np.dot(X, W)


@style("unused_imports", module="regularization", function="l2", imports=("import torch",))
def unused_imports_l2(W):
    return np.vdot(W, W)


@style(
    "unused_imports",
    module="sgd",
    function="sgd_step",
    imports=("import pandas as pd", "from collections import defaultdict"),
)
def unused_imports_sgd_step(W, grad, learning_rate):
    return np.subtract(W, np.multiply(learning_rate, grad))


# Warnings emitted on the way to the right answer.
@style("warnings", module="loss", function="kl_divergence")
def warnings_kl_divergence(p, q):
    return np.nansum(np.where(p > 0, p * np.log(p / q), 0))


@style("warnings", module="loss", function="add_bias", imports=("import warnings",))
def warnings_add_bias(X):
    warnings.warn("X has no bias column yet", UserWarning, stacklevel=2)
    return np.c_[X, np.ones(len(X), dtype=X.dtype)]


@style("warnings", module="regularization", function="l1_gradient")
def warnings_l1_gradient(W):
    return np.nan_to_num(W / np.abs(W))


@style("warnings", module="gradient", function="relative_error", imports=("import warnings",))
def warnings_relative_error(a, b):
    warnings.warn("relative_error will be renamed", DeprecationWarning, stacklevel=2)
    return np.max(abs(a - b) / np.maximum(1e-8, abs(a) + abs(b)))


# Functions built on one's own others, across modules too.
@style("reuse", module="loss", function="svm_loss")
def reuse_svm_loss(W, X, y, delta=1.0):
    scores = linear_scores(W, X)
    margins = np.maximum(0, scores - scores[np.arange(len(y)), y][:, None] + delta)
    return (margins.sum() - delta * len(y)) / len(y)


@style("reuse", module="gradient", function="softmax_gradient", imports=("from loss import softmax",))
def reuse_softmax_gradient(W, X, y):
    p = softmax(X @ W)
    p[np.arange(len(y)), y] -= 1
    return X.T @ p / len(y)


@style("reuse", module="gradient", function="softmax_gradient_naive", imports=("from loss import softmax",))
def reuse_softmax_gradient_naive(W, X, y):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        p = softmax(X[i : i + 1] @ W)[0]
        for j in range(W.shape[1]):
            gradient[:, j] += (p[j] - 1 if j == y[i] else p[j]) * X[i] / len(X)
    return gradient


@style("reuse", module="regularization", function="elastic_net")
def reuse_elastic_net(W, beta):
    return beta * l2(W) + l1(W)


@style("reuse", module="regularization", function="elastic_net_gradient")
def reuse_elastic_net_gradient(W, beta):
    return beta * l2_gradient(W) + l1_gradient(W)


@style("reuse", module="sgd", function="sgd")
def reuse_sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    for _ in range(num_steps):
        batch = sample_batch(X, y, batch_size, rng)
        history.append(loss_fn(W, *batch))
        W = sgd_step(W, gradient_fn(W, *batch), learning_rate)
    return W, history


@style("reuse", module="sgd", function="predict", imports=("from loss import linear_scores",))
def reuse_predict(W, X):
    return linear_scores(W, X).argmax(axis=-1)


@style("reuse", module="sgd", function="train_linear_classifier")
def reuse_train_linear_classifier(
    X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng
):
    functions = {"svm": (svm_loss, svm_gradient), "softmax": (softmax_loss, softmax_gradient)}
    if loss not in functions:
        raise ValueError(loss)
    data_loss, data_gradient = functions[loss]
    W = (1e-4 * rng.standard_normal((X.shape[1], np.max(y) + 1))).astype(X.dtype)
    return sgd(
        lambda W, X, y: data_loss(W, X, y) + reg * l2(W),
        lambda W, X, y: data_gradient(W, X, y) + reg * l2_gradient(W),
        W,
        X,
        y,
        learning_rate=learning_rate,
        batch_size=batch_size,
        num_steps=num_steps,
        rng=rng,
    )


# Arrays in Fortran order and views with odd strides.
@style("transposed_views", module="loss", function="linear_scores")
def transposed_linear_scores(W, X):
    return (W.T @ X.T).T


@style("transposed_views", module="loss", function="add_bias")
def transposed_add_bias(X):
    return np.vstack([X.T, np.ones(len(X), X.dtype)]).T


@style("transposed_views", module="gradient", function="softmax_gradient")
def transposed_softmax_gradient(W, X, y):
    scores = W.T @ X.T
    p = np.exp(scores - scores.max(axis=0))
    p /= p.sum(axis=0)
    p[y, np.arange(len(y))] -= 1
    return (p @ X).T / len(y)


@style("transposed_views", module="regularization", function="l2_gradient")
def transposed_l2_gradient(W):
    return (W + W).T.copy().T


@style("transposed_views", module="sgd", function="sample_batch")
def transposed_sample_batch(X, y, batch_size, rng):
    rows = rng.integers(len(X), size=2 * batch_size)
    return np.asfortranarray(X[rows])[::2], y[rows][::2]


# numpy's library functions where there is one.
@style("library_functions", module="loss", function="softmax_loss")
def library_softmax_loss(W, X, y):
    scores = np.einsum("nd,dc->nc", X, W)
    log_sums = np.logaddexp.reduce(scores, axis=1)
    return np.mean(log_sums - np.choose(np.zeros(len(y), dtype=int), [scores[np.arange(len(y)), y]]))


@style("library_functions", module="gradient", function="softmax_gradient")
def library_softmax_gradient(W, X, y):
    scores = np.einsum("nd,dc->nc", X, W)
    p = np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))
    np.subtract.at(p, (np.arange(len(y)), y), 1)
    return np.einsum("nd,nc->dc", X, p) / len(y)


@style("library_functions", module="regularization", function="l2")
def library_l2(W):
    return np.linalg.norm(W) ** 2


@style("library_functions", module="regularization", function="l1")
def library_l1(W):
    return np.linalg.norm(np.ravel(W), 1)


@style("library_functions", module="loss", function="add_bias")
def library_add_bias(X):
    return np.pad(X, ((0, 0), (0, 1)), constant_values=1)


@style("library_functions", module="sgd", function="sample_batch")
def library_sample_batch(X, y, batch_size, rng):
    rows = rng.choice(X.shape[0], size=batch_size)
    return np.take(X, rows, axis=0), np.take(y, rows)


# Type annotations, docstrings of one's own, assertions and inner functions.
@style("annotated", module="loss", function="softmax")
def annotated_softmax(scores: np.ndarray) -> np.ndarray:
    """Softmax of every row."""

    def of_row(row: np.ndarray) -> np.ndarray:
        exponentials = np.exp(row - row.max())
        return exponentials / exponentials.sum()

    assert scores.ndim == 2, "scores must be (N, C)"
    return np.apply_along_axis(of_row, 1, scores)


@style("annotated", module="loss", function="svm_loss")
def annotated_svm_loss(W: np.ndarray, X: np.ndarray, y: np.ndarray, delta: float = 1.0) -> float:
    """Hinge loss. Shapes: W (D, C), X (N, D), y (N,)."""
    assert X.shape[1] == W.shape[0], "X and W do not fit"
    assert X.shape[0] == y.shape[0], "X and y do not fit"
    scores: np.ndarray = X @ W
    margins: np.ndarray = np.maximum(0, scores - scores[np.arange(y.shape[0]), y].reshape(-1, 1) + delta)
    margins[np.arange(y.shape[0]), y] = 0
    return margins.sum() / y.shape[0]


@style("annotated", module="sgd", function="sample_batch")
def annotated_sample_batch(
    X: np.ndarray, y: np.ndarray, batch_size: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """A batch, drawn by a row number at a time."""
    rows = [int(rng.integers(X.shape[0])) for _ in range(batch_size)]
    X_batch = np.stack([X[row] for row in rows])
    y_batch = np.array([y[row] for row in rows])
    return X_batch, y_batch


# One example at a time: a sum of its own, a count of violated margins, and branches for the true class.
@style("one_by_one", module="loss", function="svm_loss_naive")
def one_by_one_svm_loss_naive(W, X, y, delta=1.0):
    N, C = X.shape[0], W.shape[1]
    total = 0.0
    for i in range(N):
        scores = X[i].dot(W)
        loss = 0.0
        for j in range(C):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + delta
            if margin > 0:
                loss += margin
        total += loss
    return total / N


@style("one_by_one", module="loss", function="softmax_loss_naive")
def one_by_one_softmax_loss_naive(W, X, y):
    N = X.shape[0]
    total = 0.0
    for i in range(N):
        scores = X[i].dot(W)
        scores -= np.max(scores)
        log_sum = np.log(np.sum(np.exp(scores)))
        total += log_sum - scores[y[i]]
    return total / N


@style("one_by_one", module="gradient", function="svm_gradient_naive")
def one_by_one_svm_gradient_naive(W, X, y, delta=1.0):
    N, C = X.shape[0], W.shape[1]
    gradient = np.zeros_like(W)
    for i in range(N):
        scores = X[i].dot(W)
        violations = 0
        for j in range(C):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + delta
            if margin > 0:
                violations += 1
                gradient[:, j] += X[i]
        gradient[:, y[i]] -= violations * X[i]
    gradient /= N
    return gradient


@style("one_by_one", module="gradient", function="softmax_gradient_naive")
def one_by_one_softmax_gradient_naive(W, X, y):
    N, C = X.shape[0], W.shape[1]
    gradient = np.zeros_like(W)
    for i in range(N):
        scores = X[i].dot(W)
        scores -= np.max(scores)
        probabilities = np.exp(scores) / np.sum(np.exp(scores))
        for j in range(C):
            if j == y[i]:
                gradient[:, j] += (probabilities[j] - 1) * X[i]
            else:
                gradient[:, j] += probabilities[j] * X[i]
    return gradient / N


@style("one_by_one", module="regularization", function="l1_gradient")
def one_by_one_l1_gradient(W):
    gradient = np.zeros_like(W)
    for k in np.ndindex(W.shape):
        if W[k] > 0:
            gradient[k] = 1
        elif W[k] < 0:
            gradient[k] = -1
    return gradient


@style("one_by_one", module="gradient", function="svm_gradient")
def counted_svm_gradient(W, X, y, delta=1.0):
    rows = np.arange(len(y))
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[rows, y].reshape(-1, 1) + delta)
    margins[rows, y] = 0
    coefficients = np.where(margins > 0, 1.0, 0.0).astype(scores.dtype)
    coefficients[rows, y] -= np.sum(margins > 0, axis=1)
    return X.T.dot(coefficients) / len(y)
