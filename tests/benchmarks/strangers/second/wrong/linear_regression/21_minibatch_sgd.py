# WRONG (two): the order is drawn once for all epochs, and the last smaller batch is dropped.
import numpy as np


def minibatch_sgd(gradient_fn, w, X, y, *, learning_rate, batch_size, num_epochs, rng):
    N = X.shape[0]
    idx = np.arange(N)
    rng.shuffle(idx)
    ws = [np.array(w)]
    for ep in range(num_epochs):
        for b in range(N // batch_size):
            sel = idx[b * batch_size:(b + 1) * batch_size]
            w = w - learning_rate * gradient_fn(w, X[sel], y[sel])
            ws.append(w)
    return np.stack(ws)
