"""A large batch: submissions a minute with one and two jobs, the grader's memory, and what kills cost: of the grader, its
judges and its workers.

python -m tests.benchmarks.bench_batch [--count N]
"""

import argparse
import contextlib
import csv
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import killing, many
from tests.benchmarks.grading_runs import ASSIGNMENT, SCRIPTS

AIM_JOBS = 1.8
"""Aim: how many times as many submissions a minute two jobs grade."""

AIM_MEMORY = 10.0
"""Aim: by how many per cent the grader's memory may grow from a tenth of the batch to its end."""

KILLS = 20
KILLED_BATCH = 80

console = Console(width=130, highlight=False)


def command(submissions: Path, out: Path, jobs: int) -> list[str | Path]:
    return [
        SCRIPTS / "autograder", "grade", submissions, "--assignment", ASSIGNMENT, "--out", out, "--jobs", str(jobs),
    ]  # fmt: skip


def graded(out: Path) -> int:
    """How many submissions are in the store."""
    try:
        with (
            closing(sqlite3.connect(f"file:{out / 'grades.sqlite'}?mode=ro", uri=True)) as database,
            database,
        ):
            return int(database.execute("SELECT count(*) FROM gradings").fetchone()[0])
    except sqlite3.OperationalError:  # it is not there yet
        return 0


def resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def throughput(submissions: Path, out: Path, jobs: int, count: int) -> tuple[float, list[tuple[int, float]]]:
    """Submissions a minute without the start-up, and (submissions graded, MiB of the grader) along the way."""
    running = subprocess.Popen(command(submissions, out, jobs), stdout=subprocess.DEVNULL)
    memory: list[tuple[int, float]] = []
    started, before = 0.0, 0
    while running.poll() is None:
        time.sleep(0.5)
        done = graded(out)
        if done and not started:
            started, before = time.perf_counter(), done
        if done:
            try:
                memory.append((done, resident_mb(running.pid)))
            except (OSError, StopIteration):  # it has just ended
                break
        if done == count:
            break
    minutes = (time.perf_counter() - started) / 60
    if running.wait() or graded(out) != count:
        raise RuntimeError(f"{graded(out)} of {count} were graded; the figures would mean nothing.")
    return (count - before) / minutes, memory


def grades(out: Path) -> dict[str, dict[str, str]]:
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {row.pop("submission"): {**row, "seconds": ""} for row in csv.DictReader(file)}


def report_jobs(work: Path, count: int) -> None:
    """Throughput of one and two jobs on the same submissions, and memory over the larger batch."""
    submissions = work / "many"
    submissions.mkdir()
    many.write(submissions, count)
    part = work / "part"
    part.mkdir()
    for path in sorted(submissions.iterdir())[: max(20, count // 5)]:
        os.link(path, part / path.name)
    size = len(list(part.iterdir()))
    table = Table(title=f"Submissions a minute, no two alike, {count} of them made")
    for heading in ("jobs", "graded", "a minute", "÷ 1 job"):
        table.add_column(heading, justify="right")
    rates = {}
    for jobs in (1, 2):
        rates[jobs], _ = throughput(part, work / f"part {jobs}", jobs, size)
        table.add_row(str(jobs), str(size), f"{rates[jobs]:.0f}", f"{rates[jobs] / rates[1]:.2f}")
    whole, memory = throughput(submissions, work / "whole", 2, count)
    table.add_row("2", str(count), f"{whole:.0f}", f"{whole / rates[1]:.2f}")
    console.print(table)
    if grades(work / "part 1") != grades(work / "part 2"):
        raise RuntimeError("One and two jobs gave other grades.")
    _aim(
        f"{AIM_JOBS} times the throughput with two jobs: {rates[2] / rates[1]:.2f}",
        rates[2] / rates[1] >= AIM_JOBS,
    )
    early = [mb for done, mb in memory if count * 0.08 <= done <= count * 0.12]
    late = [mb for done, mb in memory if done >= count * 0.9]
    if early and late:
        first, last = sum(early) / len(early), sum(late) / len(late)
        growth = 100 * (last / first - 1)
        text = (
            f"the grader's memory grows by at most {AIM_MEMORY:g} % from submission {count // 10} to {count}"
        )
        _aim(f"{text}: {first:.0f} MiB, then {last:.0f} MiB ({growth:+.1f} %)", growth <= AIM_MEMORY)


def report_kills(work: Path) -> float:
    """Grade a batch that is killed again and again, and the same one undisturbed; returns the seconds of that one."""
    submissions = work / "killed"
    submissions.mkdir()
    many.write(submissions, KILLED_BATCH, seed=1)
    undisturbed, out = work / "undisturbed", work / "disturbed"
    started, first = time.perf_counter(), 0.0
    running = subprocess.Popen(command(submissions, undisturbed, 2), stdout=subprocess.DEVNULL)
    while running.poll() is None:
        time.sleep(0.05)
        if not first and graded(undisturbed):
            first = time.perf_counter() - started
    seconds = time.perf_counter() - started
    # At these moments most runs have come up and graded a few, and the last kill comes near the end of the batch.
    longest = 1.5 * (first + (seconds - first) / KILLS)
    rng, moments = random.Random(0), []
    while len(moments) < KILLS:
        running = subprocess.Popen(
            command(submissions, out, 2), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(rng.uniform(0.0, longest))
        if running.poll() is None:
            running.send_signal(signal.SIGKILL)
            moments.append(graded(out))
        elif graded(out) == KILLED_BATCH:
            break
        running.wait()
    subprocess.run(command(submissions, out, 2), check=True, stdout=subprocess.DEVNULL)
    same = grades(out) == grades(undisturbed)
    with closing(sqlite3.connect(out / "grades.sqlite")) as database, database:
        most = database.execute(
            "SELECT max(n) FROM (SELECT count(*) AS n FROM gradings GROUP BY submission)"
        ).fetchone()[0]
    console.print(
        f"Killed with SIGKILL when so many of {KILLED_BATCH} were graded: {', '.join(map(str, moments))}."
    )
    _aim(
        f"{len(moments)} kills in one batch: the grades of an undisturbed run: {'yes' if same else 'NO'}; "
        f"gradings of a submission, at most: {most}",
        same and most == 1,
    )
    return seconds


def report_kills_within(work: Path, seconds: float) -> None:
    """Grade a batch whose judges, and one whose workers, are killed again and again while the grader goes on.

    Args:
        work: where `report_kills` has worked.
        seconds: what the batch takes undisturbed.
    """
    submissions, undisturbed = work / "killed", work / "undisturbed"
    for kind in (killing.judges, killing.workers):
        out = work / f"disturbed {kind.__name__}"
        rng, killed = random.Random(1), 0
        running = subprocess.Popen(command(submissions, out, 2), stdout=subprocess.DEVNULL)
        while running.poll() is None:
            time.sleep(rng.uniform(0.0, 1.5 * seconds / KILLS))
            victims = kind(running.pid) if killed < KILLS and graded(out) else []
            if victims:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(rng.choice(victims), signal.SIGKILL)
                    killed += 1
        same = grades(out) == grades(undisturbed)
        told = (
            f"{killed} kills of {kind.__name__}: the grades of an undisturbed run: {'yes' if same else 'NO'}"
        )
        _aim(told, same and killed > KILLS / 2)


def _aim(what: str, met: bool) -> None:
    console.print(f"Aim {'met' if met else 'MISSED'}: {what}.", soft_wrap=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="submissions of the large batch")
    options = parser.parse_args(arguments)
    console.print(f"Load of the machine: {', '.join(f'{load:.2f}' for load in os.getloadavg())}.")
    with tempfile.TemporaryDirectory(prefix="coursework-bench-") as work:
        report_jobs(Path(work), options.count)
    with tempfile.TemporaryDirectory(prefix="coursework-bench-") as work:
        report_kills_within(Path(work), report_kills(Path(work)))
    console.print(f"Load of the machine: {', '.join(f'{load:.2f}' for load in os.getloadavg())}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
