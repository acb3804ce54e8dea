# WRONG: v = momentum * v + g makes a new tensor, so the velocities in the list are never changed
import torch


def sgd_step(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    with torch.no_grad():
        for i in range(len(parameters)):
            w, g, v = parameters[i], gradients[i], velocities[i]
            w -= learning_rate * weight_decay * w
            v = momentum * v + g
            if nesterov:
                w -= learning_rate * (g + momentum * v)
            else:
                w -= learning_rate * v
