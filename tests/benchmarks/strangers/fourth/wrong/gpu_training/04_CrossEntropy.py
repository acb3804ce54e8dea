# WRONG: the gradient is not divided by N
import torch


class CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        logp = torch.log_softmax(logits, dim=1)
        c = logits.size(1)
        q = torch.full_like(logits, label_smoothing / c)
        q[torch.arange(len(y)), y] += 1 - label_smoothing
        ctx.save_for_backward(logp, q)
        return -(q * logp).sum(1).mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        logp, q = ctx.saved_tensors
        return grad_output * (logp.exp() - q), None, None
