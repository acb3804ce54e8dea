# WRONG: the smoothing is shared among the other C - 1 classes instead of all C
import torch


def cross_entropy(logits, y, label_smoothing=0.0):
    C = logits.shape[1]
    logp = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    q = torch.full_like(logp, label_smoothing / (C - 1))
    q.scatter_(1, y.unsqueeze(1), 1.0 - label_smoothing)
    return -(q * logp).sum(dim=1).mean()
