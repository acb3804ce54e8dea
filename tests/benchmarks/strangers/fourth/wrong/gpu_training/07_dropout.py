# WRONG: plain dropout: nothing is scaled in training, and x is multiplied by 1 - p at test time
import torch


def dropout(x, p, training, generator=None):
    if training:
        keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
        return x * keep
    return x * (1 - p)
