"""What the notebook's first cell calls: `setup` finds GPU, Drive, folder and data, and says what it found.

Each part goes on where it can: without a GPU on the CPU, without Drive on the machine's own disk, without data on
synthetic images. What the student can do about it is one sentence below the table.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import figures, images, predicting, report
from . import folder as folders
from .data import Dataset
from .language import _, reason
from .machine import SetupError, gpu, runtime
from .machine import drive as drives
from .notebook import rereading, unrun
from .notebook.grader import Grader
from .progress import Item, progress


@dataclass(frozen=True)
class Session:
    """What the notebook needs.

    Attributes:
        assignment: its name.
        folder: the folder of the modules, tests and notebook; the working directory from now on.
        colab: whether this is Google Colab.
        device: "cuda" or "cpu", for torch.
        gpu: what nvidia-smi says of the GPU, or None.
        seed: what python, numpy and torch were seeded with.
        drive: the assignment's folder on Drive; on a laptop, or without Drive, a local folder.
        checkpoints: a folder in `drive` that can be written to.
        data: the images, where the assignment works on them; its `source` says where they come from.
        grader: checks questions on the saved modules: `grader.check("svm_loss")`, `grader.need("svm_loss")`.
        problems: what the student can do, one sentence each.
        summary: the table that was printed.
    """

    assignment: str
    folder: Path
    colab: bool
    device: str
    gpu: gpu.Gpu | None
    seed: int
    drive: Path
    checkpoints: Path
    data: Dataset | None
    grader: Grader
    problems: tuple[str, ...]
    summary: str

    def __repr__(self) -> str:
        return self.summary

    def progress(self, items: Iterable[Item], label: str = "", *, total: int | None = None) -> Iterator[Item]:
        """Go through items; where that takes long, say how far it is."""
        return progress(items, label, total=total)

    def predict(self, name: str, answer: object = ...) -> predicting.Told:
        """Note what you expect of the next cell, a letter or a number, and read what is right."""
        return predicting.Told(predicting.predict(folders.read(self.folder), name, answer))

    def written(self, **values: object) -> None:
        """Stop the cell in one sentence as long as one of these is the three dots."""
        predicting.written(**values)


def setup(
    assignment: str,
    *,
    drive: Path | str | None = None,
    data: Path | str | None = None,
    cache: Path | str | None = None,
    seed: int = 0,
    deterministic: bool = False,
    tf32: bool = True,
    gpu_required: bool = False,
    progress: bool = True,
    mountpoint: Path | str = drives.MOUNTPOINT,
) -> Session:
    """Make a working runtime of a bare one, print a summary, and return what was found.

    In a notebook the modules of the folder are read anew, from then on, whenever they were saved.

    `drive` is the folder that takes the place of the one on Drive, `data` the data set's zip or folder; both are
    looked for where they are not given. `cache` is where the decoded data set is kept. For `seed`,
    `deterministic` and `tf32` see `machine.gpu.prepare`.

    Raises SetupError, which a notebook shows as one sentence, with `gpu_required` where torch cannot use a GPU.
    """
    mountpoint = Path(mountpoint)
    colab = runtime.in_colab()
    problems: list[str] = []
    mounted = colab and drive is None and _mount(mountpoint, problems)
    on_drive = drives.find_folders(assignment, mountpoint) if mounted else ()
    folder = _assignment_folder(assignment, on_drive)
    asks = _description(folder)
    with_gpu = gpu_required or asks is None or asks.gpu
    if with_gpu:
        _step(progress, _("Looking for a GPU, and importing torch where it is installed ..."))
    device = gpu.prepare(seed=seed, deterministic=deterministic, tf32=tf32, colab=colab, with_torch=with_gpu)
    if gpu_required and device.name != "cuda":
        raise SetupError(
            device.problem or _("This assignment needs an NVIDIA GPU, and this machine has none: use Colab.")
        )
    if device.problem:
        problems.append(device.problem)
    kept = _kept_folder(
        assignment,
        folder,
        None if drive is None else Path(drive),
        on_drive,
        mounted,
        mountpoint,
        problems,
    )
    checkpoints = kept / "checkpoints"
    if not drives.is_writable(checkpoints):
        problems.append(
            _(
                "{checkpoints} cannot be written to: give another folder, setup(..., drive=...).",
                checkpoints=checkpoints,
            )
        )
    dataset = None
    if data is not None or asks is None or asks.images:
        _step(progress, _("Looking for the images ..."))
        source = images.find(data, folder, kept, on_drive, mounted, mountpoint)
        dataset = images.fetch(source, cache, progress, mountpoint, problems)
    _enter(folder)
    rereading.start(folder)
    unrun.start(folder)
    figures.tell_figures()
    rows = [
        (
            _("Runtime"),
            f"{'Google Colab' if colab else platform.node() or _('this machine')}, {_versions(device)}",
        ),
        ("GPU", "; ".join(map(str, device.gpus)) or (_("none") if with_gpu else _("not needed"))),
        (_("Computing on"), f"{device.name} ({device.settings})"),
        (_("Folder"), str(folder)),
        (
            _("Kept in"),
            _(
                "{kept} ({where}), checkpoints in checkpoints/",
                kept=kept,
                where="Google Drive" if mounted else _("local"),
            ),
        ),
    ]
    if dataset is not None:
        rows.append((_("Data"), dataset.source))
    summary = report.table(_("{assignment}: what this runtime has", assignment=assignment), rows, problems)
    print(summary)
    first = device.gpus[0] if device.gpus else None
    grader = Grader(folder)
    grader.prepare()
    return Session(
        assignment=assignment,
        folder=folder,
        colab=colab,
        device=device.name,
        gpu=first,
        seed=seed,
        drive=kept,
        checkpoints=checkpoints,
        data=dataset,
        grader=grader,
        problems=tuple(problems),
        summary=summary,
    )


def _mount(mountpoint: Path, problems: list[str]) -> bool:
    try:
        drives.mount(mountpoint)
    except drives.DriveError as error:
        problems.append(
            _("{error} Until then what this session writes is lost when Colab ends it.", error=error)
        )
        return False
    return True


def _assignment_folder(assignment: str, on_drive: tuple[Path, ...]) -> Path:
    """The folder with the modules: that of this package (the student's zip holds both), this one, or Drive's."""
    ours = Path(__file__).resolve().parents[1]
    try:
        here = Path.cwd()
    except OSError:  # it lay on a Drive that has broken off
        here = ours
    for place in (here, ours, *on_drive):
        if drives.is_file(place / folders.DESCRIPTION) and folders.read(place).name == assignment:
            return place
    for place in (here, *on_drive):
        if drives.is_file(place / f"{assignment}.ipynb"):
            return place
    return here


def _kept_folder(
    assignment: str,
    folder: Path,
    given: Path | None,
    on_drive: tuple[Path, ...],
    mounted: bool,
    mountpoint: Path,
    problems: list[str],
) -> Path:
    """Where what has to last is kept: a folder that is the student's own, since others write to a shared one too."""
    if given is not None:
        try:
            given.mkdir(parents=True, exist_ok=True)
            return given.resolve()
        except OSError as error:
            problems.append(
                _(
                    "{given} cannot be used ({reason}), so that files are kept in {folder}: give another folder, "
                    "setup(..., drive=...).",
                    given=given,
                    reason=reason(error),
                    folder=folder,
                )
            )
            return folder
    if not mounted:
        return folder
    mine = drives.my_drive(mountpoint)
    for place in (folder, *on_drive, mine / assignment, mine / f"{assignment}-work"):
        if mine.resolve() in place.resolve().parents and drives.is_writable(place):
            return place
    return folder


def _description(folder: Path) -> folders.Assignment | None:
    """What the folder says of itself; None where it says nothing."""
    return folders.read(folder) if (folder / folders.DESCRIPTION).is_file() else None


def _step(shown: bool, text: str) -> None:
    """Say what takes a while before it does."""
    if shown:
        print(text, flush=True)


def _enter(folder: Path) -> None:
    """Make the folder the one that modules are imported from and tests are looked for in."""
    os.chdir(folder)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def _versions(device: gpu.Device) -> str:
    versions = [f"Python {platform.python_version()}"]
    if (numpy := sys.modules.get("numpy")) is not None:
        versions.append(f"numpy {numpy.__version__}")
    if device.torch:
        versions.append(f"torch {device.torch}")
    return ", ".join(versions)
