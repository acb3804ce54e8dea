# WRONG: the examples that do not fill a last batch are left out
import numpy as np


def minibatch_sgd(gradient_fn, w, X, y, *, learning_rate, batch_size, num_epochs, rng):
    n = X.shape[0]
    num_batches = int(n / batch_size)
    path = [w.copy()]
    for epoch in range(num_epochs):
        perm = rng.permutation(n)
        X_shuffled, y_shuffled = X[perm], y[perm]
        for b in range(num_batches):
            xb = X_shuffled[b * batch_size : (b + 1) * batch_size]
            yb = y_shuffled[b * batch_size : (b + 1) * batch_size]
            w = w - learning_rate * gradient_fn(w, xb, yb)
            path.append(w)
    return np.stack(path)
