# RIGHT: a table of the 40 reflected positions, the crop by two gathers, the mirror as a reversed index
import torch


def augment(images, generator):
    N = images.size(0)
    dev = images.device
    bang = torch.cat([torch.arange(4, 0, -1), torch.arange(32), torch.arange(30, 26, -1)]).to(dev)  # (40,)
    lech = torch.randint(9, (2, N), generator=generator, device=dev)
    lat = torch.randint(2, (N, 1), generator=generator, device=dev).bool()
    i = torch.arange(32, device=dev).expand(N, 32)
    hang = bang[lech[0][:, None] + i]  # (N, 32)
    cot = bang[lech[1][:, None] + torch.where(lat, 31 - i, i)]  # (N, 32)
    chon_hang = images.gather(2, hang[:, None, :, None].expand(N, 3, 32, 32))
    return chon_hang.gather(3, cot[:, None, None, :].expand(N, 3, 32, 32))
