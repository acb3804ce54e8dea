# RIGHT: bernoulli_ on an empty mask
import torch


def dropout(x, p, training, generator=None):
    if not training or p == 0:
        return x
    mask = torch.empty_like(x).bernoulli_(1 - p, generator=generator)
    return mask.mul(x).div(1 - p)
