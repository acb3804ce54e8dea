"""Names of submissions: safe as names of folders and files, and unique even where case is not told apart."""

from __future__ import annotations

from collections import Counter

from ..cells import harmless
from .archive import normal

MAX_NAME_BYTES = 255


def unique_names(stems: dict[str, str]) -> dict[str, str]:
    """A name for every file: its stem or, where it is shared, its full name, numbered if that is taken."""
    times = Counter(stem.casefold() for stem in stems.values())
    names: dict[str, str] = {}
    used: set[str] = set()
    for file, stem in sorted(stems.items()):
        base = name = stem if times[stem.casefold()] == 1 else safe_name(file)
        count = 1
        while name.casefold() in used:
            count += 1
            name = f"{_cut(base, MAX_NAME_BYTES - len(f'-{count}'))}-{count}"
        used.add(name.casefold())
        names[file] = name
    return names


def safe_name(file: str) -> str:
    """A name that is no path, no hidden file, no control sequence and no formula on any system."""
    text = harmless("".join(c if c.isprintable() and c not in "/\\" else "_" for c in normal(file)), "_")
    return _cut(text.strip(". "), MAX_NAME_BYTES).rstrip(". ") or "submission"


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")
