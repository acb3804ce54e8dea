"""What becomes of a case, and what the student is told."""

import json
import textwrap

import pytest

from autograder.grading.scoring import Scorer

pytestmark = pytest.mark.slow


def states(score):
    return {case.name: case.state for case in score.cases}


def everything_said(score):
    return json.dumps(score.gradescope()) + "".join(case.message for case in score.cases)


def test_the_reference_gets_full_marks(tiny_scorer, tiny_submission):
    score = tiny_scorer.score(tiny_submission())
    assert score.results.total == score.results.possible == 10
    assert score.status == "graded"
    assert set(states(score).values()) == {"passed"}


def test_partial_credit_is_given_case_by_case(tiny_scorer, tiny_submission):
    score = tiny_scorer.score(
        tiny_submission(area="def square(x): return abs(x) * 2 - 0 * x\ndef total(x): return sum(x)")
    )
    assert score.results.get_score("total") == 4
    assert score.results.get_score("square") == 0
    score = tiny_scorer.score(
        tiny_submission(area="def square(x): return x**2 * (x > 0)\ndef total(x): return sum(x)")
    )
    assert score.results.get_score("square") == 1


def test_public_feedback_quotes_and_hidden_feedback_does_not(tiny_scorer, tiny_submission):
    source = """
        def square(x):
            raise ValueError(f"I was given {list(x)}")
        def total(x):
            return 4
    """
    score = tiny_scorer.score(tiny_submission(area=source))
    messages = {case.name: case.message for case in score.cases}
    assert "ValueError at area.py, line 3: I was given [np.float64(1.0)" in messages["square: small numbers"]
    assert messages["square: secret numbers"] == "❌ Failed: square raised an exception."
    assert "1 + 2 is 3" in messages["total: of two"]
    assert messages["total: of pairs"] == "❌ Failed: A hidden check failed."
    hidden = [test for test in score.gradescope()["tests"] if test["name"] == "square"]
    assert hidden[0]["visibility"] == "hidden"
    assert "Think of signs." in hidden[0]["output"]


def test_a_student_cannot_smuggle_hidden_inputs_out(tiny_scorer, tiny_submission):
    source = """
        seen = []
        def note(x):
            seen.append(x)
            raise type("SMUGGLED", (Exception,), {})(f"SMUGGLED {len(seen)} {seen}")
        square = total = note
    """
    score = tiny_scorer.score(tiny_submission(area=source))
    said = {
        case.hidden: "".join(c.message for c in score.cases if c.hidden == case.hidden)
        for case in score.cases
    }
    assert "SMUGGLED" not in said[True]
    # The public cases saw what the public cases were given, although hidden ones stand before them in the suite.
    assert "SMUGGLED 2 [array([1., 2.]), [1, 2]]" in said[False]
    assert "SMUGGLED 3" not in said[False]


@pytest.mark.parametrize(
    ("source", "state"),
    [
        ("raise NotImplementedError('square')", "not attempted"),
        ("while True: pass", "timed out"),
        ("import os; os._exit(1)", "crashed"),
        ("return bytearray(2**34)", "out of memory"),
        ("return None", "failed"),
    ],
)
def test_the_state_of_a_case_says_what_happened_and_other_questions_go_on(
    tiny_scorer, tiny_submission, source, state
):
    area = f"def square(x):\n    {source}\ndef total(x): return sum(x)"
    score = tiny_scorer.score(tiny_submission(area=area))
    found = states(score)
    assert {found["square: small numbers"], found["square: secret numbers"]} == {state}
    assert score.results.get_score("total") == 4
    assert score.status == ("partial" if state in ("timed out", "crashed", "out of memory") else "graded")


def test_a_module_that_does_not_import_blocks_its_own_functions(tiny_scorer, tiny_submission):
    score = tiny_scorer.score(tiny_submission(use="1 / 0"))
    assert states(score)["cube: of three"] == "blocked"
    assert score.results.total == 8
    assert "division by zero" in score.output
    score = tiny_scorer.score(tiny_submission(area="def broken(:", use="def cube(x): return x**3"))
    assert score.results.total == 2


def test_a_missing_module_is_named_in_the_output(tiny_scorer, tiny_submission):
    score = tiny_scorer.score(tiny_submission(use=None))
    assert "use.py is not in the submission." in score.output
    assert score.results.total == 8


def test_an_odd_value_fails_the_case_and_leaves_nothing_undecided(tiny_scorer, tiny_submission):
    score = tiny_scorer.score(
        tiny_submission(area="def square(x): return x * x\ndef total(x): return 'seven'")
    )
    assert states(score)["total: of pairs"] == "failed"
    assert score.status == "graded"


def test_a_refused_submission_gets_no_points_and_the_reason_everywhere(tiny_scorer):
    score = tiny_scorer.refuse("The zip is cut off; hand it in again.")
    assert score.results.total == 0
    assert score.results.possible == 10
    assert {case.message for case in score.cases} == {"❌ Blocked: The zip is cut off; hand it in again."}
    assert tiny_scorer.refuse("Another reason.").output == "Another reason."


def test_scoring_one_leaves_no_trace_on_the_next(tiny_scorer, tiny_submission):
    good, bad = tiny_submission(), tiny_submission(area="import os\nos._exit(1)")
    assert [tiny_scorer.score(each).results.total for each in (good, bad, good)] == [10, 0, 10]


def test_points_come_from_the_test_files(tiny_scorer):
    assert tiny_scorer.points == {"cube": 2, "square": 4, "total": 4}


def test_no_submission_changes_what_the_next_one_is_given(tiny, tiny_scorer, tiny_submission):
    source = """
        import numpy as np
        from otter.test_files import test_case

        OK_FORMAT = False
        name = "square"
        points = None
        X = np.array([1.0, 2.0])
        CASES = [(np.array([3.0]), {"x": np.array([4.0])})]


        @test_case(name="square: shared arrays", points=4)
        def shared(square):
            assert square(X).tolist() == [1.0, 4.0]
            assert square(CASES[0][0]).tolist() == [9.0]
            assert square(CASES[0][1]["x"]).tolist() == [16.0]
    """
    path = next(path for path in tiny.tests if path.stem == "square")
    path.write_text(textwrap.dedent(source))
    scorer = Scorer(tiny, tiny_scorer.confinement, tiny_scorer.data, tiny.seed)
    spoiling = tiny_submission(
        area="def square(x):\n    y = x * x\n    x[:] = 7\n    return y\ndef total(x): return sum(x)"
    )
    assert [
        scorer.score(each).results.total for each in (tiny_submission(), spoiling, tiny_submission())
    ] == [10, 4, 10]  # `cube` calls it with a number


def test_a_hidden_case_does_not_tell_how_the_process_ended(tiny_scorer, tiny_submission):
    area = "def square(x):\n    import os\n    os._exit(46)\ndef total(x): return sum(x)"
    score = tiny_scorer.score(tiny_submission(area=area))
    told = {case.hidden: case.message for case in score.cases if case.question == "square"}
    assert "status 46" in told[False]
    assert told[True] == "❌ Crashed: square did not return: its process ended."
