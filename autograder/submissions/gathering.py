"""Puts together what belongs together: the parts of one download, a zip and the file that corrects it, a zip in a zip.

Zips are opened only where what lies loose is not all of the work, a few of them and within one bound of memory. Where two
hold different work and nothing tells which counts, a person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from .archive import UNREADABLE, Entry, SubmissionError, entries_of_zip, shown
from .module_files import levels_of
from .work import Works

MAX_INNER_BYTES = 64_000_000
"""Of all zips that lie in zips, packed: they are held in memory while they are open."""

MAX_ZIPS = 12
MAX_DEPTH = 3

_UNDATED = (1980, 1, 1, 0, 0, 0)
_TURN = re.compile(r"(?:\((\d{1,3})\)|[-_ ](\d{1,2}))$")

_PART = re.compile(r"\.z\d\d$", re.IGNORECASE)
"""Ends the names of the other parts of a zip that was split."""


@dataclass(frozen=True)
class _Pool:
    """What one zip holds, or what lies loose.

    Attributes:
        name: of the zip, as it may be shown; "" for what lies loose.
        entries: its files.
        modules: the entries of its modules.
        folder: where these lie in it.
    """

    name: str
    entries: list[Entry]
    modules: Mapping[str, Entry]
    folder: tuple[str, ...]

    def place(self, entry: Entry, base: tuple[str, ...]) -> tuple[str, ...]:
        """Where a file of a zip comes to lie among the loose ones, whose modules are in the folder `base`."""
        depth = len(self.folder)
        inside = entry.parts[:depth] == self.folder
        return (*base, *entry.parts[depth:]) if self.name and inside else entry.parts

    def age(self) -> tuple[tuple[int, ...], int]:
        """What tells the newer one: when a module was changed last, then the number in a name such as `hw (1).zip`."""
        dates = [entry.changed for entry in self.modules.values() if entry.changed > _UNDATED]
        turn = _TURN.search(self.name.rsplit(".", 1)[0])
        return max(dates, default=()), int(turn[1] or turn[2]) if turn else 0


class Gatherer:
    """Opens the zips of one submission.

    Args:
        stack: closes them again.
        modules: the modules of the assignment.
        works: what the files hold.
        notes: what a person should know is added here.
    """

    def __init__(self, stack: ExitStack, modules: Sequence[str], works: Works, notes: list[str]) -> None:
        self.stack, self.modules, self.works, self.notes = stack, modules, works, notes
        self.room, self.left = MAX_INNER_BYTES, MAX_ZIPS

    def all_of(self, entries: list[Entry], depth: int = 0) -> list[Entry]:
        """The files with those of the zips among them, as far as they are needed."""
        zips = [one for one in entries if one.parts[-1].lower().endswith(".zip") and not one.fault]
        stems = {_stem(one) for one in entries if _PART.search(one.parts[-1])}
        zips = [one for one in zips if _stem(one) not in stems]  # the last part of one that was split
        loose = self._pool("", entries)
        if not zips or depth == MAX_DEPTH or self._is_complete(loose):
            return entries
        opened = []
        for one in sorted(zips, key=lambda one: (len(one.parts), one.parts)):
            inside = self._open(one, depth)
            pool = self._pool(shown("/".join(one.parts)), inside) if inside else None
            if pool and pool.modules:
                opened.append(pool)
        if not opened:
            return entries
        self.notes.extend(f"the zip {pool.name} in it was opened" for pool in opened)
        rest = [one for one in loose.entries if one not in zips]
        pools = [*sorted(opened, key=_Pool.age), replace(loose, entries=rest)]
        return self._together(pools)

    def _open(self, one: Entry, depth: int) -> list[Entry] | None:
        """The files of a zip; None for one that cannot be opened, which costs itself alone."""
        self.left -= 1
        if self.left < 0 or one.size > self.room:
            return None
        try:
            content = None
            if one.changed:  # it lies in a zip itself
                self.room -= one.size
                content = one.read()
            return self.all_of(self.stack.enter_context(entries_of_zip(one.source, content)), depth + 1)
        except (SubmissionError, *UNREADABLE) as error:
            told = str(error) if isinstance(error, SubmissionError) else "it is damaged"
            self.notes.append(f"the zip {shown('/'.join(one.parts))} was not opened: {told.rstrip('.')}")
            return None

    def _pool(self, name: str, entries: list[Entry]) -> _Pool:
        levels = levels_of(entries, self.modules)
        if not levels:
            return _Pool(name, entries, {}, ())
        folder = min(levels, key=lambda place: (len(place), -len(levels[place][0]), place))
        files = {file: module for module, file in levels[folder][0].items()}
        found = [entry for entry in entries if entry.parts[:-1] == folder and entry.parts[-1] in files]
        return _Pool(name, entries, {files[entry.parts[-1]]: entry for entry in found}, folder)

    def _is_complete(self, pool: _Pool) -> bool:
        """Whether every module is there with all of its functions done, as far as one can tell."""
        for module in self.modules:
            if module not in pool.modules:
                return False
            if functions := self.works.functions[module]:
                work = self.works.of(pool.modules[module])
                if work is None or len(work.done(functions)) < len(functions):
                    return False
        return True

    def _together(self, pools: list[_Pool]) -> list[Entry]:
        """One list of files from several; `pools` come with the one that counts most last."""
        base = pools[-1].folder
        chosen: dict[str, tuple[_Pool, Entry]] = {}
        for pool in pools:
            for module, entry in pool.modules.items():
                there = chosen.get(module)
                if there is None or self._counts(module, pool, entry, *there):
                    chosen[module] = (pool, entry)
        files: dict[tuple[str, ...], Entry] = {}
        taken = {id(entry) for _, entry in chosen.values()}
        for pool in pools:
            modules = {id(entry) for entry in pool.modules.values()}
            for entry in pool.entries:
                place = pool.place(entry, base)
                if id(entry) in modules and id(entry) not in taken:
                    continue
                if place in files and entry.parts[-1].lower().endswith(".ipynb"):
                    # An answer may stand in either notebook.
                    files[(*base, f"older-{len(files)}", *entry.parts)] = files[place]
                files[place] = replace(entry, parts=place)
        return list(files.values())

    def _counts(self, module: str, pool: _Pool, entry: Entry, other: _Pool, before: Entry) -> bool:
        """Whether a module counts, and not the one that was found before it in a pool that counts less."""
        new, old = self.works.of(entry), self.works.of(before)
        if new is None or old is None or new == old:
            return True
        functions = self.works.functions[module]
        if old.goes_on_from(new, functions):
            self.notes.append(
                f"{module}.py was taken from {_place(other)}: that in {_place(pool)} has less of it done"
            )
            return False
        if new.goes_on_from(old, functions):
            self.notes.append(
                f"{module}.py was taken from {_place(pool)}: that in {_place(other)} has less of it done"
            )
            return True
        if pool.name and pool.age() == other.age():
            raise SubmissionError(
                f"{other.name} and {pool.name} both hold a {module}.py, and nothing tells which counts: submit only "
                "the one that does."
            )
        why = "is newer" if pool.name else "lies beside it"
        self.notes.append(
            f"{module}.py in {_place(other)} differs from that in {_place(pool)}, which {why}: the latter was taken"
        )
        return True


def _stem(entry: Entry) -> tuple[str, ...]:
    return (*entry.parts[:-1], entry.parts[-1].rpartition(".")[0])


def _place(pool: _Pool) -> str:
    return pool.name or "the loose file"
