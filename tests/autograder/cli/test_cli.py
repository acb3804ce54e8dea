"""Commands of `autograder` that are not grading itself."""

import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder import cli
from autograder.assignment import settings as assignments
from autograder.sandbox import SandboxError

from ..report import report_class

SOLUTIONS = assignments.SOLUTIONS / "linear_classifier"
STUBS = assignments.PACKAGE.parent / "assignments" / "linear_classifier"


def check(folder):
    return CliRunner().invoke(cli.app, ["check", str(folder), "--assignment", "linear_classifier"])


@pytest.mark.slow
def test_the_package_runs_as_the_command_does(tmp_path):
    command = [sys.executable, "-m", "autograder", "release", "no_such", "--out", str(tmp_path)]
    refused = subprocess.run(command, capture_output=True, text=True)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "no_such" in refused.stderr
    told = subprocess.run([*command[:4], "--help"], capture_output=True, text=True)
    assert "Usage: autograder release " in told.stdout


@pytest.mark.slow
def test_check_passes_the_reference_and_fails_the_stubs():
    passed, failed = check(SOLUTIONS), check(STUBS)
    assert passed.exit_code == 0
    assert "25 of 25 questions pass" in passed.output
    assert failed.exit_code == 1
    assert "0 of 25 questions pass" in failed.output


@pytest.mark.slow
def test_check_says_what_was_expected_and_what_came(tmp_path):
    for module in ("loss", "gradient", "regularization", "sgd"):
        shutil.copy(SOLUTIONS / f"{module}.py", tmp_path)
    with (tmp_path / "regularization.py").open("a") as file:
        file.write("\n\ndef l2(W):\n    return (W * W).sum() / 2\n")
    result = check(tmp_path)
    assert result.exit_code == 1
    # The training's own history holds the penalty.
    failed = re.findall(r"^FAILED  (\w+)", result.output, re.MULTILINE)
    assert failed == ["accuracy", "l2"]
    assert "23 of 25 questions pass their public tests (2 failed)." in result.output
    assert "    expected: 5.25 (float64)\n    came:     2.625 (float64)\n" in result.output


def test_check_of_no_folder_is_an_unusable_argument():
    assert check("/no/such/folder").exit_code == 2


@pytest.mark.slow
def test_report_says_where_the_pages_are(tmp_path):
    report_class.make(tmp_path, 2).close()
    result = CliRunner().invoke(cli.app, ["report", str(tmp_path), "--language", "vi"])
    assert result.exit_code == 0
    assert f"For the staff: {tmp_path / 'report' / 'index.html'}" in result.output
    assert "2 pages in" in result.output
    assert '<html lang="vi">' in (tmp_path / "report" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["report", "desk"])
def test_without_results_the_pages_are_an_unusable_argument(command, tmp_path):
    result = CliRunner().invoke(cli.app, [command, str(tmp_path)])
    assert result.exit_code == 2
    assert "There are no results in" in result.output


@pytest.mark.slow
def test_desk_prints_its_address_and_ends_with_ctrl_c(tmp_path):
    report_class.make(tmp_path, 2).close()
    command = [Path(sys.executable).parent / "autograder", "desk", tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        address = process.stdout.readline().split()[-1]
        with urllib.request.urlopen(address) as answer:
            assert b'http-equiv="refresh"' in answer.read()
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()
    assert process.returncode == 0
    assert "Stopped." in said


@pytest.mark.slow
def test_doctor_says_what_there_is(tmp_path):
    result = CliRunner().invoke(cli.app, ["doctor", "--out", str(tmp_path / "later")])
    assert result.exit_code == 0
    for words in ("linear_classifier", "bubblewrap", "otter-grader", "synthetic", "GB free"):
        assert words in result.output


@pytest.mark.slow
@pytest.mark.parametrize("problem", ["sandbox", "data"])
def test_doctor_ends_with_1_where_nothing_can_be_graded(tmp_path, monkeypatch, problem):
    def nothing(*args, **kwargs):
        raise SandboxError("No sandbox: nothing works here.")

    if problem == "sandbox":
        monkeypatch.setattr("autograder.sandbox.choose", nothing)
    arguments = ["--data", str(tmp_path / "no.zip")] if problem == "data" else []
    result = CliRunner().invoke(cli.app, ["doctor", *arguments])
    assert result.exit_code == 1
    assert ("nothing works here" if problem == "sandbox" else "no.zip") in result.output


@pytest.mark.parametrize("command", [command.__name__ for command in cli.COMMANDS])
def test_help_says_what_to_type_and_cuts_nothing(command):
    told = CliRunner().invoke(cli.app, [command, "--help"], terminal_width=80).output
    assert not set("{}<>") & set(told)
    assert max(map(len, told.splitlines())) <= 80
    whole = CliRunner().invoke(cli.app, ["--help"], terminal_width=80).output
    assert "..." not in whole.replace("[ARGS]...", "")
    assert " ".join(cli.COMMANDS[0].__doc__.split()) in " ".join(whole.split())
