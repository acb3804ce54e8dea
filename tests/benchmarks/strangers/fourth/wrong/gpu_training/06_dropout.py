# WRONG: keeps with probability p instead of 1 - p
import torch


def dropout(x, p, training, generator=None):
    if not training or p == 0:
        return x
    mask = (torch.rand(x.shape, generator=generator, device=x.device) < p).to(x.dtype)
    return x * mask / (1 - p)
