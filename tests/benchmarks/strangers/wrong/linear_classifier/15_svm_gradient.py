# WRONG: the mask stays boolean, so minus the count is stored at y_i as True, that is +1
import numpy as np


def svm_gradient(W, X, y, delta=1.0):
    N = X.shape[0]
    hang = np.arange(N)
    diem = X @ W
    diem_dung = diem[hang, y]
    vi_pham = (diem - diem_dung[:, None] + delta) > 0
    vi_pham[hang, y] = False
    so_lan = vi_pham.sum(axis=1)
    vi_pham[hang, y] = -so_lan
    dW = X.T @ vi_pham / N
    return dW
