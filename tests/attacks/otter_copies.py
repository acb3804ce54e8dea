"""Runs `otter run` again and again, each time in a copy of a process that has loaded Otter, and in another copy its kernel.

python -m tests.attacks.otter_copies AUTOGRADER

A line of its input is the JSON of a submission's path and of an existing folder, where Otter writes its results and where
`printed` is written; a line of its output says that it is done. What is loaded once for all is most of what an `otter run` takes.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

import ipykernel.kernelapp
import jupyter_client.provisioning.local_provisioner as provisioner
import nbconvert.preprocessors  # noqa: F401  # Otter imports it as it runs
import otter.run

import autograder.checks
import autograder.grading.container.shipped
import autograder.grading.otter_plugin  # noqa: F401


class Kernel:
    """A copy of this process that becomes the kernel it is asked for, with what a `subprocess.Popen` can do."""

    stdin = stdout = stderr = None

    def __init__(self) -> None:
        self.asked, theirs = socket.socketpair()
        self.status: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()  # Otter ends a kernel's whole group
            self.asked.close()
            self._become(theirs)
        theirs.close()

    def launch(self, cmd: list[str], cwd: str | None = None, env: Any = None, **options: Any) -> Kernel:
        """In place of `jupyter_client.launcher.launch_kernel`."""
        asked = {"cmd": cmd, "cwd": cwd or os.getcwd(), "env": dict(os.environ if env is None else env)}
        self.asked.sendall(json.dumps(asked).encode())
        self.asked.close()
        return self

    def _become(self, asking: socket.socket) -> None:
        told = b""
        while part := asking.recv(1 << 16):
            told += part
        if not told:  # Otter has ended before it wanted a kernel
            os._exit(0)
        asked = json.loads(told)
        os.environ.clear()
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        arguments = asked["cmd"]
        ipykernel.kernelapp.launch_new_instance(argv=arguments[arguments.index("ipykernel_launcher") + 1 :])
        sys.exit(0)

    def poll(self) -> int | None:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if pid else None
        return self.status

    def wait(self, timeout: float | None = None) -> int:
        if self.status is None:
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def run(submission: str, autograder: str, out: Path) -> None:
    """What the command `otter run` does, in a process of its own."""
    printed = os.open(out / "printed", os.O_WRONLY | os.O_CREAT, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for file, number in ((nothing, 0), (printed, 1), (printed, 2)):
        os.dup2(file, number)
    os.chdir(out)
    provisioner.launch_kernel = Kernel().launch
    otter.run.main(submission, autograder=autograder, output_dir=str(out), no_logo=True)


def main(autograder: str) -> None:
    for line in sys.stdin:
        submission, out = json.loads(line)
        if (pid := os.fork()) == 0:
            try:
                run(submission, autograder, Path(out))
            except Exception:
                traceback.print_exc()
                sys.exit(1)
            sys.exit(0)  # what was registered for the end is done
        os.waitpid(pid, 0)
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
