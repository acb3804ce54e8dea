"""Fitting a linear model: in closed form, by gradient descent and by SGD; how to judge it (lecture 1).

In every function
    X is (N, D), N examples in rows; any bias column (see loss.add_bias) is already part of X,
    w is (D,), one weight for each feature,
    y is (N,), the targets,
    rng is a numpy.random.Generator, the only source of randomness: the same rng state gives the same result.

All arrays are float64 and finite. No function modifies its arguments (drawing from rng advances it).
"""

import numpy as np
from gradient import mse_gradient
from regularization import l1_gradient, l2_gradient


def normal_equations(X, y):
    """Least squares: the w with the least mean squared error, by a stable method.

    X: (N, D), y: (N,). Returns (D,), a w at which ||X w - y||^2 is least, and so X^T X w = X^T y (the normal
    equations). Where columns of X depend on one another, or D > N, many w are as good: return the shortest,
    the one with the least sum of squares.

    Columns may be nearly dependent (as high powers of one feature are) or of very different sizes: singular
    values of X down to 1e-10 of the largest one count, those below 1e-13 of it are rounding. X^T X squares
    the ratio, which leaves no digit of w: solve for w by a method that works on X itself.
    Source: lecture 1, the normal equations; Golub, Van Loan, "Matrix Computations", chapter 5.
    """
    raise NotImplementedError("normal_equations: not written yet")


def gradient_descent(gradient_fn, w, *, learning_rate, max_steps, tolerance):
    """Minimise a function by gradient descent with a constant step size, until it is flat.

    gradient_fn: a function of w that returns an array of w's shape; w: (D,), where to start; learning_rate:
    a number > 0; max_steps: an integer >= 0; tolerance: a number >= 0. Before each step the gradient at the
    current w is computed: where its Euclidean norm is at most tolerance, or max_steps steps have been made,
    w is the result, and does not move again. Else w moves by -learning_rate times that gradient.

    Returns path, (T + 1, D), for the T <= max_steps steps that were made: path[0] is the w that was passed
    in, path[t] the weights after t steps, path[-1] the result.
    Source: lecture 1, gradient descent.
    """
    raise NotImplementedError("gradient_descent: not written yet")


def minibatch_sgd(gradient_fn, w, X, y, *, learning_rate, batch_size, num_epochs, rng):
    """Minimise a loss by stochastic gradient descent over mini-batches, in shuffled epochs.

    gradient_fn: a function of (w, X_batch, y_batch) that returns an array of w's shape; w: (D,), where to
    start; X: (N, D), y: (N,): the training set; batch_size: an integer in 1 .. N; num_epochs: an integer >=
    0. Each epoch puts the examples in a new random order, all orders with the same chance, and cuts them
    into batches of batch_size, the last of which may be smaller: every example is used just once in an
    epoch. Each batch in its turn moves w by -learning_rate times gradient_fn of the current w and that batch.

    Returns path, (T + 1, D), for the T = num_epochs * ceil(N / batch_size) steps: path[0] is the w that was
    passed in, path[t] the weights after t steps, path[-1] the result.
    Source: lecture 1, stochastic gradient descent.
    """
    raise NotImplementedError("minibatch_sgd: not written yet")


def train_test_split(X, y, num_test, rng):
    """Put some examples aside at random: what a model has not seen tells how good it is.

    X: (N, D), y: (N,), num_test: an integer in 1 .. N - 1, rng: a numpy Generator. Returns (X_train,
    y_train, X_test, y_test) with N - num_test and num_test rows: each example, with its target, is in one
    of the two and once only. Every choice of num_test examples has the same chance; their order does not
    matter.
    Source: lecture 1, training and test set.
    """
    raise NotImplementedError("train_test_split: not written yet")


def bias_variance(degrees, draw, num_sets, x, truth):
    """Bias and variance of polynomial regression, over training sets drawn anew.

    degrees: a list of integers >= 0; draw: a function without arguments that returns a new training set
    (x_train, y_train), each (N,) with N > max(degrees) and distinct x_train; num_sets: an integer >= 1; x:
    (M,), where to judge; truth: (M,), the true values there, without noise. Call draw num_sets times in all:
    every degree is fitted to the same sets. A fit of degree k is the polynomial of that degree with the
    least squared error on its training set, and its predictions are what that polynomial gives at x.

    Returns (bias_squared, variance), two arrays or lists of len(degrees) numbers: for each degree the means
    over x of
        (mean over the sets of the predictions - truth)^2   and
        mean over the sets of (prediction - mean over the sets of the predictions)^2,
    both means with division by num_sets.
    Source: lecture 1, bias and variance; Hastie, Tibshirani, Friedman, "The Elements of Statistical
    Learning", section 7.3.
    """
    raise NotImplementedError("bias_variance: not written yet")


def train_linear_regression(X, y, *, penalty="l2", reg=0.0, learning_rate, batch_size, num_epochs, rng):
    """Fit a linear model by SGD on mean squared error + reg * penalty.

    X: (N, D), already with its bias column; y: (N,); penalty: "l2" or "l1", anything else raises
    ValueError; reg: the strength of the penalty, a number >= 0 (the bias is regularised like the rest);
    learning_rate, batch_size, num_epochs and rng as for minibatch_sgd. w starts as zeros, and each step
    goes against the gradient of the batch's mean squared error plus reg times the (sub)gradient of the
    penalty.

    Returns w, (D,), the weights after the last step. This function may, and should, use what you wrote
    before: mse_gradient, l2_gradient, l1_gradient and minibatch_sgd.
    """
    raise NotImplementedError("train_linear_regression: not written yet")
