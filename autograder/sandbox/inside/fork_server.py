"""The worker as a template: it has imported everything once, and every submission gets a copy of it by fork.

It must never import more than the standard library. The template itself never holds anything of a submission's; what a
copy may do is decided in `restrict.isolate`, before it returns from here.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
from collections.abc import Callable


def serve(control_fd: int, isolate: Callable[[], None]) -> int:
    """Fork for every message on the control socket; returns in the copies only.

    A message brings two file descriptors: the socket of a worker, and where its exit status is written, in
    decimal. The answer brings a pidfd, by which the worker can be killed.

    Args:
        control_fd: a connected Unix socket; the template ends when its other end is closed.
        isolate: called in a copy, which has no other file open.

    Returns:
        The worker's socket.
    """
    control = socket.socket(fileno=control_fd)
    # Children end at any moment, and the loop waits for sockets: so that no end is missed between looking and waiting,
    # the signal is made a byte on a socket. The handler may do nothing, but without one SIGCHLD writes no byte.
    wakes, wake = socket.socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    selector = selectors.DefaultSelector()
    selector.register(control, selectors.EVENT_READ)
    selector.register(wakes, selectors.EVENT_READ)
    status_fds: dict[int, int] = {}
    control.send(b"ready")
    while True:
        for key, _ in selector.select():
            if key.fileobj is wakes:
                wakes.recv(4096)
                _reap(status_fds)
                continue
            message, fds, _, _ = socket.recv_fds(control, 16, 2)
            if not message:
                os._exit(0)
            worker_socket, status_fd = fds
            pid = os.fork()
            if pid == 0:
                try:
                    # The copy must find nothing of the template's: neither the control socket, by which it could
                    # ask for workers, nor what reports how other workers have ended.
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    for opened in (selector, control, wakes, wake):
                        opened.close()
                    os.closerange(3, worker_socket)
                    os.closerange(worker_socket + 1, 1 << 20)
                    isolate()
                except BaseException:
                    os._exit(70)
                return worker_socket
            status_fds[pid] = status_fd
            # A number would not do: the grader is in another process namespace, and numbers are given out again. The
            # child cannot be gone meanwhile, since only `_reap` lets go of it.
            pidfd = os.pidfd_open(pid)
            socket.send_fds(control, [b"forked"], [pidfd])
            os.close(pidfd)
            os.close(worker_socket)


def _reap(status_fds: dict[int, int]) -> None:
    """Report copies that have ended; what they leave behind ends with them and belongs to the template then."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        status_fd = status_fds.pop(pid, None)
        if status_fd is not None:
            with contextlib.suppress(OSError):  # nobody waits for it any more
                os.write(status_fd, str(os.waitstatus_to_exitcode(status)).encode())
            os.close(status_fd)
