"""Chooses the files that are graded: the folder of the modules, and for each module the file that holds its work.

A module under its own name counts, unless it is still a stub, or is missing, and exactly one other file holds the work:
then that one is taken, and a note says so. Where two could be meant, neither is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from .archive import UNREADABLE, Entry, SubmissionError, shown
from .junk import is_checkpoint_of
from .module_files import SUFFIXES, is_copy_of, levels_of, missing, why_no_module
from .work import MAX_MODULE_BYTES, Work, Works
from .written.code_cells import in_notebooks

MAX_NOTEBOOK_BYTES = 60_000_000
MAX_LOOKED_AT = 200
"""Files that are read to find a module under another name."""

_ALIKE = 0.5
"""The part of a module's functions that a file has to define to be taken for it, whatever it is called."""

Folder = tuple[str, ...]


@dataclass(frozen=True)
class _Candidate:
    """A file that may be a module; it is `alike` by its name, or since it defines most of the module's functions."""

    entry: Entry
    work: Work
    alike: bool

    @property
    def name(self) -> str:
        return "/".join(self.entry.parts)


class Chooser:
    """Chooses among the files of one submission.

    Args:
        entries: the files.
        modules: the modules of the assignment.
        works: what the files hold.
        notes: what a person should know is added here.
    """

    def __init__(self, entries: list[Entry], modules: Sequence[str], works: Works, notes: list[str]) -> None:
        self.entries, self.modules, self.works, self.notes = entries, modules, works, notes

    def choose(self) -> tuple[Folder, dict[str, Entry]]:
        """The folder of the modules, and the file of each one that is there.

        Raises:
            SubmissionError: there is no module, or it is there twice.
        """
        levels = levels_of(self.entries, self.modules)
        if not levels:
            return self._by_content()
        folder = self._folder({place: match[0] for place, match in levels.items()})
        files, oddities = levels[folder]
        if folder:
            self.notes.append(f"the modules were in the folder {shown('/'.join(folder))}/")
        chosen = {
            module: only(file, [entry for entry in self.entries if entry.parts == (*folder, file)])
            for module, file in files.items()
        }
        doubts = {}
        for module in self.modules:
            oddity = next((one for one in oddities if f"{module}.py" in one), "")
            found = self._better(module, chosen.get(module), folder)
            if found is not None:
                chosen[module] = found.entry
            elif oddity:
                doubts[module] = oddity
        self.notes.extend(doubts.values())
        for module, entry in chosen.items():
            functions = self.works.functions[module]
            work = self.works.of(entry) if functions else None
            if work and work.done(()) and not work.named(functions):
                self.notes.append(
                    f"{module}.py defines other functions than this assignment asks for: is it another one's?"
                )
        self.notes.extend(missing(module, self.entries) for module in self.modules if module not in chosen)
        return folder, chosen

    def _folder(self, levels: Mapping[Folder, Mapping[str, str]]) -> Folder:
        """The shallowest folder with modules or, where these are all untouched, the only one with work in it."""
        depth = min(map(len, levels))
        folder, *twins = sorted(place for place in levels if len(place) == depth)
        if any(self.works.functions.values()):
            worked = [
                place for place, files in levels.items() if self._is_worked(place, list(files.values()))
            ]
            if folder not in worked or twins:
                nearest = [place for place in worked if len(place) == min(map(len, worked))]
                if len(nearest) == 1 and nearest[0] != folder:
                    place, other = nearest[0], shown("/".join(folder)) + "/" if folder else "the top"
                    self.notes.append(
                        f"the modules at {other} are as they were given out; those in {shown('/'.join(place))}/ were taken"
                    )
                    return place
                if len(nearest) == 1:
                    return folder
                if len(nearest) > 1:
                    folder, *twins = sorted(nearest, key=lambda place: (-len(levels[place]), place))
                    found = [module for place in nearest for module in levels[place]]
                    if len(set(found)) == len(found):
                        return folder  # each has modules of its own, which are taken from there one by one
                    folder, *twins = sorted(nearest)
        if twins:
            both = f"{shown('/'.join(folder))}/ and {shown('/'.join(twins[0]))}/"
            raise SubmissionError(f"The modules are in two folders, {both}: submit only the one that counts.")
        return folder

    def _is_worked(self, place: Folder, files: Sequence[str]) -> bool:
        """Whether some function of some module in this folder is done."""
        for entry in self.entries:
            if entry.parts[:-1] == place and entry.parts[-1] in files:
                work = self.works.of(entry)
                if work and any(
                    work.done(functions) for functions in self.works.functions.values() if functions
                ):
                    return True
        return False

    def _better(self, module: str, entry: Entry | None, folder: Folder) -> _Candidate | None:
        """Another file that is to be taken for a module, where there is no doubt about it."""
        functions = self.works.functions[module]
        if not functions:
            return None
        work = self.works.of(entry) if entry else Work({}, frozenset())
        if work is None or len(work.done(functions)) == len(functions):
            return None
        wanted = f"{module}.py"
        others = []
        for other in self._candidates(module, entry, folder):
            gained = other.work.done(functions) - work.done(functions)
            if other.alike and other.work.goes_on_from(work, functions):
                others.append(other)
            elif gained and not (entry and _names(entry, other.entry)):
                taken = f"{wanted} was taken, and" if entry else "it was not taken, and"
                self.notes.append(
                    f"{shown(other.name)} holds {', '.join(sorted(gained))}, and {wanted} does not: {taken} a person should look"
                )
        best = self._furthest(others, functions)
        if len(best) > 1:
            names = " and ".join(shown(one.name) for one in best[:2])
            there = f"{wanted} is as it was given out" if entry else f"{wanted} is missing"
            raise SubmissionError(
                f"{there}, and {names} could both be meant: submit only the one that counts."
            )
        if not best:
            return None
        was = f", since {shown('/'.join(entry.parts))} has less of it done" if entry else ""
        self.notes.append(f"{shown(best[0].name)} was taken as {wanted}{was}")
        return best[0]

    def _furthest(self, found: list[_Candidate], functions: Sequence[str]) -> list[_Candidate]:
        """Those on which no other goes on; of the same work in several files, the first."""
        kept: list[_Candidate] = []
        for one in found:
            if any(one.work == other.work for other in kept):
                continue
            if not any(other.work.goes_on_from(one.work, functions) for other in found):
                kept.append(one)
        return kept

    def _candidates(self, module: str, entry: Entry | None, folder: Folder) -> Iterator[_Candidate]:
        """Files with some of a module's functions done: beside it whatever they are called, elsewhere under its name."""
        looked_at = 0
        for other in sorted(self.entries, key=lambda other: (len(other.parts), other.parts)):
            name = other.parts[-1]
            ends = name.lower().rstrip(" .").endswith(SUFFIXES)
            if other is entry or "tests" in other.parts or (name.isascii() and not ends):
                continue
            if name in {f"{another}.py" for another in self.modules if another != module}:
                continue
            own = name.casefold() == f"{module}.py" or is_copy_of(module, name)
            kept = is_checkpoint_of(module, other.parts)
            if not (own or kept or (ends and other.parts[:-1] == folder)):
                continue
            looked_at += 1
            if looked_at > MAX_LOOKED_AT:
                return
            work, functions = self.works.of(other), self.works.functions[module]
            if work is None or not work.done(functions):
                continue
            # What Jupyter has kept may be older than a module that is there: it is taken for one that is not.
            alike = not entry if kept else own or len(work.named(functions)) >= _ALIKE * len(functions)
            yield _Candidate(other, work, alike)

    def _by_content(self) -> tuple[Folder, dict[str, Entry]]:
        """The modules where no file is called as one: those files that define their functions."""
        chosen: dict[str, Entry] = {}
        notes = len(self.notes)
        places = {entry.parts[:-1] for entry in self.entries if entry.parts[-1].lower().endswith(SUFFIXES)}
        for folder in sorted(places, key=lambda place: (len(place), place)):
            for module in self.modules:
                if module not in chosen and (found := self._better(module, None, folder)) is not None:
                    chosen[module] = found.entry
            if chosen:
                self.notes.extend(missing(one, self.entries) for one in self.modules if one not in chosen)
                return folder, chosen
        del self.notes[notes:]
        raise SubmissionError(why_no_module(self.entries, self.modules, self._in_a_notebook()))

    def _in_a_notebook(self) -> str:
        """Which functions a notebook defines where there is no module."""
        for entry in self.entries:
            if entry.parts[-1].lower().endswith(".ipynb") and entry.size < MAX_NOTEBOOK_BYTES:
                with suppress(SubmissionError, *UNREADABLE):
                    for note in in_notebooks({entry.parts[-1]: entry.read()}, self.works, {}):
                        return note.partition(", and ")[0]
        return ""


def _names(module: Entry, other: Entry) -> bool:
    """Whether a module names a file, which it then takes those functions from."""
    stem = re.escape(other.parts[-1].partition(".")[0]).encode()
    return re.search(rb"\b%b\b" % stem, module.read()) is not None


def only(name: str, found: Sequence[Entry]) -> Entry:
    """The one file of a name.

    Raises:
        SubmissionError: there are two.
    """
    entry, *twins = found
    if not all(_same(entry, twin) for twin in twins):
        raise SubmissionError(f"{shown(name)} is in it twice: submit only the one that counts.")
    return entry


def _same(entry: Entry, twin: Entry) -> bool:
    """Whether two entries say the same, as where a program was run twice that adds to a zip."""
    if entry.fault or twin.fault or not entry.size == twin.size <= MAX_MODULE_BYTES:
        return False
    return entry.read() == twin.read()
