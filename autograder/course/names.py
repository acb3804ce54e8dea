"""Puts names together from their parts, as their owners write them.

A course site asks for a first and a last name; in Vietnam the family's name, which is the last one there, is said first.
"""

from __future__ import annotations

from collections.abc import Iterable

from .headings import normal, plain

_FAMILIES = frozenset(
    {
        "bạch", "bùi", "cao", "châu", "chu", "đàm", "đặng", "đào", "đinh", "đỗ", "đoàn", "dương", "giang", "hà", "hồ",
        "hoàng", "huỳnh", "khổng", "khuất", "kiều", "la", "lại", "lâm", "lê", "lục", "lương", "lưu", "lý", "mạc", "mai",
        "nghiêm", "ngô", "ngụy", "nguyễn", "ninh", "nông", "ông", "phạm", "phan", "phí", "phùng", "quách", "quản", "sầm",
        "tạ", "tăng", "thạch", "thái", "thân", "tiêu", "tô", "tôn", "tống", "trần", "triệu", "trịnh", "trương", "viên",
        "võ", "vũ", "vương",
    }
)  # fmt: skip
_BARE = frozenset(map(plain, _FAMILIES))


def family_said_first(names: Iterable[tuple[str, str]]) -> bool:
    """Whether most of these people have a Vietnamese family's name for their last one.

    Args:
        names: first and last names. Where people have put what is said first into the first, it stands right already.
    """
    pairs = [pair for pair in names if all(pair)]
    last = sum(is_family(name) for _, name in pairs)
    return 2 * last > len(pairs) and last > sum(is_family(name) for name, _ in pairs)


def is_family(name: str) -> bool:
    """Whether a name begins with a Vietnamese family's."""
    first = normal(name).partition(" ")[0]
    return first in _FAMILIES or (first.isascii() and first in _BARE)
