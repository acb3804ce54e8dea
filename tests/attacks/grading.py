"""Grades all attacks as one batch, honest submissions among them, and notes what the world looks like afterwards.

It runs as a process of its own, whose environment and memory hold canaries too: see `__main__`.
"""

import hashlib
import json
import os
import secrets
import socket
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder import temporary
from autograder.assignment import settings as assignments
from autograder.checks import NoData
from autograder.grading import batch
from autograder.grading.results import Results
from autograder.grading.scoring import Scorer
from autograder.sandbox import Confinement
from tests.attacks import target
from tests.attacks.entries import Attack

Chooser = Callable[[tuple[Path, ...]], Confinement]
"""Makes a sandbox, of folders that must stay secret."""

HONEST_EVERY = 6
"""After so many attacks comes an honest submission."""

WRITABLE = ("/tmp", "/var/tmp", "/dev/shm", "/run/lock")


@dataclass(frozen=True)
class Outcome:
    """What became of one submission.

    Attributes:
        status: that of its row.
        score: its points.
        states: the states of its cases.
        results: `results.json`.
        seen: what a student reads of it.
    """

    status: str
    score: float
    states: tuple[str, ...]
    results: str
    seen: str


@dataclass(frozen=True)
class Afterwards:
    """What a batch has left.

    Attributes:
        sandbox: its name.
        canaries: the secrets by name.
        attacks: what became of each attack, by name.
        honest: what became of the honest submissions among them.
        intact: whether tests, solutions, results and other submissions are what they were.
        contacts: how often the server was reached.
        marks: whether something was unpickled or imported that should not have been.
        left: files and processes that outlived their worker.
    """

    sandbox: str
    canaries: dict[str, str]
    attacks: dict[str, Outcome]
    honest: list[Outcome]
    intact: bool
    contacts: int
    marks: bool
    left: list[str]

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Afterwards":
        values = json.loads(text)
        values["attacks"] = {name: Outcome(**outcome) for name, outcome in values["attacks"].items()}
        values["honest"] = [Outcome(**outcome) for outcome in values["honest"]]
        return cls(**values)


class Server:
    """Listens on an address of every kind and counts who comes."""

    def __init__(self, folder: Path, token: str) -> None:
        self.contacts = 0
        self.abstract = f"coursework-{token}"
        self.path = str(folder / "socket")
        self.sockets = [socket.socket(family) for family in (socket.AF_INET, socket.AF_UNIX, socket.AF_UNIX)]
        for sock, address in zip(
            self.sockets, (("127.0.0.1", 0), self.path, f"\0{self.abstract}"), strict=True
        ):
            sock.bind(address)
            sock.listen()
        os.chmod(self.path, 0o777)
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        for sock in (*self.sockets, self.udp):
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    def serve(self, sock: socket.socket) -> None:
        while True:
            if sock.type == socket.SOCK_DGRAM:
                sock.recv(100)
            else:
                sock.accept()[0].close()
            self.contacts += 1


def run(
    attacks: list[Attack], choose: Chooser, environment_canary: str, *, closed: bool, jobs: int = 2
) -> Afterwards:
    """Grade attacks.

    Args:
        attacks: which.
        choose: makes the sandbox.
        environment_canary: what this process was started with.
        closed: whether the tests' folder is closed to other users, where nothing else would close it.
        jobs: how many at a time.
    """
    token = secrets.token_hex(8)
    canaries = {
        name: f"CANARY-{name}-{secrets.token_hex(8)}"
        for name in ("tests", "solutions", "submission", "results", "memory")
    }
    canaries["environment"] = environment_canary
    held = [canaries["memory"].encode()] * 10
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="coursework-attacks-")))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="coursework-scratch-")))
        root.chmod(0o700 if closed else 0o755)
        scratch.chmod(0o711)
        tempfile.tempdir = str(scratch)
        stack.callback(setattr, tempfile, "tempdir", None)
        suites, solutions, submissions, out = (
            root / name for name in ("suites", "solutions", "submissions", "out")
        )
        target.write(suites, solutions, canaries)
        assignments.SUITES, assignments.SOLUTIONS = suites, solutions
        other, earlier = submissions / "other", out / "results/earlier"
        for folder, name, text in (
            (other, "area.py", f"# {canaries['submission']}\n{target.AREA}"),
            (other, "use.py", target.USE),
            (earlier, "results.json", json.dumps({"output": canaries["results"]})),
        ):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        server = Server(root, token)
        places = places_of(
            server, token, scratch,
            TESTS=suites / target.NAME / "tests", SOLUTIONS=solutions / target.NAME,
            OTHER=other, RESULTS=earlier, OUT=out, ROOT=root,
        )  # fmt: skip
        for attack in attacks:
            (submissions / f"{attack.file}.zip").write_bytes(attack.zipped(places))
        watched = (suites, solutions, other, earlier)
        before = [state_of(folder) for folder in watched]
        confinement = choose((submissions, out))
        settings = assignments.load(target.NAME)
        scorer = Scorer(settings, confinement, NoData(), settings.seed)
        results = Results(out, target.NAME, scorer.points)
        listed = _order([(attack.file, submissions / f"{attack.file}.zip") for attack in attacks], other)
        found = {
            graded.row.submission: _outcome(graded) for graded in batch.grade(scorer, listed, results, jobs)
        }
        assert held
        return Afterwards(
            confinement.name,
            canaries,
            {attack.name: found[attack.file] for attack in attacks},
            [outcome for name, outcome in found.items() if name.startswith("other-")],
            before == [state_of(folder) for folder in watched],
            server.contacts,
            (scratch / "mark").exists(),
            left_behind(token, places["SECONDS"], scratch),
        )


def _order(attacks: list[tuple[str, Path]], other: Path) -> list[tuple[str, Path]]:
    listed = []
    for number, attack in enumerate(attacks):
        listed.append(attack)
        if number % HONEST_EVERY == HONEST_EVERY - 1 or number == len(attacks) - 1:
            listed.append((f"other-{number}", other))
    return listed


def _outcome(graded: batch.Graded) -> Outcome:
    results = graded.grading.results if graded.grading else {}
    seen = [test.get("output", "") for test in results.get("tests", []) if isinstance(test, dict)]
    cases = results.get("extra_data", {}).get("cases", [])
    return Outcome(
        graded.row.status,
        graded.row.score,
        tuple(sorted({case["state"] for case in cases})),
        json.dumps(results, ensure_ascii=False),
        "\n".join([str(results.get("output", "")), *map(str, seen)]),
    )


def places_of(server: Server, token: str, scratch: Path, **folders: Path) -> dict[str, str]:
    """What stands for the words between @ in the code of attacks."""
    return {
        **{name: str(path) for name, path in folders.items()},
        "PID": str(os.getpid()), "PORT": str(server.sockets[0].getsockname()[1]),
        "UDP": str(server.udp.getsockname()[1]), "UNIX": server.path, "ABSTRACT": server.abstract,
        "MARK": str(scratch / "mark"), "TOKEN": token, "SECONDS": str(int(token[:6], 16)),
        "KIT": str(assignments.PACKAGE.parent),
    }  # fmt: skip


def state_of(folder: Path) -> list[tuple[str, int, int, str]]:
    """Names, modes, times and contents below a folder."""
    found = []
    for path in sorted(folder.rglob("*")):
        if "__pycache__" in path.parts:
            continue
        status = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found.append((str(path), status.st_mode, status.st_mtime_ns if content else 0, content))
    return found


def left_behind(token: str, seconds: str, scratch: Path) -> list[str]:
    """What has outlived its worker: files of an attack where everybody may write, folders of workers, and processes."""
    found = [str(path) for folder in WRITABLE for path in Path(folder).glob(f"{token}*")]
    found += [str(path) for path in scratch.iterdir() if path.name.startswith(temporary.PREFIX)]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"987.{seconds}" in (folder / "cmdline").read_text(errors="replace"):
                found.append(f"process {folder.name}")
        except OSError:
            continue
    return found
