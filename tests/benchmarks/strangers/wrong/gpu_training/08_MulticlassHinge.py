# WRONG: backward gives -1 / N at the true class instead of minus the number of violated classes / N
import torch


class MulticlassHinge(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, y, delta):
        n = scores.shape[0]
        hang = torch.arange(n, device=scores.device)
        bien = scores - scores[hang, y][:, None] + delta
        bien[hang, y] = 0
        bien = torch.maximum(bien, torch.zeros_like(bien))
        ctx.save_for_backward(bien, y)
        return bien.sum() / n

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("MulticlassHinge has no second derivative: do without create_graph=True.")
        bien, y = ctx.saved_tensors
        n = bien.shape[0]
        hang = torch.arange(n, device=bien.device)
        dao_ham = (bien > 0).to(bien.dtype)
        dao_ham[hang, y] = -1.0
        return grad_output * dao_ham / n, None, None
