# WRONG (two): the gradients are never set to zero (they add up), and the schedule is counted in epochs instead of steps.
import numpy as np
import torch


def train(model, X, y, *, epochs, batch_size, learning_rate, momentum=0.9, weight_decay=5e-4, label_smoothing=0.0,
          device="cpu", amp=False, generator=None, checkpoint=None):
    if generator is None:
        generator = torch.Generator().manual_seed(0)
    rng = torch.Generator(device=device)
    rng.manual_seed(int(torch.randint(2**62, (1,), generator=generator)))
    model.to(device, memory_format=torch.channels_last).train()
    X = torch.as_tensor(np.array(X)).to(device).permute(0, 3, 1, 2)
    y = torch.as_tensor(np.array(y)).to(device).long()
    n = len(X)
    with torch.no_grad():
        Xf = X.double()
        model.mean.copy_(Xf.mean((0, 2, 3)).view(3, 1, 1))
        model.std.copy_(Xf.std((0, 2, 3), correction=0).view(3, 1, 1))
    per_epoch = n // batch_size
    total = epochs * per_epoch
    opt = SGD(model.parameters(), learning_rate=learning_rate, momentum=momentum, nesterov=True, weight_decay=weight_decay)
    order = torch.zeros(n, dtype=torch.long, device=device)
    losses = torch.zeros(total, device=device)
    done = 0
    if checkpoint is not None:
        found = checkpoint.resume(model=model, optimizer=opt, generator=rng, order=order, losses=losses)
        if found is not None:
            done = found.step
    for t in range(done, total):
        b_epoch, b = divmod(t, per_epoch)
        if b == 0:
            order.copy_(torch.randperm(n, generator=rng, device=device))
        sel = order[b * batch_size:(b + 1) * batch_size]
        xb = augment(X[sel], rng)
        for g in opt.param_groups:
            g["learning_rate"] = cosine_learning_rate(b_epoch, learning_rate=learning_rate, num_steps=epochs, warmup_steps=epochs // 5)
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            out = model(xb)
        loss = cross_entropy(out.float(), y[sel], label_smoothing)
        loss.backward()
        opt.step()
        losses[t] = loss.detach()
        if checkpoint is not None:
            checkpoint.step(t + 1, model=model, optimizer=opt, generator=rng, order=order, losses=losses)
    return losses.tolist()
