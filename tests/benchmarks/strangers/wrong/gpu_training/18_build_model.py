# WRONG: two mistakes: the network ends with a softmax instead of logits, and has dropout, which draws random numbers
import torch
from torch import nn


def conv_bn(in_channels, out_channels, pool=False):
    layers = [
        nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    ]
    if pool:
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


def build_model(width=16, classes=10):
    w = width
    layers = nn.Sequential(
        conv_bn(3, w),
        conv_bn(w, 2 * w, pool=True),
        Residual(nn.Sequential(conv_bn(2 * w, 2 * w), conv_bn(2 * w, 2 * w))),
        conv_bn(2 * w, 4 * w, pool=True),
        Residual(nn.Sequential(conv_bn(4 * w, 4 * w), conv_bn(4 * w, 4 * w))),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(4 * w, classes),
        nn.Softmax(dim=1),
    )
    return ConvNet(layers)
