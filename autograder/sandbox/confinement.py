"""Starts workers: in a bubblewrap sandbox, or, where the TA insists, as plain processes.

A sandboxed worker has no network, no environment, its own process, user, mount and IPC namespaces, a system
call filter, resource limits, and a file system that holds the system, the Python environment without this
kit, the worker's two files, the training data (read-only) and an empty `/tmp` of bounded size.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from errno import EPERM
from pathlib import Path
from typing import Any, Protocol

from . import protocol

HERE = Path(__file__).parent
KIT = HERE.parent
"""The folder of the `autograder` package."""

START_SECONDS = 60.0
"""How long a worker may take to come up, on a machine under load."""

DENIED_SYSTEM_CALLS = (
    # starting processes: a worker is one process, so that nothing outlives it (bubblewrap itself needs execve)
    "fork", "vfork", "execveat",
    # sockets: the worker has inherited the only one it needs
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4",
    # other processes, the kernel, and ways around the namespaces
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_open", "pidfd_getfd",
    "pidfd_send_signal", "kcmp", "unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "open_tree",
    "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "keyctl", "add_key", "request_key",
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register",
    "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon",
    "swapoff", "acct", "quotactl", "open_by_handle_at", "name_to_handle_at", "personality", "mknod", "mknodat",
    "memfd_secret", "memfd_create", "lookup_dcookie", "syslog", "settimeofday", "clock_settime", "adjtimex",
)  # fmt: skip

CLONE_THREAD = 0x00010000

SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime")
"""What programs need of /etc; nothing else of it is there."""

BLAS_SETTINGS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""Settings by which an administrator makes BLAS right for a processor; they are passed on."""


class SandboxError(Exception):
    """The grader could not confine or start a worker: never the student's fault."""


@dataclass(frozen=True)
class Limits:
    """What a worker may use.

    Attributes:
        call_seconds: wall-clock seconds of one call.
        import_seconds: wall-clock seconds for importing one module.
        training_seconds: wall-clock seconds of a call that trains a model.
        submission_seconds: wall-clock seconds inside student code for all of a submission.
        memory_mb: address space in MiB.
        disk_mb: size in MiB of the worker's /tmp, and of any one file.
    """

    call_seconds: float = 10.0
    import_seconds: float = 30.0
    training_seconds: float = 60.0
    submission_seconds: float = 600.0
    memory_mb: int = 4096
    disk_mb: int = 64


@dataclass
class WorkerProcess:
    """A started worker and the grader's end of its socket."""

    process: subprocess.Popen[bytes]
    sock: socket.socket
    scratch: tempfile.TemporaryDirectory[str] | None = None

    def wait_until_ready(self) -> None:
        """Raises SandboxError when the worker does not come up; no student code has run before that."""
        try:
            if protocol.receive(self.sock, time.monotonic() + START_SECONDS) == {"ready": True}:
                return
            reason = "it sent something else"
        except protocol.DeadlineExceeded:
            reason = f"it was not ready after {START_SECONDS:.0f} s"
        except (protocol.Disconnected, protocol.ProtocolError):
            reason = f"it ended with status {self.end()}"
        self.kill()
        raise SandboxError(
            f"A worker could not be started: {reason}. `bwrap --version` and the disk may tell why."
        )

    def end(self) -> int:
        """The exit status of a worker that has closed its socket, killed where it lingers."""
        try:
            return self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL

    def kill(self) -> None:
        """End the worker and, through its process namespace, all that it may have started."""
        self.process.kill()
        self.process.wait()
        self.sock.close()
        if self.scratch is not None:
            self.scratch.cleanup()


class Confinement(Protocol):
    """A way to start workers."""

    @property
    def name(self) -> str: ...

    def start(self, limits: Limits, seed: int) -> WorkerProcess: ...


def _worker_command(
    python: str, worker: str, *, sock: int, packages: str, folder: str, data: str, limits: Limits, seed: int
) -> list[str]:
    settings = {
        "socket": sock,
        "site_packages": packages,
        "folder": folder,
        "data": data,
        "memory_bytes": limits.memory_mb << 20,
        "disk_bytes": limits.disk_mb << 20,
        "seed": seed,
    }
    return [python, "-I", "-S", "-B", "-X", "utf8", worker, json.dumps(settings)]


def _environment() -> dict[str, str]:
    settings = {name: os.environ[name] for name in BLAS_SETTINGS if name in os.environ}
    threads = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    return {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "MPLBACKEND": "Agg", **threads, **settings}  # noqa: S108


def _popen(command: list[str], pass_fds: tuple[int, ...], cwd: str | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=pass_fds,
        env=_environment(),
        cwd=cwd,
    )


@dataclass(frozen=True)
class Unconfined:
    """Workers as ordinary processes of this user: only the time, memory and protocol limits hold."""

    data: Mapping[str, Path] = field(default_factory=dict)
    name: str = "none"

    def start(self, limits: Limits, seed: int) -> WorkerProcess:
        scratch = tempfile.TemporaryDirectory(prefix="coursework-worker-")
        for name, path in self.data.items():
            os.symlink(path, Path(scratch.name) / f"{name}.npy")
        ours, theirs = socket.socketpair()
        command = _worker_command(
            sys.executable,
            str(HERE / "worker.py"),
            sock=theirs.fileno(),
            packages=site_packages(),
            folder=f"{scratch.name}/submission",
            data=scratch.name,
            limits=limits,
            seed=seed,
        )
        with theirs:
            return WorkerProcess(_popen(command, (theirs.fileno(),), cwd=scratch.name), ours, scratch)


@dataclass(frozen=True)
class Bubblewrap:
    """Workers in a bubblewrap sandbox.

    Attributes:
        data: `.npy` files by name that the worker may map, read-only.
        secret: folders that must not be seen from inside, wherever they lie: results, other submissions.
    """

    data: Mapping[str, Path] = field(default_factory=dict)
    secret: tuple[Path, ...] = ()
    name: str = "bubblewrap"

    def start(self, limits: Limits, seed: int) -> WorkerProcess:
        ours, theirs = socket.socketpair()
        with theirs, tempfile.TemporaryFile() as program:
            program.write(system_call_filter())
            program.seek(0)
            command = [
                "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
                "--hostname", "sandbox", "--seccomp", str(program.fileno()),
                *_file_system(self.secret),
                *(part for name, path in self.data.items() for part in ("--ro-bind", str(path), f"/data/{name}.npy")),
                "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev",
                "--size", str(limits.disk_mb << 20), "--tmpfs", "/tmp",
                "--remount-ro", "/", "--chdir", "/tmp",
                *_worker_command(
                    os.path.realpath(sys.executable), "/worker/worker.py", sock=theirs.fileno(),
                    packages="/env/site-packages", folder="/tmp/submission", data="/data",
                    limits=limits, seed=seed,
                ),
            ]  # fmt: skip
            return WorkerProcess(_popen(command, (theirs.fileno(), program.fileno())), ours)


def choose(data: Mapping[str, Path], secret: tuple[Path, ...], *, allow_none: bool) -> Confinement:
    """The sandbox of this machine, tried out.

    Args:
        data: `.npy` files by name that workers may map.
        secret: folders that workers must not see.
        allow_none: the TA has said that no sandbox is needed.

    Raises:
        SandboxError: there is no sandbox, and the TA has not said so.
    """
    if allow_none:
        return Unconfined(data)
    if shutil.which("bwrap") is None:
        raise SandboxError(
            "No sandbox: bubblewrap is not installed, and student code is not run without one. Install it "
            "(`apt install bubblewrap`), or, for code that you trust, add --no-sandbox."
        )
    probe = subprocess.run(
        [
            "bwrap",
            "--unshare-all",
            "--cap-drop",
            "ALL",
            *_file_system(secret),
            "--proc",
            "/proc",
            "/bin/true",
        ],
        capture_output=True,
        text=True,
        errors="replace",
    )
    if probe.returncode != 0:
        raise SandboxError(
            f"No sandbox: bubblewrap is installed but does not work here ({probe.stderr.strip()}). Allow "
            "unprivileged user namespaces, or, for code that you trust, add --no-sandbox."
        )
    system_call_filter()
    return Bubblewrap(data, secret)


@functools.cache
def site_packages() -> str:
    """The folder of the packages that workers may import."""
    return sysconfig.get_path("purelib")


@functools.cache
def system_call_filter() -> bytes:
    """A seccomp program that refuses `DENIED_SYSTEM_CALLS` and new processes, but not threads.

    Raises:
        SandboxError: libseccomp is missing.
    """
    try:
        import pyseccomp
    except (ImportError, RuntimeError, OSError) as error:
        raise SandboxError(
            "No sandbox: libseccomp is missing. Install it (`apt install libseccomp2`)."
        ) from error
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for call in DENIED_SYSTEM_CALLS:
        try:
            rules.add_rule(pyseccomp.ERRNO(EPERM), call)
        except (OSError, ValueError):  # this architecture or library does not know the call
            continue
    is_process = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_THREAD, 0)
    rules.add_rule(pyseccomp.ERRNO(EPERM), "clone", is_process)
    # Its flags lie in memory that a filter cannot read; the C library falls back to clone.
    rules.add_rule(pyseccomp.ERRNO(38), "clone3")
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _file_system(secret: tuple[Path, ...]) -> list[str]:
    options: list[str] = ["--ro-bind", "/usr", "/usr"]
    for name in ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
        if os.path.islink(name):
            options += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            options += ["--ro-bind", name, name]
    for name in SYSTEM_FILES:
        options += ["--ro-bind-try", name, name]
    base = os.path.realpath(sys.base_prefix)
    if not base.startswith("/usr/"):
        options += ["--ro-bind", base, base]
    options += ["--ro-bind", site_packages(), "/env/site-packages", "--dir", "/data"]
    for name in ("worker.py", "protocol.py"):
        options += ["--ro-bind", str(HERE / name), f"/worker/{name}"]
    views = {"/usr": "/usr", base: base, os.path.realpath(site_packages()): "/env/site-packages"}
    for path in (*kit_files(), *secret):
        options += _hide(path, views)
    return options


def _hide(path: Path, views: Mapping[str, str]) -> list[str]:
    """Options that cover a path in every view of a host folder that shows it."""
    real = os.path.realpath(path)
    covers: list[str] = []
    for host, inside in views.items():
        if real.startswith(host + "/") and os.path.lexists(real):
            nothing = _empty_folder() if os.path.isdir(real) else "/dev/null"
            covers += ["--ro-bind", nothing, inside + real[len(host) :]]
    return covers


@functools.cache
def _empty_folder() -> str:
    folder = Path(tempfile.gettempdir()) / f"coursework-empty-{os.getuid()}"
    folder.mkdir(mode=0o555, exist_ok=True)
    return str(folder)


@functools.cache
def kit_files() -> tuple[Path, ...]:
    """All places where this kit, installed or checked out, may lie on this machine."""
    folders = {KIT.parent, Path(site_packages())}
    folders.update(
        Path(base) / tail for base in ("/usr/lib", "/usr/local/lib") for tail in _package_folders(base)
    )
    folders.update(
        Path(os.path.realpath(sys.base_prefix)) / "lib" / tail
        for tail in _package_folders(os.path.join(os.path.realpath(sys.base_prefix), "lib"))
    )
    own = ("autograder", "solutions", "assignments", "colab_setup")
    found: list[Path] = []
    if (KIT.parent / "pyproject.toml").exists():
        found.append(KIT.parent)
    for folder in folders:
        if folder.is_dir():
            found += [
                entry for entry in folder.iterdir() if entry.name in own or _is_own_metadata(entry.name)
            ]
    return tuple(found)


def _package_folders(base: str) -> list[str]:
    if not os.path.isdir(base):
        return []
    pythons = [name for name in os.listdir(base) if name.startswith("python")]
    return [f"{name}/{kind}" for name in pythons for kind in ("site-packages", "dist-packages")]


def _is_own_metadata(name: str) -> bool:
    return (
        name.lower()
        .replace("-", "_")
        .lstrip("_")
        .startswith(("deep_learning_coursework", "editable___deep_learning_coursework"))
    )


def describe_status(status: int) -> tuple[str, bool]:
    """An exit status in words, and whether it looks like the memory ran out (a kill from outside)."""
    number: Any = -status if status < 0 else status - 128
    if status < 0 or status > 128:
        try:
            return f"it was ended by {signal.Signals(number).name}", number == signal.SIGKILL
        except ValueError:
            pass
    return f"it ended the process with status {status}", False
