# WRONG: the variance divides by num_sets - 1, and the bias is averaged over x before it is squared
import numpy as np


def bias_variance(degrees, draw, num_sets, x, truth):
    data = [draw() for _ in range(num_sets)]
    bias2, var = [], []
    for d in degrees:
        preds = []
        for xt, yt in data:
            p = np.polynomial.Polynomial.fit(xt, yt, d)
            preds.append(p(x))
        preds = np.array(preds)
        avg = preds.mean(axis=0)
        bias2.append(np.mean(avg - truth) ** 2)
        var.append(np.mean(np.sum((preds - avg) ** 2, axis=0) / max(num_sets - 1, 1)))
    return np.array(bias2), np.array(var)
