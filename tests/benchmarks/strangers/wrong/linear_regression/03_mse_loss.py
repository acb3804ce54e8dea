# WRONG: divided by 2N instead of N
def mse_loss(w, X, y):
    m, n = X.shape
    cost = 0.0
    for i in range(m):
        h = 0.0
        for j in range(n):
            h += w[j] * X[i][j]
        cost += (h - y[i]) ** 2
    cost = cost / (2 * m)
    return cost
