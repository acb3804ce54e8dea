"""Two workers at a time: nothing that one does on purpose is seen by the other. Who is at work, and how hard, can be."""

import contextlib
import secrets

import pytest

from autograder.sandbox import Limits, Session, choose
from autograder.sandbox.confinement.bubblewrap import Bubblewrap
from autograder.sandbox.confinement.unprivileged import Unprivileged
from autograder.sandbox.inside import landlock

pytestmark = pytest.mark.slow

SOURCE = b"""
import ctypes, fcntl, mmap, os, socket, struct, sys, threading, time
import numpy

libc = ctypes.CDLL(None, use_errno=True)
SHARED = numpy.__file__  # a file that all workers may read
kept = []

def call(number, *args):
    ctypes.set_errno(0)
    result = libc.syscall(number, *(a if isinstance(a, ctypes._Pointer) else ctypes.c_long(a) for a in args))
    return result if result >= 0 else -ctypes.get_errno()

def tried(f):
    try:
        return f()
    except (OSError, AttributeError) as error:
        return type(error).__name__

def opened():
    kept.append(open(SHARED, "rb"))
    return kept[-1]

def locks():
    with open(SHARED, "rb") as file:
        return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

def lock_range(command, kind=fcntl.F_RDLCK):
    # Asked for a lock for writing, the kernel names whoever has one for reading.
    return fcntl.fcntl(opened(), command, struct.pack("hhqqi", kind, 0, 0, 1, 0))

def futex(seconds):
    # An address in the C library's code, which every worker has mapped from the same file.
    address = ctypes.cast(libc.getpid, ctypes.c_void_p).value & ~3
    word = ctypes.c_uint32.from_address(address).value
    return call(202, address, 0, word, ctypes.addressof(ctypes.create_string_buffer(struct.pack("qq", 0, int(seconds * 1e9)), 16)))

def wake(function=libc.getpid):
    address = ctypes.cast(function, ctypes.c_void_p).value & ~3
    return call(202, address, 1, 100, 0)

def requeued(seconds):
    # Who waits so, for a lock of its own, is seen by who wakes: it is told EINVAL.
    address = ctypes.cast(libc.getppid, ctypes.c_void_p).value & ~3
    word, own = ctypes.c_uint32.from_address(address).value, ctypes.create_string_buffer(4)
    until = time.monotonic() + seconds
    wait = ctypes.create_string_buffer(struct.pack("qq", int(until), int(until % 1 * 1e9)), 16)
    return call(202, address, 11, word, ctypes.addressof(wait), ctypes.addressof(own), 0)

def in_flight(requests):
    kept.append(ctypes.c_ulong(0))
    return call(206, requests, ctypes.addressof(kept[-1]))

def asked_for():
    how = (ctypes.c_uint64 * 3)(0, 0, 0x20)  # RESOLVE_CACHED
    name = ctypes.create_string_buffer(b"/usr/lib/@NAME@")
    return call(437, -100, ctypes.addressof(name), ctypes.addressof(how), 24)

SIGNS = {
    "terminals": lambda: (tried(lambda: len(os.listdir("/dev/pts"))), tried(lambda: os.ttyname(os.openpty()[1]))),
    "flock": lambda: tried(locks),
    "lockf": lambda: tried(lambda: lock_range(fcntl.F_GETLK, fcntl.F_WRLCK)),
    "lease": lambda: tried(lambda: fcntl.fcntl(opened(), 1025)),
    "standard files": lambda: [fcntl.fcntl(number, fcntl.F_GETFL) for number in range(3)],
    "memory": lambda: call(99, ctypes.addressof(ctypes.create_string_buffer(256))),
    "disks": lambda: (tried(lambda: os.statvfs("/usr").f_bfree), tried(lambda: os.statvfs("/tmp").f_bfree)),
    "cached pages": lambda: tried(lambda: os.preadv(opened().fileno(), [bytearray(8)], 0, os.RWF_NOWAIT)),
    "woken": wake,
    "requeued": lambda: wake(libc.getppid),
    "requests in flight": lambda: in_flight(20),
    "names": asked_for,
    "dates": lambda: os.stat("/dev/null").st_mtime_ns,
    "pipes": lambda: tried(lambda: fcntl.fcntl(os.pipe()[0], fcntl.F_SETPIPE_SZ, 1 << 20)),
    "queues": lambda: [call(number, 7, 0o1666, 0o1666, 0) for number in (68, 29)],
    "temporary files": lambda: sorted(os.listdir("/tmp")) if not os.environ.get("TMPDIR") else "",
}

DEEDS = {
    "terminals": lambda: [kept.append(os.openpty()) for _ in range(5)],
    "flock": lambda: fcntl.flock(opened(), fcntl.LOCK_SH),
    "lockf": lambda: lock_range(fcntl.F_SETLK),
    "lease": lambda: fcntl.fcntl(opened(), 1024, fcntl.F_RDLCK),
    "standard files": lambda: [fcntl.fcntl(number, fcntl.F_SETFL, os.O_APPEND | os.O_NONBLOCK) for number in range(3)],
    "memory": lambda: open("filled", "wb").write(bytes(1 << 22)),
    "disks": lambda: open("filled", "wb").write(bytes(1 << 22)),
    "cached pages": lambda: os.posix_fadvise(opened().fileno(), 0, 0, os.POSIX_FADV_DONTNEED),
    "woken": lambda: threading.Thread(target=futex, args=(3,), daemon=True).start() or time.sleep(0.3),
    "requeued": lambda: threading.Thread(target=requeued, args=(3,), daemon=True).start() or time.sleep(0.3),
    "requests in flight": lambda: [in_flight(requests) for requests in (30000, 3000, 300, 30, 3) for _ in range(10)],
    "names": lambda: os.path.exists("/usr/lib/@NAME@"),
    "dates": lambda: os.utime("/dev/null"),
    "pipes": lambda: [fcntl.fcntl(kept.append(os.pipe()) or kept[-1][0], fcntl.F_SETPIPE_SZ, 1 << 20) for _ in range(40)],
    "queues": lambda: [call(number, 7, 0o1666, 0o1666, 0) for number in (68, 29)],
    "temporary files": lambda: open("/tmp/sign", "w").close(),
}

def do(name):
    return str(tried(DEEDS[name]))

def look(name):
    return str(SIGNS[name]())
"""

SIGNS = (
    "terminals", "flock", "lockf", "lease", "standard files", "memory", "disks", "cached pages", "woken", "pipes", "queues",
    "requeued", "requests in flight", "names", "dates", "temporary files",
)  # fmt: skip
LIMITS = Limits(call_seconds=10, memory_mb=1024, disk_mb=8)


def named():
    """The source with a name that nobody has asked this machine for."""
    return SOURCE.replace(b"@NAME@", secrets.token_hex(8).encode())


SANDBOXES = {
    "copies": Bubblewrap,
    "each by itself": lambda: Bubblewrap(forks=False),
    "unprivileged": Unprivileged,
}


@pytest.fixture(scope="module", params=list(SANDBOXES))
def workers(request):
    """Two workers of one sandbox, as two submissions that are graded at a time have them, and one that comes later."""
    if request.param == "unprivileged" and not landlock.version():
        pytest.skip("this kernel has no Landlock")
    confinement, source = SANDBOXES[request.param](), named()
    with contextlib.ExitStack() as stack:

        def worker():
            opened = Session(confinement, {"a.py": source}, ("a",), LIMITS)
            return stack.enter_context(opened).functions({"do": "a", "look": "a"})

        yield worker(), worker(), worker


@pytest.mark.parametrize("sign", SIGNS)
def test_what_one_does_is_not_seen_by_another(workers, sign):
    one, other, _ = workers
    before = other["look"](sign)
    one["do"](sign)
    assert other["look"](sign) == before


def test_nor_by_one_that_comes_after_it(workers):
    one, _, later = workers
    before = {sign: later()["look"](sign) for sign in ("standard files", "temporary files")}
    one["do"]("standard files")
    assert {sign: later()["look"](sign) for sign in before} == before


def test_without_a_sandbox_the_same_signs_are_seen():
    """So that the tests above could fail."""
    confinement, source = choose({}, (), allow_none=True), named()
    with contextlib.ExitStack() as stack:
        one, other = (
            stack.enter_context(Session(confinement, {"a.py": source}, ("a",), LIMITS)).functions(
                {"do": "a", "look": "a"}
            )
            for _ in range(2)
        )
        seen = set()
        certain = {"terminals", "flock", "lockf", "woken", "requeued", "requests in flight", "names", "dates"}
        for sign in (*sorted(certain), "disks"):
            before = other["look"](sign)
            one["do"](sign)
            if other["look"](sign) != before:
                seen.add(sign)
        assert seen >= certain
