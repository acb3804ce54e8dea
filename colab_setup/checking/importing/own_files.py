"""Finds the Python files of a submission for its own imports: the same at home and where it is graded.

In `autograder.sandbox.inside` there is a link to this file, as to `missing`, `guards` and `inert`, so that both sides import
alike. It must never import more than the standard library.
"""

from __future__ import annotations

import ast
import builtins
import codecs
import importlib
import importlib.abc
import importlib.machinery
import os
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from typing import Any

UMBRELLA = "_submission_"
"""The package whose modules are the files that hide a module of the same name from the submission."""

_KIT = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
"""Where the kit's own files lie, which may be in the submission's folder."""

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""How a file of these encodings begins; those of UTF-32 come first, since one begins as one of UTF-16 does."""

_NO_TEXT = {
    b"PK\3\4": "a zip archive or an Office document", b"Rar!": "a RAR archive", b"7z\xbc\xaf": "a 7-Zip archive", b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": "a document of a word processor", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture",
}  # fmt: skip
"""How files begin that are no text, with what they are."""


class ModuleBlocked(Exception):
    """A module could not be imported, and one of its names is being used."""


class BlockedModule(types.ModuleType):
    """Takes the place of a module that failed to import, so that what else there is can be looked at."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name)
        self.__dict__["__reason"] = reason

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return BlockedFunction(self.__dict__["__reason"])


class BlockedFunction:
    """Whatever a blocked module may have held."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __call__(self, *args: object, **kwargs: object) -> Any:
        raise ModuleBlocked(self.reason)


class OwnFiles(importlib.abc.MetaPathFinder):
    """Serves the imports of the files below a folder, and of these alone.

    Their own files come first for them, as in the folder of a notebook: a `test.py` or `types.py` there is taken, and
    what it lacks is looked for in the module that it hides, which is also taken where the file cannot be imported. Everybody else, numpy for one, gets that module and never
    theirs. A module that names the folder itself (`from homework1.loss import softmax`, `from .loss import softmax`)
    gets the file that lies there.

    Args:
        folder: the submission's folder, which must be on `sys.path`, behind everything else.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.builtins: dict[str, Any] = {**vars(builtins), "__import__": self.import_}
        self._real_import = builtins.__import__
        self._real_import_module = importlib.import_module
        self._hides: dict[str, bool] = {}
        self._loaded: set[str] = set()

    def install(self) -> None:
        """Serve from now on."""
        umbrella = types.ModuleType(UMBRELLA)
        umbrella.__path__ = [self.folder]
        sys.modules[UMBRELLA] = umbrella
        sys.meta_path.insert(0, self)
        importlib.import_module = self._import_module

    def load(self, name: str) -> types.ModuleType:
        """Import the file of this name, or what a file of the folder would get by importing it."""
        self._loaded.add(name)
        importlib.invalidate_caches()
        return self._real_import_module(self.key(name))

    def key(self, name: str) -> str:
        """Under which name `sys.modules` holds it."""
        return f"{UMBRELLA}.{name}" if self.hides(name.partition(".")[0]) else name

    def loader(self, name: str, path: str) -> SourceFileLoader:
        """What loads a file of the folder."""
        return OwnLoader(name, path, self)

    def has(self, file: object) -> bool:
        """Whether a path lies in the folder."""
        return isinstance(file, str) and file.startswith(self.folder + os.sep) and not file.startswith(_KIT)

    def hides(self, name: str) -> bool:
        """Whether a file or package of the folder has the name of one that is elsewhere."""
        if name not in self._hides:
            self._hides[name] = self._is_there(name) and (
                name in sys.stdlib_module_names or self._is_elsewhere(name)
            )
        return self._hides[name]

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        if path is None:
            if not self._is_there(name) or self.hides(name):
                return None
            path = [self.folder]
        elif not any(place == self.folder or self.has(place) for place in path):
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and type(spec.loader) is SourceFileLoader and spec.origin is not None:
            spec.loader = self.loader(name, spec.origin)
        return spec

    def import_(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """`__import__` of the folder's files."""
        package = str((globals or {}).get("__package__") or "").removeprefix(UMBRELLA).removeprefix(".")
        if level and level <= len(package.split(".") if package else ()):
            return self._real_import(name, globals, locals, fromlist or (), level)
        # From here on: what is relative to the folder itself, in which a module has no package, and all other names.
        asked, name = name, self._below_the_folder(name, fromlist)
        if not name:
            return types.SimpleNamespace(**{one: self.load(one) for one in fromlist or () if one != "*"})
        if name != asked and not fromlist:
            return _nested(asked.split(".")[:-1], asked.rpartition(".")[2], self.load(name))
        top = name.partition(".")[0]
        if not self.hides(top):
            return self._real_import(name, globals, locals, fromlist or (), 0)
        try:
            module = self._real_import(self.key(name), globals, locals, fromlist or (), 0)
        except (Exception, SystemExit):
            # It may be another file of that name, which nobody meant: then what it hides will do.
            hidden = self._hidden(name, fromlist or ())
            if hidden is None:
                raise
            return hidden
        return module if fromlist else sys.modules[self.key(top)]

    def beyond(self, name: str) -> Callable[[str], Any]:
        """`__getattr__` for a module of the folder that hides another one."""

        def __getattr__(attribute: str) -> Any:
            if attribute.startswith("__"):
                raise AttributeError(attribute)
            return getattr(self._real_import_module(name), attribute)

        return __getattr__

    def _hidden(self, name: str, fromlist: Sequence[str]) -> types.ModuleType | None:
        """What a file of the folder hides, if that has the names that are imported."""
        try:
            module = self._real_import(name, None, None, fromlist, 0)
        except ImportError:
            return None
        return module if all(one == "*" or hasattr(module, one) for one in fromlist) else None

    def _below_the_folder(self, name: str, fromlist: Sequence[str] | None) -> str:
        """The name without that of the folder, where this is what stands before the name of a file in it."""
        top, _, rest = name.partition(".")
        if not top or top in sys.modules or top in sys.stdlib_module_names or self._is_there(top):
            return name
        inner = rest
        while inner and not self._is_there(inner.partition(".")[0]):
            inner = inner.partition(".")[2]
        # Other packages have modules of these names too: `from keras.utils import to_categorical`.
        if not fromlist:
            found = inner in self._loaded
        elif inner:
            found = self._defines(inner, fromlist)
        else:
            found = all(one in self._loaded or (not rest and self._is_there(one)) for one in fromlist)
        return inner if found and not self._is_elsewhere(top) else name

    def _defines(self, name: str, wanted: Sequence[str]) -> bool:
        """Whether the text of a file of the folder gives a value to each of these names."""
        path = os.path.join(self.folder, *name.split("."))
        path = f"{path}.py" if os.path.isfile(f"{path}.py") else os.path.join(path, "__init__.py")
        try:
            with open(path, "rb") as file:
                tree = ast.parse(as_utf8(file.read(), path))
        except (OSError, SyntaxError, ValueError, RecursionError):
            return True  # whoever imports it shall read what is wrong with it
        given = {"*"}
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                given.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                given.add(node.id)
            elif isinstance(node, ast.alias):
                given.add((node.asname or node.name).partition(".")[0])
        return given.issuperset(wanted)

    def _is_there(self, name: str) -> bool:
        path = os.path.join(self.folder, name)
        if os.path.isfile(f"{path}.py"):
            return True
        return os.path.isdir(path) and any(file.endswith(".py") for file in os.listdir(path))

    def _is_elsewhere(self, name: str) -> bool:
        places = [place for place in sys.path if place != self.folder and not self.has(place)]
        try:
            spec = PathFinder.find_spec(name, places)
        except (ImportError, ValueError):
            return False
        return spec is not None and spec.loader is not None

    def _import_module(self, name: str, package: str | None = None) -> types.ModuleType:
        if self.has(sys._getframe(1).f_code.co_filename) and not name.startswith("."):
            name = self.key(name)
        return self._real_import_module(name, package)


class OwnLoader(SourceFileLoader):
    """Loads a file of the submission from its text.

    Never from a .pyc, which Python takes for it, stale, where the clock is as coarse as Drive's.
    """

    def __init__(self, name: str, path: str, files: OwnFiles) -> None:
        super().__init__(name, path)
        self.files = files

    def exec_module(self, module: types.ModuleType) -> None:
        names = vars(module)
        names["__builtins__"] = self.files.builtins
        hidden = self.name.removeprefix(f"{UMBRELLA}.")
        if hidden != self.name and "." not in hidden:
            names["__getattr__"] = self.files.beyond(hidden)
        super().exec_module(module)

    def get_code(self, fullname: str) -> types.CodeType:
        path = self.get_filename(fullname)
        code: types.CodeType = self.source_to_code(as_utf8(self.get_data(path), path), path)
        return code


def _nested(packages: Sequence[str], name: str, value: types.ModuleType) -> types.ModuleType:
    """What `import a.b.name` binds to `a`."""
    for package in reversed(packages):
        outer = types.ModuleType(package)
        setattr(outer, name, value)
        name, value = package, outer
    return value


def as_utf8(source: bytes, path: str) -> bytes:
    """A module's text as Python reads it, also where an editor has saved it in UTF-16 or UTF-32.

    Raises:
        SyntaxError: it is no text, or none of an encoding that can be told.
    """
    encoding = next((name for mark, name in _MARKS.items() if source.startswith(mark)), None)
    if encoding is None:
        kind = next((f"is {kind}" for begins, kind in _NO_TEXT.items() if source.startswith(begins)), "")
        if source.lstrip()[:1] == b"{" and b'"nbformat"' in source:
            kind = "is a notebook: a module holds functions alone, as plain text"
        if source and not source.strip(b"\0"):
            kind = "holds nothing but zeros: take an older copy of it"
        if kind:
            raise SyntaxError(f"the file {kind}", (path, 1, 1, ""))
        if b"\0" not in source.rstrip(b"\0"):
            return source.rstrip(b"\0")  # a computer that went off while it saved fills up with zeros
        encoding = "utf-16-be" if source[:1] == b"\0" else "utf-16-le"
    text = source.decode(encoding, "replace")
    # Without a mark the encoding is a guess, which letters beyond ASCII put in doubt.
    if "\0" in text or "\ufffd" in text or (encoding[6:] and not text.isascii()):
        raise SyntaxError(
            "the file is not saved as UTF-8 text: save it as UTF-8 in the editor", (path, 1, 1, "")
        )
    return text.encode()
