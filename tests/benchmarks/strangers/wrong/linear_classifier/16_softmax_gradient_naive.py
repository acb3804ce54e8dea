# WRONG: two mistakes: the sum of the exponentials is not set back to 0 for each example, and the result is not divided by N
import numpy as np


def softmax_gradient_naive(W, X, y):
    so_mau, so_lop = X.shape[0], W.shape[1]
    dW = np.zeros(W.shape)
    tong = 0.0
    for i in range(so_mau):
        diem = X[i].dot(W)
        diem = diem - np.max(diem)
        for k in range(so_lop):
            tong += np.exp(diem[k])
        for j in range(so_lop):
            xac_suat = np.exp(diem[j]) / tong
            if j == y[i]:
                dW[:, j] += (xac_suat - 1) * X[i]
            else:
                dW[:, j] += xac_suat * X[i]
    return dW
