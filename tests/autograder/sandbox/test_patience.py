"""How long is waited for a process, with clocks that the test turns."""

import contextlib
import os
import socket
import subprocess
import sys
import time

import pytest

from autograder.sandbox import patience, processor_clock, sleeping
from autograder.sandbox.inside import protocol
from autograder.sandbox.patience import Patience
from autograder.sandbox.sleeping import Sleep


class Time:
    """A machine's clock, and that of a process which gets a part of it."""

    def __init__(self, share):
        self.now, self.share = 100.0, share

    def monotonic(self):
        return self.now

    def computed(self):
        return self.share * self.now


@pytest.fixture
def turned(monkeypatch):
    def turn(share, **settings):
        clock = Time(share)
        monkeypatch.setattr(patience.time, "monotonic", clock.monotonic)
        return clock, Patience(clock.computed, 2.0, **settings)

    return turn


def waited(clock, waiting):
    """The wall-clock seconds until nobody waits any more."""
    for _ in range(1000):
        try:
            clock.now += waiting()
        except protocol.DeadlineExceeded:
            return clock.now - 100
    raise AssertionError


@pytest.mark.parametrize(("share", "seconds"), [(1, 2), (0.5, 4), (0.26, 7.7), (0, 8)])
def test_a_process_has_its_processor_time_whatever_else_the_machine_does(turned, share, seconds):
    assert waited(*turned(share)) == pytest.approx(seconds, rel=0.02)


def test_threads_that_are_allowed_have_their_own_time_and_others_share_it(turned):
    assert waited(*turned(2, threads=2)) == pytest.approx(2)
    assert waited(*turned(30)) <= 2


def test_an_end_for_all_comes_before(turned):
    assert waited(*turned(0, until=101.0)) == pytest.approx(1, abs=0.02)


def test_what_is_told_is_what_has_happened(turned):
    clock, waiting = turned(1)
    waited(clock, waiting)
    assert waiting.told("f") == "f took longer than 2 s of processor time."
    clock, waiting = turned(0.1)
    waited(clock, waiting)
    assert waiting.told("f") == "f did not finish within 8 s, of which it computed for 0.80 s."


COMPUTES, SLEEPS = "while True: pass", "import time; time.sleep(60)"


@contextlib.contextmanager
def running(code, count=1):
    """Processes on one core, which is this one's too."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    processes = [subprocess.Popen([sys.executable, "-I", "-S", "-c", code]) for _ in range(count)]
    try:
        yield processes[0].pid
    finally:
        os.sched_setaffinity(0, cores)
        for process in processes:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_who_sleeps_is_told_from_who_waits_for_a_core(monkeypatch):
    monkeypatch.setattr(sleeping, "EVERY", 0.05)
    with running(SLEEPS) as sleeper, running(COMPUTES, 4) as starved:
        time.sleep(0.2)
        looked = [Sleep(lambda pid=pid: pid, processor_clock(pid)) for pid in (sleeper, starved)]
        ended = time.monotonic() + 0.8
        while time.monotonic() < ended:
            time.sleep(0.05)
            for sleep in looked:
                sleep.look()
    assert looked[0].seconds > 0.1
    assert looked[1].seconds < 0.05
    assert looked[1].queued > 0.1


def test_where_the_kernel_does_not_tell_nobody_sleeps(monkeypatch):
    monkeypatch.setattr(sleeping, "EVERY", 0.01)
    monkeypatch.setattr(sleeping, "_times", lambda path: (0.0, 0.0))
    with running(SLEEPS) as sleeper:
        sleep = Sleep(lambda: sleeper, processor_clock(sleeper))
        for _ in range(5):
            time.sleep(0.02)
            sleep.look()
    sleep.look()  # it has ended: there is nothing to look at
    assert sleep.seconds == 0


def test_sleep_counts_as_computing_does_and_no_longer_than_it_may(turned):
    def sleeps(**settings):
        clock, waiting = turned(0, sleep=Sleep(lambda: 1, lambda: 0.0), **settings)
        waiting.sleep.look = lambda: setattr(waiting.sleep, "seconds", clock.now - 100)
        return waited(clock, waiting)

    assert sleeps() == pytest.approx(2, abs=0.3)
    assert sleeps(may_sleep=1.0) == pytest.approx(1, abs=0.3)


def test_who_waits_for_a_core_for_however_long_has_all_of_its_time(turned):
    clock, waiting = turned(0.02, sleep=Sleep(lambda: 1, lambda: 0.0))
    waiting.sleep.look = lambda: setattr(waiting.sleep, "queued", 0.98 * (clock.now - 100))
    assert waited(clock, waiting) == pytest.approx(100, rel=0.02)


def test_a_frame_that_comes_in_pieces_is_waited_for_as_long_as_one():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"\0\0\0\1\0\0\0\5")
        asked = []

        def deadline():
            asked.append(1)
            if len(asked) > 3:
                raise protocol.DeadlineExceeded
            return 0.01

        with pytest.raises(protocol.DeadlineExceeded):
            protocol.receive(ours, deadline)
        assert len(asked) == 4
