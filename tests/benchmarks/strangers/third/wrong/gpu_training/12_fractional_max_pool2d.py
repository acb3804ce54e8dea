# WRONG: element 0 of the samples is used for the rows and element 1 for the columns
import torch


def fractional_max_pool2d(x, kernel_size, output_size, samples):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    oh, ow = (output_size, output_size) if isinstance(output_size, int) else output_size
    N, C, H, W = x.shape

    def starts(n, k, o, u):
        if o == 1:
            return torch.full((N, C, 1), n - k, dtype=torch.long, device=x.device)
        alpha = torch.tensor((n - k) / (o - 1), dtype=x.dtype, device=x.device)
        i = torch.arange(o, device=x.device).to(x.dtype)
        a = torch.floor(alpha * (i + u[..., None])) - torch.floor(alpha * u[..., None])
        a[..., -1] = n - k
        return a.long()

    rows = starts(H, kh, oh, samples[:, :, 0])
    cols = starts(W, kw, ow, samples[:, :, 1])
    r = rows[..., :, None] + torch.arange(kh, device=x.device)
    c = cols[..., :, None] + torch.arange(kw, device=x.device)
    flat = r[:, :, :, None, :, None] * W + c[:, :, None, :, None, :]
    got = torch.gather(x.reshape(N, C, -1), 2, flat.reshape(N, C, -1))
    return got.view(N, C, oh, ow, kh * kw).amax(dim=-1)
