# RIGHT: an in-place Bernoulli draw of factors 0 or 1 / (1 - p), one an example
import torch


def stochastic_depth(residual, p, training, generator=None):
    if training and p > 0:
        keep = 1 - p
        factors = residual.new_empty(residual.size(0)).bernoulli_(keep, generator=generator).div_(keep)
        return torch.einsum("n...,n->n...", residual, factors)
    return residual
