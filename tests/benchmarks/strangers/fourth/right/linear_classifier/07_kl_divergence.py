# RIGHT: a list comprehension over the classes that have any probability
import math


def kl_divergence(p, q):
    return math.fsum([float(a) * (math.log(a) - math.log(b)) for a, b in zip(p, q) if a > 0])
