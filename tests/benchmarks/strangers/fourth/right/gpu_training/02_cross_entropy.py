# RIGHT: the two parts of the smoothed loss apart
import torch


def cross_entropy(logits, y, label_smoothing=0.0):
    gap = torch.logsumexp(logits, -1, keepdim=True) - logits
    hard = torch.gather(gap, 1, y[:, None]).mean()
    return (1 - label_smoothing) * hard + label_smoothing * gap.mean()
