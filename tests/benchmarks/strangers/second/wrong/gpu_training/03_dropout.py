# WRONG (two): one mask for all rows of the batch, and the generator is not used.
import torch


def dropout(x, p, training, generator=None):
    if training and p > 0:
        mask = torch.bernoulli(torch.full_like(x[:1], 1 - p))
        return x * mask.expand_as(x) / (1 - p)
    return x
