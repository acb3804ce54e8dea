# RIGHT: everything in one vector
import torch


def l1_l2_penalty(parameters, l1, l2):
    v = torch.cat([p.reshape(-1) for p in parameters])
    return l1 * v.abs().sum() + l2 * torch.dot(v, v)
