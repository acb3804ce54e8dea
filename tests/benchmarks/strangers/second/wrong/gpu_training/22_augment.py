# WRONG (two): one coin flips the whole batch, and the padding is zeros.
import torch


def augment(images, generator):
    if torch.rand(1, generator=generator, device=images.device).item() < 0.5:
        images = torch.flip(images, dims=[3])
    n = images.shape[0]
    padded = torch.nn.functional.pad(images, (4, 4, 4, 4))
    dy = torch.randint(0, 9, (n,), generator=generator, device=images.device)
    dx = torch.randint(0, 9, (n,), generator=generator, device=images.device)
    r = torch.arange(32, device=images.device)
    rows = (dy[:, None] + r)[:, None, :, None]
    cols = (dx[:, None] + r)[:, None, None, :]
    ni = torch.arange(n, device=images.device)[:, None, None, None]
    ci = torch.arange(3, device=images.device)[None, :, None, None]
    return padded[ni, ci, rows, cols]
