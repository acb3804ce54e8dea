# WRONG: p is taken as the probability of keeping an element: kept with probability p and divided by p
import torch


def dropout(x, p, training, generator=None):
    if not training or p == 0:
        return x
    mask = (torch.rand(x.shape, generator=generator, device=x.device) < p).to(x.dtype) / p
    return x * mask
