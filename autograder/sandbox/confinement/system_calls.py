"""The system call filter that a worker installs before any student code runs.

Everything that is not refused here is allowed, so a call that the kernel gains must be looked at. Calls of another
ABI (x32, 32-bit `int 0x80`) have other numbers: they end the process.
"""

from __future__ import annotations

import functools
import tempfile
from errno import EAGAIN, EINVAL, ENOSYS, EPERM

from ..errors import SandboxError

DENIED_SYSTEM_CALLS = (
    # starting programs and processes: a worker is one process, so that nothing outlives it
    "fork", "vfork", "execve", "execveat",
    # sockets: the worker has inherited the only one it needs
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4",
    # messages with files in them: a worker that sends itself its own socket keeps that open when it is gone
    "sendmsg", "sendmmsg",
    # signals, also to itself: nothing honest sends one, and a filter cannot tell whose number a process has
    "kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open", "pidfd_getfd",
    "pidfd_send_signal", "process_mrelease",
    # how fast other processes run
    "setpriority", "ioprio_set", "sched_setscheduler", "sched_setparam", "sched_setattr", "sched_setaffinity",
    "migrate_pages", "move_pages",
    # what outlives a process: shared memory, queues and semaphores
    "shmget", "shmat", "shmctl", "shmdt", "semget", "semop", "semtimedop", "semctl", "msgget", "msgsnd", "msgrcv",
    "msgctl", "mq_open", "mq_unlink", "mq_timedsend", "mq_timedreceive", "mq_notify", "mq_getsetattr",
    # watching what others do with files, and what of them is in memory; files that all workers may read can be locked
    "inotify_init", "inotify_init1", "inotify_add_watch", "fanotify_init", "fanotify_mark", "mincore", "cachestat",
    "fadvise64", "readahead", "preadv2", "flock",
    # asynchronous reading and writing, whose requests in flight are counted for the whole machine
    "io_setup", "io_submit", "io_cancel", "io_destroy", "io_getevents", "io_pgetevents",
    # how much of the machine's memory and disks is in use, and who waits for the disks
    "sysinfo", "statfs", "fstatfs", "ustat", "sync", "syncfs",
    # waiting at an address of a file that others map too; see SHARED_WAITS
    "futex_waitv", "futex_wait", "futex_wake", "futex_requeue",
    # other processes, the kernel, and ways around the namespaces
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "unshare", "setns", "mount",
    "umount2", "pivot_root", "chroot", "open_tree", "open_tree_attr", "move_mount", "fsopen", "fsconfig", "fsmount",
    "fspick", "mount_setattr", "statmount", "listmount", "keyctl", "add_key", "request_key", "bpf", "seccomp",
    "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "init_module",
    "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "acct",
    "quotactl", "quotactl_fd", "open_by_handle_at", "name_to_handle_at", "personality", "mknod", "mknodat",
    "memfd_secret", "memfd_create", "lookup_dcookie", "syslog", "settimeofday", "clock_settime", "clock_adjtime",
    "adjtimex", "modify_ldt", "iopl", "ioperm", "vhangup", "uselib", "nfsservctl",
)  # fmt: skip

DENIED_AMONG_OTHERS = (
    # What Landlock does not cover: the owner of a file may change all of this without opening it.
    "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "truncate",
    "setxattr", "lsetxattr", "fsetxattr", "setxattrat", "removexattr", "lremovexattr", "fremovexattr", "removexattrat",
    "file_setattr",
    # one call that fills a disk at once, faster than anybody can count
    "fallocate",
)  # fmt: skip
"""Denied too where a worker shares the machine's files with everybody."""

IDLE_SYSTEM_CALLS = ("utime", "utimes", "utimensat", "futimesat")
"""Said to have succeeded. Who may write to a device such as /dev/null may set its times, which everybody sees; and who copies
a file of their own shall not fail."""

NUMBERS = {
    "openat2": 437, "quotactl_fd": 443, "memfd_secret": 447, "process_mrelease": 448, "futex_waitv": 449,
    "cachestat": 451,
    "fchmodat2": 452, "futex_wake": 454, "futex_wait": 455, "futex_requeue": 456, "statmount": 457, "listmount": 458,
    "setxattrat": 463, "removexattrat": 466, "open_tree_attr": 467, "file_setattr": 469,
}  # fmt: skip
"""Of calls younger than many a libseccomp; from 424 on they are the same on all architectures."""

CLONE_THREAD = 0x00010000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP = 1, 4, 22
F_SETOWN, F_SETSIG, F_SETOWN_EX = 8, 10, 15
LOCKS = (5, 6, 7, 12, 13, 14, 36, 37, 38)
"""F_GETLK, F_SETLK and F_SETLKW, also for large files and for open files."""

F_SETLEASE, F_GETLEASE, F_NOTIFY, F_SETPIPE_SZ = 1024, 1025, 1026, 1031
TIOCGPTN, TIOCSPTLCK, TIOCGPTPEER = 0x80045430, 0x40045431, 0x5441
SHARED_WAITS, OPERATION, PRIVATE = (0, 9, 11), 0x7F, 0x80
"""FUTEX_WAIT, FUTEX_WAIT_BITSET and FUTEX_WAIT_REQUEUE_PI for any process. The C library waits by the first for the end of a
thread: told EAGAIN, it looks again by itself."""

TIOCSTI, TIOCSETD, TIOCLINUX, FIOSETOWN, SIOCSPGRP = 0x5412, 0x5423, 0x541C, 0x8901, 0x8902
CLOCKS = ("clock_gettime", "clock_nanosleep", "timer_create")
OF_A_PROCESS = 0x80000000
"""The sign of a clock's number: the kernel tells the processor time of any process that has a number here, and asks nothing."""

LOW = 0xFFFFFFFF
"""The kernel takes 32 bits of these arguments and a filter sees 64: whoever compares all of them is walked around."""

DENIED_ARGUMENTS = (
    # Without the first a worker that outlives its call would outlive its grader too.
    *(("prctl", 0, option) for option in (PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP)),
    # A file can be told to send signals to any process of the same user.
    *(("fcntl", 1, command) for command in (F_SETOWN, F_SETSIG, F_SETOWN_EX)),
    *(("ioctl", 1, command) for command in (FIOSETOWN, SIOCSPGRP, TIOCSTI, TIOCSETD, TIOCLINUX)),
    # A lock on a file that all workers may read is seen by all of them, and a pipe's room is counted by user.
    *(("fcntl", 1, command) for command in (*LOCKS, F_SETLEASE, F_GETLEASE, F_NOTIFY, F_SETPIPE_SZ)),
    *(("ioctl", 1, command) for command in (TIOCGPTN, TIOCSPTLCK, TIOCGPTPEER)),
)
"""Calls, the position of an argument, and a value of it."""


@functools.cache
def system_call_filter(*, among_others: bool = False) -> bytes:
    """A seccomp program that refuses these calls and new processes, but not threads.

    Args:
        among_others: whether the worker shares files and processes with everybody on the machine.

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
    rules.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)

    for call in DENIED_SYSTEM_CALLS + (DENIED_AMONG_OTHERS if among_others else ()):
        try:
            rules.add_rule(pyseccomp.ERRNO(EPERM), NUMBERS.get(call, call))
        except (OSError, ValueError):  # this architecture or library does not know the call
            continue
    for call in IDLE_SYSTEM_CALLS:
        rules.add_rule(pyseccomp.ERRNO(0), call)
    for call, position, value in DENIED_ARGUMENTS:
        rules.add_rule(pyseccomp.ERRNO(EPERM), call, pyseccomp.Arg(position, pyseccomp.MASKED_EQ, LOW, value))
    for operation in SHARED_WAITS:
        shared = pyseccomp.Arg(1, pyseccomp.MASKED_EQ, OPERATION | PRIVATE, operation)
        rules.add_rule(pyseccomp.ERRNO(EAGAIN), "futex", shared)
    for call in CLOCKS:
        named = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, OF_A_PROCESS, OF_A_PROCESS)
        rules.add_rule(pyseccomp.ERRNO(EINVAL), call, named)
    # The limits of another process; 0 is the caller.
    rules.add_rule(pyseccomp.ERRNO(EPERM), "prlimit64", pyseccomp.Arg(0, pyseccomp.NE, 0))
    is_process = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_THREAD, 0)
    rules.add_rule(pyseccomp.ERRNO(EPERM), "clone", is_process)
    # Its flags lie in memory that a filter cannot read; the C library falls back to clone.
    rules.add_rule(pyseccomp.ERRNO(ENOSYS), "clone3")
    # RESOLVE_CACHED, which lies there too, tells whether anybody has ever asked for a name.
    rules.add_rule(pyseccomp.ERRNO(ENOSYS), NUMBERS["openat2"])
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
