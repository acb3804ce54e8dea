# WRONG: two mistakes: momentum is applied to the old running statistic instead of the new one, and running_var gets the biased variance
import torch


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    is_conv = x.ndim == 4
    if training:
        if is_conv:
            mean = x.mean(dim=(0, 2, 3), keepdim=True)
            var = ((x - mean) ** 2).mean(dim=(0, 2, 3), keepdim=True)
        else:
            mean = x.mean(dim=0, keepdim=True)
            var = ((x - mean) ** 2).mean(dim=0, keepdim=True)
        running_mean.data.copy_(momentum * running_mean + (1.0 - momentum) * mean.detach().flatten())
        running_var.data.copy_(momentum * running_var + (1.0 - momentum) * var.detach().flatten())
    else:
        mean = running_mean.reshape(1, -1, 1, 1) if is_conv else running_mean
        var = running_var.reshape(1, -1, 1, 1) if is_conv else running_var
    if is_conv:
        gamma = gamma.reshape(1, -1, 1, 1)
        beta = beta.reshape(1, -1, 1, 1)
    return gamma * (x - mean) / (var + eps) ** 0.5 + beta
