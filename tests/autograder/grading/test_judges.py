"""What a submission sends is worked with in a judge, which it may end; who keeps the results goes on."""

import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from autograder.assignment import settings as assignments
from autograder.checks import prepare
from autograder.grading import batch
from autograder.grading.judging import judges, seats
from autograder.grading.judging.judges import Judges
from autograder.grading.results import Results
from autograder.grading.scoring import Scorer
from autograder.sandbox import Limits, Nursery, SandboxError, receive, send
from autograder.submissions import SubmissionError
from autograder.submissions.opening import find_submissions
from tests.processes import wait_until_ended

from ..conftest import zipped
from ..sandbox.hostile import Hostile

pytestmark = pytest.mark.slow

HARM = """
    import os
    from pathlib import Path
    n = cube(3)
    if n == "memory":
        np.ones((60_000, 60_000))
    if n == "hoard":
        hoard = []
        while True:
            hoard.append(bytearray(1 << 24))
    while n == "time":
        pass
    if n == "end" or (n == "once" and not Path({flag!r}).exists()):
        Path({flag!r}).touch()
        os._exit(0)
    if n == "killed" or (n == "killed twice" and len(list(Path({flag!r}).parent.glob("kill*"))) < 2):
        Path({flag!r}).with_name(f"kill {{os.getpid()}}").touch()
        os.kill(os.getpid(), 9)
    if n in ("once", "killed twice"):
        return
    assert n == 27
"""
"""A case that does with an answer what a suite should not."""


@pytest.fixture
def scorer(tiny, tiny_scorer, tmp_path):
    path = next(path for path in tiny.tests if path.stem == "cube")
    harm = HARM.format(flag=str(tmp_path / "flag"))
    text = path.read_text().replace("    assert cube(3) == 27", harm)
    path.write_text(text.replace("OK_FORMAT", "import numpy as np\nOK_FORMAT", 1))
    return Scorer(tiny, tiny_scorer.confinement, tiny_scorer.data, tiny.seed)


def graded(scorer, folder, out, jobs=2):
    results = Results(out, "tiny", scorer.points)
    found = find_submissions(folder, ("area", "use"))
    rows = {each.row.submission: each.row for each in batch.grade(scorer, found, results, jobs)}
    return rows, {
        name: {case["name"]: case for case in results.store.last(name).results["extra_data"]["cases"]}
        for name in rows
    }


def test_an_answer_that_its_judge_does_not_survive_costs_its_case_alone(scorer, tmp_path, monkeypatch):
    monkeypatch.setattr(seats, "STEP_SECONDS", 1.0)
    monkeypatch.setattr(judges, "FORGIVEN", 2)
    for name in ("memory", "hoard", "time", "end", "once", "killed twice", "killed"):
        zipped(tmp_path / "in", name, use=f"def cube(x):\n    return {name!r}\n")
    zipped(tmp_path / "in", "right")
    rows, cases = graded(scorer, tmp_path / "in", tmp_path / "out")
    assert {name: (row.status, row.score) for name, row in rows.items()} == {
        "memory": ("graded", 8),
        "hoard": ("graded", 8),
        "time": ("partial", 8),
        "end": ("partial", 8),
        "once": ("graded", 10),  # some other process may have ended it
        "killed twice": ("graded", 10),  # some other process must have, but for lack of memory
        "killed": ("partial", 8),
        "right": ("graded", 10),
    }
    told = {name: found["cube: of three"] for name, found in cases.items()}
    assert (told["time"]["state"], told["end"]["state"]) == ("timed out", "crashed")
    assert "took longer than 1 s to work with" in told["time"]["message"]
    assert "ended the process that works with it" in told["end"]["message"]
    again, _ = graded(scorer, tmp_path / "in", tmp_path / "out")
    assert again == rows, "what has ended a judge is not tried at each start"


def test_a_submission_that_ends_judge_after_judge_ends_too(scorer, tmp_path, monkeypatch):
    zipped(tmp_path / "in", "a")
    monkeypatch.setattr(Scorer, "score", lambda *_: os._exit(3))
    rows, cases = graded(scorer, tmp_path / "in", tmp_path / "out", jobs=1)
    assert (rows["a"].status, rows["a"].score) == ("partial", 0)
    assert {case["state"] for case in cases["a"].values()} == {"crashed"}


@pytest.mark.parametrize("end", ["os._exit(3)", "[None for _ in iter(int, 1)]"], ids=["ended", "endless"])
def test_what_cannot_be_explained_within_bounds_costs_hints_alone(scorer, tmp_path, monkeypatch, end):
    monkeypatch.setattr(seats, "STEP_SECONDS", 1.0)
    monkeypatch.setattr("autograder.grading.scoring.explained", lambda *_: eval(end, {"os": os}))
    zipped(tmp_path / "in", "wrong", area="def square(x): return 0\ndef total(x): return sum(x)")
    rows, cases = graded(scorer, tmp_path / "in", tmp_path / "out", jobs=1)
    assert (rows["wrong"].status, rows["wrong"].score) == ("graded", 4)
    assert cases["wrong"]["square: secret numbers"]["state"] == "failed"


def test_what_cannot_be_read_within_bounds_is_refused(scorer, tmp_path):
    zipped(tmp_path / "in", "a")

    def opener(name, path):
        os._exit(1)

    refused = pytest.raises(SubmissionError, match="could not be read .*leave in it only what was asked for")
    with Judges(scorer, 1, opener) as bench, refused:
        bench.opened("a", tmp_path / "in/a.zip").__enter__()


def answers_of(reply):
    """A judge that has been taken over, and says to everything what its invader wants."""

    def work(sock, *_):
        while True:
            receive(sock)
            send(sock, reply)

    return work


FULL = {"content": "x", "answers": b"{}", "seconds": 1.0, "student_seconds": 1.0, "output": "", "grown_mb": 0}


@pytest.mark.parametrize(
    "reply",
    [
        {**FULL, "cases": b"[1]"},
        {**FULL, "cases": b"{"},
        {**FULL, "cases": json.dumps([{"question": "cube", "name": 1, "state": ["passed"]}]).encode()},
        {**FULL, "answers": b"[]"},
        {"ended": 3, **FULL},
        {},
    ],
)
def test_a_judge_is_trusted_with_points_and_with_nothing_else(scorer, tmp_path, monkeypatch, reply):
    zipped(tmp_path / "in", "a")
    monkeypatch.setattr(judges, "work", answers_of(reply))
    rows, _ = graded(scorer, tmp_path / "in", tmp_path / "out", jobs=1)
    assert (rows["a"].score, rows["a"].undecided) == (0, 0)


@pytest.mark.parametrize("seed", range(100, 104))
def test_a_worker_that_does_anything_at_any_moment_ends_no_judge_and_undecides_nothing(
    tiny_scorer, tmp_path, monkeypatch, seed
):
    zipped(tmp_path / "in", "a")
    monkeypatch.setattr(tiny_scorer, "confinement", Hostile(seed))
    limits = vars(tiny_scorer.limits) | {"call_seconds": 0.1, "import_seconds": 0.1}
    monkeypatch.setattr(tiny_scorer, "limits", Limits(**limits))
    rows, cases = graded(tiny_scorer, tmp_path / "in", tmp_path / "out", jobs=1)
    assert (rows["a"].score, rows["a"].undecided) == (0, 0)
    assert not any("the process that works with it" in case["message"] for case in cases["a"].values())


@pytest.mark.long
def test_nor_does_one_of_any_seed_under_a_suite_that_calls_back(tmp_path):
    """For `FUZZ_SECONDS`, a minute without; it prints how often."""
    settings = assignments.load("linear_regression")
    limits = dataclasses.replace(settings.limits, call_seconds=0.1, import_seconds=0.1, training_seconds=0.1)
    settings = dataclasses.replace(settings, limits=limits)
    zipped(tmp_path / "in", "a", **dict.fromkeys(settings.modules, "import numpy"))
    scorer = Scorer(settings, Hostile(0), prepare(settings, None, settings.seed, tmp_path), settings.seed)
    until, runs = time.monotonic() + float(os.environ.get("FUZZ_SECONDS", 60)), Counter()
    while time.monotonic() < until:
        seed = random.SystemRandom().getrandbits(32)
        scorer.confinement = Hostile(seed, settles=0.995)
        with Judges(scorer, 1) as judges, judges.opened("a", tmp_path / "in/a.zip") as opened:
            score = opened.score()
        runs.update(["submissions", *(case.state for case in score.cases)])
        told = [case.message for case in score.cases if "the process that works with it" in case.message]
        assert (sum(case.points for case in score.cases), told) == (0, []), f"seed {seed}"
        assert not any(case.state == "undecided" for case in score.cases), f"seed {seed}"
    print(dict(runs))


BURNING = """
    import hashlib, threading
    def burn():
        block = bytes(1 << 20)
        while True:
            hashlib.sha256(block).digest()
    for _ in range(60):
        threading.Thread(target=burn, daemon=True).start()
    def square(x):
        return x * x
    total = sum
"""


def test_a_right_submission_beside_one_with_sixty_threads_keeps_its_points(scorer, tmp_path):
    for n in range(3):
        zipped(tmp_path / "in", f"burns{n}", area=BURNING)
        zipped(tmp_path / "in", f"right{n}")
    rows, _ = graded(scorer, tmp_path / "in", tmp_path / "out")
    assert [rows[f"right{n}"].score for n in range(3)] == [10, 10, 10]


def test_judges_end_with_who_keeps_the_results():
    program = """
import os, time
from autograder.sandbox import Limits, Nursery, receive, send
def work(sock):
    send(sock, {"pid": os.getpid(), "nursery": os.getppid()})
    time.sleep(60)
nursery = Nursery(work)
first, second = receive(nursery.copy().sock), receive(nursery.copy().sock)
print(first["pid"], second["pid"], first["nursery"], flush=True)
time.sleep(60)
"""
    keeper = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    pids = keeper.stdout.readline().split()
    assert len(set(pids)) == 3
    keeper.kill()
    keeper.communicate()
    wait_until_ended(pids, "a judge outlived its grader")


def test_a_nursery_that_was_ended_from_outside_is_made_anew(tiny_scorer, tmp_path):
    zipped(tmp_path / "in", "right")
    with Judges(tiny_scorer, 1) as bench, bench.opened("right", tmp_path / "in/right.zip") as submission:
        judge = bench.seats[0].process.process.pid
        nursery = Path(f"/proc/{judge}/stat").read_text().rpartition(")")[2].split()[1]
        os.kill(int(nursery), signal.SIGKILL)
        wait_until_ended([judge], "a judge outlived its nursery")
        score = submission.score()
    assert {case.state for case in score.cases} == {"passed"}
    with pytest.raises(SandboxError, match="closed"):
        bench.nursery.copy()


def test_who_closes_the_bench_while_a_thread_has_a_judge_leaves_none(tiny_scorer, tmp_path):
    """As when a batch is given up. The thread may not have another judge made, nor wait for the numbers of its files."""
    zipped(tmp_path / "in", "endless", use="def cube(x):\n    while True: pass")
    before = len(os.listdir("/proc/self/fd"))
    told = []

    def score():
        try:
            with bench.opened("endless", tmp_path / "in/endless.zip") as submission:
                submission.score()
        except SandboxError as error:
            told.append(error)

    with Judges(tiny_scorer, 1) as bench:
        thread = threading.Thread(target=score)
        thread.start()
        while thread.is_alive() and not bench.seats[0].under_way():
            time.sleep(0.01)
    thread.join()
    assert len(told) == 1
    assert bench.seats[0].process is None
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_copy_shares_what_was_loaded_and_nothing_that_is_open(tmp_path):
    loaded = {"answer": 42}
    with (tmp_path / "open").open("w"):
        nursery = Nursery(
            lambda sock: send(sock, {**loaded, "files": sorted(map(int, os.listdir("/proc/self/fd")))})
        )
        copy = nursery.copy()
        told = receive(copy.sock)
        copy.kill()
        nursery.close()
    assert told["answer"] == 42
    assert len(told["files"]) <= 5  # the usual three, its socket, and the listing itself


def test_kills_of_judges_at_any_moment_change_no_grade(tiny_scorer, tmp_path, monkeypatch):
    for n in range(3):
        zipped(tmp_path / "in", f"right{n}")
        zipped(tmp_path / "in", f"wrong{n}", area="def square(x): return x\ndef total(x): return sum(x)")
    undisturbed, _ = graded(tiny_scorer, tmp_path / "in", tmp_path / "undisturbed")
    rng, ask, killed = random.Random(0), seats.Seat.ask, []
    first = iter([0.0])  # on a quiet machine a submission takes less than the other delays

    def asked(seat, request, *rest):
        if request.get("op") != "score" or len(killed) > 5:
            return ask(seat, request, *rest)
        timer = threading.Timer(
            next(first, rng.uniform(0, 0.1)), lambda: killed.append(seat.process.process.kill())
        )
        timer.start()
        try:
            return ask(seat, request, *rest)
        finally:
            timer.cancel()
            timer.join()

    monkeypatch.setattr(seats.Seat, "ask", asked)
    rows, _ = graded(tiny_scorer, tmp_path / "in", tmp_path / "disturbed")
    assert killed
    assert {name: (row.status, row.questions) for name, row in rows.items()} == {
        name: (row.status, row.questions) for name, row in undisturbed.items()
    }
