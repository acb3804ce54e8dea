# WRONG: the running statistics are bound to new names, and the caller's stay as they were
import torch


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    if len(x.shape) == 2:
        dims, view = (0,), (1, -1)
    else:
        dims, view = (0, 2, 3), (1, -1, 1, 1)
    if not training:
        x_hat = (x - running_mean.view(view)) / torch.sqrt(running_var.view(view) + eps)
    else:
        mean = x.mean(dim=dims, keepdim=True)
        var = ((x - mean) ** 2).mean(dim=dims, keepdim=True)
        x_hat = (x - mean) / torch.sqrt(var + eps)
        running_mean = (1 - momentum) * running_mean + momentum * mean.flatten()
        running_var = (1 - momentum) * running_var + momentum * x.var(dim=dims)
    return gamma.view(view) * x_hat + beta.view(view)
