"""A ten-class set of 32x32 colour images made from a seed, for where CIFAR-10 is not at hand.

An image is a sum of integers: a smooth coloured background, that of its class's group (the first or the last
five classes) and, weakly, that of its class, under stronger random backgrounds; pixel noise; and a small
pattern, its class's, at a random place, in a random colour, dark on light or light on dark. A linear model
sees the backgrounds only, since the pattern's sign and place average out, and gets about half of the classes
right; a ConvNet finds the patterns. The groups make a set on which the classic mistakes of a training loop
cost accuracy: see the figures in this folder's README.

The same set on every machine and with every numpy: the bits are PCG64's own (`random_raw`, whose stream numpy
guarantees, which it does not for the distributions of its Generator), and all arithmetic is on integers; the
one matrix product runs in float32 on integers below 2**24, exact in whatever order a BLAS adds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..language import _
from .dataset import IMAGE_BYTES, SIDE, DataError, Dataset

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLASSES = (
    "checker",
    "cross",
    "diagonal",
    "disc",
    "frame",
    "horizontal",
    "plus",
    "ring",
    "triangle",
    "vertical",
)
GRID = 4  # a background is drawn on 4x4 points and interpolated
PATTERN = 12  # side of a pattern in pixels

# Strengths in grey levels.
GROUP, CLASS, SHAPE, GREY, UNSEEN = 60, 10, 44, 120, 100


def synthetic(seed: int = 0, *, train: int = 5000, test: int = 1000, looks: int | None = None) -> Dataset:
    """`train` and `test` examples, class-shuffled and as balanced as the numbers allow.

    The seed draws the examples; what the classes look like is the same for every seed, or drawn from `looks`: ten
    classes that nobody has seen, whose names say nothing. Raises DataError for a negative seed or fewer than ten
    examples.
    """
    if seed < 0 or train < len(CLASSES) or test < len(CLASSES):
        raise DataError(
            _(
                "A synthetic data set needs a seed of 0 or more and at least 10 training and 10 test examples: "
                "not seed {seed}, {train} and {test}.",
                seed=seed,
                train=train,
                test=test,
            )
        )
    templates = (_backgrounds(), _patterns()) if looks is None else _drawn(looks)
    X_train, y_train = _examples(seed, 0, train, *templates)
    X_test, y_test = _examples(seed, 1, test, *templates)
    source = _(
        "synthetic stand-in for CIFAR-10, made from seed {seed}: {train:,} training and {test:,} test images",
        seed=seed,
        train=train,
        test=test,
    )
    return Dataset("synthetic", CLASSES, X_train, y_train, X_test, y_test, source)


def _examples(
    seed: int, part: int, count: int, of_classes: NDArray[np.int32], patterns: NDArray[np.int16]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    import numpy as np

    bits = np.random.PCG64(np.random.SeedSequence([seed, part]))
    labels = np.arange(count, dtype=np.int64) % len(CLASSES)
    labels = labels[np.argsort(bits.random_raw(count), kind="stable")]

    backgrounds = of_classes[labels]  # (count, 16, 3), in quarters of a grey level
    noise = _bytes(bits, count * GRID * GRID * 3 * 16).reshape(count, GRID * GRID, 3, 16)
    backgrounds += (noise.sum(-1, dtype=np.int32) - 16 * 255 // 2) * 9 >> 4  # nearly normal, sd 42 levels
    images = _interpolated(backgrounds)
    images += (_bytes(bits, count * IMAGE_BYTES).astype(np.int16) * 42 >> 8).reshape(images.shape) - 21

    draw = bits.random_raw(count * 6).reshape(6, count) >> np.uint64(32)
    top, left = (draw[:2] % np.uint64(SIDE - PATTERN + 1)).astype(np.int64)
    sign = np.where(draw[2] & np.uint64(1), 1, -1).astype(np.int16)
    colour = (draw[3:] % np.uint64(16)).astype(np.int16).T + 16  # (count, 3), 16 to 31
    strength = sign[:, None] * (colour * SHAPE // 24)
    place = np.arange(PATTERN)
    rows = (top[:, None] + place)[:, :, None]
    columns = (left[:, None] + place)[:, None, :]
    shapes = patterns[labels][..., None] * strength[:, None, None, :]
    images[np.arange(count)[:, None, None], rows, columns] += shapes
    return np.clip(images + GREY, 0, 255).astype(np.uint8), labels


def _bytes(bits: np.random.PCG64, count: int) -> NDArray[np.uint8]:
    import numpy as np

    return bits.random_raw(-(-count // 8)).astype("<u8").view(np.uint8)[:count]


def _backgrounds() -> NDArray[np.int32]:
    """(10, 16, 3): each class's own background on the grid, its group's included, in quarters of a level."""
    import numpy as np

    draw = np.random.PCG64(np.random.SeedSequence([2017, 9])).random_raw(12 * GRID * GRID * 3)
    steps = ((draw >> np.uint64(32)) % np.uint64(3)).astype(np.int32).reshape(12, GRID * GRID, 3) - 1
    group = np.arange(len(CLASSES)) // 5
    return 4 * CLASS * steps[:10] + 4 * GROUP * steps[10 + group]


def _drawn(looks: int) -> tuple[NDArray[np.int32], NDArray[np.int16]]:
    """Backgrounds and patterns of ten classes, drawn; the same mirrored, and far apart: few examples are enough."""
    import numpy as np

    size = len(CLASSES), GRID, GRID, 3
    draw = np.random.PCG64(np.random.SeedSequence([looks, 9])).random_raw(np.prod(size) + np.prod(size[:3]))
    steps, signs = np.split((draw >> np.uint64(32)).astype(np.int64), [np.prod(size)])
    half = (steps % 3 - 1).astype(np.int32).reshape(size)
    backgrounds = 2 * UNSEEN * (half + half[:, :, ::-1]).reshape(len(CLASSES), GRID * GRID, 3)
    blocks = (signs % 2 * 2 - 1).astype(np.int16).reshape(size[:3])
    side = PATTERN // GRID
    return backgrounds, blocks.repeat(side, axis=1).repeat(side, axis=2)


def _interpolated(grid: NDArray[np.int32]) -> NDArray[np.int16]:
    """(N, 16, 3) quarters of a level on the grid -> (N, 32, 32, 3) levels, bilinear, rounded down."""
    import numpy as np

    cell = 16  # sixteenths between two points of the grid
    weights = np.zeros((SIDE, GRID), dtype=np.float32)
    for pixel in range(SIDE):
        along = min(max(2 * pixel - cell // 2 + 1, 0), cell * (GRID - 1))
        point = min(along // cell, GRID - 2)
        weights[pixel, point] = cell * (point + 1) - along
        weights[pixel, point + 1] = along - cell * point
    both = np.kron(weights, weights)  # (1024, 16), sums of 256 in each row
    levels = both @ np.ascontiguousarray(grid, dtype=np.float32)  # (N, 1024, 3), integers below 2**24
    return (levels.astype(np.int32) >> 10).astype(np.int16).reshape(len(grid), SIDE, SIDE, 3)


def _patterns() -> NDArray[np.int16]:
    """(10, 12, 12) of +1 and -1, in the order of CLASSES."""
    import numpy as np

    y, x = np.mgrid[:PATTERN, :PATTERN]
    last = PATTERN - 1
    from_middle = (2 * y - last) ** 2 + (2 * x - last) ** 2
    edge = np.minimum(np.minimum(x, y), np.minimum(last - x, last - y))
    inside = {
        "checker": (y // 3 + x // 3) % 2 == 1,
        "cross": (abs(x - y) <= 1) | (abs(x + y - last) <= 1),
        "diagonal": (x + y) // 2 % 3 == 0,
        "disc": from_middle <= 108,
        "frame": edge < 3,
        "horizontal": y // 2 % 2 == 1,
        "plus": (abs(2 * x - last) <= 3) | (abs(2 * y - last) <= 3),
        "ring": (from_middle >= 52) & (from_middle <= 144),
        "triangle": abs(2 * x - last) <= y,
        "vertical": x // 2 % 2 == 1,
    }
    return np.stack([np.where(inside[name], 1, -1) for name in CLASSES]).astype(np.int16)
