"""What an assignment is graded with that trains nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..assignment import AssignmentError, Recipe
from ..sandbox import Session
from .training_record import Measured


@dataclass(frozen=True)
class NoData:
    """What an assignment that trains nothing is graded with."""

    dataset = source = ""
    device = "cpu"
    hidden = ()

    @property
    def files(self) -> dict[str, Path]:
        """None."""
        return {}

    def given(self, attached: Session) -> dict[str, Any]:
        """Nothing."""
        return {}

    def measure(self, functions: tuple[Any, ...], recipe: Recipe, seed: int, seconds: float) -> Measured:
        """There is nothing to measure."""
        raise AssignmentError("A case asks for `training`, and assignment.toml has no table [training].")
