"""The attacks against the sandbox without namespaces, where bubblewrap fails as in a Docker container."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from autograder.sandbox.inside import landlock
from tests.attacks.__main__ import CONTAINER, grade
from tests.attacks.entries import attacks
from tests.attacks.judging import assert_stopped, assert_undisturbed

pytestmark = pytest.mark.slow


ALL = attacks()
OF_JUDGES = [
    attack for attack in ALL if attack.family in ("claims", "forgery", "mercy", "two_phases", "weight")
]
"""Those that what reads the answers has to stop, whatever sandbox they come from; against bubblewrap all are tried."""

OF_SANDBOXES = [attack for attack in ALL if attack not in OF_JUDGES]
BY_MODE = [attack for attack in ALL if attack.family in ("reading", "writing", "processes")]
"""Those that Landlock could have had a part in stopping."""

ROOT = Path(__file__).parents[2]
IS_ROOT = os.getuid() == 0

needs_landlock = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root can give a worker another user")


@pytest.fixture(scope="module")
def afterwards():
    return grade("unprivileged", names=[attack.name for attack in OF_SANDBOXES])


@pytest.fixture(scope="module")
def judged():
    return grade("unprivileged", names=[attack.name for attack in OF_JUDGES])


@pytest.fixture(scope="module")
def by_mode(tmp_path_factory):
    """A kernel without Landlock, and a kit that is closed to other users."""
    kit = tmp_path_factory.mktemp("kit")
    kit.chmod(0o700)
    for name in ("autograder", "colab_setup", "solutions", "tests"):
        shutil.copytree(ROOT / name, kit / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", kit)
    under = ("env", "-C", str(kit), f"PYTHONPATH={kit}", *CONTAINER, "--no-landlock")
    return grade("unprivileged", under, [attack.name for attack in BY_MODE])


@needs_landlock
@pytest.mark.parametrize("attack", OF_SANDBOXES, ids=lambda attack: attack.name)
def test_it_gains_nothing(attack, afterwards):
    assert_stopped(attack, afterwards)


@needs_landlock
@pytest.mark.long
@pytest.mark.parametrize("attack", OF_JUDGES, ids=lambda attack: attack.name)
def test_it_gains_nothing_from_judges_either(attack, judged):
    assert_stopped(attack, judged)


@needs_landlock
def test_nobody_is_disturbed(afterwards):
    assert afterwards.sandbox == f"unprivileged ({'another user and ' if IS_ROOT else ''}Landlock)"
    assert_undisturbed(afterwards)


@needs_root
@pytest.mark.parametrize("attack", BY_MODE, ids=lambda attack: attack.name)
def test_where_there_is_no_landlock_modes_and_users_stop_it(attack, by_mode):
    assert_stopped(attack, by_mode)


@needs_root
def test_where_there_is_no_landlock_nobody_is_disturbed(by_mode):
    assert by_mode.sandbox == "unprivileged (another user)"
    assert_undisturbed(by_mode)


def test_files_that_nothing_closes_are_named_and_nothing_is_run():
    with pytest.raises(RuntimeError, match=r"No sandbox: .* the kernel has no Landlock, .*--no-sandbox"):
        grade("unprivileged", (sys.executable, "-m", "tests.container", "--no-landlock"), ["open the tests"])
