# RIGHT: channels moved to the front and flattened; lerp_ for the statistics
import torch


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    flat = x.transpose(0, 1).flatten(1)
    if training:
        mean = flat.mean(1, keepdim=True)
        centred = flat - mean
        var = centred.square().mean(1, keepdim=True)
        m = flat.shape[1]
        with torch.no_grad():
            running_mean.lerp_(mean[:, 0], momentum)
            running_var.lerp_(var[:, 0] * (m / (m - 1)), momentum)
    else:
        centred = flat - running_mean[:, None]
        var = running_var[:, None]
    out = centred * torch.rsqrt(var + eps) * gamma[:, None] + beta[:, None]
    return out.reshape(x.transpose(0, 1).shape).transpose(0, 1)
