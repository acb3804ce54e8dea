# WRONG: two mistakes: model.std is the mean of the single images' standard deviations, and the last incomplete batch of an epoch is trained on too
import math

import torch
from loss import cross_entropy


def train(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    dev = torch.device(device)
    g0 = generator if generator is not None else torch.Generator().manual_seed(0)
    rng = torch.Generator(device=dev).manual_seed(int(torch.randint(0, 2**40, (), generator=g0)))

    anh = (X if torch.is_tensor(X) else torch.tensor(X)).to(dev).permute(0, 3, 1, 2)
    nhan = (y if torch.is_tensor(y) else torch.tensor(y)).to(device=dev, dtype=torch.int64)
    n = anh.shape[0]

    model.to(dev, memory_format=torch.channels_last).train()
    tb, dlc = [], []
    for phan in anh.split(500):
        phan = phan.float()
        tb.append(phan.mean(dim=(2, 3)))
        dlc.append(phan.std(dim=(2, 3), unbiased=False))
    model.mean.copy_(torch.cat(tb).mean(dim=0).view(3, 1, 1))
    model.std.copy_(torch.cat(dlc).mean(dim=0).view(3, 1, 1))

    so_batch = math.ceil(n / batch_size)
    tong_buoc = epochs * so_batch
    opt = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    lich_su = torch.zeros(tong_buoc, device=dev)
    thu_tu = torch.arange(n, device=dev)
    buoc = 0
    if checkpoint is not None:
        cu = checkpoint.resume(model=model, opt=opt, rng=rng)
        if cu is not None:
            buoc, lich_su, thu_tu = cu.step, cu["lich_su"].to(dev), cu["thu_tu"].to(dev)

    while buoc < tong_buoc:
        k = buoc % so_batch
        if k == 0:
            thu_tu = torch.randperm(n, generator=rng, device=dev)
        chon = thu_tu[k * batch_size : (k + 1) * batch_size]
        opt.zero_grad()
        with torch.autocast(dev.type, dtype=torch.bfloat16, enabled=amp):
            diem = model(augment(anh[chon], rng))
        mat_mat = cross_entropy(diem.float(), nhan[chon], label_smoothing=label_smoothing)
        mat_mat.backward()
        opt.param_groups[0]["learning_rate"] = cosine_learning_rate(
            buoc, learning_rate=learning_rate, num_steps=tong_buoc, warmup_steps=tong_buoc // 5
        )
        opt.step()
        lich_su[buoc] = mat_mat.detach()
        buoc += 1
        if checkpoint is not None:
            checkpoint.step(buoc, model=model, opt=opt, rng=rng, lich_su=lich_su, thu_tu=thu_tu)
    return lich_su.tolist()
