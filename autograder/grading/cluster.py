"""Scores submissions on a Ray cluster: a task a submission, the results in the driver's own store.

The store, the submissions' files and the decision what to grade stay with the driver. A node gets the modules of one
submission and, once, the data set through Ray's object store; it needs the same version of the kit. Student code runs in the
node's own sandbox, which knows nothing of Ray.
"""

from __future__ import annotations

import atexit
import logging
import math
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colab_setup.data import Dataset

from .. import sandbox
from ..assignment import Assignment
from ..assignment import settings as assignments
from ..checks import prepare
from ..records import Setting
from ..submissions import Submission
from ..temporary import Folder
from .case_results import NOTHING_KNOWN, CaseResult, Known, Record, Score
from .case_running import Begins
from .scoring import Scorer

if TYPE_CHECKING:
    from collections.abc import Callable

RETRIES = 2
"""How often a submission is tried again whose node was lost; more would let it take one node after another down."""

ANSWER_SECONDS = 10

STARTS = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
"""What Ray is told before it is imported: to report nothing, and to leave CUDA's environment alone."""

_scorers: dict[tuple[str, int, bool, str], Scorer] = {}
"""In a process of a node: one scorer a run, since all that does not depend on a submission is loaded once."""


class ClusterError(Exception):
    """There is no cluster to work with, or it does not fit; one sentence that says what to do."""


@contextmanager
def connected(address: str | None) -> Iterator[int]:
    """A connection to a cluster; gives the number of submissions that it can grade at a time, on CPUs.

    Args:
        address: of the cluster; None for the one that runs on this machine, or else a new one of this machine alone.

    Raises:
        ClusterError: Ray is not installed, or nothing answers there.
    """
    os.environ.update(STARTS)
    try:
        import ray
    except ImportError as error:
        raise ClusterError(
            "Ray is not installed: `pip install 'deep-learning-coursework[ray]'`, on every node, or leave --engine out."
        ) from error
    try:
        _answers(address)
        ray.init(
            address=address,
            log_to_driver=False,
            logging_level=logging.ERROR,
            include_dashboard=None if address else False,
        )
    except (OSError, RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0][:200]
        raise ClusterError(
            f"No Ray cluster answers at {address or 'this machine'} ({reason}). Start one with `ray start --head`."
        ) from error
    try:
        resources: Any = ray.cluster_resources
        yield max(1, int(resources().get("CPU", 1)))
    finally:
        ray.shutdown()


def _answers(address: str | None) -> None:
    """Raises OSError where nothing listens at host:port; Ray itself would try for minutes."""
    host, _, port = (address or "").rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host.rpartition("/")[2], int(port)), timeout=ANSWER_SECONDS).close()


class ClusterScorer(Scorer):
    """A scorer whose work is done on the nodes; `connected` must be open.

    Args:
        local: the same scorer on this machine, which knows the run.
        dataset: what `local` was prepared from.
        secret: folders of this machine that workers must not see; a node may share its disk.
    """

    judged = False

    def __init__(self, local: Scorer, dataset: Dataset | None, secret: tuple[Path, ...]) -> None:
        import ray

        self.__dict__.update(vars(local))
        self._dataset = ray.put(dataset)
        self._secret = tuple(map(str, secret))
        needs = {"num_gpus": 1} if local.data.device == "cuda" else {"num_cpus": 1}
        remote: Any = ray.remote
        self._task: Callable[..., Any] = remote(max_retries=RETRIES, **needs)(_score).remote

    def score(
        self,
        submission: Submission,
        known: Known = NOTHING_KNOWN,
        record: Record = lambda case: None,
        until: float = math.inf,
        begins: Begins = lambda question, name: None,
    ) -> Score:
        """Score a submission on some node; cases are told when all of them are there, and no time is set for them.

        Raises:
            ClusterError: the node's kit is another one.
            ray.exceptions.RayError: the nodes that tried were lost.
        """
        import ray

        run = (self.assignment, self.seed, self.confinement.name == "none", self._secret, self.setting)
        cases, *rest = ray.get(self._task(run, self._dataset, submission, tuple(known.values())))
        for case in cases:
            record(case)
        return self.put_together(cases, *rest)


def _score(
    run: tuple[Assignment, int, bool, tuple[str, ...], Setting],
    dataset: Dataset | None,
    submission: Submission,
    known: tuple[CaseResult, ...],
) -> tuple[tuple[CaseResult, ...], float, float, str]:
    """On a node: score a submission; the parts of the `Score` that can be sent."""
    asked, seed, no_sandbox, secret, setting = run
    run_key = (setting.suite, seed, no_sandbox, asked.python)
    scorer = _scorers.get(run_key)
    if scorer is None:
        # A course's own folders lie where all nodes see them, the kit's where the node has its kit.
        rooms = asked.rooms if asked.suite.exists() else assignments.find(asked.name)
        tests = tuple(rooms.suite / "tests" / path.name for path in asked.tests)
        assignment = replace(asked, rooms=rooms, tests=tests)
        folder = Folder("data")
        atexit.register(folder.remove)
        data = prepare(assignment, dataset, seed, folder.path)
        confinement = sandbox.choose(
            data.files,
            tuple(map(Path, secret)),
            allow_none=no_sandbox,
            python=assignment.python,
            torch=assignment.limits.torch,
        )
        scorer = _scorers[run_key] = Scorer(assignment, confinement, data, seed)
    if scorer.setting != setting:
        ours, theirs = scorer.setting.columns(), setting.columns()
        other = ", ".join(f"{key} {ours[key]}" for key in ours if ours[key] != theirs[key])
        raise ClusterError(
            f"node {socket.gethostname()} would grade otherwise than this machine ({other}): install the same kit there"
        )
    score = scorer.score(submission, {(case.question, case.name): case for case in known})
    return score.cases, score.seconds, score.student_seconds, score.output
