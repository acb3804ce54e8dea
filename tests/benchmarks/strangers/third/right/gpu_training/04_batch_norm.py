# RIGHT: channels in the first place, one long row each
import torch


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    rows = x.transpose(0, 1).flatten(1)
    if training:
        mean = rows.mean(1)
        var = rows.var(1, correction=0)
        with torch.no_grad():
            running_mean.lerp_(mean.detach(), momentum)
            running_var.lerp_(rows.detach().var(1), momentum)
    else:
        mean, var = running_mean, running_var
    out = (rows - mean[:, None]) / (var[:, None] + eps).sqrt()
    out = out * gamma[:, None] + beta[:, None]
    return out.reshape(x.transpose(0, 1).shape).transpose(0, 1)
