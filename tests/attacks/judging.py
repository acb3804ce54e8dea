"""What must be so after an attack, whatever confined it."""

from tests.attacks import target
from tests.attacks.entries import Attack, loot
from tests.attacks.grading import Afterwards

MOST = 200_000
"""Bytes of the results of a submission that tries to make them large."""


def assert_stopped(attack: Attack, afterwards: Afterwards) -> None:
    """It gained no point and found no secret."""
    outcome = afterwards.attacks[attack.name]
    assert outcome.score == attack.expected, outcome.seen
    assert outcome.status != "attention", "an attack must not look like a failure of the grader"
    found = [name for name, canary in afterwards.canaries.items() if canary in outcome.results]
    assert not found, f"it has found {found}"
    assert not attack.forbidden or attack.forbidden not in outcome.results
    assert not attack.unseen or attack.unseen not in outcome.seen
    assert not attack.small or len(outcome.results) < MOST
    # Otherwise nothing has been tried; a crash in the middle of trying is an end too.
    assert not attack.find or loot(outcome.results) or "crashed" in outcome.states, outcome.seen
    assert not attack.archive or outcome.status == "rejected"


def assert_undisturbed(afterwards: Afterwards) -> None:
    """The honest submissions in between kept their points, and the world is what it was."""
    assert len(afterwards.honest) > len(afterwards.attacks) / 10
    disturbed = [each.seen for each in afterwards.honest if each.score < target.POINTS]
    assert not disturbed, f"an attack disturbed an honest submission: {disturbed}"
    assert {each.status for each in afterwards.honest} == {"graded"}
    assert afterwards.intact, "files of the grader have changed"
    assert afterwards.contacts == 0, "the server was reached"
    assert not afterwards.marks, "something of a submission ran outside of its sandbox"
    assert afterwards.left == []
