# WRONG: the old dropout, not the inverted one: no scaling in training, and multiplication by 1 - p in evaluation
import torch


def dropout(x, p, training, generator=None):
    if training:
        keep = torch.empty(x.shape, device=x.device).uniform_(0, 1, generator=generator) > p
        return torch.where(keep, x, torch.zeros_like(x))
    else:
        return x * (1 - p)
