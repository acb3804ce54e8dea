# WRONG: w @ w is the sum of squares only for a vector; for a matrix of weights it is a matrix product
import numpy as np


def elastic_net(w, beta):
    binh_phuong = w @ w
    tri_tuyet_doi = np.sum(np.abs(w))
    return beta * binh_phuong + tri_tuyet_doi
