"""The attacks as they lie in `corpus/`, and the submission that each becomes."""

import io
import json
import pickle
import re
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.attacks import target
from tests.attacks.archives import ARCHIVES

FOLDER = Path(__file__).parent / "corpus"

REPORT = """

def total(x):
    try:
        found = find()
    except BaseException as error:
        found = f"{type(error).__name__}: {error}"
    raise RuntimeError("LOOT[" + str(found)[:1500] + "]LOOT")
"""

WIRE = """
def wire():
    import gc, socket
    gc.unfreeze()  # a copy of the template does not list what the template holds
    objects = gc.get_objects()
    sock = next(each for each in objects if isinstance(each, socket.socket))
    return sock, next(each for each in objects if getattr(each, "__name__", "") == "inside.protocol")

def asked():
    import sys
    frame = next(iter(sys._current_frames().values()))
    while "request" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["request"]["id"]

"""


@dataclass(frozen=True)
class Attack:
    """One attack.

    Attributes:
        name: for people.
        tries: what it does, one sentence.
        stopped: by what; two parts divided by a semicolon where bubblewrap and the other sandbox differ.
        family: the file that it stands in.
        base: "empty", where nothing else is in the submission, or "honest", where the attack is added to the reference.
        points: those that it must end with, no more and no less; by default those of its base.
        find: a function whose return value is reported in the text of an exception.
        before: code at the start of area.py.
        in_area: code at its end.
        in_use: code at the end of use.py.
        wire: whether `wire()` and `asked()` are given to it.
        control: what it gets where there is no sandbox: the name of a canary, or "contact".
        forbidden: a text that must not be in the results.
        unseen: a text that must not be in what the student sees.
        small: whether the results must stay small.
        shadows: names of modules that leave a mark and end the process.
        pickles: names of files that leave a mark when they are unpickled.
        texts: other files by name.
        helpers: how many further Python files it has.
        archive: the name of a zip made by `archives`, which is all there is of the submission.
    """

    name: str
    tries: str
    stopped: str
    family: str
    base: str = "empty"
    points: int | None = None
    find: str = ""
    before: str = ""
    in_area: str = ""
    in_use: str = ""
    wire: bool = False
    control: str = ""
    forbidden: str = ""
    unseen: str = ""
    small: bool = False
    shadows: tuple[str, ...] = ()
    pickles: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    helpers: int = 0
    archive: str = ""

    @property
    def expected(self) -> int:
        """The points that it must end with."""
        return self.points if self.points is not None else target.POINTS if self.base == "honest" else 0

    @property
    def file(self) -> str:
        """The name of its zip without suffix."""
        return re.sub("[^a-z0-9]+", "-", self.name.lower()).strip("-")

    def zipped(self, places: Mapping[str, str]) -> bytes:
        """The submission.

        Args:
            places: what stands for the words between @ in its code.
        """
        if self.archive:
            return ARCHIVES[self.archive](Path(places["SOLUTIONS"]))
        honest = self.base == "honest"
        area = [WIRE if self.wire else "", self.before, target.AREA if honest else "", self.in_area]
        if self.find:
            area += [self.find, REPORT]
        files: dict[str, str | bytes] = {
            **self.texts,
            **{f"helper_{n}.py": f"number = {n}\n# {'x' * 300}\n" for n in range(self.helpers)},
            **{f"{name}.py": f"open({places['MARK']!r}, 'w')\nraise SystemExit\n" for name in self.shadows},
            **dict.fromkeys(self.pickles, pickle.dumps(_Bomb(places["MARK"]))),
            "area.py": "".join(area),
            "use.py": target.USE + self.in_use if honest else "def cube(x):\n    raise NotImplementedError\n",
        }
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                if isinstance(text, str):
                    text = re.sub("@([A-Z]+)@", lambda match: places[match[1]], text).encode()
                archive.writestr(name, text)
        return content.getvalue()


class _Bomb:
    """Leaves a mark where it is unpickled."""

    def __init__(self, mark: str) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return open, (self.mark, "w")


def attacks() -> list[Attack]:
    """All of them, in the order of the files."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["attack"]:
            found.append(Attack(family=path.stem, **entry))
    return found


def loot(results: str) -> str:
    """What an attack with `find` has reported, out of its results as JSON."""
    match = re.search(r"LOOT\[(.*?)\]LOOT", "\n".join(_texts(json.loads(results))), re.DOTALL)
    return match[1] if match else ""


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) else []
