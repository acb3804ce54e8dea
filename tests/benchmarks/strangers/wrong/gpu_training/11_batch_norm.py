# WRONG: x.var() is unbiased by default, and is also used to normalise the batch, where the biased variance belongs
import torch


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    if x.dim() == 4:
        dims, shape = (0, 2, 3), (1, -1, 1, 1)
    else:
        dims, shape = (0,), (1, -1)
    if training:
        mean = x.mean(dim=dims)
        var = x.var(dim=dims)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var)
    else:
        mean = running_mean
        var = running_var
    x_hat = (x - mean.view(shape)) / torch.sqrt(var.view(shape) + eps)
    return gamma.view(shape) * x_hat + beta.view(shape)
