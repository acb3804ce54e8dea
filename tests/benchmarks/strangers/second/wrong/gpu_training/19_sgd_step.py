# WRONG (two): the gradient enters the velocity with a factor 1 - momentum, and the step for nesterov is the plain one.
import torch


def sgd_step(parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0):
    with torch.no_grad():
        for k in range(len(parameters)):
            parameters[k] *= 1 - learning_rate * weight_decay
            velocities[k].mul_(momentum).add_(gradients[k], alpha=1 - momentum)
            parameters[k] -= learning_rate * velocities[k]
