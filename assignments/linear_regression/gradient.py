"""The gradient of the mean squared error, and a numerical check of it (lecture 1: gradient descent).

In every function
    X is (N, D), N examples in rows (any bias column is already part of X),
    w is (D,), one weight for each feature, so that the predictions are X @ w, (N,),
    y is (N,), the targets.

You may assume N >= 1 and D >= 1, and that X, w and y are finite and of one dtype, float32 or float64. No
function modifies its arguments.
"""

import numpy as np


def mse_gradient(w, X, y):
    """Gradient with respect to w of the mean squared error L = 1/N ||X w - y||^2, without loops.

    w: (D,), X: (N, D), y: (N,). Returns (D,) in the dtype of w. Element j is
        2/N sum over i of (x_i w - y_i) x_ij,
    a mean over the examples with the factor 2 that comes from the square. In matrix form it is X^T times
    something of shape (N,); work with that, since an array of shape (N, N) is too big for real data.
    Source: lecture 1, the gradient of the loss of linear regression.
    """
    raise NotImplementedError("mse_gradient: not written yet")


def numerical_gradient(f, w, h=1e-5):
    """Gradient of a scalar function by central differences, one element of w at a time.

    f: a function that takes an array of w's shape and returns a scalar; w: an array of any shape, float32 or
    float64; h: the step. Returns an array of w's shape with
        g_k = (f(w + h e_k) - f(w - h e_k)) / 2h,
    where e_k is 1 at element k and 0 elsewhere. Call f with float64 arrays, also where w is float32 (whose
    rounding would drown a step of 1e-5). w holds its old values when the function returns.
    Source: lecture 1, gradient descent.
    """
    raise NotImplementedError("numerical_gradient: not written yet")
