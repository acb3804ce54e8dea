# WRONG: the running statistics are bound to new tensors and so not kept, and eps stands outside the root
import torch


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    dims = (0,) if x.ndim == 2 else (0, 2, 3)

    def expand(v):
        return v if x.ndim == 2 else v[None, :, None, None]

    if training:
        mean = torch.mean(x, dim=dims)
        var = torch.var(x, dim=dims, unbiased=False)
        m = x.numel() / x.shape[1]
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_var = (1 - momentum) * running_var + momentum * var.detach() * m / (m - 1)
    else:
        mean, var = running_mean, running_var
    x_norm = (x - expand(mean)) / (torch.sqrt(expand(var)) + eps)
    return expand(gamma) * x_norm + expand(beta)
