# WRONG: element 0 of samples is used for the rows and element 1 for the columns.
import torch


def fractional_max_pool2d(x, kernel_size, output_size, samples):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    oh, ow = (output_size, output_size) if isinstance(output_size, int) else output_size
    N, C, H, W = x.shape

    def starts(u, n, k, o):
        if o == 1:
            return torch.full((N, C, 1), n - k, dtype=torch.long, device=x.device)
        alpha = (n - k) / (o - 1)
        i = torch.arange(o - 1, dtype=x.dtype, device=x.device)
        a = torch.floor(alpha * (i + u[..., None])) - torch.floor(alpha * u)[..., None]
        last = torch.full((N, C, 1), n - k, dtype=x.dtype, device=x.device)
        return torch.cat([a, last], -1).long()

    r = starts(samples[..., 0], H, kh, oh)
    c = starts(samples[..., 1], W, kw, ow)
    rows = r[..., None] + torch.arange(kh, device=x.device)
    cols = c[..., None] + torch.arange(kw, device=x.device)
    ni = torch.arange(N, device=x.device).view(N, 1, 1, 1, 1, 1)
    ci = torch.arange(C, device=x.device).view(1, C, 1, 1, 1, 1)
    windows = x[ni, ci, rows[:, :, :, None, :, None], cols[:, :, None, :, None, :]]
    return windows.amax((-1, -2))
