# RIGHT: relu over all classes, minus what the true one adds
import torch


def multiclass_hinge(scores, y, delta=1.0):
    picked = torch.nn.functional.one_hot(y, scores.shape[1]).bool()
    true = scores.masked_select(picked)
    margins = torch.relu(scores - true[:, None] + delta)
    return margins.masked_fill(picked, 0).sum(-1).mean()
