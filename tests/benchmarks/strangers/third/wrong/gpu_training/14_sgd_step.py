# WRONG: the velocity holds the learning rate and the sign (v = m v - lr g, w += v), as in CS231n
import torch


@torch.no_grad()
def sgd_step(parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0):
    for w, g, v in zip(parameters, gradients, velocities):
        w.mul_(1 - learning_rate * weight_decay)
        v.mul_(momentum).sub_(learning_rate * g)
        if nesterov:
            w.add_(momentum * v - learning_rate * g)
        else:
            w.add_(v)
