# WRONG: squares the error of each fit before the mean over the sets, so that the bias holds the variance too
import numpy as np


def bias_variance(degrees, draw, num_sets, x, truth):
    sets = [draw() for _ in range(num_sets)]
    bias, var = [], []
    for d in degrees:
        preds = np.array([np.polyval(np.polyfit(xt, yt, d), x) for xt, yt in sets])
        bias.append(np.mean((preds - truth) ** 2))
        var.append(np.mean(np.var(preds, axis=0)))
    return bias, var
