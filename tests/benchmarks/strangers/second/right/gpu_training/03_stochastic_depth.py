# RIGHT: the coins as a division by 1 - p of a floor, in one line.
import torch


def stochastic_depth(residual, p, training, generator=None):
    if not training or not p:
        return residual
    coins = torch.floor(torch.rand(len(residual), generator=generator, device=residual.device) + (1 - p))
    coins = coins.to(residual.dtype)[(...,) + (None,) * (residual.ndim - 1)]
    return residual * (coins / (1 - p))
