"""The system call filter that a worker installs before any student code runs."""

from __future__ import annotations

import functools
import tempfile
from errno import ENOSYS, EPERM

from .errors import SandboxError

DENIED_SYSTEM_CALLS = (
    # starting programs and processes: a worker is one process, so that nothing outlives it
    "fork", "vfork", "execve", "execveat",
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
PR_SET_PDEATHSIG = 1


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
    # Without it a worker that outlives its call would outlive bubblewrap too.
    rules.add_rule(pyseccomp.ERRNO(EPERM), "prctl", pyseccomp.Arg(0, pyseccomp.EQ, PR_SET_PDEATHSIG))
    # Its flags lie in memory that a filter cannot read; the C library falls back to clone.
    rules.add_rule(pyseccomp.ERRNO(ENOSYS), "clone3")
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
