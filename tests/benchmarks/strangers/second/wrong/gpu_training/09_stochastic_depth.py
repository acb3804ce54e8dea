# WRONG: p is taken for the chance to survive.
import torch


def stochastic_depth(residual, p, training, generator=None):
    if training and p > 0:
        u = torch.rand(residual.shape[0], generator=generator, device=residual.device)
        alive = (u < p).to(residual.dtype)
        return residual * alive.reshape(-1, *[1] * (residual.dim() - 1)) / p
    return residual
