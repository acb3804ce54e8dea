"""The attacks against bubblewrap, and against no sandbox at all, where those that look for secrets find them."""

import pytest

from tests.attacks.__main__ import grade
from tests.attacks.entries import attacks, loot
from tests.attacks.judging import assert_stopped, assert_undisturbed

pytestmark = pytest.mark.slow


ALL = attacks()
CONTROLS = [attack for attack in ALL if attack.control]


@pytest.fixture(scope="module")
def afterwards():
    return grade("bubblewrap")


@pytest.fixture(scope="module")
def unconfined():
    """Only attacks that do no harm; the others would reach the machine that the tests run on."""
    return grade("none", names=[attack.name for attack in CONTROLS])


@pytest.mark.parametrize("attack", ALL, ids=lambda attack: attack.name)
def test_it_gains_nothing(attack, afterwards):
    assert_stopped(attack, afterwards)


def test_nobody_is_disturbed(afterwards):
    assert afterwards.sandbox == "bubblewrap"
    assert_undisturbed(afterwards)


@pytest.mark.parametrize("attack", CONTROLS, ids=lambda attack: attack.name)
def test_without_a_sandbox_it_finds_what_it_looks_for(attack, unconfined):
    results = unconfined.attacks[attack.name].results
    if attack.control == "contact":
        assert unconfined.contacts >= sum(each.control == "contact" for each in ALL)
        assert "PermissionError" not in loot(results)
    else:
        assert unconfined.canaries.get(attack.control, attack.control) in results


def test_there_are_attacks_of_every_family_and_no_two_of_one_name():
    assert len({attack.file for attack in ALL}) == len(ALL) >= 40
    assert all(attack.tries.endswith(".") and attack.stopped for attack in ALL)
