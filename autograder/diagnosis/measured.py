"""What can be measured of all calls of a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from . import evidence, measuring
from .compared import Compared, examples
from .measuring import Sentence
from .outcomes import Outcome


@dataclass(frozen=True)
class Measured:
    """All calls of one function.

    Attributes:
        function: the reference's.
        calls: what the submission did.
        references: what the reference does in the same calls.
    """

    function: Callable[..., Any]
    calls: Sequence[Compared]
    references: Sequence[Outcome]

    def at_first_sight(self) -> Sentence | None:
        """What explains all else: an argument that is changed, one answer to everything, a wrong sign."""
        if names := self._changed():
            return measuring.changing(names)
        value = measuring.constant([compared.outcome for compared in self.calls])
        differ = measuring.constant(self.references) is None
        if value is not None and differ:
            return measuring.returns_constant(value)
        found = self.sentence(hidden=True)
        return found if found is not None and found.template in measuring.PLAIN else None

    def _changed(self) -> list[str]:
        """The arguments that must stay as they were, and are others after every call that went wrong."""
        found: list[set[str]] = []
        for compared, reference in zip(self.calls, self.references, strict=True):
            if not (compared.is_right or compared.is_random):
                kept = {place for place, _ in reference.changed}
                labels = evidence.labels(evidence.named(self.function, compared.call))
                found.append({labels[place] for place, _ in compared.outcome.changed if place not in kept})
        return sorted(set.intersection(*found)) if found else []

    def sentence(self, hidden: bool) -> Sentence | None:
        """A description that holds for all calls; that of the public ones for a public case, since it is shown there.

        Args:
            hidden: whether it is for a hidden case.
        """
        pairs, public = [], []
        for compared, reference in zip(self.calls, self.references, strict=True):
            if compared.is_random:
                return None
            pair = measuring.pair(
                compared.outcome,
                reference,
                examples(self.function, compared.call),
                compared.largest,
                compared.rough,
                dict(evidence.named(self.function, compared.call)),
            )
            if pair is not None:
                pairs.append(pair)
                public += [] if compared.call.hidden else [pair]
            elif not compared.is_right:
                return None
        found = measuring.describe(pairs)
        if found is None or hidden:
            return found
        shown = measuring.describe(public)
        return shown if shown is not None and shown.template == found.template else None
