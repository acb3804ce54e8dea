"""Which versions a submission was checked with, and where they can be the reason for a failure."""

import json

import pytest

from autograder import records
from autograder.grading.telling import versions
from autograder.grading.telling.versions import checked_with, differing, reason
from colab_setup.handing_in import versions as handed_in

OURS = {"python": "3.11.7", "numpy": "2.4.6", "torch": "2.13.0"}
THEIRS = {"python": "3.12.3", "numpy": "2.0.2", "torch": "2.13.0+cu121"}


def test_what_the_student_writes_is_what_the_grader_reads():
    assert handed_in.NAME == versions.NAME
    said = checked_with({versions.NAME: handed_in.content()})
    assert said == {name: records.versions()[name] for name in said}
    assert {"python", "numpy"} <= said.keys()


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"python": 3}', b'{"python": "3.1\\n<b>"}', b"[" * 5000, json.dumps({"numpy": "2" * 99}).encode()],
)  # fmt: skip
def test_anything_else_says_nothing(content):
    assert checked_with({versions.NAME: content}) == {}
    assert checked_with({}) == {}


def test_versions_that_differ_are_said_and_last_numbers_are_not():
    assert differing(THEIRS, OURS) == (
        "Checked at home under Python 3.12.3 and numpy 2.0.2; graded under Python 3.11.7 and numpy 2.4.6."
    )
    assert differing({"python": "3.11.1", "numpy": "2.4.0"}, OURS) == ""
    assert differing({}, OURS) == ""


def test_a_failure_names_the_versions_that_can_be_its_reason():
    syntax = "loss.py could not be imported: SyntaxError: f-string: unmatched '[' (loss.py, line 65)"
    size = "TypeError at loss.py, line 52: only 0-dimensional arrays can be converted to Python scalars"
    assert reason(syntax, THEIRS, OURS) == (
        "The versions may be the reason: this ran under Python 3.11.7, your check under Python 3.12.3."
    )
    assert reason(size, THEIRS, OURS) == (
        "The versions may be the reason: this ran under numpy 2.4.6, your check under numpy 2.0.2."
    )
    assert (
        reason(size, {}, OURS) == "This ran under numpy 2.4.6, where some things differ from other versions."
    )


def test_a_failure_that_versions_cannot_explain_names_none():
    same = {"python": "3.11.2", "numpy": "2.4.1"}
    assert reason("SyntaxError: invalid syntax", same, OURS) == ""
    for said in (
        "invalid character '\u201c' (U+201C)", "invalid non-printable character U+00A0", "the file is a zip archive",
        "invalid syntax: this is Markdown and no Python", "unknown encoding: utf8-vn", "invalid syntax: a merge was not finished here",
        "Missing parentheses in call to 'print'. Did you mean print(...)?",
    ):  # fmt: skip
        assert (
            reason(f"loss.py could not be imported: SyntaxError: {said} (loss.py, line 1)", THEIRS, OURS)
            == ""
        )
    assert reason("TypeError: only arrays of size 1", same, OURS) == ""
    assert reason("the gradient: expected 2.0, got an array of 3", THEIRS, OURS) == ""
    assert reason("TypeError: svm_loss() missing 1 required positional argument", THEIRS, OURS) == ""
