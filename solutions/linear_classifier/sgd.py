"""Stochastic gradient descent, and the linear classifier that it trains (lecture 1: gradient descent, SGD).

In every function
    X is (N, D), N examples in rows; any bias column (see loss.add_bias) is already part of X,
    W is (D, C), one column of weights for each class,
    y is (N,), the true classes: integers in 0 .. C - 1, of any integer dtype but uint64,
    rng is a numpy.random.Generator, the only source of randomness: the same rng state gives the same result.
X and W are of one dtype, float32 or float64, and weights keep it or are float64. No function modifies its arguments (drawing
from rng advances it).
"""

import numpy as np
from gradient import softmax_gradient, svm_gradient
from loss import softmax_loss, svm_loss
from regularization import l2, l2_gradient


def sample_batch(X, y, batch_size, rng):
    """Draw a random batch of examples with their labels.

    X: (N, D), y: (N,), batch_size: an integer in 1 .. N, rng: a numpy Generator. Returns (X_batch, y_batch)
    of shapes (batch_size, D) and (batch_size,): rows of X and the labels that belong to them. Every example
    has the same chance, and each call draws anew. Draw with replacement; without replacement within the
    batch is right too.
    Source: lecture 1, stochastic gradient descent.
    """
    # BEGIN SOLUTION
    rows = rng.integers(len(X), size=batch_size)
    return X[rows], y[rows]
    # END SOLUTION


def sgd_step(W, grad, learning_rate):
    """One step of gradient descent: W minus learning_rate times grad.

    W, grad: arrays of one shape, learning_rate: a number. Returns the new W as a new array; W itself keeps
    its values.
    Source: lecture 1, gradient descent.
    """
    # BEGIN SOLUTION
    return W - learning_rate * grad
    # END SOLUTION


def sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    """Minimise a loss by stochastic gradient descent: the lecture's loop, for any loss.

    loss_fn, gradient_fn: functions of (W, X_batch, y_batch); the first returns a scalar, the second an
    array of W's shape; W: the weights to start from; X, y: the training set; batch_size: an integer in 1 ..
    N; num_steps: an integer >= 0. Each of the num_steps steps draws one batch as sample_batch does,
    computes loss and gradient on that batch at the current W, and then moves W by -learning_rate times the
    gradient.

    Returns (W, history): the weights after the last step, and a list (or array) of num_steps numbers, where
    history[t] is loss_fn of step t's batch before that step's update. The W that was passed in keeps its
    values.
    Source: lecture 1, stochastic gradient descent.
    """
    # BEGIN SOLUTION
    history = []
    for _ in range(num_steps):
        rows = rng.integers(len(X), size=batch_size)
        X_batch, y_batch = X[rows], y[rows]
        history.append(float(loss_fn(W, X_batch, y_batch)))
        W = W - learning_rate * gradient_fn(W, X_batch, y_batch)
    return W, history
    # END SOLUTION


def train_linear_classifier(X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng):
    """Train a linear classifier by SGD on data loss + reg * l2(W).

    X: (N, D), already with its bias column; y: (N,); loss: "svm" (with delta = 1) or "softmax", anything
    else raises ValueError; reg: the strength of the L2 penalty, a number >= 0 (the bias row is regularised
    like the rest); learning_rate, batch_size, num_steps and rng as for sgd. C is y.max() + 1, and W starts
    as 1e-4 * rng.standard_normal((D, C)) in X's dtype.

    Returns (W, history): the trained (D, C) weights, and the num_steps regularised losses, each of its
    step's batch before the update. This function may, and should, use what you wrote before: the losses,
    their gradients, l2, l2_gradient and sgd.
    """
    # BEGIN SOLUTION
    if loss == "svm":
        data_loss, data_gradient = svm_loss, svm_gradient
    elif loss == "softmax":
        data_loss, data_gradient = softmax_loss, softmax_gradient
    else:
        raise ValueError(f'loss is "svm" or "softmax", not {loss!r}')

    def regularised_loss(W, X, y):
        return data_loss(W, X, y) + reg * l2(W)

    def regularised_gradient(W, X, y):
        return data_gradient(W, X, y) + reg * l2_gradient(W)

    W = 1e-4 * rng.standard_normal((X.shape[1], int(y.max()) + 1))  # (D, C)
    return sgd(
        regularised_loss,
        regularised_gradient,
        W.astype(X.dtype),
        X,
        y,
        learning_rate=learning_rate,
        batch_size=batch_size,
        num_steps=num_steps,
        rng=rng,
    )
    # END SOLUTION


def predict(W, X):
    """The class of each example: the one with the highest score (the first of them where several are equal).

    W: (D, C), X: (N, D). Returns (N,) integers in 0 .. C - 1.
    """
    # BEGIN SOLUTION
    return np.argmax(X @ W, axis=1)
    # END SOLUTION
