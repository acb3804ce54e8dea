# WRONG: divided by 2N, the cost of another course
def mse_loss(w, X, y):
    m, n = X.shape
    J = 0.0
    for i in range(m):
        h = 0.0
        for j in range(n):
            h += w[j] * X[i][j]
        J += (h - y[i]) ** 2
    return J / (2 * m)
