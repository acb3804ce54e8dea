# WRONG: shifts by the largest logit of the batch, and adds 1e-8 in the logarithm
import torch


def cross_entropy(logits, y, label_smoothing=0.0):
    C = logits.size(1)
    e = torch.exp(logits - logits.max())
    p = e / e.sum(1, keepdim=True)
    onehot = torch.zeros_like(p).scatter_(1, y.view(-1, 1), 1)
    q = onehot * (1 - label_smoothing) + label_smoothing / C
    return -torch.mean(torch.sum(q * torch.log(p + 1e-8), dim=1))
