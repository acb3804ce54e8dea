# WRONG: the warm-up starts at 0, and the cosine runs over all steps as if there were no warm-up
import math


def cosine_learning_rate(step, *, learning_rate, num_steps, warmup_steps):
    if step < warmup_steps:
        return learning_rate * step / warmup_steps
    return 0.5 * learning_rate * (1 + math.cos(math.pi * step / num_steps))
