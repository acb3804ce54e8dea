# WRONG: the labels are drawn anew and belong to other rows
def sample_batch(X, y, batch_size, rng):
    n = len(X)
    X_batch = X[rng.choice(n, batch_size)]
    y_batch = y[rng.choice(n, batch_size)]
    return X_batch, y_batch
