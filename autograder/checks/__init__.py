"""What a hidden case may ask for: inputs, comparisons, speed, what was trained. It sees student code through proxies only."""

from .blame import charged
from .check import Check
from .comparing import Changed, Mismatch, holds_float32
from .fixtures import fixture, fixtures
from .no_data import NoData
from .training import TRAINING, UNSEEN, GradingData, Training, images_for, prepare
from .training_record import Curve, Measured, Run, curve_of
from .unseen import training_for

__all__ = [
    "TRAINING",
    "UNSEEN",
    "Changed",
    "Check",
    "Curve",
    "GradingData",
    "Measured",
    "Mismatch",
    "NoData",
    "Run",
    "Training",
    "charged",
    "curve_of",
    "fixture",
    "fixtures",
    "holds_float32",
    "images_for",
    "prepare",
    "training_for",
]
