# WRONG: backward does not multiply by grad_output.
import torch


class CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        logp = torch.log_softmax(logits, 1)
        q = torch.zeros_like(logits) + label_smoothing / logits.size(1)
        q[torch.arange(len(y), device=y.device), y] += 1 - label_smoothing
        ctx.save_for_backward(logp.exp(), q)
        return -(q * logp).sum(1).mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        p, q = ctx.saved_tensors
        return (p - q) / p.shape[0], None, None
