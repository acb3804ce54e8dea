# WRONG: the velocity holds the learning rate and its sign, and nesterov does nothing
import torch


def sgd_step(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    with torch.no_grad():
        for i in range(len(parameters)):
            parameters[i] -= learning_rate * weight_decay * parameters[i]
            velocities[i].copy_(momentum * velocities[i] - learning_rate * gradients[i])
            parameters[i] += velocities[i]
