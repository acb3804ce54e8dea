# WRONG: the warm-up starts at 0 (step instead of step + 1), and the cosine counts the warm-up's steps
import math


def cosine_learning_rate(step, *, learning_rate, num_steps, warmup_steps):
    if step < warmup_steps:
        return learning_rate * step / warmup_steps
    return 0.5 * learning_rate * (1 + math.cos(math.pi * step / num_steps))
