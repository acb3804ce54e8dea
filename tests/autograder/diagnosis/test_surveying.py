"""A failed case is gone through to its end, so that more than its first wrong answer is known."""

import pytest

from autograder.checks.check import Check
from autograder.diagnosis import survey
from autograder.sandbox import Raised, StudentError


def surveyed(answers, environment=None):
    """The calls that a case comes to that compares the answers with zeros."""
    made = []

    def answer(number):
        made.append(number)
        if isinstance(answers[number], Exception):
            raise answers[number]
        return answers[number]

    def case(names):
        for number in range(len(answers)):
            names["check"].agrees(answer, lambda number: 0.0, number)

    survey(case, {"check": Check(3), **(environment or {})})
    return made


def test_wrong_answers_and_exceptions_of_the_students_do_not_end_it():
    answers = [1.0, None, [2.0], Raised("f raised", "ValueError: no", "ValueError"), 0.0]
    assert surveyed(answers) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("error", [StudentError("f took too long."), ZeroDivisionError("the grader's")])
def test_a_process_that_ended_and_the_graders_own_errors_do(error):
    assert surveyed([1.0, error, 0.0]) == [0, 1]


def test_cases_that_train_do_not_begin():
    ran = []

    def case(names):
        ran.append(names["training"])

    survey(case, {"check": Check(3), "training": object()})
    assert ran == []


@pytest.mark.slow
def test_hidden_cases_that_failed_are_surveyed_and_keep_their_results(tiny_scorer, tiny_submission):
    area = "import numpy as np\n\ndef square(x):\n    return x + x\n\ndef total(x):\n    return np.sum(x)\n"
    noted = []
    explain = tiny_scorer.diagnostician.diagnose
    tiny_scorer.diagnostician.diagnose = lambda calls, failed: noted.extend(calls) or explain(calls, failed)
    cases = {case.name: case for case in tiny_scorer.score(tiny_submission(area=area)).cases}
    assert cases["square: secret numbers"].state == "failed"
    of_case = {}
    for call in noted:
        of_case.setdefault(call.case[1], []).append(call)
    assert len(of_case["square: secret numbers"]) > len(of_case["square: small numbers"])
