# WRONG: clamp(min=0) passes a gradient of 1 where a margin is exactly 0, which should be 0
import torch


def multiclass_hinge(scores, y, delta=1.0):
    idx = torch.arange(scores.size(0), device=scores.device)
    correct_scores = scores[idx, y].view(-1, 1)
    margins = (scores - correct_scores + delta).clamp(min=0)
    mask = torch.ones_like(margins)
    mask[idx, y] = 0
    loss = (margins * mask).sum(dim=1).mean()
    return loss
