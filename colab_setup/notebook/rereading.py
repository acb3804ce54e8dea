"""Reads the student's saved modules anew before a cell of the notebook runs.

Not IPython's `%autoreload`: that of Colab's IPython 7.34 imports `imp`, which Python 3.12 dropped, any IPython's recurses
without end on a class of `torch.autograd.Function`, and where a module cannot be read it leaves in use what the module was
before. Here all modules of the folder are forgotten and imported again as soon as one file differs from the text that
was read, and the notebook's names are bound to what the modules now hold. What cannot be read, or is no longer there, is
replaced by an object of which every use raises a sentence that says so: no check passes on code that is gone.
"""

from __future__ import annotations

import ast
import functools
import importlib
import os
import sys
from collections.abc import Collection, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NoReturn

from .. import folder as folders
from ..language import _
from ..machine import SetupError
from .reading import Loader, fault, gone, not_there

_KIT = "colab_setup"


class UnreadableError(SetupError, AttributeError):
    """Why something that the notebook took from a module cannot be used: one sentence for the student.

    Also an AttributeError, so that `hasattr` of what stands in for it is False and no error.
    """


class Unreadable:
    """Stands in the notebook for a function, class or module that cannot be used; every use raises why."""

    def __init__(self, module: str, name: str | None, why: str) -> None:
        self.__module__ = module
        self.__name__ = name or module
        self.origin = module, name
        self.why = why

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise UnreadableError(vars(self).get("why", ""))

    __call__ = __getattr__ = __instancecheck__ = __mro_entries__ = _refuse

    def __repr__(self) -> str:
        return self.why


def start(folder: Path) -> None:
    """From now on keep the notebook in step with the modules in `folder`; nothing where no IPython runs.

    Calling it again, as a notebook does that is run twice, changes nothing.
    """
    global _active
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return
    folder = folder.resolve()
    if _active is not None:
        if _active.folder == folder and _active.shell is shell:
            return
        _active.stop()
    _active = _Rereader(folder, shell)


class _Rereader(MetaPathFinder):
    """Finds the folder's modules for Python's import, and forgets them when their files change.

    Attributes:
        folder: whose modules are read anew.
        shell: the IPython whose names are kept in step.
    """

    def __init__(self, folder: Path, shell: Any) -> None:
        self.folder, self.shell = folder, shell
        try:
            self._modules: tuple[str, ...] = folders.read(folder).modules
        except folders.FolderError:
            self._modules = ()
        # Module -> its file and the text that was read from it: times and sizes do not tell two saves within a second apart.
        self._read: dict[str, tuple[str, bytes | None]] = {}
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if isinstance(file, str) and self._is_own(name, file):
                self._read[name] = file, None
        places = [i for i, finder in enumerate(sys.meta_path) if finder is PathFinder]
        sys.meta_path.insert(places[0] if places else len(sys.meta_path), self)
        shell.events.register("pre_run_cell", self.before_cell)

    def stop(self) -> None:
        """Let modules be, from now on."""
        self.shell.events.unregister("pre_run_cell", self.before_cell)
        sys.meta_path.remove(self)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What Python would find, for modules of the folder with a loader that notes what it read."""
        spec = PathFinder.find_spec(name, path, target)
        if spec is None and name in self._modules:
            raise not_there(name, self.folder)
        if (
            spec is not None
            and type(spec.loader) is SourceFileLoader
            and spec.origin is not None
            and self._is_own(name, spec.origin)
        ):
            spec.loader = Loader(name, spec.origin, self.folder, self._read)
        return spec

    def before_cell(self, *_: object) -> None:
        """Read modules anew where a file has changed, try those again that could not be read, and rebind names."""
        origins = self._origins()
        if any(_text(file) != text for file, text in self._read.values()):
            for name in self._read:
                sys.modules.pop(name, None)
            self._read.clear()
        # A module that the notebook takes nothing from is imported by those that still want it, or not at all.
        faults: dict[str, str] = {}
        told: set[str] = set()  # one sentence a file to correct, however many modules import it
        all_wanted = dict.fromkeys(module for module, _ in origins.values())
        for wanted in all_wanted:
            if wanted not in sys.modules:
                importlib.invalidate_caches()
                try:
                    importlib.import_module(wanted)
                except BaseException as error:  # sys.exit() and an interrupted loop too
                    faults[wanted], blamed = self._sentence(wanted, error, all_wanted)
                    if blamed not in told:
                        print(faults[wanted])
                    told.add(blamed)
        for bound, (module, attribute) in origins.items():
            value = self._current(module, attribute, faults)
            if value is not self.shell.user_ns[bound]:
                self.shell.user_ns[bound] = value

    def _is_own(self, name: str, file: str) -> bool:
        """Whether a module's file lies where its name says below the folder; a `.venv` in there is not own."""
        if name.partition(".")[0] == _KIT:
            return False
        inner = name.replace(".", os.sep)
        for ending in (f"{os.sep}{inner}.py", f"{os.sep}{inner}{os.sep}__init__.py"):
            if file.endswith(ending):
                return _resolved(file[: -len(ending)] or os.sep) == self.folder
        return False

    def _origins(self) -> dict[str, tuple[str, str | None]]:
        """Names of the notebook -> the module that they came from, and their name there; None for the module itself."""
        homes: dict[int, tuple[str, str | None]] = {}
        for name, (_path, text) in self._read.items():
            own = vars(sys.modules[name]) if name in sys.modules else {}
            imported = _imported(text) if text is not None else frozenset[str]()
            homes |= {
                id(value): (name, attribute)
                for attribute, value in own.items()
                if callable(value) and attribute not in imported and not attribute.startswith("__")
            }
        origins = {}
        for bound, value in self.shell.user_ns.items():
            if not bound.startswith("_"):  # IPython's own memory of outputs
                origin = homes.get(id(value)) or self._told_by(value)
                if origin is not None:
                    origins[bound] = origin
        return origins

    def _told_by(self, value: object) -> tuple[str, str | None] | None:
        """Where a value says that it came from, if that is a module of the folder."""
        if isinstance(value, Unreadable):
            return value.origin
        if isinstance(value, ModuleType):
            return (value.__name__, None) if value.__name__ in self._read else None
        if not isinstance(value, FunctionType | type) or not value.__qualname__.isidentifier():
            return None
        if value.__module__ in self._read:
            return value.__module__, value.__name__
        if value.__module__ == "__main__" and (ran := _file(value)) is not None:  # after `%run loss.py`
            for name, (file, _) in self._read.items():
                if os.path.realpath(ran) == os.path.realpath(file):
                    return name, value.__name__
        return None

    def _current(self, module: str, name: str | None, faults: dict[str, str]) -> object:
        """What a module now holds under a name, or what stands in for it."""
        if module in faults:
            return Unreadable(module, name, faults[module])
        found = sys.modules[module]
        if name is None:
            return found
        if hasattr(found, name):
            return getattr(found, name)
        missing = _(
            "There is no {name} in {module}.py any more: write it there, save, and run this cell again.",
            name=name,
            module=module,
        )
        return Unreadable(module, name, missing)

    def _sentence(self, module: str, error: BaseException, own: Collection[str]) -> tuple[str, str]:
        """Why a module could not be read, and until when nothing of it runs; and the file that is to blame."""
        if isinstance(error, ModuleNotFoundError) and (error.name == module or error.name in own):
            name = error.name or module
            blamed, said = f"{name}.py", gone(name, self.folder)
        else:
            said, blamed = fault(module, error, self.folder, [file for file, _ in self._read.values()])
        until = _("Until then nothing of {blamed} runs, not even what it was before.", blamed=blamed)
        return f"{said} {until}", blamed


_active: _Rereader | None = None


def _text(file: str) -> bytes | None:
    try:
        return Path(file).read_bytes()
    except OSError:
        return None


def _file(value: FunctionType | type) -> str | None:
    """The file of a function's code, or of a class's first method."""
    functions = [value] if isinstance(value, FunctionType) else vars(value).values()
    return next(
        (function.__code__.co_filename for function in functions if isinstance(function, FunctionType)), None
    )


@functools.lru_cache(maxsize=1024)
def _resolved(folder: str) -> Path:
    return Path(folder).resolve()


@functools.lru_cache(maxsize=64)
def _imported(text: bytes) -> frozenset[str]:
    """The names that a module's text has from other modules."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    )
