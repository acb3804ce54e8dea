"""Gradients of the losses with respect to W, and a numerical check of them (lecture 1: gradient descent).

In every function
    X is (N, D), a batch of N examples in rows (any bias column is already part of X),
    W is (D, C), one column of weights for each class, so that the scores are X @ W, (N, C),
    y is (N,), the true classes: integers in 0 .. C - 1, of any integer dtype but uint64 (with which numpy turns
    computed positions into floats).
You may assume N >= 1, D >= 1 and C >= 2, and that X and W are finite and of one dtype, float32 or float64.
A gradient has the shape of W, and its dtype or float64. No function modifies its arguments. Losses, and so gradients, are
means over the batch.
"""

import numpy as np


def numerical_gradient(f, W, h=1e-5):
    """Gradient of a scalar function by central differences, one element of W at a time.

    f: a function that takes an array of W's shape and returns a scalar; W: an array of any shape, float32 or
    float64; h: the step. Returns an array of W's shape with

        g_k = (f(W + h e_k) - f(W - h e_k)) / 2h,

    where e_k is 1 at element k and 0 elsewhere. Call f with float64 arrays, also where W is float32 (whose
    rounding would drown a step of 1e-5). W holds its old values when the function returns.
    Source: lecture 1, gradient descent; CS231n notes, "Optimization", computing the gradient numerically.
    """
    raise NotImplementedError("numerical_gradient: not written yet")


def relative_error(a, b):
    """How far two arrays are apart, relative to their size.

    a, b: arrays of one shape (or two numbers). Returns a scalar, the largest over all elements of

        |a - b| / max(1e-8, |a| + |b|),

    which is 0 where both are 0, and at most 1. As a rule, a gradient in float64 is right when this is below
    1e-6.
    Source: CS231n notes, "Neural networks 3", gradient checks.
    """
    raise NotImplementedError("relative_error: not written yet")


def svm_gradient_naive(W, X, y, delta=1.0):
    """Gradient of the multiclass SVM loss, with explicit loops over the examples and the classes.

    W: (D, C), X: (N, D), y: (N,), delta: the margin. Returns (D, C), the mean over the batch of the
    gradients of L_i = sum over j != y_i of max(0, s_j - s_{y_i} + delta), s = x_i W: for every class j !=
    y_i with s_j - s_{y_i} + delta > 0

        column j gains x_i, and column y_i loses x_i.

    Source: CS231n notes, "Optimization", computing the gradient analytically with calculus.
    """
    raise NotImplementedError("svm_gradient_naive: not written yet")


def svm_gradient(W, X, y, delta=1.0):
    """Gradient of the multiclass SVM loss, vectorised: no loop over examples or classes.

    Same arguments and value as svm_gradient_naive, (D, C). Work with (N, C) arrays: the chain rule is X^T @
    (gradient with respect to the scores), whose row i is 1 for every violated class, minus their count at
    y_i.
    """
    raise NotImplementedError("svm_gradient: not written yet")


def softmax_gradient_naive(W, X, y):
    """Gradient of the softmax loss, with explicit loops over the examples and the classes.

    W: (D, C), X: (N, D), y: (N,). Returns (D, C), the mean over the batch of the gradients of
    L_i = log(sum over j of exp(s_j)) - s_{y_i}, s = x_i W. With the probabilities p = softmax(s),

        column j gains (p_j - 1) x_i where j = y_i, and p_j x_i elsewhere.

    It must stay finite for any finite scores, for example of +-10,000.
    Source: lecture 1, gradient descent; CS231n notes, "Neural networks case study", the gradient.
    """
    raise NotImplementedError("softmax_gradient_naive: not written yet")


def softmax_gradient(W, X, y):
    """Gradient of the softmax loss, vectorised: no loop over examples or classes.

    Same arguments and value as softmax_gradient_naive, (D, C), finite for any finite scores, for example of
    +-10,000. The chain rule is X^T @ (gradient with respect to the scores), whose row i is p, minus 1 at
    y_i.
    """
    raise NotImplementedError("softmax_gradient: not written yet")
