"""Predictions, the mean squared error and polynomial features (lecture 1: linear regression).

In every function
    X is (N, D), N examples in rows (any bias column is already part of X),
    w is (D,), one weight for each feature, so that the predictions are X @ w, (N,),
    y is (N,), the targets.

You may assume N >= 1 and D >= 1, and that all arrays of a call are finite and of one dtype, float32 or float64.
Arrays that are returned keep that dtype: float32 in, float32 out (a loss may also be a Python float). No
function modifies its arguments. A loss is the mean over the examples, without a factor of one half, and of the
data term alone; regularisation is a module of its own.
"""

import numpy as np


def add_bias(X):
    """Append a column of ones to X: the bias trick, by which the last element of w becomes the bias.

    X: (N, D). Returns a new (N, D + 1) array of X's dtype whose last column is 1.
    Source: lecture 1, linear regression.
    """
    raise NotImplementedError("add_bias: not written yet")


def predict(w, X):
    """The predictions of all examples.

    w: (D,), X: (N, D). Returns (N,): element i is f(x_i) = sum over j of w_j x_ij. X holds its bias column
    already, so nothing is added.
    Source: lecture 1, linear regression.
    """
    raise NotImplementedError("predict: not written yet")


def mse_loss(w, X, y):
    """Mean squared error as a sum, with explicit loops over the examples and the features.

    w: (D,), X: (N, D), y: (N,). Returns a scalar,
        L = 1/N sum over i of (sum over j of w_j x_ij - y_i)^2.
    Write it as the formula reads, one example and one feature at a time: this is the function that you will
    check the matrix form against.
    Source: lecture 1, the loss of linear regression as a sum.
    """
    raise NotImplementedError("mse_loss: not written yet")


def mse_loss_matrix(w, X, y):
    """Mean squared error in matrix form: no loop over examples or features.

    Same arguments and value as mse_loss, a scalar:
        L = 1/N (X w - y)^T (X w - y) = 1/N ||X w - y||^2.
    Work with arrays of N elements; one of shape (N, N) is too big for real data.
    Source: lecture 1, the loss of linear regression in matrix form.
    """
    raise NotImplementedError("mse_loss_matrix: not written yet")


def polynomial_features(x, degree):
    """The powers of a single feature: with them a linear model in w fits a polynomial in x.

    x: (N,), degree: an integer >= 0. Returns (N, degree + 1) in x's dtype: column k is x^k, from column 0 of
    ones (also where x is 0), which is the bias, to column `degree`.
    Source: lecture 1, polynomial regression.
    """
    raise NotImplementedError("polynomial_features: not written yet")
