# WRONG: two mistakes: the warm-up starts at 0 (step instead of step + 1), and the cosine runs over all steps, so the rate jumps down after the warm-up
import math


def cosine_learning_rate(step, *, learning_rate, num_steps, warmup_steps):
    if step < warmup_steps:
        lr = learning_rate * step / warmup_steps
    else:
        progress = step / num_steps
        lr = 0.5 * learning_rate * (1.0 + math.cos(math.pi * progress))
    return lr
