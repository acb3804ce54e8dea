"""What the grader fails on is neither earned nor lost, and nothing that a submission does makes the grader fail."""

import contextlib
import csv
import itertools
import json
import textwrap

import pytest

from autograder import sandbox
from autograder.diagnosis import Diagnostician, Recorder
from autograder.grading import alone, batch
from autograder.grading.results import Results
from autograder.grading.scoring import Scorer
from autograder.sandbox import FORGIVEN, conversation
from autograder.sandbox.confinement import process
from autograder.submissions.opening import find_submissions
from autograder.temporary import Folder
from tests.attacks.entries import WIRE

from ..conftest import zipped
from ..sandbox.hostile import Hostile

pytestmark = pytest.mark.slow


def states(score):
    return {case.name: case.state for case in score.cases}


@contextlib.contextmanager
def no_workers(monkeypatch, scorer, *, after=0, times=1000):
    """A machine on which, after so many, so many workers cannot be started."""
    real, asked = scorer.confinement.start, []

    def start(limits, attachments=None):
        asked.append(limits)
        if after < len(asked) <= after + times:
            raise OSError(28, "No space left on device")
        return real(limits, attachments or {})

    with monkeypatch.context() as patch:
        patch.setattr(scorer, "judged", False)  # what a judge has asked for is not seen here
        patch.setattr(type(scorer.confinement), "start", lambda self, *args: start(*args))
        yield asked


def graded(scorer, folder, out, jobs=1):
    results = Results(out, "tiny", scorer.points)
    found = find_submissions(folder, ("area", "use"))
    return results, [each.row for each in batch.grade(scorer, found, results, jobs)]


def lines(out):
    with (out / "grades.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_what_the_grader_fails_on_is_neither_earned_nor_lost(tiny_scorer, tiny_submission, monkeypatch):
    with no_workers(monkeypatch, tiny_scorer):
        score = tiny_scorer.score(tiny_submission())
    assert (score.results.total, score.undecided, score.status) == (0, 10, "attention")
    assert set(states(score).values()) == {"undecided"}
    assert "No space left" in score.cases[0].staff_message
    assert "No space left" not in json.dumps(score.gradescope())
    assert "10 of 10 points are undecided" in score.doubt


def test_what_is_scored_stands_when_later_workers_do_not_start(tiny_scorer, tiny_submission, monkeypatch):
    source = "import os\ndef square(x): return x * x\ndef total(x): os._exit(1)"
    with no_workers(monkeypatch, tiny_scorer, after=1):
        score = tiny_scorer.score(tiny_submission(area=source))
    found = states(score)
    assert (found["square: small numbers"], found["total: of two"]) == ("passed", "crashed")
    assert (found["square: secret numbers"], found["cube: of three"]) == ("undecided", "undecided")
    assert (score.results.total, score.undecided) == (1, 7)


def test_it_is_tried_once_more_alone_after_the_others(tiny_scorer, tmp_path, monkeypatch):
    for name in ("a", "b", "c"):
        zipped(tmp_path / "in", name)
    scored = []
    real = Scorer.score

    def score(self, submission, known=(), record=None, until=0.0):
        scored.append((submission.name, sorted(name for _, name in dict(known))))
        return real(self, submission, dict(known))

    monkeypatch.setattr(Scorer, "score", score)
    with no_workers(monkeypatch, tiny_scorer, times=1):
        results, rows = graded(tiny_scorer, tmp_path / "in", tmp_path / "out")
    assert [name for name, _ in scored] == ["a", "b", "c", "a"]
    assert [(row.submission, row.status, row.score) for row in rows] == [
        ("b", "graded", 10),
        ("c", "graded", 10),
        ("a", "graded", 10),
    ]
    # Only what was undecided has been run again: the first case alone had met a machine without room.
    assert len(scored[-1][1]) == 4
    assert [(row.status, row.undecided) for row in results.store.history("a")] == [
        ("attention", 1),
        ("graded", 0),
    ]


def test_what_stays_undecided_is_a_row_that_says_so_and_another_run_tries_it_again(
    tiny_scorer, tmp_path, monkeypatch
):
    zipped(tmp_path / "in", "a", area="import os\ndef square(x): return x * x\ndef total(x): os._exit(1)")
    with no_workers(monkeypatch, tiny_scorer, after=1) as asked:
        results, (row,) = graded(tiny_scorer, tmp_path / "in", tmp_path / "out")
    # One that came up, three cases without one, those once more, and one to tell what does not import: not for ever.
    assert len(asked) == 8
    assert (row.status, row.score, row.undecided, row.max_score) == ("attention", 1, 7, 10)
    assert "7 of 10 points are undecided" in row.reason
    head, line = lines(tmp_path / "out")
    assert head == ["submission", "status", "score", "max_score", "seconds", "cube", "square", "total"]
    assert [*line[:4], *line[5:]] == ["a", "attention", "1", "10", "0", "1", "0"]
    found = json.loads((tmp_path / "out/results/a/results.json").read_text())
    assert found["extra_data"]["row"]["undecided"] == 7
    assert "**Not decided yet: 7 points.**" in found["output"]
    assert "3 not decided yet" in found["output"]
    assert results.store.rows() == [row]
    _, (row,) = graded(tiny_scorer, tmp_path / "in", tmp_path / "out")
    assert (row.status, row.score, row.undecided) == ("partial", 6, 0)


def test_a_failure_outside_of_the_cases_decides_nothing_either(tiny_scorer, tmp_path, monkeypatch):
    zipped(tmp_path / "in", "a")
    tried = []

    def broken(self, submission, *_):
        tried.append(submission.name)
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(Scorer, "judged", False)
        patch.setattr(Scorer, "score", broken)
        results, (row,) = graded(tiny_scorer, tmp_path / "in", tmp_path / "out")
    assert tried == ["a", "a"]
    assert (row.status, row.score, row.undecided) == ("attention", 0, 10)
    cases = results.store.last("a").results["extra_data"]["cases"]
    assert {case["state"] for case in cases} == {"undecided"}
    assert lines(tmp_path / "out")[1][:4] == ["a", "attention", "0", "10"]


def test_cases_that_earned_points_for_an_error_do_not_stand(tiny_scorer, tmp_path):
    zipped(tmp_path / "in", "a")
    results, _ = graded(tiny_scorer, tmp_path / "in", tmp_path / "out")
    last = results.store.last("a")
    for case in last.results["extra_data"]["cases"]:
        case["state"] = "grader error"
    results.store.add(last)
    again = Results(tmp_path / "out", "tiny", tiny_scorer.points, regrade=["cube"])
    assert again.known("a", last.content, tiny_scorer.setting) == {}


def failing(*_, **__):
    raise MemoryError("no room")


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (Recorder, "_has_room"),
        (Recorder, "_answer"),
        (Recorder, "_fail"),
        (Diagnostician, "diagnose"),
        (Folder, "remove"),
    ],
)
def test_noting_explaining_and_closing_cost_no_points(tiny_scorer, tiny_submission, monkeypatch, place, name):
    wrong = tiny_submission(use="def cube(x): return x * x")
    with monkeypatch.context() as patch:
        patch.setattr(place, name, failing)
        score = tiny_scorer.score(wrong)
    assert (score.results.total, score.status) == (8, "graded")
    assert states(score)["cube: of three"] == "failed"
    assert ("no hints" in score.output) == (name == "diagnose")


def suite_with(tiny, tiny_scorer, body):
    path = next(path for path in tiny.tests if path.stem == "cube")
    text = path.read_text()
    path.write_text(text.replace("    assert cube(3) == 27", textwrap.indent(body, "    ")))
    return Scorer(tiny, tiny_scorer.confinement, tiny_scorer.data, tiny.seed)


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("{}['a bug of the tests']", "undecided"),
        ("cube(2**70)", "undecided"),  # it cannot be sent
        ("x = cube(3)\n{}[x]", "failed"),
        ("x = cube(3)\ncube(2**60 * x * x)", "failed"),
        ("try:\n    cube('word')\nexcept Exception:\n    {}['whose name comes from it']", "failed"),
        ("seen = []\ncube(3)\nseen[0].shape", "failed"),
    ],
)
def test_forgiven_is_only_what_comes_before_anything_was_read(
    tiny, tiny_scorer, tiny_submission, body, state
):
    score = suite_with(tiny, tiny_scorer, body).score(tiny_submission())
    assert states(score)["cube: of three"] == state
    assert score.status == ("attention" if state == "undecided" else "graded")


@pytest.mark.parametrize("seed", range(25))
def test_a_worker_that_does_anything_at_any_moment_earns_nothing_and_undecides_nothing(
    tiny_scorer, tiny_submission, monkeypatch, seed
):
    monkeypatch.setattr(tiny_scorer, "confinement", Hostile(seed))
    limits = vars(tiny_scorer.limits) | {"call_seconds": 0.1, "import_seconds": 0.1}
    monkeypatch.setattr(tiny_scorer, "limits", sandbox.Limits(**limits))
    score = tiny_scorer.score(tiny_submission())
    assert (score.results.total, score.undecided) == (0, 0)
    assert score.status in ("graded", "partial")


OUTLIVING = """
import os, socket, struct
def square(x):
    sock, protocol = wire()
    for number in range(asked(), asked() + 60):
        protocol.send(sock, {"id": number, "value": 26, "changed": {}})
    try:
        for _ in range(20):
            sock.sendmsg([b"\\0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", sock.fileno()))])
    finally:
        os._exit(0)
total = square
"""


def test_no_worker_outlives_itself_by_its_socket(tiny_scorer, tiny_submission):
    score = tiny_scorer.score(tiny_submission(area=WIRE + OUTLIVING, use="from area import square as cube"))
    assert (score.results.total, score.undecided) == (0, 0)


def test_a_worker_that_ends_a_moment_after_its_answer_keeps_what_it_has_earned(tiny_scorer, tiny_submission):
    area = """
        import os, threading
        def square(x):
            return x * x
        def total(x):
            threading.Timer(0.05, os._exit, (0,)).start()
            return sum(x)
    """
    score = tiny_scorer.score(tiny_submission(area=area))
    found = states(score)
    assert score.status in ("graded", "partial")
    assert {found["square: small numbers"], found["total: of two"]} == {"passed"}
    assert "undecided" not in found.values()


def killing(monkeypatch, scorer, is_time):
    """A machine that kills the present worker when it is time, by the number of the receipt, of all and of its own."""
    started, receipts, own = [], [], []
    start, receive = scorer.confinement.start, conversation.protocol.receive

    def begun(self, *args):
        own.clear()
        started.append(start(*args))
        return started[-1]

    monkeypatch.setattr(type(scorer.confinement), "start", begun)

    def received(*args):
        receipts.append(args)
        own.append(args)
        if is_time(len(receipts), len(own)):
            started[-1].process.kill()
            while True:  # what it had sent by then is lost too, or the speed of both would decide; at its end this raises
                receive(*args)
        return receive(*args)

    monkeypatch.setattr(conversation.protocol, "receive", received)
    return receipts


def test_a_worker_that_is_killed_costs_nothing_whenever_that_is(tiny_scorer, tiny_submission, monkeypatch):
    with monkeypatch.context() as patch:
        receipts = killing(patch, tiny_scorer, lambda number, own: False)
        tiny_scorer.score(tiny_submission())
    # The first is that of its being ready: a worker that does not start undecides what needs it.
    for moment in range(2, len(receipts) + 1):
        with monkeypatch.context() as patch:
            killing(patch, tiny_scorer, lambda number, own, moment=moment: number == moment)
            score = tiny_scorer.score(tiny_submission())
        assert (score.results.total, score.status) == (10, "graded"), moment


def test_workers_that_are_killed_over_one_case_cost_nothing_where_memory_is_not_why(
    tiny_scorer, tiny_submission, monkeypatch
):
    with monkeypatch.context() as patch:
        # At the first call: after it is ready, has taken the files, and imported two modules.
        killing(patch, tiny_scorer, lambda number, own: own == 5 and number <= 5 * FORGIVEN)
        score = tiny_scorer.score(tiny_submission())
    assert (score.results.total, score.status) == (10, "graded")
    with monkeypatch.context() as patch:
        patch.setattr(process, "killed_for_memory", itertools.count().__next__)
        killing(patch, tiny_scorer, lambda number, own: own == 5)
        score = tiny_scorer.score(tiny_submission())
    assert score.status == "partial"


def test_a_worker_that_is_killed_again_and_again_is_not_tried_for_ever(
    tiny_scorer, tiny_submission, monkeypatch
):
    area = "import numpy as np\nnp.e = 0\ndef square(x): return x * x\ntotal = sum"
    # The first of its own says that a worker is ready.
    receipts = killing(monkeypatch, tiny_scorer, lambda number, own: own > 1)
    score = tiny_scorer.score(tiny_submission(area=area))
    assert score.status == "partial"
    assert "out of memory" in states(score).values()
    assert len(receipts) < 100


def test_otter_and_containers_try_once_more_and_give_no_result_of_what_is_undecided(
    tiny, tiny_scorer, tiny_submission, tmp_path, monkeypatch
):
    monkeypatch.setattr(alone, "prepare", lambda *_: tiny_scorer.data)
    monkeypatch.setattr(alone.sandbox, "choose", lambda *_, **__: tiny_scorer.confinement)

    def grade(wrong=False):
        submission = tiny_submission(**({"use": "def cube(x): return 0"} if wrong else {}))
        return alone.grade_alone(lambda: submission, tiny, None, tmp_path, (), tuple(tiny.tests))

    assert grade().score.results.total == 10
    with no_workers(monkeypatch, tiny_scorer, times=1):
        assert grade(wrong=True).score.results.total == 8
    with (
        no_workers(monkeypatch, tiny_scorer),
        pytest.raises(
            alone.GraderFailed, match=r"(?s)10 of 10 points are undecided.*cube: of three: NotStarted"
        ),
    ):
        grade()
