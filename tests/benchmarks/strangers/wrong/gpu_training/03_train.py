# WRONG: the gradients are never set back to zero, so each step uses the sum of all the gradients so far
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
    device = torch.device(device)
    if generator is None:
        generator = torch.Generator()
        generator.manual_seed(0)
    seed = torch.randint(0, 2**31, (1,), generator=generator).item()
    gen = torch.Generator(device=device)
    gen.manual_seed(seed)

    X = torch.tensor(X) if not torch.is_tensor(X) else X
    y = torch.tensor(y) if not torch.is_tensor(y) else y
    X = X.to(device).permute(0, 3, 1, 2)
    y = y.to(device).long()

    model.to(device, memory_format=torch.channels_last)
    model.train()

    with torch.no_grad():
        pixels = X.permute(1, 0, 2, 3).reshape(3, -1).double()
        model.mean.copy_(pixels.mean(dim=1).view(3, 1, 1))
        model.std.copy_(pixels.std(dim=1, unbiased=False).view(3, 1, 1))

    N = X.shape[0]
    steps_per_epoch = N // batch_size
    num_steps = epochs * steps_per_epoch
    warmup_steps = num_steps // 5

    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    losses = torch.zeros(num_steps, device=device)
    perm = torch.arange(N, device=device)
    start = 0
    if checkpoint is not None:
        found = checkpoint.resume(model=model, optimizer=optimizer, gen=gen)
        if found is not None:
            start = found.step
            losses = found["losses"].to(device)
            perm = found["perm"].to(device)

    for step in range(start, num_steps):
        b = step % steps_per_epoch
        if b == 0:
            perm = torch.randperm(N, generator=gen, device=device)
        idx = perm[b * batch_size : (b + 1) * batch_size]
        images = augment(X[idx], gen)
        with torch.autocast(device_type=device.type, dtype=torch.bfloat16, enabled=amp):
            logits = model(images)
        loss = cross_entropy(logits.float(), y[idx], label_smoothing)
        loss.backward()
        lr = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=warmup_steps
        )
        for group in optimizer.param_groups:
            group["learning_rate"] = lr
        optimizer.step()
        losses[step] = loss.detach()
        if checkpoint is not None:
            checkpoint.step(step + 1, model=model, optimizer=optimizer, gen=gen, losses=losses, perm=perm)
    return losses.tolist()
