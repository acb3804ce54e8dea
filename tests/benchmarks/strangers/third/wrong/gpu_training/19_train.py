# WRONG: the gradients are never set to zero, so that they add up from step to step
import torch


def train(
    model, X, y, *, epochs, batch_size, learning_rate, momentum=0.9, weight_decay=5e-4, label_smoothing=0.0,
    device="cpu", amp=False, generator=None, checkpoint=None,
):
    if generator is None:
        generator = torch.Generator().manual_seed(0)
    seed = int(torch.randint(2**31, (1,), generator=generator))
    g = torch.Generator(device=device).manual_seed(seed)
    model.to(device, memory_format=torch.channels_last).train()
    X = torch.tensor(X).to(device).permute(0, 3, 1, 2)
    y = torch.tensor(y).to(device).long()
    pixels = X.double()
    model.mean.copy_(pixels.mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(pixels.std(dim=(0, 2, 3), unbiased=False).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(), learning_rate=learning_rate, momentum=momentum, nesterov=True, weight_decay=weight_decay
    )
    per_epoch = len(X) // batch_size
    num_steps = epochs * per_epoch
    history = torch.zeros(num_steps, device=device)
    order = torch.zeros(len(X), dtype=torch.long, device=device)
    step = 0
    if checkpoint is not None:
        found = checkpoint.resume(model=model, optimizer=optimizer, generator=g, history=history, order=order)
        if found is not None:
            step = found.step
    while step < num_steps:
        k = step % per_epoch
        if k == 0:
            order.copy_(torch.randperm(len(X), generator=g, device=device))
        idx = order[k * batch_size : (k + 1) * batch_size]
        for group in optimizer.param_groups:
            group["learning_rate"] = cosine_learning_rate(
                step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
            )
        images = augment(X[idx], g).contiguous(memory_format=torch.channels_last)
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(images)
        loss = cross_entropy(logits.float(), y[idx], label_smoothing)
        loss.backward()
        optimizer.step()
        history[step] = loss.detach()
        step += 1
        if checkpoint is not None:
            checkpoint.step(step, model=model, optimizer=optimizer, generator=g, history=history, order=order)
    return history.tolist()
