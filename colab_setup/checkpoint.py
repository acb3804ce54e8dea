"""Keeps a training run's state in files, so that one that is cut off goes on as if it had not been.

    checkpoints = Checkpointer(session.checkpoints / "softmax", every_steps=100)
    W, history, start = W0, [], 0
    if found := checkpoints.resume(rng=rng):
        W, history, start = found["W"], found["history"], found.step
    for step in range(start, num_steps):
        ...
        checkpoints.step(step + 1, W=W, history=history, rng=rng)

A checkpoint is one file, written under another name, forced to disk and then renamed: it is there as a whole or
not at all. Nothing is ever unpickled except by torch's own reader of plain tensors (`weights_only`).
"""

from __future__ import annotations

import json
import os
import re
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import state as states
from .language import ToldError, _, reason, remedy
from .run_settings import difference, same
from .state import StateError

FORMAT = 1
SUFFIX = ".ckpt"
DAMAGED_SUFFIX = ".damaged"

_NAME = re.compile(r"(?P<number>\d{6,})-step-(?P<step>\d{8,})\.ckpt")
_PARTIAL = ".writing"
_DESCRIPTION = "checkpoint.json"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    KeyError,
    TypeError,
    NotImplementedError,
    RuntimeError,
)


class CheckpointError(ToldError):
    """Why a checkpoint cannot be written or read: one sentence, with what to do next."""


@dataclass(frozen=True)
class Checkpoint:
    """What was saved after `step` steps: values by the names that they were saved under.

    Generators, modules and optimisers that were given to `resume` are restored in place and are not among them.
    """

    step: int
    values: Mapping[str, object]
    path: Path

    def __getitem__(self, name: str) -> object:
        return self.values[name]


class Checkpointer:
    """Saves and restores the state of one training run in a folder of its own.

    What can be saved, each by a name: numpy arrays and torch tensors; numbers, texts, lists and dictionaries of
    them, as far as JSON holds them (a tuple comes back as a list, keys are texts only); whatever has `state_dict` and `load_state_dict` (modules, optimisers, schedulers); numpy Generators,
    `random.Random` and torch Generators. The global generators of python, numpy and torch are always saved.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        every_steps: int | None = None,
        every_minutes: float | None = None,
        keep: int = 3,
        settings: Mapping[str, object] | None = None,
        say: Callable[[str], object] = print,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Save every so many steps, or minutes, whichever comes first, by default every five minutes.

        The newest `keep` are kept. `settings` are the run's, such as its learning rate: checkpoints of another
        run are neither resumed from nor deleted. Raises CheckpointError for numbers that are not above zero.
        """
        if every_steps is None and every_minutes is None:
            every_minutes = 5.0
        steps, minutes = 1 if every_steps is None else every_steps, every_minutes or 0
        if steps < 1 or minutes < 0 or keep < 1:
            raise CheckpointError(
                _("A Checkpointer needs every_steps and keep of at least 1, and every_minutes from 0.")
            )
        self.folder = Path(folder)
        self.every_steps, self.every_minutes, self.keep = every_steps, every_minutes, keep
        self._settings = _plain(settings or {})
        self._say, self._clock = say, clock
        self._saved_at = clock()
        self._of_this_run: dict[str, bool] = {}

    def step(self, step: int, **state: object) -> Path | None:
        """Save if it is time to, after `step` steps were done; returns the file, or None.

        Training is worth more than its copy: where the file cannot be written this says so and returns None.
        """
        by_steps = self.every_steps is not None and step % self.every_steps == 0
        by_time = self.every_minutes is not None and self._clock() - self._saved_at >= self.every_minutes * 60
        if not (by_steps or by_time):
            return None
        try:
            return self.save(step, **state)
        except CheckpointError as error:
            if not isinstance(error.__cause__, OSError):
                raise
            self._say(_("{error} Training goes on.", error=error))
            self._saved_at = self._clock()
            return None

    def save(self, step: int, **state: object) -> Path:
        """Save now. Raises CheckpointError for a value of another kind, and where the file cannot be written."""
        try:
            saved = states.capture(state)
            described = json.dumps(
                {"format": FORMAT, "step": int(step), "settings": self._settings, "values": saved.plain}
            )
        except StateError as error:
            raise CheckpointError(str(error)) from error
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            number = max((number for number, _ in self._files()), default=0) + 1
            path = self.folder / f"{number:06}-step-{int(step):08}{SUFFIX}"
            self._write(path, described, saved)
            self._of_this_run[path.name] = True
            own = [old for _, old in self._files() if self._is_of_this_run(old)]
            for old in own[: -self.keep]:
                old.unlink(missing_ok=True)
        except OSError as error:
            raise CheckpointError(
                _(
                    "The checkpoint of step {step} could not be written to {folder} ({reason}): {remedy}.",
                    step=step,
                    folder=self.folder,
                    reason=reason(error),
                    remedy=remedy(error),
                )
            ) from error
        self._saved_at = self._clock()
        return path

    def resume(self, **targets: object) -> Checkpoint | None:
        """This run's newest checkpoint that is whole, with `targets` and the global generators set to what it holds.

        Returns None where there is none, and says so where there are those of other settings. Says so where it passes over a damaged file, which is then renamed.
        Raises CheckpointError where a target was not saved or does not fit, having changed nothing before
        the first that does not.
        """
        other: object = None
        for _number, path in reversed(self._files()):
            try:
                described, saved = _read(path)
            except OSError as error:
                self._say(
                    _(
                        "{name} could not be read ({reason}): the one before it is tried.",
                        name=path.name,
                        reason=reason(error),
                    )
                )
                continue
            except _BROKEN:
                with suppress(OSError):
                    path.replace(path.with_suffix(DAMAGED_SUFFIX))
                self._say(
                    _(
                        "{name} is damaged, probably cut off while it was written: the one before it is taken.",
                        name=path.name,
                    )
                )
                continue
            if not same(described.settings, self._settings):
                other = described.settings if other is None else other
                continue
            try:
                values = states.restore(saved, targets)
            except StateError as error:
                raise CheckpointError(
                    _("{name} does not fit: {error}", name=path.name, error=error)
                ) from error
            self._saved_at = self._clock()
            self._say(_("Training goes on after step {step} ({name}).", step=described.step, name=path.name))
            return Checkpoint(described.step, values, path)
        if other is not None:
            self._say(
                _(
                    "{folder} holds a run with other settings ({difference}): training starts anew, and that run's "
                    "checkpoints stay.",
                    folder=self.folder,
                    difference=difference(other, self._settings),
                )
            )
        return None

    def clear(self) -> None:
        """Delete the folder's checkpoints, to start anew."""
        for path in [*self.folder.glob(f"*{DAMAGED_SUFFIX}"), *(path for _number, path in self._files())]:
            if _NAME.fullmatch(path.with_suffix(SUFFIX).name):
                path.unlink(missing_ok=True)

    def _files(self) -> list[tuple[int, Path]]:
        """The checkpoints in the order in which they were written, whatever their steps."""
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            return []
        found = [(match, name) for name in names if (match := _NAME.fullmatch(name))]
        return sorted((int(match["number"]), self.folder / name) for match, name in found)

    def _is_of_this_run(self, path: Path) -> bool:
        """Whether a checkpoint was saved with these settings; of a damaged one that is not known."""
        if path.name not in self._of_this_run:
            try:
                with zipfile.ZipFile(path) as archive:
                    described = json.loads(archive.read(_DESCRIPTION))
                self._of_this_run[path.name] = same(described["settings"], self._settings)
            except (*_BROKEN, OSError):
                return False
        return self._of_this_run[path.name]

    def _write(self, path: Path, described: str, saved: states.Saved) -> None:
        partial = self.folder / _PARTIAL
        try:
            with partial.open("wb") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                    archive.writestr(_DESCRIPTION, described)
                    states.write(archive, saved)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        with suppress(OSError):  # not every file system, Drive's among them, can do this for a folder
            _sync_folder(self.folder)


@dataclass(frozen=True)
class _Description:
    step: int
    settings: object


def newest(folder: Path) -> Path | None:
    """The checkpoint that was written last in a folder or below it, whole or not."""
    found = [path for path in folder.rglob(f"*{SUFFIX}") if _NAME.fullmatch(path.name)]
    return max(found, key=lambda path: (path.stat().st_mtime_ns, path.name), default=None)


def is_whole(path: Path) -> bool:
    """Whether a checkpoint's file can be read to its end, every sum of it included."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None and _DESCRIPTION in archive.namelist()
    except (*_BROKEN, OSError):
        return False


def _read(path: Path) -> tuple[_Description, states.Saved]:
    with zipfile.ZipFile(path) as archive:
        described = json.loads(archive.read(_DESCRIPTION))
        if described["format"] != FORMAT:
            raise ValueError(described["format"])
        return _Description(int(described["step"]), described["settings"]), states.read(
            archive, described["values"]
        )


def _plain(settings: Mapping[str, object]) -> object:
    """Settings as they come back from a file, so that they compare equal."""
    try:
        return json.loads(json.dumps(dict(settings)))
    except TypeError as error:
        raise CheckpointError(
            _("The settings of a Checkpointer are numbers, texts and lists of them.")
        ) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
