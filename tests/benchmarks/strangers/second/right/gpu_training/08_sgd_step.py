# RIGHT: out-of-place arithmetic copied back under no_grad.
import torch


def sgd_step(parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0):
    with torch.no_grad():
        for w, g, v in zip(parameters, gradients, velocities):
            w.copy_(w - learning_rate * weight_decay * w)
            v.copy_(momentum * v + g)
            move = (g + momentum * v) if nesterov else v
            w.add_(move, alpha=-learning_rate)
