# WRONG: the parameters are gone through twice: a generator is empty the second time, so the squares are lost.
import torch


def l1_l2_penalty(parameters, l1, l2):
    a = sum(w.abs().sum() for w in parameters)
    b = sum((w ** 2).sum() for w in parameters)
    return l1 * a + l2 * b
