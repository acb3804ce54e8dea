# WRONG: X^T X with a little on its diagonal so that it can be solved
import numpy as np


def normal_equations(X, y):
    A = X.T @ X
    A = A + 1e-8 * np.eye(A.shape[0])
    return np.linalg.solve(A, X.T @ y)
