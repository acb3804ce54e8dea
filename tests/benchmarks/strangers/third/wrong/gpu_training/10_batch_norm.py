# WRONG: the unbiased variance normalises, and the biased one goes into the running variance
import torch


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    axes = [d for d in range(x.dim()) if d != 1]
    bc = [1, x.shape[1]] + [1] * (x.dim() - 2)
    if training:
        mu, var = x.mean(axes), x.var(axes)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mu)
            running_var.mul_(1 - momentum).add_(momentum * x.var(axes, unbiased=False))
    else:
        mu, var = running_mean, running_var
    y = (x - mu.reshape(bc)) * torch.rsqrt(var.reshape(bc) + eps)
    return y * gamma.reshape(bc) + beta.reshape(bc)
