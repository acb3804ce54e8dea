"""Stand-ins for packages that students import out of habit and that are not installed where this is graded.

It must never import more than the standard library.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Sequence

COMMON_PACKAGES = (
    "IPython", "cv2", "google.colab", "h5py", "ipywidgets", "imageio", "matplotlib", "numba", "pandas", "PIL",
    "requests", "scipy", "seaborn", "skimage", "sklearn", "tensorflow", "torch", "torchvision", "tqdm",
)  # fmt: skip
"""Packages that students import out of habit; where one is not installed, its import must not cost them."""


class Inert:
    """Stands for anything out of a package that is not installed.

    While the submission is imported it accepts every use and does nothing; a call returns its first argument,
    so that a decorator leaves the function alone. Afterwards a call raises ImportError: a wrong value in
    silence would cost the student marks without a reason.
    """

    importing = True

    def __init__(self, name: str) -> None:
        self.__name = name

    def __call__(self, *args: object, **kwargs: object) -> object:
        if not Inert.importing:
            raise ImportError(f"{self.__name} is not installed where this is graded")
        return args[0] if args else self

    def __getattr__(self, name: str) -> Inert:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert(f"{self.__name}.{name}")

    def __getitem__(self, key: object) -> Inert:
        return self

    def __setitem__(self, key: object, value: object) -> None: ...

    def __enter__(self) -> Inert:
        return self

    def __exit__(self, *exc: object) -> None: ...


class InertModule(types.ModuleType):
    """A package that is not installed."""

    __path__: list[str] = []  # noqa: RUF012  (a package without files)

    def __getattr__(self, name: str) -> Inert:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert(f"{self.__name__}.{name}")


class InertFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Comes last on the import path and serves `COMMON_PACKAGES` that nothing else has found.

    Only the submission's own imports are served: an installed package that tries an optional one (torch does,
    long after its import) must learn that it is missing.

    Args:
        folder: where the submission lies.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        known = any(f"{fullname}.".startswith(f"{package}.") for package in COMMON_PACKAGES)
        parent = any(package.startswith(f"{fullname}.") for package in COMMON_PACKAGES)
        if not (known or parent) or not self._asked_by_the_submission():
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def _asked_by_the_submission(self) -> bool:
        frame: types.FrameType | None = sys._getframe(2)
        while frame is not None and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        return frame is None or frame.f_code.co_filename.startswith(self.folder)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return InertModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None: ...
