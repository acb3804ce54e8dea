# WRONG: the gradients are never set to zero, so that they add up
import math

import numpy as np
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
        generator = torch.Generator().manual_seed(0)
    seed = int(torch.randint(0, 2**62, (1,), generator=generator))
    rng = torch.Generator(device).manual_seed(seed)
    images = torch.tensor(np.array(X), dtype=torch.uint8).to(device).permute(0, 3, 1, 2)
    labels = torch.tensor(np.array(y), dtype=torch.int64).to(device)
    model.to(device, memory_format=torch.channels_last)
    model.train()
    with torch.no_grad():
        pixels = images.permute(1, 0, 2, 3).reshape(3, -1).double()
        model.mean.copy_(pixels.mean(1).view(3, 1, 1))
        model.std.copy_(pixels.std(1, unbiased=False).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    per_epoch = len(images) // batch_size
    total = epochs * per_epoch
    warmup = total // 5
    losses = torch.zeros(total, device=device)
    order = torch.zeros(len(images), dtype=torch.int64, device=device)
    start = 0
    if checkpoint is not None:
        found = checkpoint.resume(model=model, optimizer=optimizer, rng=rng)
        if found is not None:
            start = found.step
            losses = torch.as_tensor(found["losses"]).to(device)
            order = torch.as_tensor(found["order"]).to(device)
    for step in range(start, total):
        b = step % per_epoch
        if b == 0:
            order = torch.randperm(len(images), generator=rng, device=device)
        pick = order[b * batch_size : (b + 1) * batch_size]
        batch = augment(images[pick], rng)
        batch = batch.contiguous(memory_format=torch.channels_last)
        for group in optimizer.param_groups:
            group["learning_rate"] = cosine_learning_rate(
                step, learning_rate=learning_rate, num_steps=total, warmup_steps=warmup
            )
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=amp):
            logits = model(batch)
        loss = cross_entropy(logits.float(), labels[pick], label_smoothing)
        loss.backward()
        optimizer.step()
        losses[step] = loss.detach()
        if checkpoint is not None:
            checkpoint.step(step + 1, model=model, optimizer=optimizer, rng=rng, losses=losses, order=order)
    return losses.tolist()
