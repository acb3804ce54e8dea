"""The records of what was handed in: by whom, when, and which attempt it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Person:
    """Someone who handed in, as the course site names them.

    Attributes:
        name: the full name; in a plain folder, the name of the file.
        email: the address; only Gradescope tells it.
        id: the student number in Gradescope, otherwise the site's own number.
    """

    name: str = ""
    email: str = ""
    id: str = ""


@dataclass(frozen=True)
class HandIn:
    """One submission as it was handed in.

    Attributes:
        submission: its name in `grades.csv`, the same in every run.
        source: gradescope, canvas, moodle or folder.
        people: who handed it in together.
        at: when; None if the export does not say.
        marked_late: whether the site calls it late.
        order: the later of two attempts has the higher number; 0 where nothing tells.
        file: how the site itself calls the file, where it knows it again by that; "" elsewhere.
    """

    submission: str
    source: str
    people: tuple[Person, ...]
    at: datetime | None = None
    marked_late: bool = False
    order: int = 0
    file: str = ""

    def record(self) -> dict[str, Any]:
        """As the store keeps it."""
        return {**asdict(self), "at": self.at.isoformat() if self.at else None}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> HandIn:
        """What `record` made."""
        at = datetime.fromisoformat(record["at"]) if record["at"] else None
        return cls(**{**record, "people": tuple(Person(**person) for person in record["people"]), "at": at})


@dataclass(frozen=True)
class Found:
    """A submission that has no unique name yet: `label` is what it would like to be called."""

    label: str
    path: Path
    source: str
    people: tuple[Person, ...]
    at: datetime | None = None
    marked_late: bool = False
    order: int = 0
    file: str = ""
