# RIGHT: all parameters laid end to end.
import torch


def l1_l2_penalty(parameters, l1, l2):
    flat = torch.cat([w.reshape(-1) for w in parameters])
    return l1 * flat.abs().sum() + l2 * flat @ flat
