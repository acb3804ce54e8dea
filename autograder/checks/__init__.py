"""What a hidden case may ask for: inputs, comparisons, speed, accuracy. It sees student code through proxies only."""

from .accuracy import TRAINING, Accuracy, GradingData, Run
from .blame import charged
from .check import Check
from .comparing import Mismatch, holds_float32

__all__ = [
    "TRAINING",
    "Accuracy",
    "Check",
    "GradingData",
    "Mismatch",
    "Run",
    "charged",
    "holds_float32",
]
