"""Grades the submission that a container holds and writes the results as Gradescope and `otter grade` read them.

Otter's own runner takes a submission apart as root and follows what it finds there. Here the kit's own opening reads it,
as `autograder grade` does, and Otter sees nothing but results. Whatever happens, there is a sentence for it.
"""

from __future__ import annotations

import json
import signal
import stat
import time
import traceback
from pathlib import Path
from typing import Any

import dill
from otter.run.run_autograder.autograder_config import AutograderConfig
from otter.test_files import GradingResults

from colab_setup.data import Dataset, load

from ...assignment import Assignment
from ...checks import images_for
from ...files import write_atomically
from ...submissions import Submission, open_submission
from ...temporary import Folder
from ..alone import Alone, GraderFailed, grade_alone
from ..leaderboard import leaderboard
from . import memory
from .shipped import shipped

CACHE = Path("/opt/coursework/data")
"""Where the image keeps the decoded data."""

LAST_SECONDS = 60
"""How long before the limit no more of the submission's code is run: what is left is explaining and writing."""

END_SECONDS = 20
"""How long before the limit the kernel ends a grader that has not ended."""


def grade(root: Path, cache: Path = CACHE) -> None:
    """Grade and write the results, or why there are none.

    Args:
        root: the folder that holds `source`, `submission` and `results`.
        cache: where decoded data is kept.
    """
    started = time.monotonic()
    try:
        config = json.loads((root / "source/otter_config.json").read_text(encoding="utf-8"))
        (options,) = (settings for plugin in config["plugins"] for settings in plugin.values())
        assignment = shipped(options, root / "source")
        limit = float(options["limit_seconds"])
        # The kernel keeps this one, also where Python hangs.
        signal.alarm(int(limit - END_SECONDS))
        path = root / "source" / options["data"] if "data" in options else None
        dataset = images_for(assignment, path, cache=cache)
        _look_at_memory(assignment, dataset)
        with Folder("container") as workspace:
            alone = grade_alone(
                lambda: _opened(root / "submission", assignment),
                assignment,
                dataset,
                workspace,
                (root,),
                tuple(sorted((root / "source/tests").glob("*.py"))),
                until=started + limit - LAST_SECONDS,
            )
        _write(root, alone, config, assignment)
    except Exception as error:
        fail(root, str(error) or type(error).__name__, "".join(traceback.format_exception(error)))


def fail(root: Path, reason: str, details: str = "") -> None:
    """Say that there is no score, which Gradescope tells by there being no results.

    Args:
        root: as in `grade`.
        reason: why, as the end of a sentence or sentences of its own.
        details: for whoever looks into it.
    """
    sentence = f"The grader failed, which says nothing about the submission: {reason}"
    (root / "results/results.json").unlink(missing_ok=True)
    _pickle(root, GradingResults.without_results(RuntimeError(sentence)))
    print(f"{sentence}\n{details}", flush=True)


def decode(data: Path) -> None:
    """Read the course's data once, so that no submission waits for it."""
    print(load(data.absolute(), cache=CACHE).source)


def _look_at_memory(assignment: Assignment, dataset: Dataset | None) -> None:
    data = dataset.name if dataset else "none"
    needed, allowed = assignment.container.memory_mb.get(data, 0), memory.allowed_mb()
    if allowed is not None and allowed < needed:
        raise GraderFailed(
            f"{assignment.name}{f' on the {data} data' if dataset else ''} needs {needed:,} MB of memory, and this container has "
            f"{allowed:,} MB. Give it more and grade again: on Gradescope under Settings, Container Specifications, "
            "and in Docker by --memory."
        )


def _opened(folder: Path, assignment: Assignment) -> Submission:
    """The submission: the one file that `otter grade` puts there, or what Gradescope has unpacked."""
    entries = list(folder.iterdir())
    if len(entries) == 1 and stat.S_ISREG(entries[0].lstat().st_mode):
        (folder,) = entries
    return open_submission(
        "submission", folder, assignment.modules, assignment.attachments, assignment.owners
    )


def _write(root: Path, alone: Alone, config: dict[str, Any], assignment: Assignment) -> None:
    results = alone.score.results
    shown = results.to_gradescope_dict(AutograderConfig(config))
    if assignment.leaderboard != "off":
        shown["leaderboard"] = leaderboard(alone.score.runs)
    write_atomically(root / "results/results.json", json.dumps(shown, indent=4).encode())
    # A row of `otter grade` has room for a reason only where there are no results.
    refused = RuntimeError(alone.refusal)
    _pickle(root, GradingResults.without_results(refused) if alone.refusal else results)
    print(f"{alone.staff}\n{alone.refusal}", flush=True)


def _pickle(root: Path, results: GradingResults) -> None:
    """For `otter grade`, which reads it where there is no kit."""
    write_atomically(root / "results/results.pkl", dill.dumps(results))
