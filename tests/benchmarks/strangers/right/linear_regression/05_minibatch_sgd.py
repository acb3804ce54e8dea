# RIGHT: a shuffled copy of the indices cut by np.split, and a preallocated path that is written row by row
import math

import numpy as np


def minibatch_sgd(gradient_fn, w, X, y, *, learning_rate, batch_size, num_epochs, rng):
    N = len(y)
    steps = num_epochs * math.ceil(N / batch_size)
    path = np.empty((steps + 1, len(w)))
    path[0] = w
    t = 0
    thu_tu = np.arange(N)
    for _ in range(num_epochs):
        rng.shuffle(thu_tu)
        for lo in np.split(thu_tu, range(batch_size, N, batch_size)):
            path[t + 1] = path[t] - learning_rate * gradient_fn(path[t].copy(), X[lo], y[lo])
            t += 1
    return path
