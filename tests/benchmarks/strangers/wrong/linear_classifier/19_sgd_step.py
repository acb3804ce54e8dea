# WRONG: W is changed in place, though the old array must keep its values
import numpy as np


def sgd_step(W, grad, learning_rate):
    W -= learning_rate * grad
    return W
