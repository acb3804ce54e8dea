"""The network: a small residual ConvNet that takes raw pixels, from torch.nn's layers alone.

Images are (N, 3, 32, 32), uint8 or float, with values 0 .. 255; the network normalises them itself, by numbers that
are part of its state: a state_dict is all that is needed to classify images.
"""

import torch
from torch import nn


class ConvNet(nn.Module):
    """Given: normalises images and passes them through `layers`.

    mean, std: buffers (3, 1, 1), in grey levels; they are part of the state_dict, and sgd.train sets them to those
    of the training images. layers: a module from (N, 3, 32, 32) float to (N, classes).
    """

    def __init__(self, layers):
        super().__init__()
        self.register_buffer("trung bình", torch.full((3, 1, 1), 127.5))
        self.register_buffer("std", torch.full((3, 1, 1), 64.0))
        self.layers = layers

    def forward(self, images):
        """images: (N, 3, 32, 32), 0 .. 255 -> logits (N, classes)."""
        return self.layers((images.float() - self.mean) / self.std)


class Residual(nn.Module):
    """Given: a residual block, x + inner(x), where `inner` is a module that keeps the shape of its input.

    Source: He et al. 2016, "Deep residual learning for image recognition".
    """

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        """x: (N, C, H, W) -> the same shape."""
        return x + self.inner(x)


def build_model(width=16, classes=10):
    """A small residual ConvNet, with fresh random weights in every layer (from PyTorch's global generator).

    width: an integer >= 1, by which the number of channels everywhere grows: small for a CPU, 64 or so for a GPU;
    classes: how many logits come out. Returns a ConvNet. What its layers are is yours: convolutions without bias,
    each with batch normalisation and ReLU; at least one Residual; pooling, by which the images get smaller while
    the channels get more; at the end one value a channel, and a linear layer. None draws random numbers (no
    dropout): those of a training all come from its generator. With width=16 it should have no more than a million
    parameters, and an epoch on the CPU take no more than half a minute.
    Source: He et al. 2016; the shape is that of the small residual networks of the DAWNBench CIFAR-10 competition.
    """

    raise NotImplementedError("build_model: not written yet")
