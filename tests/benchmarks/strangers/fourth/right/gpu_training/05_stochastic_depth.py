# RIGHT: a vector of coins, aligned by moving the examples to the last dimension
import torch


def stochastic_depth(residual, p, training, generator=None):
    if not training or not p:
        return residual
    coins = torch.rand(len(residual), generator=generator, device=residual.device, dtype=residual.dtype)
    scale = (coins >= p) / (1.0 - p)
    return torch.einsum("n...,n->n...", residual, scale.to(residual.dtype))
