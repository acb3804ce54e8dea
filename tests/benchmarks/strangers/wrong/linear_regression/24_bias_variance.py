# WRONG: new training sets are drawn for every degree, num_sets * len(degrees) draws in all
import numpy as np


def fit_poly(x, y, degree):
    A = np.stack([x**k for k in range(degree + 1)], axis=1)
    return np.linalg.lstsq(A, y, rcond=None)[0]


def bias_variance(degrees, draw, num_sets, x, truth):
    do_lech, phuong_sai = [], []
    for bac in degrees:
        A = np.stack([x**k for k in range(bac + 1)], axis=1)
        du_doan = []
        for _ in range(num_sets):
            x_train, y_train = draw()
            du_doan.append(A @ fit_poly(x_train, y_train, bac))
        du_doan = np.array(du_doan)
        trung_binh = du_doan.mean(axis=0)
        do_lech.append(((trung_binh - truth) ** 2).mean())
        phuong_sai.append(((du_doan - trung_binh) ** 2).mean())
    return do_lech, phuong_sai
