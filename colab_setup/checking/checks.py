"""Runs an assignment's public tests on a folder's modules, without a notebook and without Otter.

The modules run in a process of their own, so that each check sees the files as they are now, and one that hangs or
crashes ends alone. It is no sandbox: it is for the machine of whoever wrote the modules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..language import N_, _, counted
from . import elsewhere
from .hinting import hints
from .libraries import needed, not_installed
from .runner import Runner, Waiting, unusable

LIMIT_SECONDS = 5.0
IMPORT_SECONDS = 30.0  # wide: where a machine is busy, or Drive slow, scikit-learn alone takes ten
_START_SECONDS = 60.0
"""For Python, numpy and torch, before the first module."""

_GRACE_SECONDS = 3.0
"""What a case gets beyond its limit to end by itself, which says where it was, before its process is killed."""

PASSED, FAILED, NOT_WRITTEN, BLOCKED, TIMED_OUT, CRASHED = (
    N_("passed"),
    N_("failed"),
    N_("not written"),
    N_("blocked"),
    N_("timed out"),
    N_("crashed"),
)


class CheckError(Exception):
    """Why nothing could be checked: one sentence for the student, with what to do next."""


@dataclass(frozen=True)
class Line:
    """A line of the student's code."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return _("{file}, line {line}: {text}", file=self.file, line=self.line, text=self.text)


@dataclass(frozen=True)
class Case:
    """One public test case and how it went.

    `state` is one of passed, failed, not written, blocked (something that it needs is not there), timed out and
    crashed. The rest is empty where it passed: `message` in a sentence, `call` the last call of the student's
    functions with its shapes, `returned` what that gave, `expected` and `came` the two values that were compared,
    `difference` where they are furthest apart, `line` the student's line, `hint`, and what was `printed`.
    """

    question: str
    name: str
    state: str
    message: str = ""
    call: str = ""
    returned: str = ""
    expected: str = ""
    came: str = ""
    difference: str = ""
    line: Line | None = None
    hint: str = ""
    printed: str = ""


@dataclass(frozen=True)
class Broken:
    """A module that could not be imported: why, and the line that raised."""

    module: str
    why: str
    line: Line | None


@dataclass(frozen=True)
class Checked:
    """How all public cases went, which modules could not be imported, and what else is to be said, in sentences."""

    cases: tuple[Case, ...]
    broken: tuple[Broken, ...]
    remarks: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every module could be imported and every case passed."""
        return not self.broken and all(case.state == PASSED for case in self.cases)

    def questions(self) -> dict[str, str]:
        """The state of each question: passed, or that of its first case that did not."""
        states: dict[str, str] = {}
        for case in self.cases:
            if states.setdefault(case.question, case.state) == PASSED:
                states[case.question] = case.state
        return states


def check(
    folder: Path,
    modules: Sequence[str],
    tests: Path | None = None,
    *,
    questions: Sequence[str] = (),
    only: Sequence[str] = (),
    limit: float = LIMIT_SECONDS,
    waiting: Waiting | None = None,
) -> Checked:
    """Run the public cases in `tests` (by default the folder's own) on `modules`, names without .py.

    `questions` are those that must have a file with a case, in the order in which they are told; `only` are the ones
    to check, by default all; `limit` is what a case may take, in seconds; `waiting` may have a process ready. Raises
    CheckError where there are no tests, those of a question are missing or empty, or they are damaged, and for a question
    that there is not.
    """
    folder = folder.resolve()
    tests = (folder / "tests" if tests is None else tests).resolve()
    place = {question: number for number, question in enumerate(questions)}
    files = sorted(tests.glob("[!.]*.py"), key=lambda file: (place.get(file.stem, len(place)), file.stem))
    if not files:
        raise CheckError(
            _(
                "There are no public tests in {tests}: take the folder anew from the assignment's zip.",
                tests=tests,
            )
        )
    there = {file.stem for file in files if file.is_file()}
    for question in only:
        if question not in there and question not in place:
            raise CheckError(elsewhere.unknown(question, [file.stem for file in files], modules))
    wanted = [question for question in questions if not only or question in only]
    _require_tests(tests, [question for question in wanted if question not in there], N_("missing"))
    chosen = tuple(file for file in files if not only or file.stem in only)
    if why := not_installed(needed([file.stem for file in chosen], tests)):
        raise CheckError(why)
    run = _Run(folder, tuple(modules), chosen, limit, waiting or Waiting())
    while run.once():
        pass
    with_cases = {stem for stem, _number in run.done}
    _require_tests(tests, [question for question in wanted if question not in with_cases], N_("empty"))
    checked = Checked(tuple(run.cases), tuple(run.broken.values()))
    lacking = [name for name, state in checked.questions().items() if state in (NOT_WRITTEN, BLOCKED)]
    remarks = [*run.remarks, *elsewhere.remarks(folder, modules, lacking)]
    return replace(checked, remarks=tuple(dict.fromkeys(remarks)))


def _require_tests(tests: Path, lacking: list[str], what: str) -> None:
    if lacking:
        names = [f"{tests.name}/{question}.py" for question in lacking]
        shown = ", ".join(names[:4]) + (
            _(" and {count} more", count=len(names) - 4) if len(names) > 4 else ""
        )
        raise CheckError(
            counted(
                "{shown} is {what}: take it anew from the assignment's zip.",
                "{shown} are {what}: take them anew from the assignment's zip.",
                len(names),
                shown=shown,
                what=_(what),
            )
        )


@dataclass
class _Run:
    """What is known so far; `once` goes on where the process before it hung or died."""

    folder: Path
    modules: tuple[str, ...]
    tests: tuple[Path, ...]
    limit: float
    waiting: Waiting
    cases: list[Case] = field(default_factory=list)
    broken: dict[str, Broken] = field(default_factory=dict)
    done: list[tuple[str, int]] = field(default_factory=list)
    hung: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def once(self) -> bool:
        """Run what is left in a fresh process; whether another one is needed."""
        job = {
            "folder": str(self.folder),
            "modules": self.modules,
            "hung": self.hung,
            "tests": [str(file) for file in self.tests],
            "hints": str(self.tests[0].parents[1] / hints.FILE),
            "limit": self.limit,
            "import_limit": IMPORT_SECONDS,
            "done": self.done,
            "slow": [case.question for case in self.cases if case.state == TIMED_OUT],
        }
        runner = self.waiting.take(needed(self.modules, self.folder))
        try:
            runner.begin(job)
            return self._follow(runner)
        finally:
            runner.stop()

    def _follow(self, runner: Runner) -> bool:
        current: dict[str, Any] = {}
        loading: list[str] = []
        while True:
            limit = self.limit if "begin" in current else IMPORT_SECONDS if current else _START_SECONDS
            try:
                message = runner.message(limit + _GRACE_SECONDS)
            except TimeoutError:
                if not current:
                    raise CheckError(
                        _(
                            "The public tests did not begin within {limit:g} seconds: the machine is busy, or loads torch for "
                            "the first time. Check again.",
                            limit=limit,
                        )
                    ) from None
                return self._stopped(
                    current, loading, TIMED_OUT, _("still running after {limit:g} seconds", limit=limit)
                )
            if message is None:
                if not current:
                    raise CheckError(unusable(runner.errors()))
                return self._stopped(current, loading, CRASHED, runner.ended())
            if "over" in message:
                return False
            if "loading" in message:
                loading.append(message["loading"])
            elif "loaded" in message:
                loading.remove(message["loaded"])
                self.hung += [message["loaded"]] if message["hung"] else []
            elif "ready" in message:
                current = {}
            elif "remark" in message:
                self.remarks.append(message["remark"])
            elif "broken" in message:
                name = message["broken"]
                self.broken[name] = Broken(name, message["why"], _line(message.get("place")))
                current = {}
            elif "end" in message:
                self._add(message)
                current = {}
            elif "hinted" in message:
                question, number = message["hinted"]
                place = self.done.index((question, number))
                self.cases[place] = replace(self.cases[place], hint=message["hint"])
            else:
                current = message

    def _stopped(self, current: dict[str, Any], loading: list[str], state: str, why: str) -> bool:
        """Note the case or the module that did not come to its end, and the modules that were being imported."""
        self.hung += loading
        if "begin" in current:
            question, number = current["begin"]
            self.done.append((question, number))
            self.cases.append(Case(current["question"], current["case"], state, why))
            return True
        name = current["importing"]
        self.hung.append(name)
        self.broken[name] = Broken(name, _("{name}.py cannot be imported: {why}", name=name, why=why), None)
        return True

    def _add(self, message: dict[str, Any]) -> None:
        question, number = message["end"]
        self.done.append((question, number))
        call = message.get("call") or {}
        self.cases.append(
            Case(
                question=message["question"],
                name=message["case"],
                state=message["state"],
                message=message.get("message", ""),
                call=call.get("text", ""),
                returned=call.get("returned", ""),
                expected=message.get("expected", ""),
                came=message.get("came", ""),
                difference=message.get("difference", ""),
                line=_line(message.get("place") or call.get("place")),
                hint=message.get("hint") or "",
                printed=message.get("printed", ""),
            )
        )


def _line(place: dict[str, Any] | None) -> Line | None:
    return None if place is None else Line(place["file"], place["line"], place["text"])
