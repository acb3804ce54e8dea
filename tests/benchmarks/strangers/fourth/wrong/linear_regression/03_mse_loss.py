# WRONG: the prediction is set to zero once, before the examples, and the sum is divided by the number of features
def mse_loss(w, X, y):
    total = 0.0
    pred = 0.0
    for i in range(len(X)):
        for j in range(len(w)):
            pred = pred + X[i, j] * w[j]
        total += (pred - y[i]) ** 2
    return total / X.shape[1]
