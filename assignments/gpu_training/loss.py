"""The losses of a classifier on a batch of scores, in PyTorch (lecture 1: loss functions).

In every function
    logits and scores are (N, C) tensors of a floating dtype, the scores of C classes for N examples,
    y is (N,), the true classes: an int64 tensor on the same device, with values in 0 .. C - 1.
You may assume N >= 1 and C >= 2, and finite scores. A loss is a scalar tensor (of shape ()) of the scores' dtype
and device, and autograd can differentiate it with respect to the scores. No function modifies its arguments,
calls torch.nn.functional's own loss, or loops over examples or classes. Logarithms are natural.
"""

import torch


def cross_entropy(logits, y, label_smoothing=0.0):
    """Cross-entropy of the softmax of the logits, mean over the batch, with smoothed labels.

    logits: (N, C), y: (N,), label_smoothing: a number e in [0, 1). Returns the scalar

        mean over i of  - sum over c of q_ic log p_ic,   p_i = softmax(logits_i),

    where q_i gives each class e / C, and the true class 1 - e on top of that: for e = 0 this is -log p_{i, y_i}.
    Write log p_ic = s_ic - log(sum over k of exp(s_ik)) and subtract the row's maximum from the row first, so
    that the loss and its gradient stay finite for any finite logits, for example of +-10,000.
    Source: lecture 1, softmax classifier; label smoothing: Szegedy et al. 2016, "Rethinking the Inception
    architecture", section 7.
    """
    raise NotImplementedError("cross_entropy: not written yet")


def multiclass_hinge(scores, y, delta=1.0):
    """Multiclass SVM (hinge) loss, mean over the batch.

    scores: (N, C), y: (N,), delta: the margin, a number >= 0. Returns the scalar

        mean over i of  sum over j != y_i of max(0, s_ij - s_{i, y_i} + delta).

    The true class is not part of the sum. Where a margin is exactly 0 its gradient is 0.
    Source: lecture 1, loss functions; CS231n notes, "Linear classification", multiclass SVM loss.
    """
    raise NotImplementedError("multiclass_hinge: not written yet")
