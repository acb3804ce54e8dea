# WRONG: one coin is tossed for the whole batch instead of one for each example
import torch


def stochastic_depth(residual, p, training, generator=None):
    if not training or p == 0.0:
        return residual
    survival_rate = 1.0 - p
    coin = torch.rand(1, generator=generator, device=residual.device)
    if coin.item() < survival_rate:
        return residual / survival_rate
    return residual * 0.0
