# RIGHT: bernoulli_ on a new tensor
import torch


def dropout(x, p, training, generator=None):
    if training is False or p == 0:
        return x
    noise = torch.empty_like(x, requires_grad=False).bernoulli_(1 - p, generator=generator)
    return x.mul(noise).div(1 - p)
