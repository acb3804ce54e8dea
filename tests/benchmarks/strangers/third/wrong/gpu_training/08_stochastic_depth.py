# WRONG: as in the paper: no scaling in training, times 1 - p in evaluation
import torch


def stochastic_depth(residual, p, training, generator=None):
    if not training:
        return residual * (1 - p)
    shape = [residual.shape[0]] + [1] * (residual.dim() - 1)
    survive = torch.rand(shape, generator=generator, device=residual.device) >= p
    return residual * survive.to(residual.dtype)
