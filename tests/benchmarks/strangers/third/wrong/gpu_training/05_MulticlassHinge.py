# WRONG: the true class gets minus the sum of the margins instead of minus their count
import torch


class MulticlassHinge(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, y, delta):
        n = scores.shape[0]
        idx = torch.arange(n)
        margins = torch.relu(scores - scores[idx, y].unsqueeze(1) + delta)
        margins[idx, y] = 0
        ctx.save_for_backward(margins, y)
        return margins.sum() / n

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("MulticlassHinge has no second derivative: do without create_graph=True.")
        margins, y = ctx.saved_tensors
        n = margins.shape[0]
        grad = (margins > 0).to(margins.dtype)
        grad[torch.arange(n), y] = -margins.sum(dim=1)
        return grad_output * grad / n, None, None
