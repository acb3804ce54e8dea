"""Marks what a student predicted before running cells: half of a prediction's share for having made it, the rest for
being right. The file that holds them is a student's, so that whatever stands in it ends in a text and a share.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from colab_setup.predicting import NAME, shown

from ...assignment import Prediction
from .answers import Answer

MADE = 0.5
"""What a prediction that was wrong is worth of one that was right: who errs before the run has still thought."""

_NONE = Answer("", "No predictions were handed in.", share=0.0)
_DAMAGED = Answer("", f"{NAME} cannot be read: the predictions in it are lost.", share=0.0)


def read(files: Mapping[str, bytes], asked: Mapping[str, Prediction]) -> Answer:
    """All predictions of a submission as one answer, with its share of the points.

    Args:
        files: what lies beside the modules, by name.
        asked: what is predicted, by name.
    """
    if NAME not in files:
        return _NONE
    try:
        made = json.loads(files[NAME])
    except (ValueError, RecursionError):
        return _DAMAGED
    if not isinstance(made, dict):
        return _DAMAGED
    lines, earned = [], 0.0
    for name, prediction in asked.items():
        expected = prediction.expected
        if not expected.fits(made.get(name)):
            lines.append(f"{name}: none")
            continue
        right = expected.is_right(made[name])
        earned += 1.0 if right else MADE
        lines.append(f"{name}: {shown(made[name])}, {'right' if right else 'wrong'}")
    # Two line ends: the text is shown as Markdown.
    return Answer("\n\n".join(lines), share=earned / len(asked))
