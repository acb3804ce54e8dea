"""Which Python students' code runs under, and what is said of one that cannot be used."""

import json
import sys

import pytest

from autograder.sandbox import Limits, SandboxError, Session, choose
from autograder.sandbox.confinement.interpreters import OURS, interpreter

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"


def answering(tmp_path, number, **packages):
    """A program that answers as a Python of this version with these packages would."""
    program = tmp_path / "python"
    told = json.dumps([sys.executable, sys.base_prefix, OURS.packages, number, packages])
    program.write_text(f"#!/bin/sh\necho '{told}'\n")
    program.chmod(0o755)
    return str(program)


def test_without_a_name_it_is_the_graders_own():
    assert interpreter("") is OURS
    assert not OURS.versions


def test_its_versions_are_told():
    found = interpreter(sys.executable, torch=True)
    assert (found.executable, found.base) == (OURS.executable, OURS.base)
    assert found.versions["python"] == VERSION
    assert set(found.versions) == {"python", "numpy", "torch"}


@pytest.mark.parametrize(
    ("number", "packages", "torch", "told"),
    [
        ("3.10.2", {"numpy": "2", "msgpack": "1"}, False, "this is Python 3.10.2, and workers need 3.11 or newer"),
        ("3.12.1", {"numpy": "2"}, False, "it has no msgpack, which workers need: .* -m pip install msgpack"),
        ("3.12.1", {"numpy": "2", "msgpack": "1"}, True, "it has no torch and no safetensors, .* install torch safetensors"),
    ],
)  # fmt: skip
def test_one_that_cannot_be_used_is_told_before_anything_is_graded(tmp_path, number, packages, torch, told):
    with pytest.raises(SandboxError, match=told):
        interpreter(answering(tmp_path, number, **packages), torch=torch)


def test_what_is_no_python_is_told(tmp_path):
    with pytest.raises(SandboxError, match=r"python = '/nowhere/python': there is no such interpreter"):
        interpreter("/nowhere/python")
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho hello\n")
    program.chmod(0o755)
    with pytest.raises(SandboxError, match="this is no Python that answers"):
        interpreter(str(program))


@pytest.mark.slow
@pytest.mark.parametrize("confined", [True, False])
def test_students_code_runs_under_it(confined):
    chosen = choose({}, (), allow_none=not confined, python=sys.executable)
    source = b"import platform\n\n\ndef number():\n    return [int(part) for part in platform.python_version().split('.')]\n"
    with Session(chosen, {"a.py": source}, ("a",), Limits()) as opened:
        assert (
            ".".join(map(str, opened.functions({"number": "a"})["number"]()))
            == chosen.python.versions["python"]
        )
