# WRONG: a coin for each element (dropout) instead of for each example.
import torch


def stochastic_depth(residual, p, training, generator=None):
    if not training or p == 0.0:
        return residual
    keep = torch.empty_like(residual).bernoulli_(1 - p, generator=generator)
    return residual * keep / (1 - p)
