"""Tells why a case failed: compares what a submission answered with what misconceptions would have answered."""

from .diagnosing import Diagnostician
from .findings import Diagnosis
from .recording import Recorder
from .surveying import survey

__all__ = ["Diagnosis", "Diagnostician", "Recorder", "survey"]
