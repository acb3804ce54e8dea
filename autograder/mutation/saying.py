"""What is said of a mutant: texts for translators, put into one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Said:
    """A text with what stands in its places {0}, {1}, ...

    Attributes:
        template: English, and a key of the catalogue in `locale/`.
        parts: other such texts, or what is the same in all languages, such as "N".
    """

    template: str
    parts: tuple[Said | str, ...] = ()

    def record(self) -> list[Any]:
        """It as JSON has it; for `from_record`."""
        return [self.template, [part if isinstance(part, str) else part.record() for part in self.parts]]

    @classmethod
    def from_record(cls, record: Sequence[Any]) -> Said:
        """What `record` was called on."""
        template, parts = record
        return cls(template, tuple(p if isinstance(p, str) else cls.from_record(p) for p in parts))

    def text(self, translate: Callable[[str], str]) -> str:
        """It in a language."""
        parts = (part if isinstance(part, str) else part.text(translate) for part in self.parts)
        return translate(self.template).format(*parts)


@dataclass(frozen=True)
class Change:
    """What a mutant does to a function.

    Attributes:
        operator: the operator's name.
        clause: "Your function answers as if ..." ends with it.
        place: what the change is about; None where there is no word for it.
        cost: how hard it is to say; of changes that come to the same, the plainest one is told.
    """

    operator: str
    clause: Said
    place: Said | None = None
    cost: int = 0

    @property
    def is_of_a_number(self) -> bool:
        """Whether a number that stands in the function is all that there is to say where."""
        return (
            self.place is not None
            and self.place.template == "{0}"
            and str(self.place.parts[0]).lstrip("-")[:1].isdigit()
        )
