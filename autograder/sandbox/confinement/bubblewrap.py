"""Workers in a bubblewrap sandbox.

Such a worker has no network, no environment, its own process, user, mount and IPC namespaces, a system
call filter, resource limits, and a file system that holds the system, the Python environment without this
kit, the worker's files, the training data and the submission's attachments (read-only), and an empty `/tmp`
of bounded size.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import SandboxError
from .file_system import visible_files
from .forked import ForkServer
from .interpreters import OURS, Interpreter
from .limits import Limits
from .process import WorkerProcess
from .starting import MAX_THREADS, NOTHING, Layout, gpus, popen, readable, worker_command

LAYOUT = Layout(
    kit="/worker",
    packages="/env/site-packages",
    submission="/tmp/submission",
    data="/data",
    attached="/attached",
)
"""What `file_system` and the options below bind there."""

NOBODY = 65534
"""The user that a worker becomes where the grader is root."""


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
    """bubblewrap's options for the GPUs, where a worker may use them."""
    return [part for path in gpus(limits) for part in ("--dev-bind", path, path)]


@dataclass(frozen=True)
class Bubblewrap:
    """Workers in a bubblewrap sandbox.

    Python and numpy are imported once, by a template in such a sandbox, of which each worker is a copy with namespaces
    and a /tmp of its own. A worker with attachments, a GPU or several threads is started by itself.

    Attributes:
        data: `.npy` files by name that the worker may map, read-only.
        secret: folders that must not be seen from inside, wherever they lie: results, other submissions.
        forks: whether this machine's kernel lets a sandbox make further namespaces, which copies need.
        python: what workers run under.
    """

    data: Mapping[str, Path] = field(default_factory=dict)
    secret: tuple[Path, ...] = ()
    forks: bool = True
    python: Interpreter = OURS
    name: str = "bubblewrap"
    _servers: dict[tuple[int, Limits], ForkServer] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Not a method of this object's, which would keep it alive for ever.
        weakref.finalize(self, _close, self._servers)

    def start(self, limits: Limits, attachments: Mapping[str, Path] = NOTHING) -> WorkerProcess:
        readable(attachments)
        if self._forks(limits) and not attachments:
            return self._fork(limits)
        ours, theirs = socket.socketpair()
        with theirs:
            process = self._run(limits, attachments, "--die-with-parent", sock=theirs.fileno())
            return WorkerProcess(process, ours)

    def prepare(self, limits: Limits) -> None:
        """Start the template."""
        if self._forks(limits):
            with contextlib.suppress(SandboxError):
                self._fork(limits).kill()

    def _forks(self, limits: Limits) -> bool:
        # A process with threads, which BLAS may start anew in each copy, can make no user namespace.
        return self.forks and limits.device == "cpu" and limits.cpu_threads == 1

    def _fork(self, limits: Limits) -> WorkerProcess:
        # A judge is a copy of the grader, whose template is not its own: its workers have to end with it.
        key = os.getpid(), limits
        # Several submissions may be graded at a time, and a template is started once.
        with self._lock:
            if key not in self._servers:
                # It outlives the thread that starts it, so it is bound to the grader by its socket alone.
                self._servers[key] = ForkServer(lambda control: self._run(limits, NOTHING, control=control))
            return self._servers[key].fork()

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
            *visible_files(self.secret, self.python),
            *(part for name, path in self.data.items() for part in ("--ro-bind", str(path), f"/data/{name}.npy")),
            *(part for name, path in attachments.items() for part in ("--ro-bind", str(path), f"/attached/{name}")),
            "--proc", "/proc", "--dev", "/dev", *devices(limits), "--remount-ro", "/dev",
            "--perms", "1777", "--size", str(limits.disk_mb << 20), "--tmpfs", "/tmp",
            "--remount-ro", "/", "--chdir", "/tmp",
            *worker_command(
                self.python.executable, LAYOUT, limits, sock=sock, control=control, user=user, threads=MAX_THREADS
            ),
        ]  # fmt: skip
        return popen(command, limits, (inherited,))

    def why_not(self, error: SandboxError) -> str:
        """Why bubblewrap does not work here, in its own words, or else those of an error."""
        command = [
            "bwrap",
            *_namespaces(),
            *visible_files(self.secret, self.python),
            "--proc",
            "/proc",
            "/bin/true",
        ]
        probe = subprocess.run(command, capture_output=True, text=True, errors="replace")
        return probe.stderr.strip() or str(error)


def _close(servers: dict[tuple[int, Limits], ForkServer]) -> None:
    for server in servers.values():
        server.close()
