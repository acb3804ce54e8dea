# RIGHT: logsumexp and gather, the smoothing as a mix of two losses
import torch


def cross_entropy(logits, y, label_smoothing=0.0):
    lse = torch.logsumexp(logits, dim=-1)
    hard = lse - logits.gather(1, y[:, None]).squeeze(1)
    soft = lse - logits.mean(dim=-1)
    return ((1 - label_smoothing) * hard + label_smoothing * soft).mean()
