# WRONG: dropout before the linear layer, a habit from other networks
import torch
from torch import nn


def build_model(width=16, classes=10):
    def conv(a, b):
        return nn.Sequential(nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU())

    return ConvNet(
        nn.Sequential(
            conv(3, width),
            conv(width, 2 * width),
            nn.MaxPool2d(2),
            Residual(nn.Sequential(conv(2 * width, 2 * width), conv(2 * width, 2 * width))),
            conv(2 * width, 4 * width),
            nn.MaxPool2d(2),
            Residual(nn.Sequential(conv(4 * width, 4 * width), conv(4 * width, 4 * width))),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(4 * width, classes),
        )
    )
