# RIGHT: channels first as a (C, m) matrix, statistics by hand, running statistics by mul_ and add_, and back again
import torch


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    swapped = x.transpose(0, 1)  # (C, N) or (C, N, H, W)
    flat = swapped.reshape(swapped.shape[0], -1)  # (C, m)
    if training:
        m = flat.shape[1]
        mu = flat.sum(dim=1, keepdim=True) / m
        diff = flat - mu
        sum_squares = (diff * diff).sum(dim=1, keepdim=True)
        var = sum_squares / m
        with torch.no_grad():
            running_mean.mul_(1 - momentum)
            running_mean.add_(mu[:, 0], alpha=momentum)
            running_var.mul_(1 - momentum)
            running_var.add_(sum_squares[:, 0] / (m - 1), alpha=momentum)
    else:
        diff = flat - running_mean[:, None]
        var = running_var[:, None]
    out = gamma[:, None] * diff * (var + eps).pow(-0.5) + beta[:, None]
    return out.reshape(swapped.shape).transpose(0, 1)
