# WRONG: the path holds one and the same array again and again, updated in place, and the caller's w moves too
import numpy as np


def gradient_descent(gradient_fn, w, *, learning_rate, max_steps, tolerance):
    path = [w]
    for step in range(max_steps):
        grad = gradient_fn(w)
        if np.linalg.norm(grad) <= tolerance:
            break
        w -= learning_rate * grad
        path.append(w)
    return np.array(path)
