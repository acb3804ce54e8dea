# WRONG: two mistakes in backward: the labels are not smoothed there (p - one-hot), and the division by N is missing
import torch
import torch.nn.functional as F


class CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        log_probs = F.log_softmax(logits, dim=-1)
        nll = -log_probs.gather(dim=-1, index=y.unsqueeze(-1)).squeeze(-1)
        smooth = -log_probs.mean(dim=-1)
        loss = (1.0 - label_smoothing) * nll + label_smoothing * smooth
        ctx.save_for_backward(log_probs, y)
        ctx.label_smoothing = label_smoothing
        return loss.mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        log_probs, y = ctx.saved_tensors
        grad = log_probs.exp()
        grad[range(len(y)), y] -= 1
        return grad * grad_output, None, None
