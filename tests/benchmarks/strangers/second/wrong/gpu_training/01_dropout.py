# WRONG: the mask is drawn from a normal distribution (randn), so the chance is not p.
import torch


def dropout(x, p, training, generator=None):
    if not training or p == 0:
        return x
    mask = (torch.randn(x.shape, generator=generator, device=x.device) > p).to(x.dtype)
    return mask * x / (1 - p)
