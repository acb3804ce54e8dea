# WRONG: "bias squared" is the mean squared error of the single fits, so it contains the variance too
import numpy as np


def bias_variance(degrees, draw, num_sets, x, truth):
    datasets = [draw() for _ in range(num_sets)]
    bias_sq = np.zeros(len(degrees))
    var = np.zeros(len(degrees))
    for d, degree in enumerate(degrees):
        preds = np.zeros((num_sets, len(x)))
        for s, (xs, ys) in enumerate(datasets):
            coeffs = np.polyfit(xs, ys, degree)
            preds[s] = np.polyval(coeffs, x)
        bias_sq[d] = np.mean((preds - truth) ** 2)
        var[d] = np.mean(np.var(preds, axis=0))
    return bias_sq, var
