# WRONG: the same array is appended every time, so that all rows of the path are the last weights
import numpy as np


def gradient_descent(gradient_fn, w, *, learning_rate, max_steps, tolerance):
    theta = np.array(w, dtype=float)
    history = [theta]
    t = 0
    while t < max_steps:
        grad = gradient_fn(theta)
        if np.sqrt(np.sum(grad**2)) <= tolerance:
            break
        theta -= learning_rate * grad
        history.append(theta)
        t += 1
    return np.array(history)
