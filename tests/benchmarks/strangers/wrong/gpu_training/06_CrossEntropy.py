# WRONG: backward ignores grad_output, so the gradient is right only where the loss itself is the final result
import torch


class CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        N, C = logits.shape
        z = logits - logits.max(dim=1, keepdim=True).values
        log_p = z - z.exp().sum(dim=1, keepdim=True).log()
        q = torch.full_like(log_p, label_smoothing / C)
        q[torch.arange(N, device=logits.device), y] += 1 - label_smoothing
        ctx.save_for_backward(log_p.exp(), q)
        return -(q * log_p).sum(dim=1).mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        p, q = ctx.saved_tensors
        grad_logits = (p - q) / p.shape[0]
        return grad_logits, None, None
