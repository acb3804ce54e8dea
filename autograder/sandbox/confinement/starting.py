"""What all confinements have in common: the command of a worker, its environment, and what may be attached to it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from ..errors import SandboxError
from .interpreters import Interpreter
from .limits import Limits
from .process import WorkerProcess
from .system_calls import system_call_filter

MAX_THREADS = 64
"""Most threads of a worker; processes it cannot start at all."""

BLAS_SETTINGS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""Settings by which an administrator makes BLAS right for a processor; they are passed on."""

START = "import sys; sys.path.append(sys.argv[1]); from inside.start import main; main(sys.argv[2])"
"""What a worker runs. Its modules are one package, found in the folder that is named; see `inside.start`."""

NOTHING: Mapping[str, Path] = MappingProxyType({})


class Confinement(Protocol):
    """A way to start workers."""

    @property
    def name(self) -> str: ...

    @property
    def python(self) -> Interpreter: ...

    def start(self, limits: Limits, attachments: Mapping[str, Path] = NOTHING) -> WorkerProcess:
        """Start a worker.

        Args:
            limits: what it may use.
            attachments: files of one submission by name, such as its weights, that the worker may read.
        """
        ...

    def prepare(self, limits: Limits) -> None:
        """Do what makes the start of later workers quick, if anything does; `start` tells what is wrong."""


@dataclass(frozen=True)
class Layout:
    """Where a worker finds things, as paths of its own file system.

    Attributes:
        kit: the folder that holds `inside`.
        packages: the folder of the packages that may be imported.
        submission: the folder that the submission is written to.
        data: the folder of the training data.
        attached: the folder of the submission's attachments.
    """

    kit: str
    packages: str
    submission: str
    data: str
    attached: str


def worker_command(
    python: str,
    layout: Layout,
    limits: Limits,
    *,
    sock: int | None = None,
    control: int | None = None,
    user: int | None = None,
    threads: int | None = None,
    among_others: str | None = None,
) -> list[str]:
    """The command of a worker.

    Args:
        python: the interpreter.
        layout: where it finds things.
        limits: what it may use.
        sock: the number of the worker's end of the socket.
        control: instead of `sock`, the number of its control socket, for a template of workers.
        user: whom it becomes; None to stay who it is.
        threads: most threads of the user; None for a worker that is not confined at all.
        among_others: the file with what it may read and write, where it has no file system of its own.
    """
    settings = {
        "socket": sock,
        "control": control,
        "site_packages": layout.packages,
        "folder": layout.submission,
        "data": layout.data,
        "attached": layout.attached,
        "memory_bytes": limits.memory_mb << 20,
        "disk_bytes": limits.disk_mb << 20,
        "user": user,
        "threads": threads,
        "among_others": among_others,
        "torch": limits.torch,
        "cpu_threads": limits.cpu_threads,
        "device": limits.device,
        "gpu_memory_fraction": limits.gpu_memory_fraction,
        "filter": None if threads is None else system_call_filter(among_others=bool(among_others)).hex(),
    }
    return [python, "-I", "-S", "-B", "-X", "utf8", "-c", START, layout.kit, json.dumps(settings)]


def gpus(limits: Limits) -> list[str]:
    """The device files of the GPUs, where a worker may use them. Not tried on a machine with a GPU yet.

    The driver's libraries lie under /usr. Memory of the machine itself is not bounded for such a worker, since
    CUDA reserves more address space than there is memory.
    """
    return [] if limits.device == "cpu" else sorted(str(path) for path in Path("/dev").glob("nvidia*"))


def readable(attachments: Mapping[str, Path]) -> None:
    """Refuses what a worker could not read, or what would show it another file.

    Raises:
        SandboxError: an attachment is a link or no file, its name is a path, or it is closed to others.
    """
    for name, path in attachments.items():
        if (
            os.path.basename(name) != name
            or name in ("", ".", "..")
            or path.is_symlink()
            or not path.is_file()
        ):
            raise SandboxError(
                f"{path} cannot be attached to a submission as {name!r}: it must be a plain file."
            )
        if os.getuid() == 0 and not path.stat().st_mode & stat.S_IROTH:
            raise SandboxError(f"{path} cannot be read by a worker, which is another user: chmod o+r it.")


def popen(
    command: list[str],
    limits: Limits,
    pass_fds: tuple[int, ...],
    cwd: str | None = None,
    home: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a worker's command without this process's environment and files.

    Args:
        command: see `worker_command`.
        limits: what it may use.
        pass_fds: the files that it gets.
        cwd: where it starts.
        home: the folder that is its own, where it has no /tmp; such a worker also loses this process's terminal.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=pass_fds,
        env=_environment(limits, home),
        cwd=cwd,
        start_new_session=home is not None,
    )


def _environment(limits: Limits, home: str | None) -> dict[str, str]:
    passed = BLAS_SETTINGS if limits.device == "cpu" else (*BLAS_SETTINGS, "CUDA_VISIBLE_DEVICES")
    settings = {name: os.environ[name] for name in passed if name in os.environ}
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    threads = {name: str(limits.cpu_threads) for name in names}
    places = {"HOME": "/tmp"} if home is None else {"HOME": home, "TMPDIR": home}
    # The worker's user has no name, and programs ask for one: `getpass.getuser`, caches of compiled code.
    always = {"PATH": "/usr/bin:/bin", "MPLBACKEND": "Agg", "LOGNAME": "student"}
    # glibc reserves 64 MiB for a thread's small allocations, up to eight such places a core, and the limit on memory counts what
    # is reserved: sixteen threads that compute nothing would have all of a GiB.
    always["MALLOC_ARENA_MAX"] = "1"
    return {**always, **places, **threads, **settings}
