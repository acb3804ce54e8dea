# RIGHT: the true class, whose margin is delta, is taken off as a number
import torch


def multiclass_hinge(scores, y, delta=1.0):
    own = scores[torch.arange(len(y), device=y.device), y]
    return torch.relu(scores - own[:, None] + delta).sum(-1).mean() - delta
