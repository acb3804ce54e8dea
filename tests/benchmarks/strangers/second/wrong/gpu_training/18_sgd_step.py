# WRONG: weight decay is added to the gradient (coupled, as torch.optim.SGD does it), so it enters the velocity.
import torch


def sgd_step(parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0):
    with torch.no_grad():
        for w, g, v in zip(parameters, gradients, velocities):
            d = g + weight_decay * w
            v.mul_(momentum).add_(d)
            step = d + momentum * v if nesterov else v
            w.sub_(learning_rate * step)
