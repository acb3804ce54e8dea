# WRONG: one coin for the whole batch, and what is kept is not scaled
import torch


def stochastic_depth(residual, p, training, generator=None):
    if training and p > 0:
        if torch.rand(1, generator=generator, device=residual.device).item() < p:
            return torch.zeros_like(residual)
    return residual
