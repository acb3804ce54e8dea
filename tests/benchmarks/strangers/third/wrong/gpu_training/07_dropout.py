# WRONG: p is taken for the probability to keep an element
import torch


def dropout(x, p, training, generator=None):
    if training and p > 0:
        mask = torch.rand(x.size(), generator=generator, device=x.device) < p
        return mask.to(x.dtype) * x / p
    return x
