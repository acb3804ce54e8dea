"""What is said of a mutant: texts for translators, put into one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """A text with what stands in its places {0}, {1}, ...

    Attributes:
        template: English, and a key of the catalogue in `locale/`.
        parts: other such texts, or what is the same in all languages, such as "N".
    """

    template: str
    parts: tuple[Said | str, ...] = ()

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
