# WRONG: the true class's entry is -1 / N instead of minus the count of violated classes / N.
import torch


class MulticlassHinge(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, y, delta):
        rows = torch.arange(scores.shape[0], device=scores.device)
        margins = torch.relu(scores - scores[rows, y].unsqueeze(1) + delta)
        margins[rows, y] = 0
        ctx.save_for_backward(margins, y)
        return margins.sum() / scores.shape[0]

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("MulticlassHinge has no second derivative: do without create_graph=True.")
        margins, y = ctx.saved_tensors
        g = (margins > 0).to(margins.dtype)
        g[torch.arange(g.shape[0], device=g.device), y] = -1
        return grad_output * g / g.shape[0], None, None
