# WRONG: one array is moved in place, so that the path holds its last value everywhere and the argument changes
import numpy as np


def gradient_descent(gradient_fn, w, *, learning_rate, max_steps, tolerance):
    path = [w]
    for step in range(max_steps):
        g = gradient_fn(w)
        if np.sqrt((g**2).sum()) <= tolerance:
            break
        w -= learning_rate * g
        path.append(w)
    return np.array(path)
