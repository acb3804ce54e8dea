# WRONG: element 0 of the samples is taken for the rows and element 1 for the columns
import torch


def fractional_max_pool2d(x, kernel_size, output_size, samples):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    oh, ow = (output_size, output_size) if isinstance(output_size, int) else output_size
    N, C, H, W = x.shape

    def starts(n, k, o, u):
        if o == 1:
            return torch.full((N, C, 1), n - k, dtype=torch.long, device=x.device)
        alpha = torch.tensor((n - k) / (o - 1), dtype=x.dtype, device=x.device)
        i = torch.arange(o - 1, dtype=x.dtype, device=x.device)
        first = torch.floor(alpha * (i + u[..., None])) - torch.floor(alpha * u[..., None])
        last = torch.full((N, C, 1), n - k, dtype=x.dtype, device=x.device)
        return torch.cat([first, last], dim=-1).long()

    rows = starts(H, kh, oh, samples[:, :, 0])
    cols = starts(W, kw, ow, samples[:, :, 1])
    rows = rows[..., None] + torch.arange(kh, device=x.device)
    cols = cols[..., None] + torch.arange(kw, device=x.device)
    n = torch.arange(N, device=x.device).view(N, 1, 1, 1, 1, 1)
    c = torch.arange(C, device=x.device).view(1, C, 1, 1, 1, 1)
    windows = x[n, c, rows[:, :, :, None, :, None], cols[:, :, None, :, None, :]]
    return windows.amax(dim=(-1, -2))
