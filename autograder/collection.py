"""Recognises what a course site gave out, and finds in it every submission with its people, time and attempt.

Names of files and folders are students' in part. They must never decide on more than what a file is; whose it is is
read from the part that the course site writes, and times of files on disk say nothing.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from .archive import SubmissionError, entries_of_zip, is_junk, normal, open_regular, shown
from .submission import find_submissions, holds_modules, safe_name, unique_names

METADATA = "submission_metadata.yml"
"""The file that makes a folder Gradescope's export."""

MAX_METADATA_BYTES = 500_000_000
_LABEL_BYTES = 120

_GRADESCOPE = re.compile(r"submission_(\d{1,18})")
_EXPORT = re.compile(r"assignment_\d+_export")
_MOODLE = re.compile(
    r"(?P<name>.*?)(?:_(?P<id>\d+))?_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<rest>.*))?", re.DOTALL
)
_CANVAS = re.compile(
    r"(?:(?P<name>.+?)_(?P<late>LATE_)?(?P<user>\d+)|(?P<anonymous_late>LATE_)?(?P<anonymous>anon_[A-Za-z0-9]+))"
    r"_(?:(?P<file>\d{1,18})_(?P<rest>.+)|(?P<typed>(?:text|link)\.html))",
    re.DOTALL,
)
_AGAIN = re.compile(r"(.+?)-\d+(\.\w+)?", re.DOTALL)
"""How Canvas names a file that was handed in again under a name that was there already."""

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""It makes nothing but texts, lists and dictionaries, whatever a document asks for."""


@dataclass(frozen=True)
class Person:
    """Someone who handed in, as the course site names them.

    Attributes:
        name: the full name; in a plain folder, the name of the file.
        email: the address; only Gradescope tells it.
        id: the student number in Gradescope, otherwise the site's own number.
    """

    name: str = ""
    email: str = ""
    id: str = ""


@dataclass(frozen=True)
class HandIn:
    """One submission as it was handed in.

    Attributes:
        submission: its name in `grades.csv`, the same in every run.
        source: gradescope, canvas, moodle or folder.
        people: who handed it in together.
        at: when; None if the export does not say.
        marked_late: whether the site calls it late.
        order: the later of two attempts has the higher number; 0 where nothing tells.
    """

    submission: str
    source: str
    people: tuple[Person, ...]
    at: datetime | None = None
    marked_late: bool = False
    order: int = 0

    def record(self) -> dict[str, Any]:
        """As the store keeps it."""
        return {**asdict(self), "at": self.at.isoformat() if self.at else None}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> HandIn:
        """What `record` made."""
        at = datetime.fromisoformat(record["at"]) if record["at"] else None
        return cls(**{**record, "people": tuple(Person(**person) for person in record["people"]), "at": at})


@dataclass(frozen=True)
class Collection:
    """What was found at a path.

    Attributes:
        source: the course site, for people: "Gradescope's export", "a folder".
        hand_ins: every submission, sorted by name.
        paths: where each lies, by the submission's name.
        notes: what a person should know, a sentence each.
    """

    source: str
    hand_ins: tuple[HandIn, ...]
    paths: Mapping[str, Path]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Found:
    """A submission that has no unique name yet: `label` is what it would like to be called."""

    label: str
    path: Path
    source: str
    people: tuple[Person, ...]
    at: datetime | None = None
    marked_late: bool = False
    order: int = 0


def collect(path: Path, modules: Sequence[str], staging: Path, leave_out: Path) -> Collection:
    """Find the submissions at a path.

    Args:
        path: an export of Gradescope, Canvas or Moodle, unpacked, or anything that `find_submissions` takes.
        modules: the modules of the assignment; a folder that holds one of them is one submission.
        staging: an empty folder of the grader's; files of one submission that lie among others' are copied there.
        leave_out: what is no submission, wherever it lies: the folder of the results.

    Raises:
        SubmissionError: there is nothing, or something that has to be sorted out first.
    """
    if path.is_file():
        _refuse_packed_export(path, modules)
    if not path.is_dir():
        return _plain(path, modules, leave_out)
    folder = path.resolve()
    items = _items(folder, leave_out)
    if len(items) == 1 and _EXPORT.fullmatch(next(iter(items))) and next(iter(items.values())).is_dir():
        folder = next(iter(items.values()))  # unpacked into a folder of its own
        items = _items(folder, leave_out)
    files = {name for name, place in items.items() if place.is_file() and not place.is_symlink()}
    if METADATA in files and any(_GRADESCOPE.fullmatch(name) for name in items):
        if holds_modules(files, modules):
            raise SubmissionError(
                f"{shown(str(path))} holds {METADATA} as Gradescope's export does, and a module as a single submission "
                "does: remove the one that does not belong there."
            )
        return _named("Gradescope's export", *_gradescope(folder, items))
    if holds_modules(files, modules):
        return _plain(path, modules, leave_out)
    if any(_MOODLE.fullmatch(name) for name in items):
        return _named("Moodle's export", list(_moodle(items, staging)), [])
    parsed = {name: match for name in files if (match := _CANVAS.fullmatch(name))}
    numbers = [match["file"] for match in parsed.values() if match["file"]]
    if parsed and 2 * len(parsed) >= len(files) and len(set(numbers)) == len(numbers):
        return _named("Canvas's export", *_canvas(items, parsed, staging))
    return _plain(path, modules, leave_out)


def _items(folder: Path, leave_out: Path) -> dict[str, Path]:
    """What lies in a folder, without junk, by normal name (two that differ only in form keep their own)."""
    with os.scandir(folder) as listing:
        names = [item.name for item in listing if not is_junk(item.name)]
    items: dict[str, Path] = {}
    for name in sorted(names, key=lambda name: (name != normal(name), name)):
        if folder / name != leave_out.resolve():
            items[normal(name) if normal(name) not in items else name] = folder / name
    return items


def _named(source: str, found: list[_Found], notes: list[str]) -> Collection:
    """Give every submission a name of its own."""
    order = sorted(found, key=lambda one: (one.label, one.order, str(one.path)))
    names = unique_names({f"{i:06}-{one.label}": safe_name(one.label) for i, one in enumerate(order)})
    hand_ins, paths = [], {}
    for (_, name), one in zip(sorted(names.items()), order, strict=True):
        hand_ins.append(HandIn(name, one.source, one.people, one.at, one.marked_late, one.order))
        paths[name] = one.path
    hand_ins.sort(key=lambda hand_in: hand_in.submission)
    return Collection(source, tuple(hand_ins), paths, tuple(notes))


def _plain(path: Path, modules: Sequence[str], leave_out: Path) -> Collection:
    found = [item for item in find_submissions(path, modules) if item[1] != leave_out.resolve()]
    hand_ins = tuple(HandIn(name, "folder", (Person(name=name),)) for name, _ in found)
    return Collection("a folder" if path.is_dir() else "a file", hand_ins, dict(found))


def _stray(items: Mapping[str, Path]) -> Iterator[_Found]:
    """What lies beside an export's own files: submissions, too, so that none is lost."""
    for name, place in items.items():
        stem = name if place.is_dir() else Path(name).stem
        yield _Found(stem, place, "folder", (Person(name=stem),))


def _label(name: str, *numbers: str) -> str:
    """A name with the numbers that make it unique, which must not be cut off."""
    short = name.encode()[:_LABEL_BYTES].decode(errors="ignore").strip()
    return "_".join(part for part in (short, *numbers) if part)


# Gradescope: a folder a submission, and a file that says whose each is.


def _gradescope(folder: Path, items: Mapping[str, Path]) -> tuple[list[_Found], list[str]]:
    metadata, notes = _metadata(folder / METADATA)
    places = {match[0]: place for name, place in items.items() if (match := _GRADESCOPE.match(name))}
    found = []
    for name in sorted({*places, *metadata}):
        people, at = _submission_of(metadata.get(name))
        who = " + ".join(person.name or person.email or person.id for person in people[:3])
        label = _label(who or "submission", _number_of(name))
        # A folder that is missing gets its row, with the reason.
        found.append(
            _Found(
                label, places.get(name, folder / name), "gradescope", people, at, order=int(_number_of(name))
            )
        )
    nobody = [one.path.name for one in found if not one.people]
    if nobody and not notes:
        notes.append(
            f"{METADATA} does not say whose {len(nobody)} submissions are, {nobody[0]} among them: they are graded under "
            "their folders' names."
        )
    others = {
        name: place for name, place in items.items() if name != METADATA and not _GRADESCOPE.match(name)
    }
    return [*found, *_stray(others)], notes


def _number_of(name: str) -> str:
    return name.removeprefix("submission_")


def _metadata(path: Path) -> tuple[dict[str, Any], list[str]]:
    """The entries by submission; where the file is damaged, those that can be read."""
    try:
        with open_regular(path) as file:
            text = file.read(MAX_METADATA_BYTES).decode("utf-8", "replace")
    except (OSError, SubmissionError) as error:
        return {}, [
            f"{METADATA} cannot be read ({error}): every submission is graded under its folder's name."
        ]
    whole = _yaml(text)
    if whole is not None:
        return whole, []
    entries: dict[str, Any] = {}
    damaged = 0
    for block in re.split(r"^(?=submission_\d+:)", text, flags=re.MULTILINE):
        if _GRADESCOPE.match(block):
            entry = _yaml(block)
            damaged += entry is None
            entries.update(entry or {})
    told = f"{METADATA} is damaged: of its entries {len(entries)} can be read and {damaged} cannot. Submissions without one"
    return entries, [f"{told} are graded under their folder's name."]


def _yaml(text: str) -> dict[str, Any] | None:
    """A mapping of submissions, or None for anything else."""
    with suppress(yaml.YAMLError, ValueError, RecursionError):
        read = yaml.load(text, Loader=_Loader)  # noqa: S506
        if isinstance(read, dict):
            return {
                name: entry
                for name, entry in read.items()
                if isinstance(name, str) and _GRADESCOPE.fullmatch(name)
            }
    return None


def _submission_of(entry: Any) -> tuple[tuple[Person, ...], datetime | None]:
    """Who handed in, and when; Ruby's keys begin with a colon."""
    if not isinstance(entry, dict):
        return (), None
    people = []
    submitters = entry.get(":submitters")
    for one in submitters if isinstance(submitters, list) else []:
        values = {
            key: one.get(f":{key}") if isinstance(one, dict) else None for key in ("name", "email", "sid")
        }
        name, email, sid = (_text(values[key]) for key in ("name", "email", "sid"))
        if name or email or sid:
            people.append(Person(name, email, sid))
    at = None
    with suppress(ValueError):
        told = datetime.fromisoformat(re.sub(r"\s+(?=Z|[+-]\d)", "", _text(entry.get(":created_at"))))
        at = told if told.tzinfo else None  # without a zone it might be anyone's clock
    return tuple(people), at


def _text(value: Any) -> str:
    text = unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else ""
    return "" if text in ("null", "~") else text


# Moodle: "Name_id_assignsubmission_file_", as a folder or before the name of each file. Groups have the form of names.


def _moodle(items: Mapping[str, Path], staging: Path) -> Iterator[_Found]:
    parts: dict[tuple[str, str], list[tuple[str, str, Path]]] = {}
    others = {}
    for name, place in items.items():
        if match := _MOODLE.fullmatch(name):
            key = (match["name"], match["id"] or "")
            parts.setdefault(key, []).append((match["plugin"], match["rest"] or "", place))
        else:
            others[name] = place
    for (name, number), files in parts.items():
        # Texts typed into the site come beside the files; without any they stand alone, and are refused with a reason.
        chosen = [(rest, place) for plugin, rest, place in files if plugin == "file"]
        chosen = chosen or [(rest, place) for _, rest, place in files]
        places = [place for _, place in chosen if place.is_dir()]
        loose = [(rest, place) for rest, place in chosen if place not in places]
        if loose:
            places.append(loose[0][1] if len(loose) == 1 else _staged(staging, loose))
        for place in places:
            yield _Found(_label(name, number), place, "moodle", (Person(name=name, id=number),))
    yield from _stray(others)


# Canvas: all files of all students in one folder, "name_LATE_user_file_its name".


def _canvas(
    items: Mapping[str, Path], parsed: Mapping[str, re.Match[str]], staging: Path
) -> tuple[list[_Found], list[str]]:
    whose: dict[tuple[str, str], list[re.Match[str]]] = {}
    for match in parsed.values():
        whose.setdefault((match["name"] or "", match["user"] or match["anonymous"]), []).append(match)
    found, notes = [], []
    for (name, user), matches in whose.items():
        files = sorted(matches, key=lambda match: int(match["file"] or 0))
        zips = [match for match in files if (match["rest"] or "").lower().endswith(".zip")]
        attempts = [files]
        if len(zips) > 1 and len({_first_name(match) for match in zips}) == 1:
            attempts = [[match] for match in zips]
            if len(zips) < len(files):
                notes.append(
                    f"Of {shown(name)} ({user}) the zips were opened, and other files beside them were not."
                )
        for attempt in attempts:
            late = any(match["late"] or match["anonymous_late"] for match in attempt)
            number = attempt[-1]["file"] or ""
            label = _label(name, user, number)
            place = items[attempt[0][0]]
            if len(attempt) > 1:
                place = _staged(staging, [(_first_name(match), items[match[0]]) for match in attempt])
            person = Person(name=name, id="" if user.startswith("anon_") else user)
            found.append(_Found(label, place, "canvas", (person,), None, late, int(number or 0)))
    return [*found, *_stray({name: place for name, place in items.items() if name not in parsed})], notes


def _first_name(match: re.Match[str]) -> str:
    """A file's name before Canvas added -1 to it, since another of the same student's had it."""
    name = match["rest"] or match["typed"]
    again = _AGAIN.fullmatch(name)
    return f"{again[1]}{again[2] or ''}" if again else name


def _staged(staging: Path, files: Sequence[tuple[str, Path]]) -> Path:
    """A folder with the files of one submission, of two of one name the later; or the one that cannot be read."""
    folder = staging / f"{len(list(staging.iterdir())):06}"
    folder.mkdir()
    for i, (name, place) in enumerate(files):
        target = folder / (f"file-{i}" if name in ("", ".", "..") else name)
        try:
            with open_regular(place) as source, target.open("wb") as copy:
                while piece := source.read(1 << 20):
                    copy.write(piece)
        except SubmissionError:
            return place  # opening it will tell why
    return folder


def _refuse_packed_export(path: Path, modules: Sequence[str]) -> None:
    """Refuse a zip of many submissions. It is not unpacked here: one student's zip could pretend to be everyone's."""
    try:
        with entries_of_zip(path) as entries:
            names = [entry.parts for entry in entries]
    except Exception:
        return  # opening it as a submission will tell what is wrong
    if holds_modules({parts[0] for parts in names if len(parts) == 1}, modules):
        return
    tops = {parts[0] for parts in names}
    moodle = {match["name"] for top in tops if (match := _MOODLE.fullmatch(top))}
    canvas = {match["user"] for top in tops if (match := _CANVAS.fullmatch(top)) and match["file"]}
    if any(parts[-1] == METADATA and len(parts) <= 2 for parts in names) or max(len(moodle), len(canvas)) > 1:
        raise SubmissionError(
            f"{shown(path.name)} is the zip of a whole course: unpack it into a folder of its own and give the folder."
        )
