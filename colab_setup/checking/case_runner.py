"""Runs a folder's public tests on its modules, in a process of its own that `runner.py` starts.

Its imports are the standard library's only: Otter, which takes seconds to import, is stood in for by the one name
that test files take from it. It tells its parent of whatever begins or ends, which so knows where it was when it hangs
or dies.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import re
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..folder import no_file
from ..language import _, language
from . import libraries
from .elsewhere import nested
from .explaining import SECONDS, explained, not_there
from .hinting.hints import Catalogue
from .importing.alike import instead_below
from .importing.inert import Inert
from .importing.missing import Imports, Loader
from .importing.own_files import UMBRELLA, BlockedFunction, BlockedModule, ModuleBlocked, OwnLoader
from .limiting import TimeIsUp, time_limit
from .recording import Recorder, freeze
from .speaking import Printed, Speaker, asked


class Case:
    """Stands in for `otter.test_files.test_case`: a decorator that keeps a test function and what is said of it."""

    def __init__(
        self,
        name: str | None = None,
        points: float | None = None,
        hidden: bool = False,
        success_message: str | None = None,
        failure_message: str | None = None,
    ) -> None:
        self.name, self.points, self.hidden = name, points, hidden
        self.success_message, self.failure_message = success_message, failure_message
        self.test_func: Callable[..., None] = lambda: None

    def __call__(self, test_func: Callable[..., None]) -> Case:
        self.test_func = test_func
        return self


class _ToldLoader(Loader):
    """Tells when a module's code begins and ends to run, and notes a module that ran out of time."""

    def __init__(self, name: str, path: str, files: FolderFiles) -> None:
        super().__init__(name, path, files)
        self.folder_files = files

    def exec_module(self, module: types.ModuleType) -> None:
        files, name = self.folder_files, self.name.removeprefix(f"{UMBRELLA}.")
        if name in files.hung:
            raise ImportError(
                _(
                    "{name}.py is not imported again, since its import did not come to an end before",
                    name=name,
                )
            )
        files.speaker.say(loading=name)
        hung = False
        try:
            super().exec_module(module)
        except TimeIsUp:
            hung = True
            files.hung.add(name)
            raise
        finally:
            files.speaker.say(loaded=name, hung=hung)


class FolderFiles(Imports):
    """The folder's files, except those that hung before."""

    def __init__(self, folder: Path, hung: set[str], speaker: Speaker) -> None:
        super().__init__(str(folder))
        self.hung, self.speaker = hung, speaker

    def loader(self, name: str, path: str) -> OwnLoader:
        return _ToldLoader(name, path, self)


def main(arguments: list[str]) -> None:
    started = json.loads(arguments[0])
    speaker = Speaker(started["token"])
    say = speaker.say
    sys.dont_write_bytecode = True
    sys.argv = ["check"]  # a module may read its arguments
    sys.path[:1] = []  # `python -m` put there where this package lies
    libraries.load(started["libraries"])
    if (job := asked()) is None:
        return
    folder, limit = Path(job["folder"]), float(job["limit"])
    # The folder comes last: a file named like a module of Python's own must not stand in for it in numpy.
    sys.path.append(str(folder))
    own = FolderFiles(folder, set(job["hung"]), speaker)
    own.install()
    os.chdir(folder)

    # Before the student's code, which may leave Python without files to open.
    recorder = Recorder(lambda remark: say(remark=remark))
    tests = [(file, cases(file, recorder)) for file in map(Path, job["tests"])]
    functions, broken = import_modules(job["modules"], own, float(job["import_limit"]))
    for remark in not_there(own.absent, own.lacking):
        say(remark=remark)
    say(ready=True)
    environment = {name: recorder.noting(name, value, folder) for name, value in functions.items()}
    skipped = {tuple(pair) for pair in job["done"]}
    slow: set[str] = set(job["slow"])
    catalogue = Catalogue(Path(job["hints"]))
    for file, found in tests:
        recorder.begin()
        failed: list[int] = []
        for number, (question, case) in enumerate(found):
            if case.hidden:
                continue
            if (file.stem, number) in skipped:
                recorder.answers.nothing()  # it was run in a process before this one, which ended in it
                continue
            title = case.name or f"{question} - {number + 1}"
            say(begin=[file.stem, number], question=question, case=title)
            if question in slow:
                result = {
                    "state": "timed out",
                    "message": _("not run, since the case before it took too long"),
                }
            else:
                result = run(case, environment, broken, recorder, folder, limit, file)
            recorder.answers.end()
            if result["state"] == "timed out":
                slow.add(question)
                recorder.answers.nothing()
            failed += [number] if result["state"] == "failed" else []
            say(end=[file.stem, number], question=question, case=title, **result)
        hint = told(catalogue, file.stem, recorder) if failed else ""
        for number in failed if hint else ():
            say(hinted=[file.stem, number], hint=hint)
    say(over=True)


def import_modules(
    modules: list[str], own_files: FolderFiles, limit: float
) -> tuple[dict[str, Any], dict[str, str]]:
    """The modules' public names, those that a module defines itself first; and why a module cannot be imported."""
    folder, say = Path(own_files.folder), own_files.speaker.say
    imported, broken = {}, {}

    def block(name: str, why: str) -> None:
        """Its siblings can be checked all the same, as where it is graded."""
        broken[name] = f"{name}.py {why}"
        sys.modules[own_files.key(name)] = BlockedModule(name, broken[name])

    for name in modules:
        if name in own_files.hung:
            block(name, _("cannot be imported"))
            continue
        if not (folder / f"{name}.py").is_file():
            block(name, _("is missing"))
            instead = no_file(folder / f"{name}.py")
            is_what = (
                _("{instead}: put the file there", instead=instead) if instead else _("not in the folder")
            )
            say(broken=name, why=_("{name}.py is {is_what}.", name=name, is_what=is_what))
            continue
        say(importing=name)
        try:
            with time_limit(limit), contextlib.redirect_stdout(Printed()):
                imported[name] = own_files.load(name)
        except BaseException as error:
            why = explained(error, folder, limit)
            block(name, _("cannot be imported"))
            say(
                broken=name,
                why=_("{name}.py cannot be imported: {why}", name=name, why=why["message"]),
                place=why.get("place"),
            )
    names: dict[str, Any] = {}
    lacking = {name for _file, name in own_files.lacking}  # one that a sibling imports is no sibling's own
    for own in (True, False):
        for module_name, module in imported.items():
            for name, value in getattr(module, "__dict__", {}).items():
                if type(value) is BlockedFunction or (type(value) is Inert and name in lacking):
                    continue
                if not name.startswith("_") and own == (_home(value) == own_files.key(module_name)):
                    names.setdefault(name, value)
    return names, broken


def _home(value: object) -> str:
    """The module that says of a value that it is its own; "" where the value doesn't say."""
    try:
        home = getattr(value, "__module__", "")
    except Exception:
        return ""
    return home if type(home) is str else ""


def told(catalogue: Catalogue, question: str, recorder: Recorder) -> str:
    """The hint on a question: that of a known mistake, or what can be measured; "" where nothing is certain."""
    hint = ""
    with contextlib.suppress(BaseException):  # the student may have changed what is used here
        hint = catalogue.hint(question, recorder.answers.found, language())
        if not hint and recorder.answers.found and "numpy" in sys.modules:
            from .hinting import measured

            with time_limit(SECONDS):
                comparisons = [measured.Comparison(*compared) for compared in recorder.comparisons]
                found = measured.sentence(comparisons, recorder.calls)
                hint = found.text(_) if found is not None else ""
    return hint


def cases(file: Path, recorder: Recorder | None = None) -> list[tuple[str, Case]]:
    """The test cases of a file in Otter's exception-based format, with their question's name."""
    stand_in = types.ModuleType("otter.test_files")
    stand_in.test_case = Case  # type: ignore[attr-defined]
    package = types.ModuleType("otter")
    package.test_files = stand_in  # type: ignore[attr-defined]
    kept = {name: sys.modules.get(name) for name in ("otter", "otter.test_files")}
    sys.modules.update({"otter": package, "otter.test_files": stand_in})
    try:
        environment: dict[str, Any] = {"__name__": f"public test {file.stem}"}
        exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), environment)  # noqa: S102
    finally:
        for name, module in kept.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    if recorder is not None and (compare := recorder.comparing(environment.get("expect"))):
        environment["expect"] = compare
    # As where it is graded: what one case does to them must not show in the next.
    freeze([value for name, value in environment.items() if name != "__builtins__"])
    question = environment.get("name", file.stem)
    return [(question, value) for value in environment.values() if isinstance(value, Case)]


def run(
    case: Case,
    environment: dict[str, Any],
    broken: dict[str, str],
    recorder: Recorder,
    folder: Path,
    limit: float,
    file: Path,
) -> dict[str, Any]:
    """One case's state and, where it did not pass, what there is to say about it."""
    wanted = list(inspect.signature(case.test_func).parameters)
    absent = [name for name in wanted if name not in environment and name != "env"]
    if absent:
        state = "blocked" if broken else "not written"
        return {"state": state, "message": _why_absent(absent[0], broken, folder)}
    recorder.last = {}
    libraries.seed_generators()
    printed = Printed()
    try:
        with time_limit(limit), contextlib.redirect_stdout(printed):
            case.test_func(**{name: environment if name == "env" else environment[name] for name in wanted})
    except ModuleBlocked as error:
        return {"state": "blocked", "message": str(error)}
    except BaseException as error:
        result = explained(error, folder, limit, file)
        result["call"] = recorder.described()
        if issubclass(type(error), AssertionError) and result.get("came") != "None":
            result["hint"] = (
                case.failure_message
            )  # it is about values, which is no reason for any other error
        result["printed"] = printed.last()
        return result
    return {"state": "passed"}


def _why_absent(name: str, broken: dict[str, str], folder: Path) -> str:
    """Why a name is not there: its module cannot be imported, or it holds no such name."""
    for module, why in broken.items():
        with contextlib.suppress(OSError):
            text = (folder / f"{module}.py").read_text("utf-8", "replace")
            if re.search(rf"^\s*(?:def|class)\s+{name}\b|^{name}\s*=", text, re.MULTILINE):
                return why
    if broken:
        return "; ".join(broken.values())
    why = _("{name} is not there: was it renamed or deleted?", name=name)
    instead, other = instead_below(folder, name)
    return f"{why} {_(instead, other=other)}" if instead else nested(folder, name) or why


if __name__ == "__main__":
    main(sys.argv[1:])
