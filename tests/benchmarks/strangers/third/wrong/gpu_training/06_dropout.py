# WRONG: scales by 1 - p in evaluation as well, though training is inverted already
import torch


def dropout(x, p, training, generator=None):
    if not training:
        return x * (1 - p)
    mask = (torch.rand(x.shape, generator=generator, device=x.device) > p).to(x.dtype)
    return x * mask / (1 - p)
