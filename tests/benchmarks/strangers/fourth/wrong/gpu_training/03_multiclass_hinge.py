# WRONG: mean over the classes too
import torch


def multiclass_hinge(scores, y, delta=1.0):
    correct = scores.gather(1, y.view(-1, 1))
    margins = torch.clamp(scores - correct + delta, min=0)
    mask = torch.ones_like(margins)
    mask[torch.arange(scores.shape[0]), y] = 0
    return (margins * mask).mean()
