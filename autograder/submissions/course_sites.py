"""Reads what Gradescope, Canvas and Moodle give out: whose each submission is, when it came, which attempt it is.

Names of files and folders are students' in part. They must never decide on more than what a file is; whose it is is
read from the part that the course site writes, and times of files on disk say nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from .archive import SubmissionError, open_regular, shown
from .hand_in import Found, Person

METADATA = "submission_metadata.yml"
"""The file that makes a folder Gradescope's export."""

MAX_METADATA_BYTES = 500_000_000
_LABEL_BYTES = 120

GRADESCOPE = re.compile(r"submission_(\d{1,18})")
MOODLE = re.compile(
    r"(?P<name>.*?)(?:_(?P<id>\d+))?_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<rest>.*))?", re.DOTALL
)
CANVAS = re.compile(
    r"(?:(?P<name>.+?)_(?P<late>LATE_)?(?P<user>\d+)|(?P<anonymous_late>LATE_)?(?P<anonymous>anon_[A-Za-z0-9]+))"
    r"_(?:(?P<file>\d{1,18})_(?P<rest>.+)|(?P<typed>(?:text|link)\.html))",
    re.DOTALL,
)
_AGAIN = re.compile(r"(.+?)-\d+(\.\w+)?", re.DOTALL)
"""How Canvas names a file that was handed in again under a name that was there already."""

_DRIVE = re.compile(
    r"(?P<stem>.+-\d{8}T\d{6}Z(?:-\d{1,2})?)-(?P<part>\d{3})(?:-\d+)?\.zip", re.DOTALL | re.IGNORECASE
)
"""One part of what Google Drive gives out in several zips."""

_NUMBER = re.compile(r"\d+_")

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""It makes nothing but texts, lists and dictionaries, whatever a document asks for."""


def _stray(items: Mapping[str, Path]) -> Iterator[Found]:
    """What lies beside an export's own files: submissions, too, so that none is lost."""
    for name, place in items.items():
        stem = name if place.is_dir() else Path(name).stem
        yield Found(stem, place, "folder", (Person(name=stem),))


def _label(name: str, *numbers: str) -> str:
    """A name with the numbers that make it unique, which must not be cut off."""
    short = name.encode()[:_LABEL_BYTES].decode(errors="ignore").strip()
    return "_".join(part for part in (short, *numbers) if part)


# Gradescope: a folder a submission, and a file that says whose each is.


def gradescope(folder: Path, items: Mapping[str, Path]) -> tuple[list[Found], list[str]]:
    """The submissions of an export and what a person should know; `items` is what lies in the folder, by name."""
    metadata, notes = _metadata(folder / METADATA)
    places = {name: place for name, place in items.items() if GRADESCOPE.fullmatch(name)}
    found = []
    for name in sorted({*places, *metadata}):
        people, at = _submission_of(metadata.get(name))
        who = " + ".join(person.name or person.email or person.id for person in people[:3])
        label = _label(who or "submission", _number_of(name))
        # A folder that is missing gets its row, with the reason.
        found.append(
            Found(
                label, places.get(name, folder / name), "gradescope", people, at, order=int(_number_of(name))
            )
        )
    nobody = [one.path.name for one in found if not one.people]
    if nobody and not notes:
        notes.append(
            f"{METADATA} does not say whose {len(nobody)} submissions are, {nobody[0]} among them: they are graded under "
            "their folders' names."
        )
    others = {name: place for name, place in items.items() if name not in places and name != METADATA}
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
        if GRADESCOPE.match(block):
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
                if isinstance(name, str) and GRADESCOPE.fullmatch(name)
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


def moodle(items: Mapping[str, Path], staging: Path) -> Iterator[Found]:
    """The submissions of a download, in folders or not; loose files of one student are copied to `staging`."""
    parts: dict[tuple[str, str], list[tuple[str, str, Path]]] = {}
    others = {}
    for name, place in items.items():
        match = MOODLE.fullmatch(name)
        # After a folder's sign comes nothing: one that goes on holds another sign, which somebody put there.
        if match and not (match["rest"] and place.is_dir()):
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
            places.append(loose[0][1] if len(loose) == 1 else staged(staging, loose))
        for place in places:
            yield Found(_label(name, number), place, "moodle", (Person(name=name, id=number),))
    yield from _stray(others)


# Canvas: all files of all students in one folder, "name_LATE_user_file_its name".


def canvas(
    items: Mapping[str, Path], parsed: Mapping[str, re.Match[str]], staging: Path
) -> tuple[list[Found], list[str]]:
    """The submissions of a download and what a person should know.

    Args:
        items: what lies in the folder, by name.
        parsed: those whose names have the form of Canvas's.
        staging: where the files of one student are put together.
    """
    whose: dict[tuple[str, str], list[re.Match[str]]] = {}
    doubtful = _doubtful(parsed.values())
    for match in parsed.values():
        if match not in doubtful:
            whose.setdefault((match["name"] or "", match["user"] or match["anonymous"]), []).append(match)
    found, notes = [], []
    for match in doubtful:
        stem = Path(match[0]).stem
        found.append(Found(stem, items[match[0]], "canvas", (Person(name=stem),)))
    if doubtful:
        notes.append(
            f"The names of {len(doubtful)} files in Canvas's export can be read in two ways, {shown(doubtful[0][0])} among "
            "them: they are graded as nobody's, and whose they are is for you to say."
        )
    for (name, user), matches in whose.items():
        files = sorted(matches, key=lambda match: int(match["file"] or 0))
        attempts = _attempts(files)
        if len(attempts) > 1 and any(not _is_zip(match) for match in attempts[-1]):
            notes.append(
                f"{shown(name)} ({user}) handed in {len(attempts)} zips and other files: these were put together with the "
                "last zip."
            )
        for attempt in attempts:
            late = any(match["late"] or match["anonymous_late"] for match in attempt)
            number = attempt[-1]["file"] or ""
            label = _label(name, user, number)
            place = items[attempt[0][0]]
            if len(attempt) > 1:
                place = staged(staging, [(_first_name(match), items[match[0]]) for match in attempt])
            person = Person(name=name, id="" if user.startswith("anon_") else user)
            told = next(filter(_is_zip, attempt), attempt[-1])[0]
            found.append(Found(label, place, "canvas", (person,), None, late, int(number or 0), told))
    return [*found, *_stray({name: place for name, place in items.items() if name not in parsed})], notes


def _attempts(files: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """The files of one student by attempt, the last one last.

    Zips of one name, which Canvas tells apart by -1, are attempts. Drive's -001 and -002 are the parts of one download;
    an attempt begins anew where a part comes again. All other files belong together, with the last zip where there are several.
    """
    zips = [match for match in files if _is_zip(match)]
    keys = [_first_name(match) for match in zips]
    parts = all(_DRIVE.fullmatch(match["rest"]) for match in zips)
    if len(set(keys)) == len(keys) or not (parts or len(set(keys)) == 1):
        return [files]
    attempts: list[list[re.Match[str]]] = [[]]
    seen: set[str] = set()
    for match, key in zip(zips, keys, strict=True):
        if key in seen:
            attempts.append([])
            seen = set()
        seen.add(key)
        attempts[-1].append(match)
    attempts[-1] += [match for match in files if match not in zips]
    return attempts


def _is_zip(match: re.Match[str]) -> bool:
    return (match["rest"] or "").lower().endswith(".zip")


def _doubtful(matches: Iterable[re.Match[str]]) -> list[re.Match[str]]:
    """Those whose person may have been called such as "An_31", to hand in for An, whom Canvas calls an_31.

    In an_31_44_9050_hw.zip the file is number 44 and called 9050_hw.zip, or the person is number 44. Canvas numbers files
    of a whole school one after the other, so that those of one assignment lie close together.
    """
    plain: list[re.Match[str]] = []
    numbered: list[re.Match[str]] = []
    for match in matches:
        if match["file"]:
            (numbered if _NUMBER.match(match["rest"]) else plain).append(match)
    known = sorted(int(match["file"]) for match in plain or numbered)
    usual = known[len(known) // 2] if known else 0
    return [match for match in numbered if 2 * int(match["file"]) < usual]


def _first_name(match: re.Match[str]) -> str:
    """A file's name before Canvas added -1 to it, since another of the same student's had it."""
    name = match["rest"] or match["typed"]
    if part := _DRIVE.fullmatch(name):
        return f"{part['stem']}-{part['part']}.zip"
    again = _AGAIN.fullmatch(name)
    return f"{again[1]}{again[2] or ''}" if again else name


def staged(staging: Path, files: Sequence[tuple[str, Path]]) -> Path:
    """A folder with the files of one submission, of two of one name the later; or the one that cannot be read."""
    folder = staging / f"{len(list(staging.iterdir())):06}"
    folder.mkdir()
    for i, (name, place) in enumerate(files):
        # A name that begins with a dot leads elsewhere or hides the file.
        target = folder / (f"file-{i}{Path(name).suffix}" if name.startswith(".") or not name else name)
        try:
            with open_regular(place) as source, target.open("wb") as copy:
                while piece := source.read(1 << 20):
                    copy.write(piece)
        except SubmissionError:
            return place  # opening it will tell why
    return folder
