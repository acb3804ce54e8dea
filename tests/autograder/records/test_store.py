"""Gradings are there as a whole or not at all, whoever is killed and however many write."""

import dataclasses
import multiprocessing
import os
import signal
import sqlite3
import time
from contextlib import closing

import pytest

from autograder.records import StoreError, assignment_of
from autograder.records.gradings import Grading, Row, Setting, fingerprint
from autograder.records.store import Store
from autograder.submissions.written.answers import Answer

CASE = {
    "question": "area", "name": "area: small", "hidden": False, "state": "passed", "points": 1.0, "max_points": 1.0,
    "message": "", "staff_message": "", "seconds": 0.1,
}  # fmt: skip


SETTING = Setting("a suite", "no data", "no images", 1 << 70, "cpu", "none", {"numpy": "2"})


def row(name, score=1.0):
    return Row(name, "graded", score, 2.0, 0.5, {"area": score}, "")


def results(cases=1):
    return {"tests": [], "extra_data": {"cases": [CASE] * cases}}


def grading(name, score=1.0, *, cases=1, content="content", setting=SETTING, keep=True):
    return Grading(row(name, score), content, setting, results(cases), keep)


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "grades.sqlite", "tiny")
    yield opened
    opened.close()


def test_the_last_grading_counts_and_the_earlier_ones_stay(store):
    for name, score in (("b", 1.0), ("a", 2.0), ("b", 1.5)):
        store.add(grading(name, score))
    assert store.rows() == [row("a", 2.0), row("b", 1.5)]
    assert [found.score for found in store.history("b")] == [1.0, 1.5]
    assert store.last("b") == grading("b", 1.5)
    assert store.last("c") is None


def test_a_store_from_before_anything_could_be_undecided_is_used_as_it_is(store, tmp_path):
    store.add(grading("a"))
    store.close()
    with closing(sqlite3.connect(tmp_path / "grades.sqlite")) as database, database:
        database.execute("ALTER TABLE gradings DROP COLUMN undecided")
    for _ in range(2):
        again = Store(tmp_path / "grades.sqlite", "tiny")
        again.add(Grading(dataclasses.replace(row("b"), undecided=0.5), "", SETTING, results(), False))
        assert {row.submission: row.undecided for row in again.rows()} == {"a": 0.0, "b": 0.5}
        again.close()


def test_a_grading_is_told_by_what_it_depends_on_and_by_nothing_else(store):
    def mark(content="content", **changes):
        return dataclasses.replace(SETTING, **changes).fingerprint(content)

    others = [
        mark("other"),
        mark(suite=""),
        mark(images=""),
        mark(seed=0),
        mark(device="cuda"),
        mark(sandbox=""),
    ]
    others += [mark(versions={"numpy": "3"}), mark()]
    assert len(set(others)) == len(others)
    assert mark(data="the same images from elsewhere") == mark()
    assert grading("a").fingerprint == mark()
    assert grading("a", keep=False).fingerprint == ""


def test_a_grading_has_a_row_for_each_case(store):
    store.add(grading("a", cases=3))
    with closing(sqlite3.connect(store.path)) as database, database:
        found = database.execute("SELECT question, state, points FROM cases").fetchall()
    assert found == [("area", "passed", 1.0)] * 3


def test_cases_wait_for_their_grading_and_leave_with_it(store):
    mark = SETTING.fingerprint("content")
    store.note("a", mark, [CASE, {**CASE, "name": "area: large"}])
    store.note("a", mark, [{**CASE, "state": "failed"}])
    store.note("b", mark, [CASE])
    states = {case["name"]: case["state"] for case in store.noted("a", mark)}
    assert states == {"area: small": "failed", "area: large": "passed"}
    assert store.noted("a", "another mark") == []
    store.add(grading("a"))
    assert store.noted("a", mark) == []
    assert store.noted("b", mark) == [CASE]


def test_gradings_under_other_conditions_are_told(store):
    store.add(grading("a", setting=dataclasses.replace(SETTING, seed=5)))
    store.add(grading("a"))
    store.add(grading("b", setting=dataclasses.replace(SETTING, device="cuda")))
    store.add(grading("c", setting=dataclasses.replace(SETTING, suite="mended")))
    ((name, setting),) = store.graded_otherwise(SETTING)
    assert (name, setting.device) == ("b", "cuda")


def test_a_grading_that_cannot_be_written_leaves_nothing(store):
    broken = {"tests": [], "extra_data": {"cases": [CASE, {**CASE, "question": None}]}}
    with pytest.raises(OSError, match="cannot be written"):
        store.add(dataclasses.replace(grading("a"), results=broken))
    assert store.rows() == []
    store.add(grading("a"))
    assert store.rows() == [row("a")]


def write_for_ever(path, worker):
    store = Store(path, "tiny")
    for number in range(100_000):
        store.add(grading(f"{worker}-{number:05}", cases=20))


@pytest.mark.slow
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
    with closing(sqlite3.connect(path)) as database, database:
        (cases,) = database.execute("SELECT count(*) FROM cases").fetchone()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert cases == 20 * len(written)
    store.add(grading("after"))
    assert len(store.rows()) == len(written) + 1


def test_a_file_that_is_no_store_is_one_sentence(tmp_path):
    (tmp_path / "grades.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match=r"cannot be used.*Give another --out"):
        Store(tmp_path / "grades.sqlite", "tiny")


def test_a_store_of_another_assignment_or_version_is_left_alone(store):
    with pytest.raises(StoreError, match="holds results of tiny, not of other"):
        Store(store.path, "other")
    with closing(sqlite3.connect(store.path)) as database, database:
        database.execute("UPDATE about SET value = '99' WHERE name = 'version'")
    with pytest.raises(StoreError, match="another version"):
        Store(store.path, "tiny")


def test_parts_of_a_fingerprint_do_not_run_into_one_another():
    assert fingerprint([b"ab", b"c"]) == fingerprint([b"ab", b"c"])
    assert len({fingerprint(parts) for parts in ([b"ab", b"c"], [b"a", b"bc"], [b"abc"], [b"abc", b""])}) == 4


def test_an_answer_that_has_changed_is_kept_beside_the_earlier_one(store):
    for text in ("First.", "First.", "Second."):
        store.add_answers("a", {"why": Answer(text)})
    store.add_answers("a", {"why": Answer("Third.")})
    assert store.answers("a") == {"why": Answer("Third.")}
    assert store.answers_to("why") == {"a": Answer("Third.")}
    with closing(sqlite3.connect(store.path)) as database, database:
        assert database.execute("SELECT count(*) FROM answers").fetchone() == (3,)


def test_a_store_says_what_it_holds_results_of_and_what_is_none_says_so(store, tmp_path):
    assert assignment_of(store.path) == "tiny"
    (tmp_path / "text").write_text("no database, and longer than the header of one" * 10)
    for path, words in (
        (tmp_path / "missing" / "grades.sqlite", "no results in"),
        (tmp_path / "text", "no store"),
    ):
        with pytest.raises(StoreError, match=words):
            assignment_of(path)
    assert not (tmp_path / "missing").exists()
