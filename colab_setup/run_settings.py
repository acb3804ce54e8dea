"""Compares the settings of a training with those of the one that a checkpoint belongs to."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from .language import _


def same(old: object, new: object) -> bool:
    """Whether two settings are equal, NaNs in them too."""
    return old == new or json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)


def difference(old: object, new: object) -> str:
    """What was changed, by name, in words."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return _("of another kind")
    return ", ".join(_differences(old, new))


def _differences(old: dict[str, object], new: dict[str, object]) -> Iterator[str]:
    for name in sorted(old.keys() | new.keys()):
        before, now = old.get(name), new.get(name)
        if before != now and not (_is_nan(before) and _is_nan(now)):
            yield _("{name} was {before}, is {now}", name=name, before=before, now=now)


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)
