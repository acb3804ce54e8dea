# WRONG: whether it trains is read from torch.is_grad_enabled() instead of from `training`.
import torch


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    axes = tuple(i for i in range(x.ndim) if i != 1)
    view = (1, -1) + (1,) * (x.ndim - 2)
    if not torch.is_grad_enabled():
        mu, var = running_mean, running_var
    else:
        mu = x.mean(axes)
        var = ((x - mu.view(view)) ** 2).mean(axes)
        n = x.numel() / x.shape[1]
        running_mean.data = (1 - momentum) * running_mean.data + momentum * mu.detach()
        running_var.data = (1 - momentum) * running_var.data + momentum * var.detach() * n / (n - 1)
    return gamma.view(view) * (x - mu.view(view)) / (var.view(view) + eps).sqrt() + beta.view(view)
