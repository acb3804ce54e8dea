# RIGHT: nested comprehensions in pure Python
def mse_loss(w, X, y):
    rows = X.tolist()
    weights = w.tolist()
    return sum((sum(a * b for a, b in zip(weights, row)) - t) ** 2 for row, t in zip(rows, y.tolist())) / len(rows)
