# RIGHT: zip and Python sums, two generators inside each other
def mse_loss(w, X, y):
    n_examples = len(y)
    return (
        sum((sum(wj * xj for wj, xj in zip(w, row)) - target) ** 2 for row, target in zip(X, y)) / n_examples
    )
