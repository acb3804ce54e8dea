"""Serves the submission's imports of what is not there, so that one that was left in costs nothing.

It must never import more than the standard library.
"""

from __future__ import annotations
import __future__

import ast
import functools
import importlib.abc
import operator
import os
import sys
import types
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from typing import Any

from . import elsewhere, guards, inert, own_files


class Imports(own_files.OwnFiles, importlib.abc.Loader):
    """The imports of a submission: of its own files first, and last of all of what is nowhere.

    Only the submission's own imports are served: an installed package that tries an optional one (torch does, long after
    its import) must learn that it is missing. So must the submission where it is prepared for that. Where it is prepared,
    but what it does then fails in its turn, as an installation does, the import is tried once more and served.

    Args:
        folder: the submission's folder.

    Attributes:
        absent: the packages that were imported and are nowhere, each with the file that was the first to import it.
        lacking: names that a file of the submission was asked for and has not, as (file, name), each with such an importer.
    """

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.last = _Last(self)
        self.honours_guards = True
        self.honoured = False
        self.absent: dict[str, str] = {}
        self.lacking: dict[tuple[str, str], str] = {}
        # What notebooks and a Python with a prompt put among the builtins, where they have not.
        nothing = elsewhere.nothing
        at_a_prompt = {"display": nothing, "exit": sys.exit, "help": nothing, "quit": sys.exit}
        for name, function in {**at_a_prompt, "get_ipython": self.get_ipython}.items():
            self.builtins.setdefault(name, function)
        self.builtins["open"] = elsewhere.opened
        self.builtins["__build_class__"] = inert.build_class

    def install(self) -> None:
        super().install()
        sys.meta_path.append(self.last)
        elsewhere.install(self.has)

    def get_ipython(self) -> Any:
        """IPython's function where no notebook runs; whoever is not the submission learns that."""
        if not self.has(sys._getframe(1).f_code.co_filename):
            return None
        return inert.Inert("get_ipython()", "no notebook runs here")

    def _give_a_shell(self) -> None:
        for place in ("IPython", "IPython.core.getipython"):
            module = sys.modules.get(place)
            if type(module) is types.ModuleType and module.get_ipython() is None:
                module.__dict__["get_ipython"] = self.get_ipython

    def load(self, name: str) -> types.ModuleType:
        self.honoured = False
        try:
            return super().load(name)
        except (Exception, SystemExit):
            if not self.honoured:
                raise
            self.honours_guards = False
            try:
                return super().load(name)
            finally:
                self.honours_guards = True

    def loader(self, name: str, path: str) -> SourceFileLoader:
        return Loader(name, path, self)

    def import_(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """`__import__` of the submission's files: also of names that an installed package does not have (any more)."""
        self._told(name, sys._getframe(1))
        module = super().import_(name, globals, locals, fromlist, level)
        if name.partition(".")[0] == "IPython":
            self._give_a_shell()
        own = self._is_own(module)
        if not fromlist or (own and not _is_complete(module)):
            return module
        frame = sys._getframe(1)
        if isinstance(module, inert.InertModule | own_files.BlockedModule) and "*" in fromlist:
            module.__dict__["__all__"] = guards.undefined_names(frame.f_code.co_filename)
        lacking = [one for one in fromlist if one != "*" and not _gives(module, one)]
        if not lacking or self.fails(frame):
            return module
        if own:
            place = os.path.basename(module.__file__)
            for one in lacking:
                self.lacking.setdefault((place, one), os.path.basename(frame.f_code.co_filename))
        else:
            version = getattr(sys.modules.get(name.partition(".")[0]), "__version__", "")
            place = f"{name} {version}".strip() + " here"
        reason = "there is no {} in " + place
        found = {one: getattr(module, one, sys.modules.get(f"{name}.{one}")) for one in fromlist}
        found |= {one: inert.stand_in(f"{name}.{one}", reason.format(one)) for one in lacking}
        return types.SimpleNamespace(**found)

    def _import_module(self, name: str, package: str | None = None) -> types.ModuleType:
        if self.has(sys._getframe(1).f_code.co_filename):
            self._told(name, sys._getframe(1))
            name = self.key(name)
        return self._real_import_module(name, package)

    def _told(self, name: str, frame: types.FrameType) -> None:
        """Raise ModuleNotFoundError where a stand-in is there, since a module imported it before, and this one is prepared."""
        stands_in = isinstance(sys.modules.get(name.partition(".")[0]), inert.InertModule)
        if stands_in and self.has(frame.f_code.co_filename) and self.fails(frame):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    def _is_own(self, module: object) -> bool:
        places = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]
        return any(place == self.folder or self.has(place) for place in places)

    def fails(self, frame: types.FrameType | None) -> bool:
        """Whether an import out of this frame fails, since the submission is prepared for it."""
        if not self.honours_guards or not guards.is_guarded(frame, self.has):
            return False
        self.honoured = True
        return True

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return inert.InertModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None: ...


class _Last(importlib.abc.MetaPathFinder):
    """Comes last on the import path."""

    def __init__(self, imports: Imports) -> None:
        self.imports = imports

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        if path is not None and any(
            place == self.imports.folder or self.imports.has(place) for place in path
        ):
            return None
        frame = self._importing()
        if frame is None or self.imports.fails(frame):
            return None
        if name != "google":  # the parent of what is asked for next
            importer = os.path.basename(frame.f_code.co_filename)
            self.imports.absent.setdefault(inert.package_of(name), importer)
        return ModuleSpec(name, self.imports, is_package=True)

    def _importing(self) -> types.FrameType | None:
        """The frame of the submission's that imports; None where it is another's, or only asks what there is."""
        frame: types.FrameType | None = sys._getframe(2)
        loads = False
        while frame is not None:
            file, function = frame.f_code.co_filename, frame.f_code.co_name
            if self.imports.has(file):
                return frame
            loads = loads or function == "_find_and_load"
            asks = function == "_handle_fromlist" or (function == "find_spec" and not loads)
            if (asks and "importlib" in file) or not (
                "importlib" in file or file in (own_files.__file__, __file__)
            ):
                return None
            frame = frame.f_back
        return None


class Loader(own_files.OwnLoader):
    """Tells the stand-ins while it runs a module, and goes on where one was no use: C code takes no stand-in for a text."""

    def exec_module(self, module: types.ModuleType) -> None:
        with inert.Inert.importing():
            try:
                super().exec_module(module)
            except Exception as error:
                # What is asserted may be the version of a package that is not there, or a GPU.
                if not (isinstance(error, AssertionError | FileNotFoundError) or _is_of_a_stand_in(error)):
                    raise
                try:
                    self._run_by_statements(module)
                except Exception:
                    if isinstance(
                        error, FileNotFoundError
                    ):  # whatever else fails may do so for want of the file
                        raise error from None
                    raise

    def _run_by_statements(self, module: types.ModuleType) -> None:
        """Run it anew; where a statement fails for a stand-in, stand-ins take the names that it gives."""
        path, names = self.get_filename(self.name), vars(module)
        tree = ast.parse(own_files.as_utf8(self.get_data(path), path))
        flags = self.get_code(self.name).co_flags & _FUTURE
        for statement in tree.body:
            code = compile(ast.Module([statement], []), path, "exec", flags, dont_inherit=True)
            try:
                exec(code, names)  # noqa: S102  (the submission's own text)
            except Exception as error:
                if not (
                    _is_of_a_stand_in(error)
                    or _is_asserted_of_one(statement, names)
                    or _is_of_data(error, statement)
                ):
                    raise
                reason = f"line {statement.lineno} of {os.path.basename(path)} could not make it: {error}"
                for name in guards.given_by(statement):
                    names[name] = inert.Inert(name, reason)


def _is_of_data(error: Exception, statement: ast.stmt) -> bool:
    """Whether a file is missing that is no program: data that lie where the module was written."""
    runs = {"exec", "eval", "compile", "exec_module", "run_path"} & set(guards.used_by(statement))
    return isinstance(error, FileNotFoundError) and not (
        runs or isinstance(statement, ast.Import | ast.ImportFrom)
    )


_FUTURE = functools.reduce(
    operator.or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)
"""What `from __future__ import` sets in the code of a module."""


def _is_of_a_stand_in(error: Exception) -> bool:
    """Whether something says that it cannot work with one."""
    if isinstance(error, AttributeError):  # of a class that is derived from one
        return isinstance(error.obj, type) and issubclass(error.obj, inert.StandInBase)
    said = str(error) if isinstance(error, TypeError | ValueError) else ""
    return isinstance(error, inert.Endless) or inert.Inert.__name__ in said or inert.NOT_HERE in said


def _is_asserted_of_one(statement: ast.stmt, names: Mapping[str, Any]) -> bool:
    """Whether a module asserts what says nothing of its work: something of a package that is not there, or a GPU."""
    used = guards.used_by(statement) if isinstance(statement, ast.Assert) else []
    return "cuda" in used or any(
        isinstance(names.get(name), inert.Inert | inert.InertModule) for name in used
    )


def _is_complete(module: object) -> bool:
    """Whether a file has been run to its end: one that imports in a circle has yet to give its names."""
    file = getattr(module, "__file__", None)
    return file is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False)


def _gives(module: object, name: str) -> bool:
    return hasattr(module, name) or f"{getattr(module, '__name__', '')}.{name}" in sys.modules
