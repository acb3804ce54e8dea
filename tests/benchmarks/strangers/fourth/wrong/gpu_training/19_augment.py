# WRONG: one coin and one place for the whole batch
import torch
import torch.nn.functional as F


def augment(images, generator):
    device = images.device
    out = images
    if torch.rand(1, generator=generator, device=device) < 0.5:
        out = torch.flip(out, dims=[3])
    padded = F.pad(out.float(), (4, 4, 4, 4), mode="reflect").to(images.dtype)
    dy, dx = torch.randint(0, 9, (2,), generator=generator, device=device).tolist()
    return padded[:, :, dy : dy + 32, dx : dx + 32].clone()
