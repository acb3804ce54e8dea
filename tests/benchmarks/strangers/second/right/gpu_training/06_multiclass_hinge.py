# RIGHT: all margins with the true class's own delta subtracted again.
import torch


def multiclass_hinge(scores, y, delta=1.0):
    mine = scores[torch.arange(len(y), device=y.device), y]
    wrong = torch.arange(scores.shape[1], device=y.device)[None, :] != y[:, None]
    margins = torch.nn.functional.relu(scores - mine[:, None] + delta)
    return margins[wrong].sum() / len(y)
