"""Regularisation of the weights, and two ways to use it without a gradient (lecture 1: regularisation).

w is an array of any shape, float32 or float64; the bias is regularised like the rest. A penalty R(w) is a sum
over all elements of w, without a factor of one half, without the strength `reg` (whoever uses it multiplies by
that) and without a mean: it does not depend on the examples. Gradients have the shape and dtype of w. No
function modifies its arguments.
Source: lecture 1, regularisation.
"""

import numpy as np


def l2(w):
    """L2 penalty R(w) = sum of w^2, a scalar (no square root, no one half)."""
    # BEGIN SOLUTION
    return np.sum(w * w)
    # END SOLUTION


def l2_gradient(w):
    """Gradient of l2 with respect to w: an array of w's shape."""
    # BEGIN SOLUTION
    return 2 * w
    # END SOLUTION


def l1(w):
    """L1 penalty R(w) = sum of |w|, a scalar."""
    # BEGIN SOLUTION
    return np.sum(np.abs(w))
    # END SOLUTION


def l1_gradient(w):
    """A subgradient of l1 with respect to w: an array of w's shape, with 0 where an element of w is 0."""
    # BEGIN SOLUTION
    return np.sign(w)
    # END SOLUTION


def elastic_net(w, beta):
    """Elastic net penalty R(w) = sum of (beta w^2 + |w|), a scalar.

    beta: a number >= 0, the weight of the squares against the absolute values.
    """
    # BEGIN SOLUTION
    return np.sum(beta * w * w + np.abs(w))
    # END SOLUTION


def elastic_net_gradient(w, beta):
    """A subgradient of elastic_net with respect to w: an array of w's shape; |w| adds 0 where w is 0."""
    # BEGIN SOLUTION
    return 2 * beta * w + np.sign(w)
    # END SOLUTION


def soft_threshold(w, threshold):
    """Move every element of w towards 0 by `threshold`, and to 0 where it would cross it.

    threshold: a number >= 0. Returns a new array of w's shape and dtype with
        sign(w) max(|w| - threshold, 0).
    It is the v that minimises 1/2 ||v - w||^2 + threshold * l1(v): after each step on a smooth loss it makes
    weights exactly 0, which a subgradient of l1 hardly ever does.
    Source: lecture 1, L1 regularisation; Hastie, Tibshirani, Wainwright, "Statistical Learning with
    Sparsity", section 2.4.
    """
    # BEGIN SOLUTION
    return np.sign(w) * np.maximum(np.abs(w) - threshold, 0)
    # END SOLUTION


def ridge(X, y, reg):
    """Ridge regression in closed form: the only w that minimises 1/N ||X w - y||^2 + reg * l2(w).

    X: (N, D), already with any bias column, whose weight is regularised like the rest; y: (N,); reg: a
    number > 0; X and y are finite and of one dtype, float32 or float64. Returns (D,). D may be larger than
    N, and columns of X may be equal: reg > 0 makes the equations soluble. Set the gradient to 0, and mind
    that the data term is a mean and the penalty is not.
    Source: lecture 1, L2 regularisation; Hastie, Tibshirani, Friedman, "The Elements of Statistical
    Learning", section 3.4.1.
    """
    # BEGIN SOLUTION
    N, D = X.shape
    return np.linalg.solve(X.T @ X + N * reg * np.eye(D), X.T @ y)
    # END SOLUTION
