# WRONG: the running variance gets the biased variance
import torch


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    if x.dim() == 2:
        axes, view = (0,), (1, x.shape[1])
    else:
        axes, view = (0, 2, 3), (1, x.shape[1], 1, 1)
    if training:
        mu = x.mean(axes)
        var = ((x - mu.reshape(view)) ** 2).mean(axes)
        running_mean.mul_(1 - momentum).add_(momentum * mu.detach())
        running_var.mul_(1 - momentum).add_(momentum * var.detach())
    else:
        mu, var = running_mean, running_var
    return gamma.reshape(view) * (x - mu.reshape(view)) / (var.reshape(view) + eps).sqrt() + beta.reshape(
        view
    )
