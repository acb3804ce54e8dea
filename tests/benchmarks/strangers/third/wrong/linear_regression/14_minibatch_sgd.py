# WRONG: shuffled once before all epochs, and the path has one row an epoch
import numpy as np


def minibatch_sgd(gradient_fn, w, X, y, *, learning_rate, batch_size, num_epochs, rng):
    N = X.shape[0]
    perm = rng.permutation(N)
    Xs, ys = X[perm], y[perm]
    path = [w]
    for epoch in range(num_epochs):
        for start in range(0, N, batch_size):
            xb = Xs[start : start + batch_size]
            yb = ys[start : start + batch_size]
            w = w - learning_rate * gradient_fn(w, xb, yb)
        path.append(w)
    return np.stack(path)
