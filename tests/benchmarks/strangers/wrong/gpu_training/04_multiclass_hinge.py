# WRONG: the mean is over all the wrong classes of all examples, N (C - 1) of them, instead of a sum over classes and a mean over examples
import torch


def multiclass_hinge(scores, y, delta=1.0):
    N, C = scores.shape
    mask = torch.ones_like(scores, dtype=torch.bool)
    mask[torch.arange(N, device=scores.device), y] = False
    correct = scores[~mask].unsqueeze(1)
    margins = (scores - correct + delta)[mask]
    return torch.relu(margins).mean()
