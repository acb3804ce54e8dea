# WRONG: the cosine runs over all the steps from 0, so it jumps down at the end of the warm-up.
import math
import torch


def cosine_learning_rate(step, *, learning_rate, num_steps, warmup_steps):
    if step < warmup_steps:
        return learning_rate * (step + 1) / warmup_steps
    return 0.5 * learning_rate * (1 + math.cos(math.pi * step / num_steps))
