"""Seconds and memory a submission: `autograder grade --jobs 1` against `otter run`, on one core, in one run.

    python -m tests.benchmarks.bench_grading [--data ZIP] [--core N]

Two kinds of submission: the stubs, which compute nothing, so that the grader itself is measured, and the
reference, which has all of its functions to compute. README.md in this folder says what each row means.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import nbgrader_runs
from tests.benchmarks.grading_runs import REFERENCE, ROOT, STUBS, Batch, GradingRuns, Load
from tests.benchmarks.usage import Usage

DATA = ROOT.parent / "shared" / "data" / "cifar10.zip"
WITH_PLUGIN, PUBLIC_ONLY = "otter run with the kit's plugin", "plain otter run, public cases"
NBGRADER = "nbgrader autograde, one more"

TIMES_STUBS = {WITH_PLUGIN: 30, PUBLIC_ONLY: 30, NBGRADER: 10}
"""Aims: how many times the CPU of a stub each of them takes."""

CPU_OF_STUBS = 0.05
"""Aim: CPU seconds of a stub."""

SHARE_INSIDE = 0.85
"""Aim: which share of a right submission's time is spent inside its own functions."""

NBGRADER_COPIES = 10

console = Console(width=130, highlight=False)


def loads(data: Path) -> list[Load]:
    """What there is to grade; CIFAR-10 only where its zip is there."""
    found = [
        Load("stubs", STUBS, 0.0, copies=200, otter_runs=3),
        Load("reference", REFERENCE, 100.0, copies=5, otter_runs=2, most_inside=1.0),
    ]
    if data.is_file():
        name = "reference, CIFAR-10"
        found.append(Load(name, REFERENCE, 100.0, copies=4, otter_runs=2, data=data, most_inside=4.0))
    else:
        console.print(f"Without CIFAR-10: there is no {data}.", soft_wrap=True)
    return found


def report(load: Load, batch: Batch, runs: dict[str, list[Usage]]) -> None:
    """Print the comparison of one kind of submission."""
    total = load.copies + 1
    mean, mean_cpu = batch.all.seconds / total, batch.all.cpu_seconds / total
    table = Table(title=f"{load.name}: a submission")
    table.add_column("")
    ratios = ("÷ one more", f"÷ all of {total}", "CPU ÷ one more")
    for heading in ("seconds", "CPU s", "largest, MiB", "together, MiB", *ratios):
        table.add_column(heading, justify="right", no_wrap=True)

    def add(name: str, seconds: float, cpu: float, usages: list[Usage]) -> None:
        largest, together = max(u.largest_mb for u in usages), max(u.together_mb for u in usages)
        numbers = (f"{seconds:.3f}", f"{cpu:.3f}", f"{largest:.0f}", f"{together:.0f}")
        times = (seconds / batch.seconds, seconds / mean, cpu / batch.cpu_seconds)
        table.add_row(name, *numbers, *(f"{ratio:.1f}" for ratio in times))

    add("autograder grade, one more", batch.seconds, batch.cpu_seconds, [batch.all])
    add(f"autograder grade, all of {total} ÷ {total}", mean, mean_cpu, [batch.all])
    for name, usages in runs.items():
        add(name, _median(usages), statistics.median(used.cpu_seconds for used in usages), usages)
    console.print(table)
    console.print(f"Start-up of autograder grade, once a batch: {batch.start_up:.2f} s.")
    best, middle = min(batch.inside), statistics.median(batch.inside)
    console.print(
        f"Inside the submission's functions (Score.student_seconds): {middle:.3f} s, at best {best:.3f} s."
    )
    if load.most_inside is not None:
        _aim(f"at most {load.most_inside:g} s inside the functions, at best", best <= load.most_inside)
        share = middle / batch.seconds
        _aim(
            f"{SHARE_INSIDE:.0%} of a submission's time inside its functions: {share:.0%}",
            share >= SHARE_INSIDE,
        )
        return
    _aim(
        f"at most {CPU_OF_STUBS} CPU seconds a submission: {batch.cpu_seconds:.3f}",
        batch.cpu_seconds <= CPU_OF_STUBS,
    )
    for name, usages in runs.items():
        times = statistics.median(used.cpu_seconds for used in usages) / batch.cpu_seconds
        _aim(f"{name} takes {TIMES_STUBS[name]} times the CPU: {times:.1f} times", times >= TIMES_STUBS[name])


def _median(usages: list[Usage]) -> float:
    return statistics.median(used.seconds for used in usages)


def _aim(what: str, met: bool) -> None:
    console.print(f"Aim {'met' if met else 'MISSED'}: {what}.", soft_wrap=True)


def report_where(found: dict[str, dict[str, dict[str, float]]], part: str, title: str) -> None:
    """Print where the time goes: one column for each kind of submission, the longest of the last one first."""
    table = Table(title=title)
    table.add_column("milliseconds")
    for name in found:
        table.add_column(name, justify="right")
    last = list(found.values())[-1][part]
    for purpose in sorted(last, key=lambda purpose: -last[purpose]):
        table.add_row(purpose, *(f"{1e3 * times[part].get(purpose, 0.0):.1f}" for times in found.values()))
    sums = (f"{1e3 * sum(times[part].values()):.1f}" for times in found.values())
    table.add_row("together", *sums, style="bold")
    console.print(table)


def _say_load() -> None:
    console.print(f"Load of the machine: {', '.join(f'{load:.2f}' for load in os.getloadavg())}.")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--data", type=lambda path: Path(path).resolve(), default=DATA, help="CIFAR-10 as a zip of images"
    )
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)), help="which core")
    options = parser.parse_args(arguments)

    where: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="coursework-bench-") as work:
        grading = GradingRuns(Path(work), options.core)
        _say_load()
        for load in loads(options.data):
            where[load.name] = grading.where(
                load, 3 if load.score else 10
            )  # fills the cache of the data, too
            batch = grading.batch(load)
            runs = {WITH_PLUGIN: grading.otter_with_plugin(load)}
            if load.data is None:  # the public cases ask for no data set
                runs[PUBLIC_ONLY] = grading.otter_public_only(load)
            if not load.score:
                runs[NBGRADER] = [nbgrader_runs.one_more(Path(work), NBGRADER_COPIES, options.core)]
            report(load, batch, runs)
            _say_load()
    report_where(where, "submission", "Where the time of a submission goes")
    report_where(where, "start-up", "Where the start-up of a batch goes, beside Python and the command line")
    return 0


if __name__ == "__main__":
    sys.exit(main())
