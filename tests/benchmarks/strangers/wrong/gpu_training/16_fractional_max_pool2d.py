# WRONG: the two samples are swapped: element 0 is used for the rows and element 1 for the columns
import torch


def get_starts(n, k, o, u):
    # u: (N, C) -> list of o tensors (N, C)
    if o == 1:
        return [torch.full_like(u, n - k).long()]
    alpha = torch.full_like(u, n - k) / (o - 1)
    starts = []
    for i in range(o - 1):
        starts.append((torch.floor(alpha * (i + u)) - torch.floor(alpha * u)).long())
    starts.append(torch.full_like(u, n - k).long())
    return starts


def fractional_max_pool2d(x, kernel_size, output_size, samples):
    N, C, H, W = x.shape
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size, kernel_size)
    if isinstance(output_size, int):
        output_size = (output_size, output_size)
    kH, kW = kernel_size
    oH, oW = output_size
    a = get_starts(H, kH, oH, samples[:, :, 0])
    b = get_starts(W, kW, oW, samples[:, :, 1])
    flat = x.reshape(N, C, H * W)
    dr, dc = torch.meshgrid(
        torch.arange(kH, device=x.device), torch.arange(kW, device=x.device), indexing="ij"
    )
    offsets = (dr * W + dc).reshape(1, 1, -1)
    rows = []
    for i in range(oH):
        row = []
        for j in range(oW):
            corner = (a[i] * W + b[j]).unsqueeze(-1)
            window = torch.gather(flat, 2, corner + offsets)
            row.append(window.amax(dim=-1))
        rows.append(torch.stack(row, dim=-1))
    return torch.stack(rows, dim=-2)
