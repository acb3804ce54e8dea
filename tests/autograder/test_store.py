"""Gradings are there as a whole or not at all, whoever is killed and however many write."""

import multiprocessing
import os
import signal
import sqlite3
import time

import pytest

from autograder.store import Row, Store, StoreError, fingerprint

CASE = {
    "question": "area", "name": "area: small", "hidden": False, "state": "passed", "points": 1.0, "max_points": 1.0,
    "message": "", "staff_message": "", "seconds": 0.1,
}  # fmt: skip


def row(name, score=1.0):
    return Row(name, "graded", score, 2.0, 0.5, {"area": score}, "")


def results(cases=1):
    return {"tests": [], "extra_data": {"cases": [CASE] * cases}}


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "grades.sqlite", "tiny")
    yield opened
    opened.close()


def test_the_last_grading_counts_and_the_earlier_ones_stay(store):
    for name, score in (("b", 1.0), ("a", 2.0), ("b", 1.5)):
        store.add(row(name, score), f"mark {score}", results())
    assert store.rows() == [row("a", 2.0), row("b", 1.5)]
    assert [found.score for found in store.history("b")] == [1.0, 1.5]
    assert store.kept("b", "mark 1.0") is None
    assert store.kept("b", "mark 1.5") == (row("b", 1.5), results())
    assert store.kept("c", "mark 1.0") is None


def test_a_grading_has_a_row_for_each_case(store):
    store.add(row("a"), "", results(cases=3))
    with sqlite3.connect(store.path) as database:
        found = database.execute("SELECT question, state, points FROM cases").fetchall()
    assert found == [("area", "passed", 1.0)] * 3


def test_a_grading_that_cannot_be_written_leaves_nothing(store):
    broken = {"tests": [], "extra_data": {"cases": [CASE, {**CASE, "question": None}]}}
    with pytest.raises(OSError, match="cannot be written"):
        store.add(row("a"), "", broken)
    assert store.rows() == []
    store.add(row("a"), "", results())
    assert store.rows() == [row("a")]


def write_for_ever(path, worker):
    store = Store(path, "tiny")
    for number in range(100_000):
        store.add(row(f"{worker}-{number:05}"), "", results(cases=20))


def test_writers_that_are_killed_in_the_middle_leave_whole_gradings(tmp_path):
    path = tmp_path / "grades.sqlite"
    Store(path, "tiny").close()
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_for_ever, args=(path, worker)) for worker in range(2)]
    for writer in writers:
        writer.start()
    store, deadline = Store(path, "tiny"), time.monotonic() + 60
    while len({found.submission[0] for found in store.rows()}) < 2 or len(store.rows()) < 50:
        assert time.monotonic() < deadline, "the writers do not write"
        time.sleep(0.05)
    for writer in writers:
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
    written = store.rows()
    for worker in range(2):
        names = [found.submission for found in written if found.submission.startswith(str(worker))]
        assert names == [f"{worker}-{number:05}" for number in range(len(names))]
    with sqlite3.connect(path) as database:
        (cases,) = database.execute("SELECT count(*) FROM cases").fetchone()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert cases == 20 * len(written)
    store.add(row("after"), "", results())
    assert len(store.rows()) == len(written) + 1


def test_a_file_that_is_no_store_is_one_sentence(tmp_path):
    (tmp_path / "grades.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match=r"cannot be used.*Give another --out"):
        Store(tmp_path / "grades.sqlite", "tiny")


def test_a_store_of_another_assignment_or_version_is_left_alone(store):
    with pytest.raises(StoreError, match="holds results of tiny, not of other"):
        Store(store.path, "other")
    with sqlite3.connect(store.path) as database:
        database.execute("UPDATE about SET value = '99' WHERE name = 'version'")
    with pytest.raises(StoreError, match="another version"):
        Store(store.path, "tiny")


def test_parts_of_a_fingerprint_do_not_run_into_one_another():
    assert fingerprint([b"ab", b"c"]) == fingerprint([b"ab", b"c"])
    assert len({fingerprint(parts) for parts in ([b"ab", b"c"], [b"a", b"bc"], [b"abc"], [b"abc", b""])}) == 4
