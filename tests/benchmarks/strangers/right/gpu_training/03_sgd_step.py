# RIGHT: whole lists at once with torch._foreach_* operations
import torch


@torch.no_grad()
def sgd_step(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    if len(parameters) == 0:
        return
    torch._foreach_mul_(parameters, 1.0 - learning_rate * weight_decay)
    torch._foreach_mul_(velocities, float(momentum))
    torch._foreach_add_(velocities, gradients)
    direction = velocities
    if nesterov:
        direction = torch._foreach_add(gradients, velocities, alpha=float(momentum))
    torch._foreach_add_(parameters, direction, alpha=-float(learning_rate))
