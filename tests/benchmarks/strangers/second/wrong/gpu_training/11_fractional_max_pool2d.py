# WRONG (two): the last window is not moved to the end (formula for all i), and the offset floor(alpha u) is not subtracted.
import torch


def fractional_max_pool2d(x, kernel_size, output_size, samples):
    kH, kW = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    oH, oW = output_size if isinstance(output_size, tuple) else (output_size, output_size)
    N, C, H, W = x.shape
    def idx(u, n, k, o):
        alpha = (n - k) / max(o - 1, 1)
        i = torch.arange(o, device=x.device).to(x.dtype)
        return torch.floor(alpha * (i + u.unsqueeze(-1))).long().clamp(max=n - k)
    cols, rows = idx(samples[:, :, 0], W, kW, oW), idx(samples[:, :, 1], H, kH, oH)
    best = None
    flat = x.reshape(N, C, H * W)
    for di in range(kH):
        for dj in range(kW):
            where = (rows + di).unsqueeze(-1) * W + (cols + dj).unsqueeze(-2)
            v = flat.gather(2, where.reshape(N, C, -1)).reshape(N, C, oH, oW)
            best = v if best is None else torch.maximum(best, v)
    return best
