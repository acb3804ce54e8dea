# WRONG: the norm of each parameter (its root of the sum of squares) instead of the sum of squares.
import torch


def l1_l2_penalty(parameters, l1, l2):
    total = 0
    for w in parameters:
        total = total + l1 * w.abs().sum() + l2 * w.norm(2)
    return total
