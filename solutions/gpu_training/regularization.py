"""Regularisation of a network: noise in its layers, and penalties on its weights (lecture 1: regularisation).

A function works on the device and in the floating dtype of the tensor that it gets, returns a tensor of the same,
and is differentiable by autograd. Only batch_norm modifies arguments, its two running statistics. Where a function
has a generator (a torch.Generator on x's device; None stands for PyTorch's global one), that is its only source
of randomness. Compose them from tensor operations: PyTorch's own versions (torch.nn.functional) are what you
compare them with. No loops over examples, channels or pixels.
"""

import torch


def dropout(x, p, training, generator=None):
    """Set each element of x to zero with probability p, and scale the others so that the mean stays.

    x: a tensor of any shape, p: a number in [0, 1), training: a bool, generator: see above. In training every
    element is, independently of all others, 0 with probability p and x / (1 - p) otherwise (inverted dropout).
    Where training is False, or p is 0, the result is x.
    Source: lecture 1, regularisation; Srivastava et al. 2014, "Dropout".
    """
    # BEGIN SOLUTION
    if not training or p == 0:
        return x
    kept = torch.rand(x.shape, generator=generator, device=x.device) >= p
    return x * kept / (1 - p)
    # END SOLUTION


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """Normalise each channel of x, then scale it by gamma and shift it by beta.

    x: (N, C) or (N, C, H, W), with at least two values a channel; gamma, beta: (C,), the learned scale and shift;
    running_mean, running_var: (C,), without gradients; training: a bool; momentum, eps: numbers. Returns, of x's
    shape,

        gamma (x - mean) / sqrt(var + eps) + beta,   for each channel c on its own.

    In training mean and var are those of the batch, over all dimensions but the channels; var is the biased one
    (the sum of squares over their number m), and both are part of what autograd differentiates. Also in training,
    and in place, each running statistic r becomes (1 - momentum) r + momentum b, where b is the batch's mean, and
    its unbiased variance (over m - 1). Otherwise mean and var are the running statistics, which stay as they are.
    Source: lecture 1, regularisation; Ioffe and Szegedy 2015, "Batch normalization".
    """
    # BEGIN SOLUTION
    others = [dimension for dimension in range(x.ndim) if dimension != 1]
    channels = (1, -1) + (1,) * (x.ndim - 2)  # (1, C) or (1, C, 1, 1)
    if training:
        mean = x.mean(dim=others)  # (C,)
        var = x.var(dim=others, correction=0)  # (C,)
        m = x.numel() // x.shape[1]
        running_mean.lerp_(mean.detach(), momentum)
        running_var.lerp_(var.detach() * m / (m - 1), momentum)
    else:
        mean, var = running_mean, running_var
    scale = gamma / (var + eps).sqrt()  # (C,)
    return (x - mean.view(channels)) * scale.view(channels) + beta.view(channels)
    # END SOLUTION


def stochastic_depth(residual, p, training, generator=None):
    """Drop the residual branch for whole examples at random, so that a network is shallower for them.

    residual: (N, ...), what a block adds to its input; p: a number in [0, 1); training: a bool; generator: see
    above. In training the row of each example is, independently of the others, all 0 with probability p, and
    divided by 1 - p otherwise. Where training is False, or p is 0, the result is residual.
    Source: lecture 1, regularisation; Huang et al. 2016, "Deep networks with stochastic depth" (there the scaling is
    done at test time).
    """
    # BEGIN SOLUTION
    if not training or p == 0:
        return residual
    rows = (len(residual),) + (1,) * (residual.ndim - 1)  # (N, 1, ..., 1)
    kept = torch.rand(rows, generator=generator, device=residual.device) >= p
    return residual * kept / (1 - p)
    # END SOLUTION


def fractional_max_pool2d(x, kernel_size, output_size, samples):
    """Max pooling to any size, over windows whose distances are drawn at random.

    x: (N, C, H, W); kernel_size = (kH, kW) and output_size = (oH, oW): pairs of integers, or one integer for both,
    with oH + kH - 1 <= H and oW + kW - 1 <= W; samples: (N, C, 2) of x's dtype, values u in [0, 1): element 0 for
    the columns and element 1 for the rows of that example's channel. Returns (N, C, oH, oW): element (i, j) is the
    maximum of the kH x kW window whose upper left corner is in row a_i and column b_j. Along a side of
    n pixels, with k the kernel's and o the output's size,

        a_i = floor(alpha (i + u)) - floor(alpha u) for i = 0 .. o - 2,   alpha = (n - k) / (o - 1),
        a_{o-1} = n - k,

    computed in x's dtype; so windows start at the first pixel, end at the last, and may overlap. Same as
    torch.nn.functional.fractional_max_pool2d with _random_samples=samples. Where several elements of a window are
    equal, any of them may get the gradient.
    Source: lecture 1, regularisation; Graham 2014, "Fractional max-pooling", section 2.
    """
    # BEGIN SOLUTION
    N, C, H, W = x.shape
    kH, kW = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    oH, oW = (output_size, output_size) if isinstance(output_size, int) else output_size

    def starts(n, k, o, u):  # u: (N, C) -> (N, C, o)
        last = torch.full_like(u[..., None], n - k)
        alpha = last / (o - 1)  # infinite for o = 1, where no window but the last is left
        i = torch.arange(o - 1, dtype=u.dtype, device=u.device)
        first = ((i + u[..., None]) * alpha).floor() - (u[..., None] * alpha).floor()
        return torch.cat([first, last], dim=-1).long()

    rows = starts(H, kH, oH, samples[..., 1])[..., None] + torch.arange(kH, device=x.device)  # (N, C, oH, kH)
    columns = starts(W, kW, oW, samples[..., 0])[..., None] + torch.arange(
        kW, device=x.device
    )  # (N, C, oW, kW)
    pixels = rows[:, :, :, None, :, None] * W + columns[:, :, None, :, None, :]  # (N, C, oH, oW, kH, kW)
    windows = x.flatten(2).gather(2, pixels.flatten(2)).view(N, C, oH, oW, kH * kW)
    return windows.max(dim=-1).values
    # END SOLUTION


def l1_l2_penalty(parameters, l1, l2):
    """The penalty l1 * sum of |w| + l2 * sum of w^2 over all elements of all parameters.

    parameters: an iterable of tensors (a generator too, such as model.parameters(), which can be gone through only
    once), at least one; l1, l2: numbers >= 0. Returns a scalar tensor. There is no factor one half, and no
    parameter is left out.
    Source: lecture 1, regularisation; Zou and Hastie 2005, "Regularization and variable selection via the elastic
    net".
    """
    # BEGIN SOLUTION
    return sum(l1 * w.abs().sum() + l2 * w.square().sum() for w in parameters)
    # END SOLUTION
