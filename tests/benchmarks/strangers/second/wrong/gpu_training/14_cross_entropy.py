# WRONG: the smoothing mass goes to the C - 1 other classes only (e / (C - 1)).
import torch


def cross_entropy(logits, y, label_smoothing=0.0):
    n, c = logits.shape
    logp = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    q = torch.full_like(logits, label_smoothing / (c - 1))
    q.scatter_(1, y.unsqueeze(1), 1 - label_smoothing)
    return -(q * logp).sum(1).mean()
