"""Lets the grader import those parts of Otter that it uses without the others.

Otter's packages import all of Otter at once, with it pandas and the exporters of notebooks, which took most of the
grader's start. Here its packages begin empty: their modules import as ever, and whatever else is asked of a package
(`from otter import Notebook`) first runs its own `__init__`.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec
from sys import modules
from types import ModuleType

PACKAGES = ("otter", "otter.assign", "otter.run", "otter.run.run_autograder")


def begin() -> None:
    """Begin Otter's packages empty, as far as nobody has imported them."""
    for name in PACKAGES:
        parent, _, child = name.rpartition(".")
        spec = PathFinder.find_spec(name, modules[parent].__path__ if parent else None)
        if name in modules or spec is None:
            return
        modules[name] = module_from_spec(spec)
        vars(modules[name])["__getattr__"] = _asked_of(modules[name], spec)
        if parent:
            setattr(modules[parent], child, modules[name])


def _asked_of(package: ModuleType, spec: ModuleSpec) -> Callable[[str], object]:
    """What finds a name that the empty package does not have."""

    def find(name: str) -> object:
        if PathFinder.find_spec(f"{spec.name}.{name}", package.__path__):
            return import_module(f"{spec.name}.{name}")
        vars(package).pop("__getattr__", None)
        assert spec.loader is not None
        spec.loader.exec_module(package)
        return getattr(package, name)

    return find
