"""Grades attacks by the real `otter run`, each in processes of its own (see `otter_copies`), and looks at the world after each."""

from __future__ import annotations

import io
import json
import os
import secrets
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import nbformat

from tests.attacks import target
from tests.attacks.entries import Attack
from tests.attacks.grading import Server, left_behind, places_of, state_of

ROOT = Path(__file__).parents[2]
PLUGIN = "autograder.grading.otter_plugin.SandboxedGrading"
COURSE = "requirements.the-course.zip"


@dataclass(frozen=True)
class OtterRun:
    """What became of one attack.

    Attributes:
        score: its points; None where Otter has given no result.
        read: the secrets that are in its results.
        disturbed: what is not as it was.
        printed: all that was printed.
    """

    score: float | None
    read: tuple[str, ...]
    disturbed: str
    printed: str


def run(attacks: Sequence[Attack], under: Sequence[str]) -> Iterator[tuple[Attack, OtterRun]]:
    """Grade attacks.

    Args:
        attacks: which.
        under: a command that Otter is run under, which makes the sandbox another one.
    """
    token = secrets.token_hex(8)
    canaries = {
        name: f"CANARY-{name}-{secrets.token_hex(8)}"
        for name in ("tests", "solutions", "submission", "results", "environment")
    }
    with (
        tempfile.TemporaryDirectory(prefix="coursework-attacks-") as folder,
        tempfile.TemporaryDirectory(prefix="coursework-scratch-") as scratch,
        ExitStack() as stack,
    ):
        root = Path(folder)
        # Where there is no Landlock, modes are what closes it.
        root.chmod(0o700)
        Path(scratch).chmod(0o711)
        suites, solutions, other, earlier = (
            root / name for name in ("suites", "solutions", "other", "earlier")
        )
        target.write(suites, solutions, canaries)
        for place, name, text in (
            (other, "area.py", f"# {canaries['submission']}\n{target.AREA}"),
            (earlier, "results.json", json.dumps({"output": canaries["results"]})),
        ):
            place.mkdir()
            (place / name).write_text(text)
        server = Server(root, token)
        places = places_of(
            server, token, Path(scratch),
            TESTS=suites / target.NAME / "tests", SOLUTIONS=solutions / target.NAME,
            OTHER=other, RESULTS=earlier, OUT=root / "out", ROOT=root,
        )  # fmt: skip
        autograder = _autograder(root)
        watched = (suites, solutions, other, earlier)
        before = [state_of(place) for place in watched]
        command = [*under, sys.executable, "-m", "tests.attacks.otter_copies", str(autograder)]
        environment = {**os.environ, "TMPDIR": scratch, "COURSEWORK_CANARY": canaries["environment"]}
        stack.enter_context(
            otter := subprocess.Popen(
                command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        )
        for attack in attacks:
            path, out = root / f"{attack.file}.zip", root / f"out-{attack.file}"
            path.write_bytes(_with_notebook(attack.zipped(places)))
            out.mkdir()
            contacts = server.contacts
            print(json.dumps([str(path), str(out)]), file=otter.stdin, flush=True)
            if not (otter.stdout and otter.stdout.readline()):
                raise RuntimeError("What runs Otter has ended.")
            found = out / "results.json"
            text = found.read_text(encoding="utf-8") if found.exists() else ""
            printed = (out / "printed").read_text(errors="replace")
            world = {
                "files of the grader": before != [state_of(place) for place in watched],
                "the server": server.contacts > contacts,
                "the grader's process": (Path(scratch) / "mark").exists(),
                "something was left": left_behind(token, places["SECONDS"], Path(scratch)),
            }
            yield (
                attack,
                OtterRun(
                    _score(text),
                    tuple(name for name, canary in canaries.items() if canary in text + printed),
                    ", ".join(what for what, happened in world.items() if happened),
                    printed,
                ),
            )


def _score(text: str) -> float | None:
    """The points in `results.json`."""
    if not text:
        return None
    return sum(float(test.get("score", 0.0)) for test in json.loads(text)["tests"])


def _autograder(root: Path) -> Path:
    """The zip that Otter takes, as `release` makes it of a course's own assignment."""
    course, path = io.BytesIO(), root / "autograder.zip"
    with zipfile.ZipFile(course, "w") as brought:
        brought.writestr(
            "course.toml", f'assignment = "{target.NAME}"\nseed = {secrets.randbits(62) + 2**62}\n'
        )
        for room in ("suites", "solutions"):
            for file in sorted((root / room).rglob("*")):
                if file.is_file():
                    brought.writestr(file.relative_to(root).as_posix(), file.read_bytes())
    options = {"assignment": target.NAME, "course": COURSE, "limit_seconds": 600}
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("otter_config.json", json.dumps({"plugins": [{PLUGIN: options}]}))
        made.writestr(COURSE, course.getvalue())
        for file in sorted((root / "suites" / target.NAME / "tests").glob("*.py")):
            made.writestr(f"tests/{file.name}", file.read_bytes())
    return path


def _with_notebook(submission: bytes) -> bytes:
    """The submission with the notebook that Otter wants, where it has none."""
    content = io.BytesIO(submission)
    with zipfile.ZipFile(content, "a") as archive:
        if not any(name.endswith(".ipynb") and "/" not in name for name in archive.namelist()):
            archive.writestr("target.ipynb", nbformat.writes(nbformat.v4.new_notebook()))
    return content.getvalue()
