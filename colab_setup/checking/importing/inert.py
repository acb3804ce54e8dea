"""Stand-ins for what students import and what is not there.

While the submission is imported they take every use that Python has and do nothing: what was left in from a notebook shall
cost nobody marks. In a graded function they raise an ImportError that names the package, since a wrong value in silence
would cost marks without a reason.

It must never import more than the standard library.
"""

from __future__ import annotations

import builtins
import contextlib
import dis
import linecache
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any

VERSION = "999.0.0"
"""The version of every package that is not there: what is left in compares it with the oldest that will do."""

KEEPING = frozenset({"autojit", "compile", "function", "jit", "njit", "script"})
"""What gives back a function that does the same, if faster; a decorator's does nearly always."""

REPLACING = frozenset(
    {"grad", "guvectorize", "jacfwd", "jacrev", "pmap", "remote", "stencil", "value_and_grad", "vectorize", "vmap"}
)  # fmt: skip
"""Decorators after which a function does something else: the bare one would give wrong values."""

MOST_USES = 100_000
"""So many uses in one import are a loop that waits for what never comes: a key, a picture of a camera."""

NOT_HERE = "is neither installed nor a part of the submission"


class Endless(TypeError):
    """A loop asks a stand-in for ever."""


class Inert:
    """Stands for anything out of a package that is not there.

    Args:
        name: what it is, with dots.
        reason: why it is not there, as the rest of a sentence.
    """

    # Not annotated: a stand-in would have the class's annotations, and `functools` asks what it is given for its own.
    depth = 0
    """How many modules of the submission are being imported, one from another."""

    uses = 0
    """How often stand-ins have been used since the import began."""

    __array_ufunc__ = None  # numpy's arrays leave arithmetic to it

    def __init__(self, name: str, reason: str, given: object = None) -> None:
        self.__name, self.__reason, self.__given = name, reason, given

    @classmethod
    @contextlib.contextmanager
    def importing(cls) -> Iterator[None]:
        """While a module of the submission is imported."""
        Inert.depth, Inert.uses = Inert.depth + 1, 0
        try:
            yield
        finally:
            Inert.depth -= 1

    def __used(self) -> None:
        if not Inert.depth:
            raise ImportError(f"{self.__name} is used here, and {self.__reason}")
        Inert.uses += 1
        if Inert.uses > MOST_USES:
            Inert.uses = 0
            raise Endless(f"this loop waits for {self.__name}, and {self.__reason}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.__used()
        first, last = args[0] if args else None, self.__name.rpartition(".")[2]
        if isinstance(first, types.FunctionType | type):
            replaces = last in REPLACING or self.__name.endswith("cuda.jit")
            decorates = _line(sys._getframe(1)).startswith("@")
            if not replaces and (decorates or last in KEEPING):
                return first
        return Inert(self.__name, self.__reason, first)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_Inert__"):  # of a copy that has nothing yet
            raise AttributeError(name)
        return stand_in(f"{self.__name}.{name}", self.__reason)

    def __iter__(self) -> Iterator[Any]:
        """As many as an unpacking takes, what a loop's wrapper was given, one for `next` or `list`, else none."""
        self.__used()
        frame = sys._getframe(1)
        code, at = frame.f_code.co_code, frame.f_lasti
        operation, argument = dis.opname[code[at]], code[at + 1]
        if operation == "UNPACK_SEQUENCE":
            return iter([self] * argument)
        if operation == "UNPACK_EX":
            after = code[at - 1] if dis.opname[code[at - 2]] == "EXTENDED_ARG" else 0
            return iter([self] * (argument + after))
        if isinstance(self.__given, Iterable) and not isinstance(self.__given, str | bytes | Inert):
            return iter(self.__given)
        return iter(
            [_Text(self.__name, self.__reason)] if operation in ("PRECALL", "CALL", "CALL_KW") else []
        )

    def __next__(self) -> Inert:
        self.__used()
        return self

    def __bool__(self) -> bool:
        self.__used()
        return _line(sys._getframe(1)).startswith("assert")

    def __eq__(self, other: object) -> bool:
        self.__used()
        return self is other

    def __ge__(self, other: object) -> bool:
        self.__used()
        return True

    def __gt__(self, other: object) -> bool:
        self.__used()
        return _line(sys._getframe(1)).startswith("assert")

    __le__, __lt__ = __ge__, __gt__
    __hash__ = object.__hash__

    def __len__(self) -> int:
        self.__used()
        return 0

    def __contains__(self, item: object) -> bool:
        self.__used()
        return False

    def __setitem__(self, key: object, value: object) -> None:
        self.__used()

    def __delitem__(self, key: object) -> None:
        self.__used()

    def __enter__(self) -> Inert:
        self.__used()
        return self

    def __exit__(self, *exc: object) -> None: ...

    def __float__(self) -> float:
        self.__used()
        return float("nan")

    def __complex__(self) -> complex:
        self.__used()
        return complex("nan")

    def __index__(self) -> int:
        self.__used()
        return 0

    def __array__(self, *args: object, **kwargs: object) -> Any:
        self.__used()
        array = sys.modules["numpy"].empty((), dtype=object)
        array[()] = self
        return array

    def __fspath__(self) -> str:
        self.__used()
        return "nowhere"

    def __str__(self) -> str:
        return f"<{self.__name}: {self.__reason}>"

    __repr__ = __str__

    def __format__(self, form: str) -> str:
        return str(self)

    # Nothing is an instance of a class that is not there: this is no use of it, and true.
    def __instancecheck__(self, value: object) -> bool:
        return False

    def __subclasscheck__(self, kind: type) -> bool:
        return False

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        names = {"_missing": (self.__name, self.__reason)}
        return (type(self.__name.rpartition(".")[2], (StandInBase,), names),)

    def __deepcopy__(self, memo: object) -> Inert:
        return self

    def __copy__(self) -> Inert:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Inert, (self.__name, self.__reason)


class _Text(Inert, str):
    """One that also passes for a text, as the name of a file does in whatever is asked for its first."""

    def __new__(cls, *args: object) -> _Text:
        return str.__new__(cls, "nowhere")


def _itself(self: Inert, *args: object) -> Inert:
    self._Inert__used()
    return self


for _operation in (
    "add", "and", "divmod", "floordiv", "lshift", "matmul", "mod", "mul", "or", "pow", "rshift", "sub", "truediv", "xor",
):  # fmt: skip
    setattr(Inert, f"__{_operation}__", _itself)
    setattr(Inert, f"__r{_operation}__", _itself)
for _operation in ("abs", "ceil", "floor", "getitem", "invert", "neg", "pos", "round", "trunc"):
    setattr(Inert, f"__{_operation}__", _itself)


class StandInBase:
    """Takes the place of a class that is not there among the bases of a class of the submission's."""

    _missing = ("", "")

    def __init__(self, *args: object, **kwargs: object) -> None: ...

    def __init_subclass__(cls, **kwargs: object) -> None: ...

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        kind, reason = self._missing
        return stand_in(f"{kind}.{name}", reason)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return Inert(*self._missing)(*args, **kwargs)


class InertModule(types.ModuleType):
    """A package that is not there."""

    __path__: list[str] = []  # noqa: RUF012  (a package without files)

    def __getattr__(self, name: str) -> Any:
        reason = f"{package_of(f'{self.__name__}.{name}')} {NOT_HERE}"
        return stand_in(f"{self.__name__}.{name}", reason)


def build_class(body: Any, name: str, /, *bases: Any, metaclass: Any = type, **options: Any) -> Any:
    """`__build_class__` of the submission's files: of what is not there no class can be a metaclass, nor a base of one."""
    found = [type if _is_of_stand_ins(base) else base for base in bases]
    if any(isinstance(base, type) and issubclass(base, type) and base is not type for base in found):
        found = [base for base in found if base is not type]
    if isinstance(metaclass, Inert) or _is_of_stand_ins(metaclass):
        metaclass, options = type, {}
    return builtins.__build_class__(body, name, *dict.fromkeys(found), metaclass=metaclass, **options)


def _is_of_stand_ins(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Inert | InertModule)


def package_of(name: str) -> str:
    """What one would install for a module: the first part of its name, and two where the first is many owners'."""
    return ".".join(name.split(".")[: 2 if name.startswith("google.") else 1])


def stand_in(name: str, reason: str) -> Any:
    """For `name`, which has dots: a version, a class of exceptions, or an `Inert`.

    Raises:
        AttributeError: it is a name of Python's own that not everything has.
    """
    last = name.rpartition(".")[2]
    if last == "__version__":
        return VERSION
    if last in ("__file__", "__name__", "__qualname__"):
        return name
    if last.startswith("__"):
        raise AttributeError(last)
    if last.endswith(("Error", "error", "Exception", "Warning")):  # `except` and `warnings` take nothing else
        return type(last, (Warning if last.endswith("Warning") else Exception,), {})
    return Inert(name, reason)


def _line(frame: types.FrameType) -> str:
    """The line of the source that a frame is at."""
    return linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
