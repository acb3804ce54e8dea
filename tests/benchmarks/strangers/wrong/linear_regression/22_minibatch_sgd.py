# WRONG: two mistakes: the order is shuffled once, before the epochs, and the last smaller batch is dropped
import numpy as np


def minibatch_sgd(gradient_fn, w, X, y, *, learning_rate, batch_size, num_epochs, rng):
    N = X.shape[0]
    idx = rng.permutation(N)
    X_shuffled, y_shuffled = X[idx], y[idx]
    num_batches = N // batch_size
    w = w.copy()
    path = [w.copy()]
    for epoch in range(num_epochs):
        for b in range(num_batches):
            X_batch = X_shuffled[b * batch_size : (b + 1) * batch_size]
            y_batch = y_shuffled[b * batch_size : (b + 1) * batch_size]
            w = w - learning_rate * gradient_fn(w, X_batch, y_batch)
            path.append(w.copy())
    return np.stack(path)
