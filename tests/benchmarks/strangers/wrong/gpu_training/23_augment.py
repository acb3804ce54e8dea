# WRONG: torch.fliplr flips dimension 1, which is the colour channels of a batch, not left and right
import torch
import torch.nn.functional as F


def augment(images, generator):
    N = images.shape[0]
    device = images.device
    flip = torch.rand(N, generator=generator, device=device) < 0.5
    out = torch.where(flip[:, None, None, None], torch.fliplr(images), images)

    padded = F.pad(out.float(), (4, 4, 4, 4), mode="reflect")
    dy = torch.randint(0, 9, (N,), generator=generator, device=device)
    dx = torch.randint(0, 9, (N,), generator=generator, device=device)
    r = torch.arange(32, device=device)
    rows = (dy[:, None] + r)[:, None, :, None]
    cols = (dx[:, None] + r)[:, None, None, :]
    n = torch.arange(N, device=device)[:, None, None, None]
    c = torch.arange(3, device=device)[None, :, None, None]
    return padded[n, c, rows, cols].to(images.dtype)
