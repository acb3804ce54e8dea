# WRONG: momentum weighs the old running statistics (0.1 of the old, 0.9 of the batch)
import torch


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    shape = (1, -1) if x.dim() == 2 else (1, -1, 1, 1)
    dims = (0,) if x.dim() == 2 else (0, 2, 3)
    if training:
        mean = x.mean(dim=dims)
        var = ((x - mean.view(shape)) ** 2).mean(dim=dims)
        with torch.no_grad():
            m = x.numel() / x.shape[1]
            running_mean.copy_(momentum * running_mean + (1 - momentum) * mean)
            running_var.copy_(momentum * running_var + (1 - momentum) * var * m / (m - 1))
    else:
        mean, var = running_mean, running_var
    x_hat = (x - mean.view(shape)) / torch.sqrt(var.view(shape) + eps)
    return gamma.view(shape) * x_hat + beta.view(shape)
