# WRONG: the mask has four dimensions whatever residual has
import torch


def stochastic_depth(residual, p, training, generator=None):
    if not training or p == 0.0:
        return residual
    keep_prob = 1 - p
    mask = torch.rand(residual.size(0), 1, 1, 1, generator=generator, device=residual.device) < keep_prob
    return residual * mask.to(residual.dtype) / keep_prob
