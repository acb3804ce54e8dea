"""Derives everything that is drawn in a run from the run's secret, by a function that cannot be undone.

A generator tells what it was made from: the increment of numpy's PCG64 gives its seed sequence, and that one the
numbers in it; the state of torch's holds its seed as it is. Generators cross into sandboxes. So none may be seeded with
the secret itself, nor with a number from which the secret, or the seed of another generator, could be computed.
"""

from __future__ import annotations

import hashlib
from typing import TypeAlias

import numpy as np

Purpose: TypeAlias = "str | int | float | tuple[Purpose, ...] | None"
"""What a number is for; each has one way to be written, on every machine and in every run."""

SECRET_BYTES = 64
"""What BLAKE2b takes as a key."""

_PERSON = b"run's secret"


def derived(secret: int, *purpose: Purpose) -> int:
    """A number of 256 bits for a purpose, from which neither the secret nor another purpose's number can be computed.

    It is BLAKE2b of the purpose, written as Python writes it, with the secret as the key (RFC 7693, section 2.9).

    Args:
        secret: the run's; of at most 511 bits and a sign.
        purpose: what the number is for: any that differ have numbers of their own, `1` and `"1"` and `True` too.

    Raises:
        TypeError: a purpose is of a kind that may be written differently the next time.
    """
    _check(purpose)
    key = secret.to_bytes(SECRET_BYTES, "little", signed=True)
    digest = hashlib.blake2b(repr(purpose).encode(), digest_size=32, key=key, person=_PERSON).digest()
    return int.from_bytes(digest, "little")


def generator(secret: int, *purpose: Purpose) -> np.random.Generator:
    """A generator for a purpose, seeded with what is `derived` for it; all of its state may cross."""
    return np.random.default_rng(derived(secret, *purpose))


def torch_seed(secret: int, *purpose: Purpose) -> int:
    """63 bits of what is `derived` for a purpose: what torch's `manual_seed` takes, and shows to whom has its state."""
    return derived(secret, *purpose) >> (256 - 63)


def _check(purpose: Purpose) -> None:
    if type(purpose) is tuple:
        for part in purpose:
            _check(part)
    elif type(purpose) not in (str, int, float, bool, type(None)):
        raise TypeError(f"A purpose cannot hold {purpose!r}, of {type(purpose).__name__}: write it as text.")
