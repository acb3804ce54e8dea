# WRONG: not scaled in training, scaled by 1 - p in evaluation (dropout as it was before inverted dropout).
import torch


def dropout(x, p, training, generator=None):
    if training:
        keep = torch.rand(x.size(), generator=generator, device=x.device, dtype=x.dtype) >= p
        return x * keep
    return x * (1 - p)
