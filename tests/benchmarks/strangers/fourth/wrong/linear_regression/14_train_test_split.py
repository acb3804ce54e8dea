# WRONG: returned in the order X_train, X_test, y_train, y_test
def train_test_split(X, y, num_test, rng):
    order = rng.permutation(len(X))
    test, train = order[:num_test], order[num_test:]
    return X[train], X[test], y[train], y[test]
