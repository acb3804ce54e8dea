# WRONG: two mistakes: the 2 of the square's derivative is missing, and W / |W| is nan where W is 0
import numpy as np


def elastic_net_gradient(W, beta):
    dao_ham_l2 = beta * W
    dao_ham_l1 = W / np.abs(W)
    return dao_ham_l2 + dao_ham_l1
