"""`python -m colab_setup`, as a student calls it: in the folder, with the package beside the modules."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "colab_setup"


def run(folder, *arguments):
    """Run the command from the package that lies in the folder, without anything of the repository on the path."""
    if not (folder / "colab_setup").exists():
        shutil.copytree(PACKAGE, folder / "colab_setup", ignore=shutil.ignore_patterns("__pycache__"))
    return subprocess.run(
        [sys.executable, "-m", "colab_setup", *arguments], cwd=folder, capture_output=True, text=True
    )


@pytest.mark.slow
def test_check_ends_with_0_where_all_pass_and_with_1_where_not(solved):
    done = run(solved, "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("25 of 25 questions pass their public tests.\n")
    assert "sgd.py             last changed " in done.stdout
    (solved / "regularization.py").write_text("def l2(W):\n    return 0\n")
    done = run(solved, "check")
    assert done.returncode == 1
    assert "FAILED  l2" in done.stdout
    assert "line:     regularization.py, line 1: def l2(W):" in done.stdout


@pytest.mark.slow
def test_check_does_not_pass_where_tests_are_missing(solved):
    (solved / "tests" / "sgd.py").write_text("")
    done = run(solved, "check")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "tests/sgd.py is empty: take it anew from the assignment's zip.\n"


@pytest.mark.slow
def test_check_needs_no_grader(solved):
    code = "import runpy, sys; sys.modules['autograder'] = sys.modules['otter'] = None; sys.argv[1:] = ['check']; "
    code += "runpy.run_module('colab_setup', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], cwd=solved, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_submit_makes_a_zip_or_ends_with_1_and_makes_none(solved):
    done = run(solved, "submit")
    assert (done.returncode, done.stderr) == (0, "")
    with zipfile.ZipFile(solved / "submission.zip") as archive:
        assert "sgd.py" in archive.namelist()
    (solved / "submission.zip").unlink()
    (solved / "sgd.py").unlink()
    done = run(solved, "submit")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("No zip was made because sgd.py is not in ")
    assert done.stderr.count("\n") == 1
    assert not (solved / "submission.zip").exists()


@pytest.mark.slow
def test_setup_says_what_there_is(solved):
    done = run(solved)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Looking for the images ...\nlinear_classifier: what this runtime has\n")
    assert "synthetic stand-in" in done.stdout
    assert "put the course's data.zip" in done.stdout


@pytest.mark.parametrize("command", ["check", "submit", "setup"])
def test_another_folder_is_told_in_one_line(tmp_path, command):
    done = run(tmp_path, command)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("There is no assignment.json in ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grade"], "'grade' is none of setup|check|submit"),
        (["check", "--limit"], "--limit needs a value"),
        (["check", "--limit", "long"], "'long' is no value of --limit"),
        (["submit", "--all"], "there is no --all"),
    ],
)
def test_what_cannot_be_used_ends_with_2_and_is_told(tmp_path, arguments, said):
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"This cannot be used: {said}\n")


def test_where_the_folder_has_gone_meanwhile_a_cell_ends_in_one_sentence(stubs):
    run(stubs, "check", "loss")
    code = f"""
import os
import colab_setup
os.rename({str(stubs)!r}, {str(stubs) + "-gone"!r})
try:
    colab_setup.submit
except Exception as error:
    print(*error._render_traceback_())
"""
    command = [sys.executable, "-S", "-c", code]  # without the kit itself, which is installed here
    done = subprocess.run(
        command, cwd=stubs.parent, capture_output=True, text=True, env={"PYTHONPATH": str(stubs)}
    )
    assert done.stdout.startswith(f"There is no folder {stubs}: ")


@pytest.mark.slow
def test_the_package_can_be_started_by_its_path_too(stubs):
    run(stubs, "check", "loss.py")
    command = [sys.executable, "colab_setup", "check", "loss.py"]
    done = subprocess.run(command, cwd=stubs, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "loss.py is a module: name one of its functions, or nothing to check all.\n"


def test_importing_the_package_imports_the_standard_library_only():
    code = """
import sys
before = set(sys.modules)
import colab_setup, colab_setup.session, colab_setup.handing_in, colab_setup.checkpoint, colab_setup.__main__, colab_setup.data, colab_setup.notebook.rereading
found = {name.partition(".")[0] for name in set(sys.modules) - before}
print(sorted(found - set(sys.stdlib_module_names) - {"colab_setup"}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_names_that_are_not_there_are_told_as_usual():
    import colab_setup

    assert callable(colab_setup.setup)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        colab_setup.nothing  # noqa: B018
