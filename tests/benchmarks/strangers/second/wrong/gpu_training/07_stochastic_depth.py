# WRONG: one coin for the whole batch.
import torch


def stochastic_depth(residual, p, training, generator=None):
    if not training or p == 0:
        return residual
    if torch.rand(1, generator=generator, device=residual.device).item() < p:
        return torch.zeros_like(residual)
    return residual / (1 - p)
