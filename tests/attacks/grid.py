"""Runs every attack by every way of grading in every sandbox of this machine, and prints what each has gained.

python -m tests.attacks.grid [--part I/N] [SANDBOX/ROUTE...]

Sandboxes are bubblewrap, landlock and modes, routes grade and otter; all of them without. A cell is what the attack has
gained over the same submission without it, which secrets it has read, and whom it has disturbed. `make container` fills the
column of real containers.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.attacks import by_otter, target
from tests.attacks.__main__ import CONTAINER, grade
from tests.attacks.entries import Attack, attacks
from tests.attacks.grading import HONEST_EVERY

ROOT = Path(__file__).parents[2]
ROUTES = ("grade", "otter")
SANDBOXES = ("bubblewrap", "landlock", "modes")

OPENED_BY_OTTER = "not run: Otter itself unpacks the zip, without a limit"
READ_BY_OTTER = "no result: Otter itself reads the notebook, before it asks a plugin, and ends"


@dataclass(frozen=True)
class Cell:
    """What became of one attack.

    Attributes:
        gained: points over what it must end with; below 0 where the attack cost its own submission some.
        read: the secrets that are in its results.
        disturbed: what else is not as it was.
        note: why there is nothing to tell, or that the grader failed.
    """

    gained: float = 0.0
    read: tuple[str, ...] = ()
    disturbed: str = ""
    note: str = ""


def main(arguments: Sequence[str]) -> int:
    """Run the cells and print them; 1 where anything was gained, read or disturbed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", default="1/1", help="the I-th of N parts of the attacks")
    parser.add_argument("cells", nargs="*", help="as bubblewrap/grade")
    options = parser.parse_args(arguments)
    part, parts = map(int, options.part.split("/"))
    chosen = attacks()[part - 1 :: parts]
    print("| attack | sandbox | route | points gained | secrets read | others disturbed |")
    print("| --- | --- | --- | --- | --- | --- |")
    bad, counts = 0, Counter[tuple[str, str]]()
    for name in options.cells or [f"{sandbox}/{route}" for sandbox in SANDBOXES for route in ROUTES]:
        sandbox, route = name.split("/")
        for attack, cell in _cells(sandbox, route, chosen):
            read = ", ".join(cell.read) or "none"
            told = cell.note or f"{cell.gained:+g} | {read} | {cell.disturbed or 'nobody'}"
            print(f"| {attack.name} | {sandbox} | {route} | {told} |", flush=True)
            harm = bool(cell.gained or cell.read or cell.disturbed or cell.note)
            by_otter_itself = cell.note in (OPENED_BY_OTTER, READ_BY_OTTER)
            counts[name, "Otter's own" if by_otter_itself else "held" if not harm else "LOOK"] += 1
            bad += harm and not by_otter_itself
    for (name, end), count in sorted(counts.items()):
        print(f"{name}: {count} {end}")
    return int(bad > 0)


def _cells(sandbox: str, route: str, chosen: list[Attack]) -> Iterator[tuple[Attack, Cell]]:
    with tempfile.TemporaryDirectory(prefix="coursework-kit-") as folder:
        under: tuple[str, ...] = ()
        if sandbox == "landlock":
            under = CONTAINER
        elif sandbox == "modes":
            under = _closed(Path(folder))
        if route == "grade":
            yield from _graded(sandbox, under, chosen)
            return
        opened = [attack for attack in chosen if not attack.archive]
        yield from ((attack, Cell(note=OPENED_BY_OTTER)) for attack in chosen if attack.archive)
        for attack, run in by_otter.run(opened, under):
            note = "" if run.score is not None else f"no result: {run.printed[-160:]!r}"
            if note and "nbf.read(submission_path" in run.printed:
                note = READ_BY_OTTER
            gained = (run.score or 0.0) - attack.expected
            yield attack, Cell(gained, run.read, run.disturbed, note)


def _graded(sandbox: str, under: tuple[str, ...], chosen: list[Attack]) -> Iterator[tuple[Attack, Cell]]:
    kind = "bubblewrap" if sandbox == "bubblewrap" else "unprivileged"
    afterwards = grade(kind, under, [attack.name for attack in chosen])
    world = {
        "files of the grader": not afterwards.intact,
        "the server": afterwards.contacts,
        "the grader's process": afterwards.marks,
        f"left: {afterwards.left}": afterwards.left,
    }
    for number, attack in enumerate(chosen):
        outcome = afterwards.attacks[attack.name]
        # Who was graded next beside it.
        beside = afterwards.honest[min(number // HONEST_EVERY, len(afterwards.honest) - 1)]
        disturbed = [what for what, happened in world.items() if happened]
        disturbed += ["the next one"] if (beside.status, beside.score) != ("graded", target.POINTS) else []
        read = tuple(name for name, canary in afterwards.canaries.items() if canary in outcome.results)
        note = "undecided" if outcome.status == "attention" else ""
        yield attack, Cell(outcome.score - attack.expected, read, ", ".join(disturbed), note)


def _closed(folder: Path) -> tuple[str, ...]:
    """A command for a kernel without Landlock, with a kit that is closed to other users."""
    folder.chmod(0o700)
    for name in ("autograder", "colab_setup", "solutions", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return "env", "-C", str(folder), f"PYTHONPATH={folder}", *CONTAINER, "--no-landlock"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
