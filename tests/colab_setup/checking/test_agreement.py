"""A student's check and the grader say the same of public cases; `tests/agreement.py` tries it on all variants."""

import textwrap

import pytest

from autograder.diagnosis import Diagnostician
from autograder.diagnosis.findings import FOLLOWS
from autograder.submissions import open_submission
from colab_setup.checking import checks, runner
from tests import agreement
from tests.colab_setup.forked import POPEN

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def scorer():
    with agreement.public_scorer("linear_classifier") as made:
        yield made


@pytest.fixture(autouse=True)
def _forked(monkeypatch):
    monkeypatch.setattr(runner, "subprocess", POPEN)


VARIANTS = agreement.all_variants("linear_classifier")
REFERENCE = VARIANTS[next(name for name in VARIANTS if name.startswith("style "))]


def differences(scorer, files):
    return agreement.different(
        agreement.checked(scorer.assignment.name, files), agreement.graded(scorer, files)
    )


@pytest.mark.parametrize("name", list(VARIANTS)[::36])
def test_on_variants_of_the_catalogue(scorer, name):
    assert differences(scorer, VARIANTS[name]) == {}


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({"loss": "def g(): return 2\ndef h(): return 2\nRATE = 1\n"}, "f"),
        ({"loss": "def g(): return 1\ndef h(): return 3\nRATE = 1\n"}, "h"),
        ({"loss": "def g(): return 1\ndef h(): return 2\nRATE = 2\n"}, "fh"),
        (
            {
                "sgd": "from loss import g as k\nclass K:\n    def f(self): return k()\ndef f(): return K().f() + 1\n"
            },
            "f",
        ),
        ({"loss": "# other words\ndef g():\n    return 1\ndef h(): return 2\nRATE = 1\n"}, ""),
    ],
)
def test_a_question_reaches_what_its_functions_call_and_what_runs_at_import(change, asked):
    plain = {
        "loss": "def g(): return 1\ndef h(): return 2\nRATE = 1\n",
        "sgd": "from loss import g as k\nclass K:\n    def f(self): return k()\ndef f(): return K().f()\n",
    }
    one, other = agreement.definitions(plain), agreement.definitions({**plain, **change})
    assert [name for name in "fh" if agreement.reached([name], one) != agreement.reached([name], other)] == [
        *asked
    ]


WRITES = "\ndef svm_loss(W, X, y, delta=1.0):\n    W -= W.max()\n    return svm_loss_naive(W, X, y, delta)\n"
OTHERS = {
    "writes into W": {"loss": REFERENCE["loss"] + WRITES},
    "helpers named like modules of Python's": {
        "loss": "from test import one_hot\nimport types, comm\nassert comm.word == types.word\n" + REFERENCE["loss"],
        "test.py": "def one_hot(): ...",
        "types.py": "word = 'own'",
        "comm.py": "from types import word",
    },
    "a circle": {
        "loss": REFERENCE["loss"] + "\nfrom gradient import relative_error\n",
        "gradient": "from loss import softmax\n" + REFERENCE["gradient"],
    },
    "a guard": {
        "loss": "try:\n    import no_such_package\nexcept ImportError:\n    no_such_package = None\nassert no_such_package is None\n"
        + REFERENCE["loss"]
    },
    "a package that names itself": {"sgd": "from homework.loss import softmax\nfrom .gradient import svm_gradient\n" + REFERENCE["sgd"]},
    "UTF-16": {"sgd": REFERENCE["sgd"].encode("utf-16")},
    "a file beside": {
        "loss": "import os\nhere = os.path.dirname(os.path.abspath(__file__))\n"
        "assert open('config.json').read() == open(os.path.join(here, 'config.json')).read() == '{}'\n" + REFERENCE["loss"],
        "config.json": "{}",
    },
    "a table, and functions in a class": {
        "loss": REFERENCE["loss"]
        + "\nimport pandas\nas_array = softmax\ndef softmax(scores):\n    return pandas.DataFrame(as_array(scores))\n",
        "regularization": "class Regularization:\n" + textwrap.indent(REFERENCE["regularization"].partition("import numpy as np")[2], "    "),
    },
    "no syntax": {"gradient": "def f(:\n"},
}  # fmt: skip


@pytest.mark.parametrize("name", list(OTHERS))
def test_on_what_people_hand_in(scorer, name):
    assert differences(scorer, {**REFERENCE, **OTHERS[name]}) == {}


# At home nothing is told of mistakes that are known by NaN alone; see `home_hints`.
@pytest.mark.parametrize(
    "name",
    [
        "loss.linear_scores.scores_transposed",
        "loss.softmax_loss.softmax_loss_with_regularisation_before_the_mean",
        "regularization.l2.l2_as_a_norm",
    ],
)
def test_a_hint_is_the_same_at_home_and_where_it_is_graded(scorer, tmp_path, monkeypatch, name):
    monkeypatch.setattr(scorer, "diagnostician", Diagnostician(scorer.assignment))
    agreement.write(tmp_path / "home", scorer.assignment.modules, VARIANTS[name])
    tests = agreement.REPOSITORY / "assignments" / scorer.assignment.name / "tests"
    found = checks.check(tmp_path / "home", scorer.assignment.modules, tests)
    here = {case.name: case.hint for case in found.cases if case.state == checks.FAILED}
    score = scorer.score(open_submission("one", tmp_path / "home", scorer.assignment.modules))
    there = {case.name: case.hint["en"] for case in score.cases if case.hint}
    # At home a question is judged by its own answers; what follows from a mistake elsewhere is found by the grader alone.
    follows = FOLLOWS.partition("{")[0]
    own = {case: hint for case, hint in there.items() if not hint.startswith(follows)}
    assert own
    assert {case: here[case] for case in own} == own
    assert {here[case] for case in there.keys() - own.keys()} <= {""}
