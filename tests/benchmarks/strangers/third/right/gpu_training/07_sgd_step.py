# RIGHT: through .data and plain assignments into slices
import torch


def sgd_step(parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0):
    with torch.no_grad():
        for i in range(len(parameters)):
            w = parameters[i].data
            w -= learning_rate * weight_decay * w
            velocities[i][...] = momentum * velocities[i] + gradients[i]
            direction = gradients[i] + momentum * velocities[i] if nesterov else velocities[i]
            w -= learning_rate * direction
