"""Runs a command under what a Docker container with default settings allows its root, for tests on bare machines.

Capabilities are cut to Docker's default ones and the calls that its default filter then refuses are refused: no
namespace can be made and nothing mounted, so that bubblewrap really fails.

    python -m tests.container [--no-landlock] COMMAND...

Source of both lists: "Docker's default seccomp profile" and "Runtime privilege and Linux capabilities" in Docker's
documentation.
"""

import ctypes
import os
import sys
from errno import ENOSYS, EPERM

import pyseccomp

PR_CAPBSET_DROP = 24
CAPABILITIES = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
"""chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap, net_bind_service, net_raw, sys_chroot, mknod,
audit_write, setfcap."""

REFUSED = (
    "unshare", "setns", "mount", "umount2", "pivot_root", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount",
    "fspick", "mount_setattr", "bpf", "perf_event_open", "keyctl", "add_key", "request_key", "userfaultfd", "quotactl",
    "swapon", "swapoff", "reboot", "acct", "open_by_handle_at",
)  # fmt: skip
NEW_NAMESPACES = 0x7E020000
"""All of clone's CLONE_NEW flags."""

LANDLOCK = (444, 445, 446)


def enter(*, landlock: bool = True) -> None:
    """Restrict this process, for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in set(range(41)) - CAPABILITIES if os.getuid() == 0 else ():
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), f"capability {capability} was not dropped")
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for call in (*REFUSED, *(() if landlock else LANDLOCK)):
        rules.add_rule(pyseccomp.ERRNO(EPERM), call)
    for bit in range(32):
        if NEW_NAMESPACES >> bit & 1:
            flag = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 1 << bit, 1 << bit)
            rules.add_rule(pyseccomp.ERRNO(EPERM), "clone", flag)
    rules.add_rule(pyseccomp.ERRNO(ENOSYS), "clone3")
    rules.load()


if __name__ == "__main__":
    arguments = sys.argv[1:]
    enter(landlock="--no-landlock" not in arguments)
    command = [argument for argument in arguments if argument != "--no-landlock"]
    os.execvp(command[0], command)
