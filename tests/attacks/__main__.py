"""Runs the attacks and prints, as a table, what each came to and by what it was stopped.

python -m tests.attacks                         the table, each sandbox in a process of its own
python -m tests.attacks --batch SANDBOX         one batch, as JSON: bubblewrap, chosen or none
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.attacks import target
from tests.attacks.entries import Attack, attacks, loot
from tests.attacks.grading import Afterwards

CANARY = "COURSEWORK_CANARY"
CONTAINER = (sys.executable, "-m", "tests.container")

SANDBOXES = {
    "bubblewrap": ((), "bubblewrap"),
    "unprivileged": (CONTAINER, "chosen"),
    "none": ((), "none"),
}
"""For each sandbox, what the grader runs under, and what it is told to take."""


def grade(sandbox: str, under: Sequence[str] = (), names: Sequence[str] = ()) -> Afterwards:
    """Grade the attacks, or some of them, in a process of its own.

    Args:
        sandbox: one of `SANDBOXES`.
        under: a command that the grader is run under, in place of the usual one.
        names: of attacks; all of them without.
    """
    usual, told = SANDBOXES[sandbox]
    command = [*(under or usual), sys.executable, "-m", "tests.attacks", "--batch", told, *names]
    canary = f"CANARY-environment-{secrets.token_hex(8)}"
    result = subprocess.run(
        command,
        env={**os.environ, CANARY: canary},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    if result.returncode != 0:
        raise RuntimeError(f"The batch ended with status {result.returncode}:\n{result.stderr[-3000:]}")
    return Afterwards.from_json(result.stdout)


def batch(told: str, names: Sequence[str]) -> None:
    """Grade the attacks in this process and print what became of them as JSON."""
    from autograder import sandbox
    from autograder.sandbox.confinement.bubblewrap import Bubblewrap
    from autograder.sandbox.inside import landlock
    from tests.attacks.grading import run

    def choose(secret: tuple[Path, ...]) -> sandbox.Confinement:
        if told == "bubblewrap":
            return Bubblewrap(secret=secret)
        return sandbox.choose({}, secret, allow_none=told == "none")

    chosen = [attack for attack in attacks() if not names or attack.name in names]
    closed = told == "chosen" and not landlock.version()
    print(run(chosen, choose, os.environ[CANARY], closed=closed).to_json())


def table() -> None:
    """Print the table, from a run of each sandbox."""
    ran = {sandbox: grade(sandbox) for sandbox in ("bubblewrap", "unprivileged")}
    names = ", ".join(each.sandbox for each in ran.values())
    print(f"{len(attacks())} submissions, {target.POINTS} points possible; sandboxes: {names}\n")
    print("| family | attack | " + " | ".join(ran) + " | stopped by |")
    print("| --- | --- |" + " --- |" * len(ran) + " --- |")
    for attack in attacks():
        ends = " | ".join(_end(attack, each) for each in ran.values())
        print(f"| {attack.family} | {attack.tries} | {ends} | {attack.stopped} |")
    for name, each in ran.items():
        full = sum(outcome.status == "graded" and outcome.score == target.POINTS for outcome in each.honest)
        print(
            f"\n{name}: {full} of {len(each.honest)} honest submissions in between kept full marks; files of the grader "
            f"intact: {each.intact}; contacts with the server: {each.contacts}; left behind: {each.left or 'nothing'}"
        )


def _end(attack: Attack, afterwards: Afterwards) -> str:
    outcome = afterwards.attacks[attack.name]
    found = loot(outcome.results) if attack.find else ""
    errors = sorted({word.strip("'\"[](),:") for word in found.replace("(", " ").split() if "Error" in word})
    told = f", {' '.join(errors)[:60]}" if errors else ""
    return f"{outcome.score:g} points, {outcome.status}{told}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--batch"]:
        batch(sys.argv[2], sys.argv[3:])
    else:
        table()
