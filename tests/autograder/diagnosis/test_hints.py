"""What students read about their mistakes: in two languages, and of hidden cases only where the course says so."""

import dataclasses
import string

import pytest

from autograder.assignment import Feedback
from autograder.assignment import settings as assignments
from autograder.assignment.languages import LANGUAGES, translations
from autograder.assignment.misconceptions import load_misconceptions
from autograder.diagnosis.findings import FOLLOWS
from autograder.grading import batch
from colab_setup.checking.hinting.measuring import TEMPLATES

pytestmark = pytest.mark.slow


def test_every_hint_is_there_in_all_languages():
    for name in assignments.names():
        for variant in load_misconceptions(assignments.SOLUTIONS / name):
            assert variant.translations.keys() == LANGUAGES.keys(), variant.name
            assert len(set(variant.translations.values())) == len(LANGUAGES), variant.name
    vietnamese = translations("vi", "hints")
    assert [text for text in (*TEMPLATES, FOLLOWS) if vietnamese.gettext(text) == text] == []


def test_translations_hold_the_same_fields():
    fields = lambda text: {name for _, name, _, _ in string.Formatter().parse(text) if name}  # noqa: E731
    vietnamese = translations("vi", "hints")
    for template in (*TEMPLATES, FOLLOWS):
        assert fields(vietnamese.gettext(template)) == fields(template)


MISCONCEPTIONS = """
[area.square.doubles]
edit."x * x" = "x + x"
en = "Squares are products, not sums."
vi = "Bình phương là tích, không phải tổng."
"""


def test_a_function_that_changes_an_argument_is_told_so(tiny_scorer, tiny_submission):
    area = "import numpy as np\n\ndef square(x):\n    y = x.copy()\n    x *= x\n    return y * y\n\ndef total(x):\n    return np.sum(x)\n"
    cases = {case.name: case for case in tiny_scorer.score(tiny_submission(area=area)).cases}
    hidden = cases["square: secret numbers"]
    assert hidden.message == (
        "❌ Failed: square changes its first argument, which must stay as it was: compute with a copy of it."
    )
    assert hidden.hint["en"] == "Your function changes x, which must stay as it was: compute with a copy."


def test_a_matrix_is_told_of_where_it_is_returned(tiny_scorer, tiny_submission):
    area = "import numpy as np\n\ndef square(x):\n    return np.matrix(x * x) if x[0] == 1 else x * x\n\ndef total(x):\n    return np.sum(x)\n"
    output = tiny_scorer.score(tiny_submission(area=area)).output
    assert "square returns a numpy.matrix" in output
    assert "total" not in output


@pytest.fixture
def doubling(tiny_scorer, tiny_submission):
    """The score of a submission that makes the tiny assignment's one known mistake."""

    def score(**feedback):
        settings = dataclasses.replace(tiny_scorer.assignment, feedback=Feedback(**feedback))
        (settings.solutions / "misconceptions.toml").write_text(MISCONCEPTIONS)
        scorer = type(tiny_scorer)(settings, tiny_scorer.confinement, tiny_scorer.data, settings.seed)
        area = (
            "import numpy as np\n\ndef square(x):\n    return x + x\n\ndef total(x):\n    return np.sum(x)\n"
        )
        found = scorer.score(tiny_submission(area=area))
        return scorer, found, {case.name: case for case in found.cases}

    return score


def test_a_public_case_says_what_is_wrong_through_the_sandbox(doubling):
    _, _, cases = doubling()
    public = cases["square: small numbers"]
    assert public.misconceptions == ("doubles",)
    assert public.message.endswith("💡 Squares are products, not sums.")
    assert public.evidence["got"].endswith("[2., 4.]")
    assert public.evidence["expected"].endswith("[1., 4.]")
    assert "expected 1, got 2" in public.evidence["difference"]


def test_a_hidden_case_tells_the_staff_alone_unless_the_course_says_otherwise(doubling):
    for feedback, told in (({}, False), ({"hidden_hints": "always"}, True)):
        scorer, score, cases = doubling(**feedback)
        hidden = cases["square: secret numbers"]
        assert hidden.hint["en"] == "Squares are products, not sums."
        assert hidden.hint["vi"] == "Bình phương là tích, không phải tổng."
        assert "products" not in hidden.message
        record = {"cases": [dataclasses.replace(hidden, hint=hidden.hint).record()]}
        text = batch._feedback(scorer, score, record)
        assert ("products" in text) == told
        assert hidden.evidence["got"] not in text


def test_hints_survive_the_record(doubling):
    _, _, cases = doubling()
    for case in cases.values():
        assert type(case).from_record(case.record()) == case


def test_unknown_settings_are_refused():
    with pytest.raises(ValueError, match="language"):
        Feedback(language="xx")
