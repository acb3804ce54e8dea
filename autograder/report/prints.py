"""What two pieces of code have in common and few others have: fingerprints, their weights, likeness and containment.

Fingerprints are copydetect's (Schleimer, Wilkerson and Aiken, "Winnowing", SIGMOD 2003), which forgets names, strings,
comments and layout. A function of one line has few ways to be written, so a fingerprint that many submissions share
counts for little: each weighs log(n / number of submissions that have it).
"""

from __future__ import annotations

import ast
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import sparse

from ..text import is_writing

FEWEST = 5
"""Fewest fingerprints that a pair must share: fewer are some lines of code."""

NOISE, GUARANTEED = 25, 30
"""In characters of code without names: shorter matches are noise, longer ones are always found."""

BLOCK = 500
"""Submissions that are compared with all others at a time."""

RARE, RARE_SHARE = 3, 0.1
"""What at most so many submissions have, or this share of them, is rare: a few who copy from one another may have it."""


@dataclass(frozen=True)
class Common:
    """What two have in common.

    Attributes:
        one, other: their places.
        likeness: from 0 to 1, the weight of what both have in that of what either has.
        contained: from 0 to 1, the weight of what both have in that of the lighter of the two: code that was added hides no
            copy.
        rare: the same of what both and few others have.
        weight: of what both and few others have.
        shared: the number of fingerprints that both have.
    """

    one: int
    other: int
    likeness: float
    contained: float
    rare: float
    weight: float
    shared: int


def plain(source: str) -> str:
    """The code in Python's own layout and order, without comments and docstrings; as it is where it cannot be parsed.

    Functions are sorted by name, which the assignment gives, and the rest by its text: short as they are, another order
    would hide a copy.
    """
    tree = parsed(source)
    if tree is None:
        return source
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    others = [node for node in tree.body if not isinstance(node, ast.FunctionDef)]
    try:
        others.sort(key=ast.unparse)
        tree.body = [*others, *sorted(functions, key=lambda function: function.name)]
        return ast.unparse(tree)
    except (ValueError, RecursionError, MemoryError):
        return source


def parsed(source: str) -> ast.Module | None:
    """A module without docstrings; None where it cannot be parsed."""
    if not is_writing(source):
        return None
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            node.body = [line for line in node.body if not _is_text(line)] or [ast.Pass()]
    return tree


def functions_of(source: str, names: Iterable[str]) -> dict[str, str]:
    """The text of each function, or class, of these names that stands at the top of a module."""
    tree, wanted = parsed(source), set(names)
    found = {}
    for node in tree.body if tree else ():
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in wanted:
            try:
                found[node.name] = ast.unparse(node)
            except (ValueError, RecursionError, MemoryError):
                continue
    return found


def _is_text(node: ast.stmt) -> bool:
    """Whether it is a docstring, or another text that stands there for nothing."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def fingerprints(text: str, window: int = GUARANTEED - NOISE + 1, boilerplate: Iterable[int] = ()) -> Any:
    """copydetect's fingerprints of a text, in each window of so many one, without those of what was given out."""
    # It imports matplotlib's windows: only where it is needed.
    from copydetect import CodeFingerprint, utils

    utils.hashed_kgrams = _hashed
    return CodeFingerprint("code.py", NOISE, window, boilerplate=list(boilerplate), fp=io.StringIO(text))


def _hashed(text: str, k: int) -> NDArray[np.int64]:
    """A number for every k characters in a row, in place of copydetect's.

    It takes Python's hash of texts, which differs from run to run, and with it what two have in common.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    if len(codes) < k:
        return np.empty(0, np.int64)
    weights = np.random.default_rng(0).integers(-(2**63), 2**63, size=k)
    hashes: NDArray[np.int64] = sliding_window_view(codes, k) @ weights  # modulo 2 ** 64
    return hashes


def in_common(prints: Sequence[set[int]], least: float) -> Iterator[Common]:
    """The pairs of which one is contained in the other to such a part at least.

    Args:
        prints: the fingerprints of each submission; empty for one that has none.
        least: from 0 to 1.
    """
    if len(prints) < 2 or not any(prints):
        return
    numbers = {found: column for column, found in enumerate(sorted(set().union(*prints)))}
    frequency = Counter(found for hashes in prints for found in hashes)
    rows = [row for row, hashes in enumerate(prints) for _ in hashes]
    columns = [numbers[found] for hashes in prints for found in hashes]
    has = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(prints), len(numbers)))
    # One more than there are: two that are alone in the world share what nobody else has.
    weight, rare = np.zeros(len(numbers)), np.zeros(len(numbers))
    for found, column in numbers.items():
        weight[column] = np.log((len(prints) + 1) / frequency[found])
        rare[column] = frequency[found] <= max(RARE, RARE_SHARE * len(prints))
    weighted = has.multiply(weight).tocsr()
    yield from _pairs(has, weighted, weighted.multiply(rare).tocsr(), least)


def _pairs(has: Any, weighted: Any, rare: Any, least: float) -> Iterator[Common]:
    own = np.asarray(weighted.sum(axis=1)).ravel()
    for start in range(0, has.shape[0], BLOCK):
        rows = slice(start, start + BLOCK)
        common, few = (weighted[rows] @ has.T).toarray(), (rare[rows] @ has.T).toarray()
        number = (has[rows] @ has.T).toarray()
        together = own[rows, None] + own[None, :] - common
        lighter = np.minimum(own[rows, None], own[None, :])
        likeness = np.divide(common, together, out=np.zeros_like(common), where=together > 0)
        inside, seldom = (
            np.divide(part, lighter, out=np.zeros_like(part), where=lighter > 0) for part in (common, few)
        )
        later = np.arange(has.shape[0])[None, :] > np.arange(start, start + len(common))[:, None]
        for i, j in np.argwhere(later & (inside >= least) & (number >= FEWEST)):
            yield Common(
                start + int(i),
                int(j),
                float(likeness[i, j]),
                float(inside[i, j]),
                float(seldom[i, j]),
                float(few[i, j]),
                int(number[i, j]),
            )
