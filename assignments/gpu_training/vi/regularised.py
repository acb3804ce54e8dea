"""Given: a small network in which your regularisers work as layers, each of them only where it is asked for.

Nothing in here is graded. The noise comes from PyTorch's global generator: `torch.manual_seed` sets it.
"""

import torch
from model import ConvNet
from regularization import batch_norm, dropout, fractional_max_pool2d, stochastic_depth
from torch import nn


class Norm(nn.Module):
    """Your `batch_norm` with its learned scale and shift, and its running statistics."""

    def __init__(self, channels):
        super().__init__()
        self.gamma, self.beta = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x):
        """x: (N, C, H, W) -> cùng kích thước."""
        return batch_norm(x, self.gamma, self.beta, self.running_mean, self.running_var, self.training)


class Dropout(nn.Module):
    """Your `dropout`."""

    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        """x: any shape -> the same shape."""
        return dropout(x, self.p, self.training)


class Block(nn.Module):
    """A residual block whose branch your `stochastic_depth` drops."""

    def __init__(self, branch, p):
        super().__init__()
        self.branch, self.p = branch, p

    def forward(self, x):
        """x: (N, C, H, W) -> cùng kích thước."""
        return x + stochastic_depth(self.branch(x), self.p, self.training)


class Pool(nn.Module):
    """Max pooling to (size, size): your `fractional_max_pool2d` with windows that are drawn anew in training."""

    def __init__(self, size):
        super().__init__()
        self.size = size

    def forward(self, x):
        """x: (N, C, H, W) -> (N, C, size, size)."""
        shape = (len(x), x.shape[1], 2)
        samples = (
            torch.rand(shape, device=x.device) if self.training else torch.full(shape, 0.5, device=x.device)
        )
        return fractional_max_pool2d(x, 2, self.size, samples.to(x.dtype))


def build_regularised(width, *, norm=False, drop=0.0, depth=0.0, fractional=False):
    """A ConvNet for ten classes: with batch normalisation, dropout and stochastic depth of these strengths, and pooling by
    2 or, `fractional`, twice by about the root of 2."""

    def layer(inputs, outputs, size=3, stride=1):
        parts = [nn.Conv2d(inputs, outputs, size, stride, padding=1), nn.ReLU()]
        return nn.Sequential(*parts[:1], *([Norm(outputs)] if norm else []), *parts[1:])

    def block(channels):
        return Block(nn.Sequential(layer(channels, channels), layer(channels, channels)), depth)

    pools = [Pool(11), Pool(8)] if fractional else [nn.MaxPool2d(2)]
    return ConvNet(
        nn.Sequential(
            layer(3, width, size=4, stride=2),  # (N, width, 16, 16)
            layer(width, 2 * width),
            *pools,  # (N, 2 width, 8, 8)
            block(2 * width),
            block(2 * width),
            nn.AdaptiveAvgPool2d(2),
            nn.Flatten(),
            Dropout(drop),
            nn.Linear(8 * width, 10),
        )
    )
