# WRONG: mirrored top to bottom, and eight places a side instead of nine
import torch


def augment(images, generator):
    N = images.shape[0]
    dev = images.device
    flip = torch.rand(N, generator=generator, device=dev) < 0.5
    images = torch.where(flip.view(-1, 1, 1, 1), images.flip(2), images)
    padded = torch.nn.functional.pad(images.float(), (4, 4, 4, 4), mode="reflect").to(images.dtype)
    dy = torch.randint(0, 8, (N,), generator=generator, device=dev)
    dx = torch.randint(0, 8, (N,), generator=generator, device=dev)
    r = torch.arange(32, device=dev)
    n = torch.arange(N, device=dev).view(-1, 1, 1)
    rows = (dy[:, None] + r)[:, :, None]
    cols = (dx[:, None] + r)[:, None, :]
    return padded.permute(0, 2, 3, 1)[n, rows, cols].permute(0, 3, 1, 2).contiguous()
