"""Scores one submission several times in this process and says what the time is spent on.

    python -m tests.benchmarks.where_time_goes SUBMISSION TIMES [--data DATA] [--repeat]

Prints a JSON object: seconds by purpose, for the start-up and for one submission. With `--repeat` (for a
submission that is the reference) every call of a student's function is repeated in this process afterwards,
outside all other times: what the call takes there is the function's own computing, and the rest of the time
that it took through the sandbox is the way there and back.
"""

import argparse
import contextlib
import copy
import functools
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

ASSIGNMENT = "linear_classifier"


class Stopwatch:
    """Seconds by purpose. Of nested stretches the inner one's time is not part of the outer one's."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.running: list[str] = []
        self.since = time.perf_counter()

    @contextlib.contextmanager
    def on(self, purpose: str) -> Iterator[None]:
        self._book()
        self.running.append(purpose)
        try:
            yield
        finally:
            self._book()
            self.running.pop()

    def watched(self, purpose: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function with its time on a purpose's account."""

        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.on(purpose):
                return function(*args, **kwargs)

        return timed

    def watch(self, purpose: str, owner: Any, *names: str) -> None:
        """Put attributes of a class or namespace under the watch."""
        for name in names:
            setattr(owner, name, self.watched(purpose, getattr(owner, name)))

    def _book(self) -> None:
        now = time.perf_counter()
        if self.running:
            self.seconds[self.running[-1]] += now - self.since
        self.since = now


class Recorder:
    """Keeps the calls of students' functions, to repeat them where nothing but the function takes time."""

    def __init__(self, watch: Stopwatch) -> None:
        self.watch = watch
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def recording(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """`Session.call`, which notes its arguments."""

        def recorded(session: Any, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            with self.watch.on("copying"):
                named = {name: _kept(arg) for name, arg in kwargs.items()}
                self.calls.append((target.function, tuple(map(_kept, args)), named))
            return call(session, target, args, kwargs)

        return recorded

    def repeat(self, functions: Any) -> float:
        """Call everything again, right or wrong; returns CPU seconds, which other work does not lengthen much."""
        spent = 0.0
        for name, args, kwargs in self.calls:
            function = getattr(functions, name)
            started = time.thread_time()
            with contextlib.suppress(Exception), np.errstate(all="ignore"):
                function(*args, **kwargs)
            spent += time.thread_time() - started
        return spent


def _kept(arg: Any) -> Any:
    if hasattr(arg, "load"):
        return arg.load()
    return arg if callable(arg) else copy.deepcopy(arg)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("submission", type=Path)
    parser.add_argument("times", type=int)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--repeat", action="store_true")
    arguments = parser.parse_args()

    start_up, watch = Stopwatch(), Stopwatch()
    with start_up.on("importing Otter, numpy and the kit"):
        from autograder import sandbox
        from autograder.assignment import settings as assignments
        from autograder.checks import Check, prepare
        from autograder.grading.scoring import Scorer
        from autograder.sandbox.confinement import WorkerProcess
        from autograder.sandbox.session import Session
        from autograder.submissions.opening import open_submission
        from colab_setup.data.loading import load

    with tempfile.TemporaryDirectory(prefix="coursework-bench-") as folder:
        settings = assignments.load(ASSIGNMENT)
        with start_up.on("reading the data"):
            dataset = load(arguments.data)
        with start_up.on("permuting and centring it"):
            prepared = prepare(settings, dataset, settings.seed, Path(folder))
        with start_up.on("trying the sandbox out"):
            confinement = sandbox.choose(prepared.files, (), allow_none=False)
        with start_up.on("loading the tests and the reference"):
            scorer = Scorer(settings, confinement, prepared, settings.seed)
        submission = open_submission("submission", arguments.submission, settings.modules)
        scorer.score(submission)  # the first one also pays for what Python does once

        reference = copy.copy(scorer.reference)
        for name in vars(reference):
            kind = "explicit loops of the reference" if name.endswith("_naive") else "other expected values"
            watch.watch(kind, scorer.reference, name)
        watch.watch("drawing inputs", Check, "rng")
        watch.watch("comparing values", Check, "same", "agrees", "intact", "speed")
        watch.watch("predicting the test images", type(prepared), "measure")
        watch.watch("starting the worker", type(confinement), "start")
        watch.watch("starting the worker", WorkerProcess, "wait_until_ready")
        watch.watch("ending the worker", WorkerProcess, "kill")
        watch.watch("importing the submission in it", Session, "ready")
        watch.watch("calls", Session, "call")
        recorder = Recorder(watch)
        if arguments.repeat:
            Session.call = recorder.recording(Session.call)  # type: ignore[method-assign]
        inside, own = 0.0, 0.0
        for _ in range(arguments.times):
            with watch.on("Otter and the test cases themselves"):
                inside += scorer.score(submission).student_seconds
            own += recorder.repeat(reference)
            recorder.calls.clear()

    watch.seconds.pop("copying", None)
    watch.seconds["the student's functions"] = own
    watch.seconds["their calls' way there and back"] = watch.seconds.pop("calls") - own
    each = {purpose: seconds / arguments.times for purpose, seconds in watch.seconds.items()}
    print(json.dumps({"start-up": start_up.seconds, "submission": each, "inside": inside / arguments.times}))


if __name__ == "__main__":
    main()
