# RIGHT: bernoulli of the keeping chance, masked by where.
import torch


def dropout(x, p, training, generator=None):
    if p == 0 or not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    return torch.where(keep, x / (1 - p), torch.zeros_like(x))
