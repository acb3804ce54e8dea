"""How well a submission's models do, in the form of Gradescope's leaderboard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..checks import Run


def leaderboard(runs: Iterable[Run]) -> list[dict[str, Any]]:
    """A line for each training, with the best of its values.

    Gradescope's results.json has them under `leaderboard`, as name, value, and "asc" for an order in which less is better
    (gradescope-autograders.readthedocs.io, Specifications, Output Format); it asks students for a name to be shown by.
    """
    best: dict[str, Run] = {}
    for run in runs:
        before = best.get(run.recipe)
        less = run.better == "lower"
        if before is None or (run.value < before.value if less else run.value > before.value):
            best[run.recipe] = run
    return [
        {"name": name, "value": round(run.value, 4), "order": "asc" if run.better == "lower" else "desc"}
        for name, run in best.items()
    ]
