"""Tells why a case failed: compares what a submission answered with what misconceptions would have answered."""

from .diagnosing import Diagnostician
from .findings import Diagnosis
from .lookup.fitting import differ
from .lookup.interrupting import TooLong, within
from .recording import Call, Recorder
from .surveying import survey

__all__ = ["Call", "Diagnosis", "Diagnostician", "Recorder", "TooLong", "differ", "survey", "within"]
