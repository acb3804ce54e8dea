"""Commands of `autograder` that are not grading itself."""

import shutil

from typer.testing import CliRunner

from autograder import assignment as assignments
from autograder import cli

SOLUTIONS = assignments.SOLUTIONS / "linear_classifier"
STUBS = assignments.PACKAGE.parent / "assignments" / "linear_classifier"


def check(folder):
    return CliRunner().invoke(cli.app, ["check", str(folder), "--assignment", "linear_classifier"])


def test_check_passes_the_reference_and_fails_the_stubs():
    passed, failed = check(SOLUTIONS), check(STUBS)
    assert passed.exit_code == 0
    assert "25 of 25 questions pass" in passed.output
    assert failed.exit_code == 1
    assert "0 of 25 questions pass" in failed.output


def test_check_says_what_was_expected_and_what_came(tmp_path):
    for module in ("loss", "gradient", "regularization", "sgd"):
        shutil.copy(SOLUTIONS / f"{module}.py", tmp_path)
    with (tmp_path / "regularization.py").open("a") as file:
        file.write("\n\ndef l2(W):\n    return (W * W).sum() / 2\n")
    result = check(tmp_path)
    assert result.exit_code == 1
    assert "24 of 25 questions pass" in result.output
    assert "expected" in result.output


def test_check_of_no_folder_is_an_unusable_argument():
    assert check("/no/such/folder").exit_code == 2
