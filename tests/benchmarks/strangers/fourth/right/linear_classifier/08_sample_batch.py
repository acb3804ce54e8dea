# RIGHT: the front of a permutation
def sample_batch(X, y, batch_size, rng):
    chosen = rng.permutation(X.shape[0])[:batch_size]
    return X.take(chosen, axis=0), y.take(chosen)
