# RIGHT: cos squared of half the angle.
import math
import torch


def cosine_learning_rate(step, *, learning_rate, num_steps, warmup_steps):
    if step + 1 <= warmup_steps:
        return learning_rate / warmup_steps * (step + 1)
    part = (step - warmup_steps) / (num_steps - warmup_steps)
    return learning_rate * math.cos(math.pi * part / 2) ** 2
