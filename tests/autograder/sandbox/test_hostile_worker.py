"""Whatever a worker does, and whenever: a call has a value or is the submission's fault, and ending it never raises."""

import gc
import math
import os
import signal
import socket
import subprocess
import time

import numpy as np
import pytest

from autograder.sandbox import Limits, NotStarted, SandboxError, Session, StudentError, errors
from autograder.sandbox.confinement import WorkerProcess
from autograder.sandbox.confinement.forked import ForkedProcess
from autograder.sandbox.inside import protocol
from autograder.sandbox.parcels import MOST_FILES, parcels

from .hostile import Gone, Hostile, open_files

pytestmark = pytest.mark.slow

ENDED = (errors.Crashed, errors.OutOfMemory)
LIMITS = Limits(call_seconds=0.1, import_seconds=0.1, submission_seconds=3)


def calls(session):
    """Some calls as tests make them; what came of each."""
    functions = session.functions({"f": "a", "g": "b"})
    ends = []
    for name, args in (
        ("f", (np.arange(3.0), 2)),
        ("g", (lambda x: float(x), [np.zeros(2), "word"])),
        ("f", (np.random.default_rng(1), 5)),
        ("f", ()),
    ):
        try:
            functions[name](*args, key=1.0)
        except StudentError as error:
            ends.append(error.state)
        else:
            ends.append("answered")
        assert functions[name].cpu_seconds() >= 0
    return ends


@pytest.mark.parametrize("seed", range(60))
def test_no_worker_makes_the_grader_fail(seed):
    confinement = Hostile(seed)
    before = open_files()
    with Session(confinement, {"a.py": b"", "b.py": b""}, ("a", "b"), LIMITS) as session:
        calls(session)
    session.close()
    for thread in confinement.threads:
        thread.join(25)
    gc.collect()
    assert open_files() <= before, "files that a worker has passed stay open"


def test_there_is_something_of_everything_in_these():
    ends = set()
    for seed in range(40):
        with Session(Hostile(seed), {"a.py": b"", "b.py": b""}, ("a", "b"), LIMITS) as session:
            ends.update(calls(session))
    assert {"answered", "crashed", "timed out", "failed"} <= ends


class Scripted(Hostile):
    """Workers that answer a request as told: None for an end, otherwise what is sent back beside the number."""

    def __init__(self, answer):
        super().__init__(0)
        self.answer = answer

    def serve(self, sock, rng):
        with sock:
            protocol.send(sock, {"ready": True})
            try:
                while True:
                    request = protocol.receive(sock, time.monotonic() + 20)
                    answer = self.answer(request)
                    if answer is None:
                        return
                    protocol.send(sock, {"id": request["id"], **answer})
            except protocol.Disconnected:
                return


def test_a_module_whose_place_ends_the_worker_too_is_not_tried_for_ever():
    starts = []

    def answer(request):
        starts.append(request["op"] == "files")
        return None if request.get("module") == "b" else {}

    session = Session(Scripted(answer), {"a.py": b"", "b.py": b""}, ("a", "b"), LIMITS)
    with session, pytest.raises(ENDED, match=r"importing b\.py"):
        session.functions({"f": "a"})["f"]()
    assert sum(starts) == 3


def test_a_session_has_a_worker_only_when_that_has_imported_the_submission():
    seen = []
    with Session(Scripted(lambda request: seen.append(session.worker)), {}, ("a",), LIMITS) as session:
        with pytest.raises(ENDED):
            session.functions({"f": "a"})["f"]()
        assert session.worker is None
    assert set(seen) == {None}


def test_a_worker_that_does_not_start_is_the_graders_fault_whatever_it_is():
    class Broken:
        name = "broken"

        def start(self, limits, attachments=None):
            raise OSError(28, "No space left on device")

    with Session(Broken(), {}, ("a",), LIMITS) as session:
        session.start()
        with pytest.raises(NotStarted, match="No space left"):
            session.functions({"f": "a"})["f"]()
        assert session.heard == 0


def test_what_has_come_from_a_submission_is_counted_and_what_could_not_be_sent_is_not():
    with Session(Scripted(lambda request: {"value": 1, "changed": {}}), {}, ("a",), LIMITS) as session:
        f = session.functions({"f": "a"})["f"]
        session.blocked.clear()
        with pytest.raises(SandboxError, match="cannot be sent"):
            f(2**70)
        with pytest.raises(SandboxError, match="more than can be sent"):
            f("x" * 60_000, *["y" * 60_000] * 20)
        assert session.heard == 0
        assert f() == 1
        assert session.heard == 1


def test_names_that_a_submission_gives_are_nobodys_parameters():
    asked = []

    def answer(request):
        asked.append(request.get("kwargs"))
        return {"value": 1, "changed": {}}

    with Session(Scripted(answer), {"a.py": b""}, ("a",), LIMITS) as session:
        f = session.functions({"f": "a"})["f"]
        assert f.named({"self": 8, "args": 1, "0": 2}) == 1
        assert f(self=8) == 1
    assert asked[-2:] == [{"self": 8, "args": 1, "0": 2}, {"self": 8}]


def test_replies_have_numbers_that_nobody_foresees():
    numbers = []

    def answer(request):
        numbers.append(request["id"])
        return {"value": 1, "changed": {}}

    with Session(Scripted(answer), {"a.py": b""}, ("a",), LIMITS) as session:
        for _ in range(20):
            session.functions({"f": "a"})["f"]()
    assert len(set(numbers)) == len(numbers)
    assert max(numbers) - min(numbers) > 2**50


def test_ending_a_worker_twice_or_after_it_has_gone_raises_nothing():
    for seed in range(50):
        confinement = Hostile(seed)
        worker = confinement.start(LIMITS)
        worker.kill()
        worker.kill()
        assert worker.end().told
        assert worker.sock.fileno() == -1


def test_the_clock_of_a_worker_that_is_gone_goes_on():
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(["sleep", "60"])
    with theirs:
        worker = WorkerProcess(process, ours)
        first = worker.cpu_seconds()
        worker.process.kill()
        process.wait()
        time.sleep(0.05)
        assert worker.cpu_seconds() >= first + 0.05
        worker.kill()
    assert math.isfinite(WorkerProcess(Gone(confined := Hostile(1).rng), ours).cpu_seconds())
    assert confined


class Woken:
    """A poll that comes back for nothing."""

    def register(self, *_):
        pass

    def poll(self, _):
        return [(0, 0)]


def test_nobody_waits_without_an_end_for_a_forked_process_that_has_not_ended(monkeypatch):
    read, write = os.pipe()
    process = ForkedProcess(os.pidfd_open(os.getpid()), read)
    with monkeypatch.context() as patch:
        patch.setattr("select.poll", Woken)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(60)
    os.write(write, b"0")
    os.close(write)
    assert process.wait(60) == 0


def test_a_forked_process_that_has_ended_has_no_number():
    read, write = os.pipe()
    child = subprocess.Popen(["sleep", "60"])
    process = ForkedProcess(os.pidfd_open(child.pid), read)
    assert process.pid == child.pid
    child.kill()
    child.wait()
    with pytest.raises(ProcessLookupError):
        _ = process.pid
    process.kill()
    os.write(write, b"-9")
    os.close(write)
    assert [process.wait(1), process.wait(1)] == [-signal.SIGKILL] * 2
    process.kill()
    with pytest.raises(ProcessLookupError):
        _ = process.pid


def test_files_go_in_parcels_that_can_be_sent_and_the_modules_first():
    files = {f"{'n' * 900}{number}.py": b"x" * (number % 400) for number in range(4200)}
    files["zz.py"] = b"y" * 1_000_000
    found = list(parcels(files, ("zz",)))
    assert {name: source for parcel in found for name, source in parcel.items()} == files
    assert next(iter(found[0])) == "zz.py"
    assert max(map(len, found)) <= MOST_FILES
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for parcel in found:
            with pytest.raises((protocol.DeadlineExceeded, TimeoutError)):
                protocol.send(ours, {"op": "files", "files": parcel}, time.monotonic() + 0.01)
    assert list(parcels({}, ())) == [{}]
