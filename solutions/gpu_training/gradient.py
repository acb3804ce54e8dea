"""The same two losses with gradients written by hand, as operations of autograd (lecture 1: gradient descent).

An operation is a class with two static methods that PyTorch calls: `forward` computes the loss and keeps in `ctx`
what its gradient needs; `backward` gets the gradient of the final result with respect to the loss,
`grad_output`, and returns by the chain rule one gradient for each argument of `forward` after `ctx`, None for
those that have none. Neither is recorded by autograd: what you write in `backward` is the gradient.

In every method
    logits and scores are (N, C) tensors of a floating dtype, y is (N,), int64, with values in 0 .. C - 1,
    grad_output is a scalar tensor.
You may assume N >= 1, C >= 2 and finite scores. Losses are the mean over the batch. No method modifies its tensors
or loops over examples or classes. Check what you write with torch.autograd.gradcheck, in float64.
"""

import torch


class CrossEntropy(torch.autograd.Function):
    """Cross-entropy with smoothed labels: CrossEntropy.apply(logits, y, label_smoothing) is loss.cross_entropy's value.

    Backward is a formula of its own, which autograd does not see: so there is no second derivative, and asking for
    one (create_graph=True) is an error instead of a wrong answer.
    """

    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        """The loss.

        logits: (N, C), y: (N,), label_smoothing: a number e in [0, 1). Returns the scalar tensor

            mean over i of  - sum over c of q_ic log p_ic,   p_i = softmax(logits_i),

        where q_i gives each class e / C, and the true class 1 - e on top of that; finite for any finite logits.
        Keep what backward needs: tensors by ctx.save_for_backward(...), a number as ctx.name = number.
        """
        # BEGIN SOLUTION
        shifted = logits - logits.amax(dim=1, keepdim=True)
        log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()  # (N, C)
        ctx.save_for_backward(log_p, y)
        ctx.label_smoothing = label_smoothing
        return -(1 - label_smoothing) * log_p.gather(1, y[:, None]).mean() - label_smoothing * log_p.mean()
        # END SOLUTION

    @staticmethod
    def backward(ctx, grad_output):
        """The gradients with respect to logits, y and label_smoothing: a (N, C) tensor, None, None.

        The first is grad_output times that of the loss, whose row i is

            (p_i - q_i) / N.

        Source: lecture 1, gradient descent; CS231n notes, "Neural networks case study", the gradient.
        """
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        # BEGIN SOLUTION
        log_p, y = ctx.saved_tensors
        q_true = torch.full_like(log_p[:, :1], 1 - ctx.label_smoothing)  # (N, 1)
        p_minus_q = (log_p.exp() - ctx.label_smoothing / log_p.shape[1]).scatter_add(1, y[:, None], -q_true)
        return grad_output * p_minus_q / len(y), None, None
        # END SOLUTION


class MulticlassHinge(torch.autograd.Function):
    """Multiclass SVM loss: MulticlassHinge.apply(scores, y, delta) is the value of loss.multiclass_hinge.

    Asking for its second derivative (create_graph=True) is an error, as for CrossEntropy.
    """

    @staticmethod
    def forward(ctx, scores, y, delta):
        """The loss.

        scores: (N, C), y: (N,), delta: the margin, a number >= 0. Returns the scalar tensor

            mean over i of  sum over j != y_i of max(0, s_ij - s_{i, y_i} + delta).

        Keep what backward needs: tensors by ctx.save_for_backward(...), a number as ctx.name = number.
        """
        # BEGIN SOLUTION
        margins = torch.relu(scores - scores.gather(1, y[:, None]) + delta).scatter(
            1, y[:, None], 0.0
        )  # (N, C)
        ctx.save_for_backward(margins > 0, y)
        return margins.sum(dim=1).mean()
        # END SOLUTION

    @staticmethod
    def backward(ctx, grad_output):
        """The gradients with respect to scores, y and delta: a (N, C) tensor, None, None.

        The first is grad_output times that of the loss, whose row i is 1 / N at each violated class, j != y_i with
        s_ij - s_{i, y_i} + delta > 0, and minus their count / N at y_i.

        Source: CS231n notes, "Optimization", computing the gradient analytically with calculus.
        """
        if torch.is_grad_enabled():
            raise RuntimeError("MulticlassHinge has no second derivative: do without create_graph=True.")
        # BEGIN SOLUTION
        violated, y = ctx.saved_tensors
        violated = violated.to(grad_output.dtype)  # (N, C) of ones and zeros, 0 at the true class
        gradient = violated.scatter(1, y[:, None], -violated.sum(dim=1, keepdim=True))
        return grad_output * gradient / len(y), None, None
        # END SOLUTION
