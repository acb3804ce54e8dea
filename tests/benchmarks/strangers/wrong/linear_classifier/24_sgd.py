# WRONG: two mistakes: the starting W of the caller is updated in place, and each loss is recorded after the update
import numpy as np


def sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    num_train = X.shape[0]
    history = []
    for t in range(num_steps):
        indices = rng.choice(np.arange(num_train), size=batch_size)
        X_batch = X[indices]
        y_batch = y[indices]
        grad = gradient_fn(W, X_batch, y_batch)
        W += -learning_rate * grad
        loss = loss_fn(W, X_batch, y_batch)
        history.append(float(loss))
    return W, history
