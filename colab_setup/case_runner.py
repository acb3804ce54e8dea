"""Runs a folder's public tests on its modules, in a process of its own that `checking.py` starts.

Its imports are the standard library's only: Otter, which takes seconds to import, is stood in for by the one name
that test files take from it. It writes a line of JSON for whatever begins or ends, so
that its parent knows where it was when it hangs or dies.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import io
import json
import os
import re
import signal
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from .explaining import MAX_TEXT, TimeIsUp, call_text, definition, described, explained
from .folder import no_file


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


class FromSource(importlib.machinery.SourceFileLoader):
    """Compiles the file that is there now: Python takes a stale .pyc for it where the clock is as coarse as Drive's.

    It also tells when the module's code begins and ends to run, and notes a module that ran out of time.
    """

    def __init__(self, name: str, path: str, finder: FolderFinder) -> None:
        super().__init__(name, path)
        self.finder = finder

    def exec_module(self, module: types.ModuleType) -> None:
        say(self.finder.out, loading=self.name)
        hung = False
        try:
            super().exec_module(module)
        except TimeIsUp:
            hung = True
            self.finder.hung.add(self.name)
            raise
        finally:
            say(self.finder.out, loaded=self.name, hung=hung)

    def get_code(self, fullname: str) -> types.CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class FolderFinder(importlib.abc.MetaPathFinder):
    """Finds the folder's own files before any installed module of the same name, except those that hung before."""

    def __init__(self, folder: Path, hung: set[str], out: TextIO) -> None:
        self.folder, self.hung, self.out = folder, hung, out

    def find_spec(
        self, name: str, path: Any = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        file = self.folder / f"{name}.py"
        if path is not None or name in sys.stdlib_module_names or not file.is_file():
            return None
        if name in self.hung:
            raise ImportError(
                f"{name}.py is not imported again, since its import did not come to an end before"
            )
        return importlib.util.spec_from_file_location(name, file, loader=FromSource(name, str(file), self))


class Recorder:
    """Passes calls on to a student's function and remembers the last one."""

    def __init__(self) -> None:
        self.last: dict[str, Any] | None = None

    def wrap(self, name: str, function: Callable[..., Any], folder: Path) -> Callable[..., Any]:
        place = definition(function, folder)

        @functools.wraps(function)
        def recorded(*args: Any, **kwargs: Any) -> Any:
            call: dict[str, Any] = {"text": call_text(name, function, args, kwargs), "place": place}
            self.last = call
            result = function(*args, **kwargs)
            call["returned"] = described(result)
            self.last = call
            return result

        return recorded


def main(arguments: list[str]) -> None:
    job = json.loads(arguments[0])
    folder, limit = Path(job["folder"]), float(job["limit"])
    # What students print must not get between the lines for the parent.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.dont_write_bytecode = True
    sys.path[0] = str(folder)  # `python -m` put there where this package lies
    finder = FolderFinder(folder, set(job["hung"]), out)
    sys.meta_path.insert(0, finder)
    os.chdir(folder)

    import_libraries(job["modules"], folder)
    functions, broken = import_modules(job["modules"], finder, float(job["import_limit"]), out)
    say(out, ready=True)
    recorder = Recorder()
    environment = {
        name: recorder.wrap(name, value, folder) if isinstance(value, types.FunctionType) else value
        for name, value in functions.items()
    }
    skipped = {tuple(pair) for pair in job["done"]}
    slow: set[str] = set(job["slow"])
    for file in map(Path, job["tests"]):
        for number, (question, case) in enumerate(cases(file)):
            if case.hidden or (file.stem, number) in skipped:
                continue
            title = case.name or f"{question} - {number + 1}"
            say(out, begin=[file.stem, number], question=question, case=title)
            if question in slow:
                result = {"state": "timed out", "message": "not run, since the case before it took too long"}
            else:
                result = run(case, environment, broken, recorder, folder, limit, file)
            if result["state"] == "timed out":
                slow.add(question)
            say(out, end=[file.stem, number], question=question, case=title, **result)
    say(out, over=True)


def say(out: TextIO, **message: Any) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


def import_libraries(modules: list[str], folder: Path) -> None:
    """Import what takes long in a fresh runtime, so that the time for it is not taken from the first module's."""
    for library in ("numpy", "torch"):
        pattern = re.compile(rf"^\s*(import|from)\s+{library}\b", re.MULTILINE)
        files = [folder / f"{module}.py" for module in modules]
        if (folder / f"{library}.py").exists():
            continue
        if any(pattern.search(file.read_text("utf-8", "replace")) for file in files if file.is_file()):
            with contextlib.suppress(Exception):  # the module's own import will say it
                importlib.import_module(library)


def import_modules(
    modules: list[str], finder: FolderFinder, limit: float, out: TextIO
) -> tuple[dict[str, Any], dict[str, str]]:
    """The modules' public names, those that a module defines itself first; and why a module cannot be imported."""
    folder = finder.folder
    imported, broken = [], {}
    for name in modules:
        if name in finder.hung:
            broken[name] = f"{name}.py cannot be imported"
            continue
        if not (folder / f"{name}.py").is_file():
            broken[name] = f"{name}.py is missing"
            instead = no_file(folder / f"{name}.py")
            is_what = f"{instead}: put the file there" if instead else "not in the folder"
            say(out, broken=name, why=f"{name}.py is {is_what}.")
            continue
        say(out, importing=name)
        printed = io.StringIO()
        try:
            with time_limit(limit), contextlib.redirect_stdout(printed):
                imported.append(importlib.import_module(name))
        except BaseException as error:
            why = explained(error, folder, limit)
            broken[name] = f"{name}.py cannot be imported"
            say(
                out,
                broken=name,
                why=f"{name}.py cannot be imported: {why['message']}",
                place=why.get("place"),
            )
    names: dict[str, Any] = {}
    for own in (True, False):
        for module in imported:
            for name, value in vars(module).items():
                if not name.startswith("_") and own == (
                    getattr(value, "__module__", None) == module.__name__
                ):
                    names.setdefault(name, value)
    return names, broken


def cases(file: Path) -> list[tuple[str, Case]]:
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
        because = f" ({'; '.join(broken.values())})" if broken else ": was it renamed or deleted?"
        return {"state": "blocked", "message": f"{absent[0]} is not there{because}"}
    recorder.last = None
    printed = io.StringIO()
    try:
        with time_limit(limit), contextlib.redirect_stdout(printed):
            case.test_func(**{name: environment if name == "env" else environment[name] for name in wanted})
    except BaseException as error:
        result = explained(error, folder, limit, file)
        result["call"] = recorder.last
        result["hint"] = case.failure_message
        result["printed"] = printed.getvalue()[-MAX_TEXT:]
        return result
    return {"state": "passed"}


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeIsUp in the block after so many seconds, and again every second, in case it was caught.

    Where there are no alarm signals (Windows) or no Python code runs, the parent ends the process instead.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(number: int, frame: types.FrameType | None) -> None:
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


if __name__ == "__main__":
    main(sys.argv[1:])
