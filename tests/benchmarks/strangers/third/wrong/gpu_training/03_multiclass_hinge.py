# WRONG: the mean over all N * C margins
import torch


def multiclass_hinge(scores, y, delta=1.0):
    output_y = scores[torch.arange(0, y.size(0)), y].view(-1, 1)
    loss = scores - output_y + delta
    loss = loss.clamp(min=0)
    keep = torch.ones_like(loss)
    keep[torch.arange(0, y.size(0)), y] = 0
    return (loss * keep).mean()
