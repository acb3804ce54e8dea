"""What is recorded of a grading: its row, what it was made with, and its results."""

from __future__ import annotations

import functools
import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

GRADED, PARTIAL, ATTENTION, REJECTED = "graded", "partial", "attention", "rejected"
"""What became of a submission: all cases ran, some did not run to their end, the grader failed, it cannot be read."""


@dataclass(frozen=True)
class Row:
    """One line of `grades.csv`.

    Attributes:
        submission: the submission's name.
        status: one of `GRADED`, `PARTIAL`, `ATTENTION` and `REJECTED`.
        score: points earned.
        max_score: points possible.
        seconds: wall-clock seconds.
        questions: points by question.
        reason: for a rejected one, why; for one that needs attention, what is undecided.
        undecided: points that are neither earned nor lost, since the grader failed; not in `score`.
    """

    submission: str
    status: str
    score: float
    max_score: float
    seconds: float
    questions: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""
    undecided: float = 0.0


KIT = "deep-learning-coursework"
"""The kit's own name among the versions: what is new in it is why a question is graded again."""


@dataclass(frozen=True)
class Setting:
    """What a grade depends on beside the submission; with the same one it can be made again.

    Attributes:
        suite: a hash of the suite's tests and settings and of the reference.
        data: where the images came from, for people.
        images: a hash of the test images of the run.
        seed: the run's seed.
        device: what models were trained on.
        sandbox: the name of the confinement.
        versions: Python's, and those of the packages that a grade may depend on.
    """

    suite: str
    data: str
    images: str
    seed: int
    device: str
    sandbox: str
    versions: Mapping[str, str]

    def columns(self) -> dict[str, str]:
        """As the store keeps it; a seed has more bits than SQLite's integers."""
        return {**asdict(self), "seed": str(self.seed), "versions": json.dumps(dict(self.versions))}

    def differences(self, now: Setting) -> list[str]:
        """What is not the same in two settings, apart from the suite's and the kit's own versions, in words."""
        pairs = [("seed", str(self.seed), str(now.seed)), ("device", self.device, now.device)]
        pairs.append(("sandbox", self.sandbox, now.sandbox))
        for name in {**self.versions, **now.versions}:
            if name != KIT:
                pairs.append((name, self.versions.get(name, "unknown"), now.versions.get(name, "missing")))
        data = [f"the images of {self.data} (now {now.data})"] if self.images != now.images else []
        return data + [f"{name} {before} (now {after})" for name, before, after in pairs if before != after]

    def fingerprint(self, content: str) -> str:
        """Of the grading of a submission with this `content`."""
        told = {name: value for name, value in self.columns().items() if name != "data"}
        return fingerprint([content.encode(), json.dumps(told, sort_keys=True).encode()])


@dataclass(frozen=True)
class Grading:
    """One grading as it is recorded.

    Attributes:
        row: its line in `grades.csv`.
        content: a hash of what was handed in or, where it could not be opened, of the reason.
        setting: what it was graded with.
        results: in Gradescope's form; the cases are in its `extra_data`.
        keep: whether it may stand for the next grading with the same content and setting.
    """

    row: Row
    content: str
    setting: Setting
    results: Mapping[str, Any]
    keep: bool

    @functools.cached_property
    def text(self) -> str:
        """The results as JSON."""
        return json.dumps(self.results, ensure_ascii=False)

    @property
    def extra(self) -> Mapping[str, Any]:
        """What `results` holds beside Gradescope's own."""
        extra: Mapping[str, Any] = self.results.get("extra_data", {})
        return extra

    @property
    def cases(self) -> Sequence[Mapping[str, Any]]:
        """The records of its cases; none where it could not be opened."""
        cases: Sequence[Mapping[str, Any]] = self.extra.get("cases", ())
        return cases

    @property
    def fingerprint(self) -> str:
        """What tells it from others; "" where it must not be taken for another."""
        return self.setting.fingerprint(self.content) if self.keep else ""


def fingerprint(parts: Iterable[bytes]) -> str:
    """What tells two gradings apart: a hash in which the parts cannot run into one another."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


@functools.cache
def versions() -> dict[str, str]:
    """The versions that a grade may depend on: Python's, and those of packages by their names."""
    names = (KIT, "otter-grader", "numpy", "torch")
    found = {name: version(name) for name in names if find_spec(name.replace("-", "_")) or name != "torch"}
    return {"python": platform.python_version(), **found}
