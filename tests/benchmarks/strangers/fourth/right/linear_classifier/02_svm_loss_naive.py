# RIGHT: while loops, and a list of the other classes
def svm_loss_naive(W, X, y, delta=1.0):
    total, i = 0.0, 0
    while i < X.shape[0]:
        s = [float((X[i] * W[:, c]).sum()) for c in range(W.shape[1])]
        own = s.pop(int(y[i]))
        for other in s:
            if other + delta > own:
                total += other + delta - own
        i += 1
    return total / i
