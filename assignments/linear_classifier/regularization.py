"""Regularisation of the weights (lecture 1: regularisation).

W is an array of any shape, float32 or float64; the bias row is regularised like the rest. A penalty R(W) is
a sum over all elements of W, without a factor of one half, without the strength `reg` (whoever uses it
multiplies by that) and without a mean: it does not depend on the examples. Gradients have the shape of
W; that of l2 also keeps its dtype, the others may be float64. No function modifies W.
Source: lecture 1, regularisation; CS231n notes, "Linear classification".
"""

import numpy as np


def l2(W):
    """L2 penalty R(W) = sum of W^2, a scalar (no square root, no one half)."""
    raise NotImplementedError("l2: not written yet")


def l2_gradient(W):
    """Gradient of l2 with respect to W: an array of W's shape."""
    raise NotImplementedError("l2_gradient: not written yet")


def l1(W):
    """L1 penalty R(W) = sum of |W|, a scalar."""
    raise NotImplementedError("l1: not written yet")


def l1_gradient(W):
    """Gradient of l1 with respect to W: an array of W's shape, with 0 where an element of W is 0."""
    raise NotImplementedError("l1_gradient: not written yet")


def elastic_net(W, beta):
    """Elastic net penalty R(W) = sum of (beta W^2 + |W|), a scalar.

    beta: a number >= 0, the weight of the squares against the absolute values.
    """
    raise NotImplementedError("elastic_net: not written yet")


def elastic_net_gradient(W, beta):
    """Gradient of elastic_net with respect to W: an array of W's shape; |W| adds 0 where W is 0."""
    raise NotImplementedError("elastic_net_gradient: not written yet")
