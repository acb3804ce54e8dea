"""A student, as the list of a course has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..assignment import Extension


@dataclass(frozen=True)
class Student:
    """One student.

    Attributes:
        id: the student number.
        name: the full name.
        email: the address.
        extension: more time.
        group: the name of the group that hands in together; "" for none.
        submitted: when the work was handed in, where the list knows.
        canvas: the number in Canvas.
        login: the login name in Canvas.
        participant: the number in this assignment in Moodle.
        section: the sections of the course.
        language: of the student's page, "en" or "vi"; "" for the course's.
        line: where in the file; 0 for one who is not on the list.
    """

    id: str = ""
    name: str = ""
    email: str = ""
    extension: Extension = field(default_factory=Extension)
    group: str = ""
    submitted: datetime | None = None
    canvas: str = ""
    login: str = ""
    participant: str = ""
    section: str = ""
    line: int = 0
    language: str = ""

    def record(self) -> dict[str, Any]:
        """As the store keeps it."""
        moments = {"until": self.extension.until, "submitted": self.submitted}
        written = {name: moment.isoformat() if moment else None for name, moment in moments.items()}
        return {**asdict(self), "extension": self.extension.time.total_seconds(), **written}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Student:
        """What `record` made."""
        values = dict(record)
        until, submitted = (
            datetime.fromisoformat(values[name]) if values[name] else None for name in ("until", "submitted")
        )
        del values["until"]
        extension = Extension(timedelta(seconds=values["extension"]), until)
        return cls(**{**values, "extension": extension, "submitted": submitted})
