# WRONG: the variance is taken over x (np.var over all axes of one degree's predictions), not over the sets at each x.
import numpy as np


def bias_variance(degrees, draw, num_sets, x, truth):
    sets = [draw() for _ in range(num_sets)]
    bias, var = [], []
    for d in degrees:
        preds = np.array([np.polyval(np.polyfit(a, b, d), x) for a, b in sets])
        bias.append(np.mean((preds.mean(axis=0) - truth) ** 2))
        var.append(np.var(preds))
    return bias, var
