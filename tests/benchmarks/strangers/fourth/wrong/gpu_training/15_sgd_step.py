# WRONG: weight decay is added to the gradient and so goes through the momentum
import torch


@torch.no_grad()
def sgd_step(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    for w, g, v in zip(parameters, gradients, velocities):
        d_p = g + weight_decay * w
        v.mul_(momentum).add_(d_p)
        if nesterov:
            d_p = d_p + momentum * v
        else:
            d_p = v
        w.sub_(learning_rate * d_p)
