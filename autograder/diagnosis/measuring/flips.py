"""Describes functions that mirror and shift images at random, from what became of each image, however they draw.

An image's middle tells what was done to it, since no padding comes there; its edges then tell how it was padded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from colab_setup.checking.hinting.measuring import Sentence

from ..outcomes import Array

TEMPLATES = (
    "No image is mirrored left to right in yours, or all are: about half of them should be, each by a draw of its own.",
    "All images of a batch are shifted alike in yours: each needs a draw of its own.",
    "Rows and columns are always shifted by as many pixels in yours: each needs a draw of its own.",
    "Pixels from beyond the border are 0 in yours: pad by reflection, where pixel -1 is pixel 1.",
    "Pixels from beyond the border are others in yours than by reflection, where pixel -1 is pixel 1.",
    "All images of a batch are mirrored in yours or none is: each needs a draw of its own.",
    "Images are mirrored top to bottom in yours: left to right is along the last axis, that of the columns.",
)

MOST = 40
"""Images of a call that are looked at."""

MOST_CALLS = 8
"""Calls that are looked at."""

ENOUGH = 20
"""Fewer may be treated alike by chance: of right ones so many are with a probability below 2e-6 in each call."""

PADDING = 4


@dataclass(frozen=True)
class _Treated:
    """What became of the images of one call, of those whose middles tell it.

    Attributes:
        mirrored: (n,).
        shifts: (n, 2), of rows and columns.
        edges: the images that are wrong beyond their middles.
        zeros: whether these differ from right ones only in holding 0.
        upturned: whether some are mirrored top to bottom.
    """

    mirrored: Array
    shifts: Array
    edges: int
    zeros: bool
    upturned: bool


def describe(calls: Sequence[tuple[Array, Array, Array]]) -> Sentence | None:
    """What is certain; None where nothing is, or it is no such function.

    Args:
        calls: for each the images that went in, what came, and what the reference made of them: (N, C, H, W) each.
    """
    got: list[_Treated] = []
    expected: list[_Treated] = []
    for images, ours, theirs in calls[:MOST_CALLS]:
        if len({array.shape for array in (images, ours, theirs)}) > 1 or images.ndim != 4:
            return None
        if min(images.shape[2:]) <= 4 * PADDING:
            return None
        for found, answers in ((got, ours), (expected, theirs)):
            treated = _treated(images[:MOST], answers[:MOST])
            if treated is None:
                return None
            found.append(treated)
    if not got or any(treated.edges for treated in expected):
        return None
    return next(_descriptions(got, expected), None)


def _descriptions(got: Sequence[_Treated], expected: Sequence[_Treated]) -> Iterator[Sentence]:
    if any(treated.upturned for treated in got) and not any(treated.upturned for treated in expected):
        yield Sentence(TEMPLATES[6], {})
        return
    large = [treated for treated in got if len(treated.mirrored) >= ENOUGH]
    if large and all(len(set(treated.mirrored.tolist())) == 1 for treated in large):
        both = len({bool(treated.mirrored[0]) for treated in got}) > 1
        yield Sentence(TEMPLATES[5 if both else 0], {})
    if large and all((treated.shifts == treated.shifts[0]).all() for treated in large):
        yield Sentence(TEMPLATES[1], {})
    elif large and all((treated.shifts[:, 0] == treated.shifts[:, 1]).all() for treated in got):
        yield Sentence(TEMPLATES[2], {})
    wrong = [treated for treated in got if treated.edges]
    if wrong:
        yield Sentence(TEMPLATES[3 if all(treated.zeros for treated in wrong) else 4], {})


def _treated(images: Array, answers: Array) -> _Treated | None:
    """None where the middle of an image tells nothing, or it is that of no such image."""
    height, width = images.shape[2:]
    padded = np.pad(images, ((0, 0), (0, 0), (PADDING,) * 2, (PADDING,) * 2), mode="reflect")
    middle = np.s_[:, :, PADDING:-PADDING, PADDING:-PADDING]
    count = np.zeros(len(images), dtype=int)
    mirrored, shifts = np.zeros(len(images), dtype=bool), np.zeros((len(images), 2), dtype=int)
    right, upturned = np.zeros_like(answers), False
    for down in range(2 * PADDING + 1):
        for across in range(2 * PADDING + 1):
            crop = padded[:, :, down : down + height, across : across + width]
            for flipped, over in ((False, False), (True, False), (False, True), (True, True)):
                made = crop[..., ::-1] if flipped else crop
                made = made[..., ::-1, :] if over else made
                same = (made[middle] == answers[middle]).all(axis=(1, 2, 3))
                count += same
                upturned |= over and bool(same.any())
                mirrored[same], right[same] = flipped, made[same]
                shifts[same] = down - PADDING, across - PADDING
    if (count != 1).any():
        return None
    wrong = answers != right
    return _Treated(
        mirrored, shifts, int(wrong.any(axis=(1, 2, 3)).sum()), not answers[wrong].any(), upturned
    )
