# WRONG: two mistakes: weight decay is added to the gradient (coupled, so it enters the velocity), and that changes the gradients in place
import torch


@torch.no_grad()
def sgd_step(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    for p, d_p, buf in zip(parameters, gradients, velocities):
        if weight_decay != 0:
            d_p.add_(p, alpha=weight_decay)
        buf.mul_(momentum).add_(d_p)
        if nesterov:
            p.add_(d_p + momentum * buf, alpha=-learning_rate)
        else:
            p.add_(buf, alpha=-learning_rate)
