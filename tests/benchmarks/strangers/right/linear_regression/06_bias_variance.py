# RIGHT: numpy's Polynomial.fit, a 3-d array of predictions, and everything reduced at the end
import numpy as np
from numpy.polynomial import Polynomial


def bias_variance(degrees, draw, num_sets, x, truth):
    P = np.zeros((len(degrees), num_sets, len(x)))
    for s in range(num_sets):
        xs, ys = draw()
        for d, degree in enumerate(degrees):
            P[d, s] = Polynomial.fit(xs, ys, degree)(x)
    centre = P.sum(axis=1, keepdims=True) / num_sets
    bias_squared = np.mean(np.square(centre[:, 0] - truth), axis=1)
    variance = np.mean(np.square(P - centre), axis=(1, 2))
    return bias_squared.tolist(), variance.tolist()
