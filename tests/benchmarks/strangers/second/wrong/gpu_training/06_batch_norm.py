# WRONG (two): the running statistics are bound to new tensors (nothing changes outside), eps is added to the root.
import torch


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    dims = (0,) if x.dim() == 2 else (0, 2, 3)
    shape = (1, x.size(1)) if x.dim() == 2 else (1, x.size(1), 1, 1)
    if training:
        mean = x.mean(dim=dims)
        var = x.var(dim=dims, correction=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(dim=dims)
    else:
        mean, var = running_mean, running_var
    x_hat = (x - mean.reshape(shape)) / (torch.sqrt(var.reshape(shape)) + eps)
    return gamma.reshape(shape) * x_hat + beta.reshape(shape)
