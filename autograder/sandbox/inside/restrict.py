"""By what a worker binds its own hands before any student code runs: its user, its limits, its system calls.

It must never import more than the standard library, and nothing of it can be undone.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID = 0x00020000, 0x08000000, 0x10000000, 0x20000000
CAPABILITY_VERSION_3 = 0x20080522
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
MOST_FILES = 10_000
"""Most files and folders of a worker: those that hold nothing take the kernel's memory too."""

SECCOMP = 317 if os.uname().machine == "x86_64" else 277
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC = 1, 1


def limit_resources(memory_bytes: int | None, file_bytes: int, threads: int | None) -> None:
    """Bound what this process and whatever it starts may use; the limits cannot be raised again.

    Args:
        memory_bytes: the address space; None where it cannot be bounded.
        file_bytes: the size of a file.
        threads: their number; None for no bound.
    """
    # Whoever has started it may be held to less: a judge, which never computes what a student's code does.
    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    if threads is not None:
        resource.setrlimit(resource.RLIMIT_NPROC, (threads, threads))
    if memory_bytes is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    for kind, limit in (
        (resource.RLIMIT_FSIZE, file_bytes),
        # Where cores go to a program, 0 is no limit and the kernel takes 1 for none: a crash would cost as much as its memory.
        (resource.RLIMIT_CORE, 1),
        (resource.RLIMIT_NOFILE, 128),
    ):
        resource.setrlimit(kind, (limit, limit))


def become(user: int, disk_bytes: int) -> None:
    """Give up root for another user, in user and mount namespaces of its own, with an empty /tmp; see `close_in`.

    Args:
        user: whose identity it takes.
        disk_bytes: the size of its /tmp.
    """
    _change_user(user)
    _part(CLONE_NEWUSER | CLONE_NEWNS)
    _mount_own(disk_bytes)


def close_in(*, processes: bool) -> None:
    """Give up the capabilities that a process has in a user namespace of its own.

    Args:
        processes: whether it may go on seeing /proc, which tells of all the machine's memory, locks and load.
    """
    if not processes:
        _hide(b"/proc")
    _drop_capabilities()


def isolate(user: int | None, disk_bytes: int) -> None:
    """Part a copy of the template from it and from the other copies; returns in a new process.

    It gets user, process, mount and IPC namespaces of its own, an empty /tmp, no /proc and no capability. The
    process that called waits for it, passes on how it ended, and cannot be seen from inside.

    Args:
        user: whose identity it takes first; None to keep its own.
        disk_bytes: the size of its /tmp.

    Raises:
        OSError: the kernel does not allow it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    template = os.getppid()
    # The template's own are one open file for all copies, whose flags each could set and the next could read.
    nothing = os.open("/dev/null", os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard)
    os.close(nothing)
    if user is not None:
        _change_user(user)
    _part(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC)
    # From here on, since a change of identity takes the signal back.
    _succeeds(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
    if os.getppid() != template:  # it ended before the signal was asked for, which then never comes
        os._exit(70)
    # Only a child is in the new process namespace; the caller stays in the old one, where it cannot be seen.
    child = os.fork()
    if child:
        os.closerange(3, 1 << 20)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os._exit(code if code >= 0 else 128 - code)
    _succeeds(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
    _mount_own(disk_bytes)
    close_in(processes=False)


def _part(namespaces: int) -> None:
    """Enter new namespaces, a user namespace among them that knows this user alone."""
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    # A process that has changed its user does not own its files in /proc until it says that it may be inspected.
    _succeeds(libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
    _succeeds(libc.unshare(namespaces))
    # In this order: without privileges in the namespace above, groups are mapped only once setgroups is denied.
    for name, value in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="utf-8") as file:
            file.write(value)
    _succeeds(libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))


def _mount_own(disk_bytes: int) -> None:
    """An empty /tmp of bounded size and number of files, and no terminals: they are the template's, for all its copies."""
    libc = ctypes.CDLL(None, use_errno=True)
    room = f"mode=1777,size={disk_bytes},nr_inodes={MOST_FILES}".encode()
    _succeeds(libc.mount(b"tmpfs", b"/tmp", b"tmpfs", MS_NOSUID | MS_NODEV, room))
    os.chdir("/tmp")
    if os.path.isdir("/dev/pts"):
        _hide(b"/dev/pts")


def _hide(folder: bytes) -> None:
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY
    _succeeds(ctypes.CDLL(None, use_errno=True).mount(b"tmpfs", folder, b"tmpfs", flags, b"size=4k"))


def _drop_capabilities() -> None:
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _succeeds(ctypes.CDLL(None, use_errno=True).capset(header, nothing))


def _succeeds(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), "the worker could not be shut in")


def become_among_others(user: int | None) -> None:
    """Give up root, where this is root, for another user without a namespace, and end with the grader."""
    if user is not None:
        _change_user(user)
    libc = ctypes.CDLL(None, use_errno=True)
    # A process that has changed its user may not look into its own /proc/self/fd until it says so.
    for option, value in ((PR_SET_PDEATHSIG, signal.SIGKILL), (PR_SET_DUMPABLE, 1), (PR_SET_NO_NEW_PRIVS, 1)):
        if libc.prctl(option, value, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "the worker could not give up its privileges")


def _change_user(user: int) -> None:
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def filter_system_calls(program: bytes) -> None:
    """Install a seccomp program: an array of 8-byte BPF instructions. It cannot be removed again.

    It holds for all threads: numpy starts some when it is imported, which student code could make run its own.
    """

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))

    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    loaded = Program(len(program) // 8, program)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.syscall(
        ctypes.c_long(SECCOMP),
        ctypes.c_ulong(SECCOMP_SET_MODE_FILTER),
        ctypes.c_ulong(SECCOMP_FILTER_FLAG_TSYNC),
        ctypes.byref(loaded),
    ):
        raise OSError(ctypes.get_errno(), "the system call filter could not be installed")


def address_space() -> int:
    """Bytes of address space that this process uses already."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
