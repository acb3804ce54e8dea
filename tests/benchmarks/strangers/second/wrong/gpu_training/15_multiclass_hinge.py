# WRONG: the mean over all N x C margins (torch's mean()) instead of the sum over classes.
import torch


def multiclass_hinge(scores, y, delta=1.0):
    correct = scores.gather(1, y[:, None])
    margins = (scores - correct + delta).clamp(min=0)
    mask = torch.ones_like(scores).scatter(1, y[:, None], 0.0)
    return (margins * mask).mean()
