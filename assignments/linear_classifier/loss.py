"""Scores, losses and probabilities of a linear classifier (lecture 1: linear models, loss functions).

In every function
    X is (N, D), a batch of N examples in rows (any bias column is already part of X),
    W is (D, C), one column of weights for each class, so that the scores are X @ W, (N, C),
    y is (N,), the true classes: integers in 0 .. C - 1, of any integer dtype but uint64 (with which numpy turns
    computed positions into floats).
You may assume N >= 1, D >= 1 and C >= 2, and that X and W are finite and of one dtype, float32 or float64.
Arrays that are returned keep that dtype: float32 in, float32 out. A loss is a number of any kind. No function
modifies its arguments. Losses are the mean over the batch of the data term alone; regularisation is a module of its
own. Logarithms are natural.
"""

import numpy as np


def add_bias(X):
    """Append a column of ones to X: the bias trick, by which the last row of W becomes the bias.

    X: (N, D). Returns a new (N, D + 1) array of X's dtype whose last column is 1.
    Source: CS231n notes, "Linear classification", the bias trick.
    """
    raise NotImplementedError("add_bias: not written yet")


def linear_scores(W, X):
    """The scores of all classes for all examples.

    W: (D, C), X: (N, D). Returns (N, C): row i holds the scores f(x_i) = x_i W of example i.
    Source: lecture 1, linear models.
    """
    raise NotImplementedError("linear_scores: not written yet")


def svm_loss_naive(W, X, y, delta=1.0):
    """Multiclass SVM (hinge) loss, with explicit loops over the examples and the classes.

    W: (D, C), X: (N, D), y: (N,), delta: the margin, a number >= 0. Returns a scalar, the mean over the
    batch of

        L_i = sum over j != y_i of max(0, s_j - s_{y_i} + delta),   s = x_i W.

    The true class is not part of the sum. Write it as the formula reads, one example and one class at a
    time: this is the function that you will check the vectorised one against.
    Source: lecture 1, loss functions; CS231n notes, "Linear classification", multiclass SVM loss.
    """
    raise NotImplementedError("svm_loss_naive: not written yet")


def svm_loss(W, X, y, delta=1.0):
    """Multiclass SVM (hinge) loss, vectorised: no loop over examples or classes.

    Same arguments and value as svm_loss_naive: the mean over the batch of

        L_i = sum over j != y_i of max(0, s_j - s_{y_i} + delta),   s = x_i W.

    Work with (N, C) arrays; one of shape (N, D, C) is too big for real data.
    """
    raise NotImplementedError("svm_loss: not written yet")


def softmax(scores):
    """Turn each row of scores into probabilities.

    scores: (N, C). Returns (N, C) in the same dtype: p_ij = exp(s_ij) / sum over k of exp(s_ik), so each
    row sums to one. It must stay finite for any finite scores, for example of +-10,000: exp(1000)
    overflows, but subtracting the row's maximum from the row changes no probability.
    Source: lecture 1, softmax classifier; CS231n notes, "Practical issues: numeric stability".
    """
    raise NotImplementedError("softmax: not written yet")


def softmax_loss_naive(W, X, y):
    """Softmax (cross-entropy) loss, with explicit loops over the examples and the classes.

    W: (D, C), X: (N, D), y: (N,). Returns a scalar, the mean over the batch of

        L_i = -log(exp(s_{y_i}) / sum over j of exp(s_j)) = log(sum over j of exp(s_j)) - s_{y_i},  s = x_i W.

    It must stay finite for any finite scores, for example of +-10,000. Subtract the row's maximum first,
    and prefer the second form: in the first the quotient can become 0, and log 0 is -infinity.
    Source: lecture 1, softmax classifier; CS231n notes, "Linear classification".
    """
    raise NotImplementedError("softmax_loss_naive: not written yet")


def softmax_loss(W, X, y):
    """Softmax (cross-entropy) loss, vectorised: no loop over examples or classes.

    Same arguments and value as softmax_loss_naive: the mean over the batch of

        L_i = log(sum over j of exp(s_j)) - s_{y_i},   s = x_i W,

    finite for any finite scores, for example of +-10,000.
    """
    raise NotImplementedError("softmax_loss: not written yet")


def kl_divergence(p, q):
    """Kullback-Leibler divergence of two distributions over C classes.

    p, q: (C,), non-negative, each summing to one; q_c > 0 wherever p_c > 0. Returns a scalar,

        D(p || q) = sum over c of p_c log(p_c / q_c),

    where a term with p_c = 0 counts as 0, whatever q_c is. Note that it is not symmetric. For a one-hot p
    it is the cross-entropy loss -log q_y.
    Source: lecture 1, loss functions.
    """
    raise NotImplementedError("kl_divergence: not written yet")
