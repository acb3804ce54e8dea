"""Starts workers: in a bubblewrap sandbox, or, where the TA insists, as plain processes.

A sandboxed worker has no network, no environment, its own process, user, mount and IPC namespaces, a system
call filter, resource limits, and a file system that holds the system, the Python environment without this
kit, the worker's files, the training data and the submission's attachments (read-only), and an empty `/tmp`
of bounded size.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from ..errors import SandboxError
from .file_system import INSIDE, site_packages, visible_files
from .forked import ForkServer
from .process import WorkerProcess
from .system_calls import system_call_filter

MAX_THREADS = 64
"""Most threads of a worker; processes it cannot start at all."""

NOBODY = 65534
"""The user that a worker becomes where the grader is root."""

BLAS_SETTINGS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""Settings by which an administrator makes BLAS right for a processor; they are passed on."""


NOTHING: Mapping[str, Path] = MappingProxyType({})


@dataclass(frozen=True)
class Limits:
    """What a worker may use.

    Attributes:
        call_seconds: wall-clock seconds of one call.
        import_seconds: wall-clock seconds for importing one module.
        training_seconds: wall-clock seconds of a call that trains a model.
        submission_seconds: wall-clock seconds inside student code for all of a submission.
        memory_mb: address space in MiB; where torch is used, what comes on top of its own.
        disk_mb: size in MiB of the worker's /tmp, and of any one file.
        torch: whether the functions work on tensors, so that workers import torch before anything else.
        cpu_threads: threads of numpy and torch.
        device: "cpu", or "cuda" for a worker that sees the machine's GPUs; see `devices`.
        gpu_memory_fraction: share of the GPU's memory.
    """

    call_seconds: float = 10.0
    import_seconds: float = 30.0
    training_seconds: float = 60.0
    submission_seconds: float = 600.0
    memory_mb: int = 4096
    disk_mb: int = 64
    torch: bool = False
    cpu_threads: int = 1
    device: str = "cpu"
    gpu_memory_fraction: float = 0.9


class Confinement(Protocol):
    """A way to start workers."""

    @property
    def name(self) -> str: ...

    def start(self, limits: Limits, attachments: Mapping[str, Path] = NOTHING) -> WorkerProcess:
        """Start a worker.

        Args:
            limits: what it may use.
            attachments: files of one submission by name, such as its weights, that the worker may read.
        """
        ...


def worker_command(
    python: str,
    worker: str,
    *,
    sock: int | None,
    packages: str,
    folder: str,
    data: str,
    attached: str,
    limits: Limits,
    control: int | None = None,
    user: int | None = None,
    threads: int | None = None,
    among_others: str | None = None,
) -> list[str]:
    """The command of a worker.

    Args:
        python: the interpreter.
        worker: `worker.py` as the worker finds it.
        sock: the number of the worker's end of the socket.
        packages: the folder of the packages that may be imported.
        folder: where the submission is written.
        data: the folder of the training data.
        attached: the folder of the submission's attachments.
        limits: what it may use.
        control: instead of `sock`, the number of its control socket, for a template of workers.
        user: whom it becomes; None to stay who it is.
        threads: most threads of the user; None for a worker that is not confined at all.
        among_others: the file with what it may read and write, where it has no file system of its own.
    """
    settings = {
        "socket": sock,
        "control": control,
        "site_packages": packages,
        "folder": folder,
        "data": data,
        "attached": attached,
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
    return [python, "-I", "-S", "-B", "-X", "utf8", worker, json.dumps(settings)]


def _environment(limits: Limits, home: str | None) -> dict[str, str]:
    passed = BLAS_SETTINGS if limits.device == "cpu" else (*BLAS_SETTINGS, "CUDA_VISIBLE_DEVICES")
    settings = {name: os.environ[name] for name in passed if name in os.environ}
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    threads = {name: str(limits.cpu_threads) for name in names}
    places = {"HOME": "/tmp"} if home is None else {"HOME": home, "TMPDIR": home}
    return {"PATH": "/usr/bin:/bin", "MPLBACKEND": "Agg", **places, **threads, **settings}


def _namespaces(template: bool = False) -> list[str]:
    """bubblewrap's options for the namespaces and capabilities of a worker.

    As root, the worker needs two capabilities to become nobody, which drops them, and makes its user namespace
    itself; a user namespace of bubblewrap's would leave it root in the eyes of /proc/sys. Changing its user, it
    loses the signal that ends it with bubblewrap, so bubblewrap's reaper, still root, stays beside it. A template keeps
    a third one, without which the kernel would not end its copies, who are nobody, when it ends.
    """
    if os.getuid() != 0:
        # bubblewrap's reaper would have the worker's user, no limits and no filter: the worker could write to it.
        return ["--unshare-all", "--as-pid-1", "--cap-drop", "ALL"]
    kinds = ("ipc", "pid", "net", "uts", "cgroup-try")
    capabilities = ("CAP_SETUID", "CAP_SETGID", "CAP_KILL") if template else ("CAP_SETUID", "CAP_SETGID")
    return [
        *(f"--unshare-{kind}" for kind in kinds), "--cap-drop", "ALL",
        *(part for capability in capabilities for part in ("--cap-add", capability)),
    ]  # fmt: skip


def devices(limits: Limits) -> list[str]:
    """bubblewrap's options for the GPUs, where a worker may use them. Not tried on a machine with a GPU yet.

    The driver's libraries lie under /usr. Memory of the machine itself is not bounded for such a worker, since
    CUDA reserves more address space than there is memory.
    """
    if limits.device == "cpu":
        return []
    found = sorted(str(path) for path in Path("/dev").glob("nvidia*"))
    return [part for path in found for part in ("--dev-bind", path, path)]


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


@dataclass(frozen=True)
class Unconfined:
    """Workers as ordinary processes of this user: only the time, memory and protocol limits hold."""

    data: Mapping[str, Path] = field(default_factory=dict)
    name: str = "none"

    def start(self, limits: Limits, attachments: Mapping[str, Path] = NOTHING) -> WorkerProcess:
        readable(attachments)
        scratch = tempfile.TemporaryDirectory(prefix="coursework-worker-")
        for name, path in self.data.items():
            os.symlink(path, Path(scratch.name) / f"{name}.npy")
        attached = Path(scratch.name) / "attached"
        attached.mkdir()
        for name, path in attachments.items():
            os.symlink(path.absolute(), attached / name)
        ours, theirs = socket.socketpair()
        command = worker_command(
            sys.executable,
            str(INSIDE / "worker.py"),
            sock=theirs.fileno(),
            packages=site_packages(),
            folder=f"{scratch.name}/submission",
            data=scratch.name,
            attached=str(attached),
            limits=limits,
        )
        with theirs:
            return WorkerProcess(
                popen(command, limits, (theirs.fileno(),), cwd=scratch.name), ours, scratch.cleanup
            )


@dataclass(frozen=True)
class Bubblewrap:
    """Workers in a bubblewrap sandbox.

    Python and numpy are imported once, by a template in such a sandbox, of which each worker is a copy with namespaces
    and a /tmp of its own. A worker with attachments, a GPU or several threads is started by itself.

    Attributes:
        data: `.npy` files by name that the worker may map, read-only.
        secret: folders that must not be seen from inside, wherever they lie: results, other submissions.
        forks: whether this machine's kernel lets a sandbox make further namespaces, which copies need.
    """

    data: Mapping[str, Path] = field(default_factory=dict)
    secret: tuple[Path, ...] = ()
    forks: bool = True
    name: str = "bubblewrap"
    _servers: dict[Limits, ForkServer] = field(default_factory=dict, init=False, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        weakref.finalize(self, _close, self._servers)

    def start(self, limits: Limits, attachments: Mapping[str, Path] = NOTHING) -> WorkerProcess:
        readable(attachments)
        # A process with threads, which BLAS may start anew in each copy, can make no user namespace.
        if self.forks and not attachments and limits.device == "cpu" and limits.cpu_threads == 1:
            return self._fork(limits)
        ours, theirs = socket.socketpair()
        with theirs:
            process = self._run(limits, attachments, "--die-with-parent", sock=theirs.fileno())
            return WorkerProcess(process, ours)

    def _fork(self, limits: Limits) -> WorkerProcess:
        with self._lock:
            if limits in self._servers:
                try:
                    return self._servers[limits].fork()
                except SandboxError:  # the system has ended it, perhaps for lack of memory
                    del self._servers[limits]
            # It outlives the thread that starts it, so it is bound to the grader by its socket alone.
            self._servers[limits] = ForkServer(lambda control: self._run(limits, NOTHING, control=control))
            return self._servers[limits].fork()

    def _run(
        self,
        limits: Limits,
        attachments: Mapping[str, Path],
        *options: str,
        sock: int | None = None,
        control: int | None = None,
    ) -> subprocess.Popen[bytes]:
        """Run a worker on a socket, or the template of workers on a control socket."""
        # As root the worker takes another user's identity: to the kernel's own files root is root everywhere.
        user = NOBODY if os.getuid() == 0 else None
        (inherited,) = (fd for fd in (sock, control) if fd is not None)
        command = [
            "bwrap", *_namespaces(template=control is not None), *options, "--new-session", "--hostname", "sandbox",
            *visible_files(self.secret),
            *(part for name, path in self.data.items() for part in ("--ro-bind", str(path), f"/data/{name}.npy")),
            *(part for name, path in attachments.items() for part in ("--ro-bind", str(path), f"/attached/{name}")),
            "--proc", "/proc", "--dev", "/dev", *devices(limits), "--remount-ro", "/dev",
            "--perms", "1777", "--size", str(limits.disk_mb << 20), "--tmpfs", "/tmp",
            "--remount-ro", "/", "--chdir", "/tmp",
            *worker_command(
                os.path.realpath(sys.executable), "/worker/worker.py", sock=sock, control=control,
                packages="/env/site-packages", folder="/tmp/submission", data="/data", attached="/attached",
                limits=limits, user=user, threads=MAX_THREADS,
            ),
        ]  # fmt: skip
        return popen(command, limits, (inherited,))

    def why_not(self, error: SandboxError) -> str:
        """Why bubblewrap does not work here, in its own words, or else those of an error."""
        command = ["bwrap", *_namespaces(), *visible_files(self.secret), "--proc", "/proc", "/bin/true"]
        probe = subprocess.run(command, capture_output=True, text=True, errors="replace")
        return probe.stderr.strip() or str(error)


def _close(servers: dict[Limits, ForkServer]) -> None:
    for server in servers.values():
        server.close()
