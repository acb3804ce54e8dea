# WRONG: inverts X^T X, which fails or loses its digits where columns depend on one another
import numpy as np


def normal_equations(X, y):
    return np.linalg.inv(X.T @ X) @ X.T @ y
