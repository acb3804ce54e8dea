# WRONG: the norm instead of its square, parameter by parameter
import torch


def l1_l2_penalty(parameters, l1, l2):
    total = 0.0
    for p in parameters:
        total = total + l1 * p.norm(1) + l2 * p.norm(2)
    return total
