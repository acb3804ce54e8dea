# WRONG: backward takes the hard labels whatever the smoothing, and leaves grad_output out
import torch


class CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        n, c = logits.shape
        logp = logits - torch.logsumexp(logits, dim=1, keepdim=True)
        ctx.save_for_backward(logp.exp(), y)
        q = torch.full_like(logp, label_smoothing / c)
        q[torch.arange(n), y] += 1 - label_smoothing
        return -(q * logp).sum() / n

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        p, y = ctx.saved_tensors
        grad = p.clone()
        grad[torch.arange(len(y)), y] -= 1
        grad /= len(y)
        return grad, None, None
