# RIGHT: one long vector of all parameters
import torch


def l1_l2_penalty(parameters, l1, l2):
    w = torch.cat([p.flatten() for p in parameters])
    return l1 * torch.linalg.vector_norm(w, 1) + l2 * w.dot(w)
