"""A real sandbox with tiny submissions: what works, what is contained, and what cannot be seen."""

import dataclasses
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

import autograder
from autograder.sandbox import Limits, MappedArray, SandboxError, Session, choose, errors, inside
from autograder.sandbox.confinement import file_system
from autograder.sandbox.confinement.unprivileged import Unprivileged
from autograder.sandbox.inside import landlock
from autograder.sandbox.patience import LEAST_SLEEP
from tests.processes import ended, wait_until_ended

pytestmark = pytest.mark.slow


LIMITS = Limits(call_seconds=3, import_seconds=20, memory_mb=1024, submission_seconds=120)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    np.save(folder / "rows.npy", np.arange(12.0).reshape(4, 3))
    return choose({"rows": folder / "rows.npy"}, (), allow_none=False)


@pytest.fixture
def student(sandbox):
    """Makes a submission of the given modules and returns a caller of its functions."""
    sessions = []

    def make(limits=LIMITS, confined=sandbox, helpers=None, **modules):
        files = {f"{name}.py": textwrap.dedent(source).encode() for name, source in modules.items()}
        opened = Session(confined, {**files, **(helpers or {})}, tuple(modules), limits)
        sessions.append(opened)

        def function(name, module=next(iter(modules))):
            return opened.functions({name: module})[name]

        return function

    yield make
    for opened in sessions:
        opened.close()


def test_a_call_returns_what_the_function_returns(student):
    f = student(a="import numpy as np\ndef twice(x, *, plus=0):\n    return 2 * x + plus, 'done'")("twice")
    array, word = f(np.arange(3, dtype=np.float32), plus=1)
    assert array.tolist() == [1.0, 3.0, 5.0]
    assert array.dtype == np.float32
    assert word == "done"


def test_changes_in_place_show_in_the_callers_arrays(student):
    f = student(a="def spoil(x, y):\n    x *= 2\n    return x + y")("spoil")
    x, y = np.ones(2), np.ones(2)
    assert f(x, y).tolist() == [3.0, 3.0]
    assert x.tolist() == [2.0, 2.0]
    assert y.tolist() == [1.0, 1.0]


def test_an_argument_that_is_read_only_must_stay_as_it_was(student):
    f = student(a="def spoil(x, y):\n    y *= 2\n    return x + y")("spoil")
    x, y = np.ones(2), np.ones(2)
    x.setflags(write=False)
    assert f(x, y).tolist() == [3.0, 3.0]
    with pytest.raises(errors.Unusable, match="spoil changes its second argument, which must stay as it was"):
        f(y, x)


def test_functions_are_called_back(student):
    f = student(a="def slope(f, x):\n    return (f(x + 1) - f(x - 1)) / 2")("slope")
    assert f(lambda x: float((x**2).sum()), np.array([3.0])) == 6.0


def test_an_assertion_in_a_callback_is_what_fails_the_case(student):
    def strict(x):
        assert x.shape == (2,), "the rows do not match"

    f = student(a="def call(f, x):\n    f(x)\n    return 1")("call")
    assert f(strict, np.ones(2)) == 1
    with pytest.raises(AssertionError, match="rows do not match"):
        f(strict, np.ones(3))


def test_a_generator_goes_on_where_the_student_left_it(student):
    f = student(a="def draw(rng):\n    return rng.integers(0, 1000, 3)")("draw")
    ours, theirs = np.random.default_rng(7), np.random.default_rng(7)
    assert np.array_equal(f(theirs), ours.integers(0, 1000, 3))
    assert np.array_equal(f(theirs), ours.integers(0, 1000, 3))


def test_mapped_data_is_read_in_place_and_written_to_no_one(student, sandbox):
    f = student(a="def spoil(X):\n    X += 1\n    return X.sum()")("spoil")
    rows = MappedArray("rows", sandbox.data["rows"])
    assert f(rows) == 66 + 12
    assert rows.load().sum() == 66


def test_modules_and_helpers_import_one_another(student):
    f = student(
        loss="from tools import two\nimport helpers.deep\ndef f(): return two() + helpers.deep.three",
        gradient="from loss import f\ndef g(): return f() * 2",
        helpers={
            "tools.py": b"def two(): return 2",
            "helpers/__init__.py": b"",
            "helpers/deep.py": b"three = 3",
        },
    )
    assert f("f", "loss")() == 5
    assert f("g", "gradient")() == 10


def test_a_file_named_numpy_py_that_cannot_be_imported_does_not_take_the_place_of_numpy(student):
    evil = {name: b"raise SystemExit" for name in ("numpy.py", "random.py", "msgpack.py", "sitecustomize.py")}
    f = student(
        a="import numpy, random\ndef f(): return numpy.ones(2).sum() + random.random() * 0", helpers=evil
    )
    assert f("f")() == 2.0


def test_common_packages_that_are_missing_do_not_cost_anything(student):
    source = """
        import IPython, seaborn as sns, google.colab.drive
        import cv2.not_there as cv
        from sklearn.linear_model import LogisticRegression
        from google.colab import drive
        sns.set_theme(style="white")
        drive.mount("/content/drive")
        @cv.jit
        def f(n):
            return sum(range(n))
        def g(n):
            return cv.progress(n)
    """
    f = student(a=source)
    assert f("f")(4) == 6
    with pytest.raises(
        errors.Raised, match=r"cv2\.not_there\.progress is used here, and cv2 is neither installed nor a part"
    ):
        f("g")(4)


def test_what_began_with_python_2_imports_as_it_did(student):
    source = """
        from __future__ import print_function
        from builtins import range
        from past.builtins import xrange
        from six.moves import cPickle as pickle, zip
        from future.utils import iteritems
        def f(n):
            return sum(i for i in xrange(n)) + sum(value for _, value in iteritems({1: 2}))
    """
    assert student(a=source)("f")(4) == 8


def test_only_a_submissions_own_imports_are_given_what_is_missing(student):
    source = """
        import logging.handlers
        def f():
            namespace = {"__name__": "another"}
            code = compile("import no_such_package", logging.handlers.__file__, "exec")
            try:
                exec(code, namespace)
            except ModuleNotFoundError:
                return "missing"
    """
    assert student(a=source)("f")() == "missing"


def test_a_module_that_fails_blocks_itself_only(student):
    f = student(
        loss="import json.no_such_module, no_such_package\nraise OSError('no_such_file')",
        sgd="from loss import anything\ndef f(): return 1\ndef g(): return anything()",
    )
    with pytest.raises(errors.Blocked, match="no_such_file"):
        f("anything", "loss")()
    assert f("f", "sgd")() == 1
    with pytest.raises(errors.Blocked, match="loss.py could not be imported"):
        f("g", "sgd")()


def test_names_taken_by_a_star_from_a_module_that_was_not_imported_are_blocked_too(student):
    f = student(loss="raise ImportError('too old')", sgd="from loss import *\ndef f():\n    return len(g())")
    with pytest.raises(errors.Blocked, match="ImportError: too old"):
        f("f", "sgd")()


def test_modules_find_what_lies_beside_them(student):
    source = (
        "import types, one\nx = open('more/config.json').read()\ndef f(): return x + types.word + one.word"
    )
    helpers = {"more/config.json": b"{}", "types.py": b"word = ' own'", "one.py": b"from types import word"}
    assert student(a=source, helpers=helpers)("f")() == "{} own own"


def test_no_place_of_this_machine_is_told(student):
    f = student(a="import os\nfrom json import no_such_name\nexec(open(os.path.abspath('gone.txt')).read())", b="import a\nfrom a import x, y\ndef f(): return json.gone")  # fmt: skip
    with pytest.raises(errors.Blocked, match=r"FileNotFoundError: .*: 'gone\.txt' \(a\.py, line 3\)"):
        f("f", "a")()
    h = student(a="import os\nx = open(os.path.abspath('gone.txt'))\ndef h(): return x.read()")("h")
    with pytest.raises(
        errors.Raised, match=r"x\.read is used here, and line 2 of a\.py could not make it: .*: 'gone\.txt'$"
    ):
        h()
    g = student(a="import json\ndef f(): raise ValueError(json.__file__ + ' ' + __file__)")("f")
    with pytest.raises(errors.Raised, match=r"line 2: json/__init__\.py a\.py$"):
        g()


def test_a_syntax_error_is_told_with_its_line(student):
    with pytest.raises(errors.Blocked, match=r"SyntaxError.*\(a\.py, line 2\)"):
        student(a="x = 1\ndef f(:\n    pass")("f")()


def test_a_module_that_hangs_on_import_blocks_itself_and_nothing_else(student):
    f = student(Limits(import_seconds=1), slow="while True: pass", fine="def f(): return 1")
    assert f("f", "fine")() == 1
    with pytest.raises(errors.Blocked, match="importing slow.py took longer than 1 s of processor time"):
        f("g", "slow")()


def test_a_missing_module_is_named(sandbox):
    with (
        Session(sandbox, {"a.py": b"def f(): return 1"}, ("a", "b"), LIMITS) as opened,
        pytest.raises(errors.Blocked, match=r"b\.py is not in the submission"),
    ):
        opened.functions({"g": "b"})["g"]()


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("raise NotImplementedError('svm_loss: fill me in')", errors.NotAttempted, "fill me in"),
        (
            "raise ValueError('the shapes differ')",
            errors.Raised,
            r"ValueError at a\.py, line 2: the shapes differ",
        ),
        ("while True: pass", errors.TimedOut, "longer than 3 s of processor time"),
        ("import os; os._exit(7)", errors.Crashed, "status 7"),
        ("raise SystemExit", errors.Crashed, "tried to end"),
        ("import ctypes; ctypes.string_at(0)", errors.Crashed, "SIGSEGV"),
        ("x = []\n    while True: x.append(bytes(1 << 27))", errors.OutOfMemory, "memory"),
        ("import numpy; numpy.ones((100000, 100000))", errors.OutOfMemory, "memory"),
        ("return object()", errors.Raised, "neither a number nor an array"),
        ("import numpy; return numpy.zeros(10**7)", errors.Raised, "80,000,000 bytes"),
        ("def g(): return g()\n    return g()", errors.Raised, "RecursionError"),
        ("raise type('x' * 10**6, (Exception,), {})('y' * 10**6)", errors.Raised, "yyy"),
    ],
)
def test_each_way_to_fail_is_told_apart_and_costs_one_call_only(student, body, kind, words):
    f = student(a=f"def bad():\n    {body}\ndef good():\n    return 1")
    with pytest.raises(kind, match=words):
        f("bad")()
    assert f("good")() == 1


def test_a_function_that_is_not_there_is_not_attempted(student):
    with pytest.raises(errors.NotAttempted, match="not defined"):
        student(a="x = 1")("f")()


FORGERIES = {
    "a reply to nothing": "protocol.send(sock, {'id': 999, 'value': 1.0, 'changed': {}})",
    "no msgpack": "sock.sendall(b'\\0\\0\\0\\1\\0\\0\\0\\4\\xc1\\xc1\\xc1\\xc1')",
    "a frame of 4 GB": "sock.sendall(b'\\xff\\xff\\xff\\xff')",
    "a pickle": "import pickle; sock.sendall(pickle.dumps({'id': number}))",
    "a reply without its value": "protocol.send(sock, {'id': number})",
    "a shape that numpy refuses": (
        "protocol.send(sock, {'id': number, 'value': {'array': '<f8', 'shape': [0] + [2**26] * 8, 'data': b''}, 'changed': {}})"
    ),
    "changes that are none": "protocol.send(sock, {'id': number, 'value': 1.0, 'changed': {'0': {'generator': 7}}})",
    "a callback to nothing": "protocol.send(sock, {'callback': 3, 'args': [], 'kwargs': {}})",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_reply_is_a_crash_and_the_next_call_is_served(student, forgery):
    source = f"""
        import os, sys
        def bad(g):
            frame = sys._getframe(1)
            while "request" not in frame.f_locals: frame = frame.f_back
            number, sock = frame.f_locals["request"]["id"], frame.f_locals["self"].sock
            protocol = frame.f_globals["protocol"]
            {FORGERIES[forgery]}
            os._exit(0)  # before a reply of the worker's own
        def good(): return 2.0
    """
    f = student(a=source)
    with pytest.raises(errors.Crashed, match="sent something that is no reply"):
        f("bad")(float)
    assert f("good")() == 2.0


# By hand: neither Python nor msgpack would write a list as deep as the reader takes.
FORGED_ERRORS = {
    "no map": r"b'\x92\x01\x02'",
    "a text that is none": r"b'\x82\xa4kind\xa6raised\xa4text' + b'\x91' * 900 + b'\x90'",
}


@pytest.mark.parametrize("forgery", FORGED_ERRORS)
def test_a_forged_error_is_told_without_what_it_does_not_hold(student, forgery):
    source = rf"""
        import os, struct, sys
        def bad():
            frame = sys._getframe(1)
            while "request" not in frame.f_locals: frame = frame.f_back
            number, sock = frame.f_locals["request"]["id"], frame.f_locals["self"].sock
            body = b"\x82\xa2id\xcf" + number.to_bytes(8, "big") + b"\xa5error" + {FORGED_ERRORS[forgery]}
            sock.sendall(struct.pack(">II", 1, len(body)) + body)
            os._exit(0)
        def good(): return 2.0
    """
    f = student(a=source)
    with pytest.raises(errors.Raised, match="bad raised an exception: :$"):
        f("bad")()
    with pytest.raises(errors.Crashed, match="its process ended"):
        f("good")()
    assert f("good")() == 2.0


@pytest.mark.parametrize("forks", [True, False])
def test_a_worker_that_ends_by_itself_between_calls_is_no_failure_of_the_grader(sandbox, forks):
    source = b"""
import os, threading
def f():
    threading.Timer(0.2, os._exit, [0]).start()
    return 1
"""
    with Session(dataclasses.replace(sandbox, forks=forks), {"a.py": source}, ("a",), LIMITS) as opened:
        assert opened.functions({"f": "a"})["f"]() == 1
        worker = opened.worker
        worker.sock.settimeout(20)
        assert worker.sock.recv(1) == b""  # it has ended
        time.sleep(0.5)  # and the template has reaped it


@pytest.mark.parametrize(
    "given",
    ["np.zeros((300000, 1)), np.zeros((1, 300000))", "['x' * 60000] + ['a'] * 300, 0"],
    ids=["arrays", "texts"],
)
def test_a_callback_cannot_be_given_what_fills_the_graders_memory(student, given):
    f = student(a=f"import numpy as np\ndef f(g): return g({given})")
    with pytest.raises(errors.Crashed):
        f("f")(lambda a, b: float((np.asarray(a) == b).sum()))


def test_prints_without_end_cost_time_and_nothing_else(student):
    f = student(a="def noisy():\n    while True: print('x' * 10**6)\ndef f(): return 1")
    with pytest.raises(errors.TimedOut):
        f("noisy")()
    assert f("f")() == 1


def test_warnings_and_prints_do_no_harm(student):
    source = """
        import sys, warnings, numpy as np
        def f():
            print("xin chào", file=sys.stderr); print("ở đây")
            warnings.warn("careful"); np.log(0.0)
            return 1
    """
    assert student(a=source)("f")() == 1


@pytest.mark.parametrize("forks", [True, False])
def test_the_processor_time_of_a_function_is_told_by_the_kernel(student, sandbox, forks):
    source = """
        import time
        def works():
            started = time.process_time()
            while time.process_time() < started + 0.3: pass
        def sleeps():
            time.process_time = time.perf_counter = time.thread_time = lambda: 100.0
            time.sleep(0.3)
    """
    f = student(confined=dataclasses.replace(sandbox, forks=forks), a=source)
    works, sleeps = f("works"), f("sleeps")
    used = [works.cpu_seconds()]
    for call in (works, works, sleeps):
        call()
        used.append(works.cpu_seconds())
    assert used[0] == 0
    assert 0.3 <= used[2] - used[1] < 0.6
    assert used[3] - used[2] < 0.1


def test_a_submission_has_a_time_budget_for_everything(student):
    f = student(
        Limits(call_seconds=1, submission_seconds=2.5),
        a="def hang():\n    while True: pass\ndef f(): return 1",
    )
    for _ in range(6):
        with pytest.raises(errors.TimedOut):
            f("hang")()
    with pytest.raises(errors.TimedOut, match=r"has used its 2\.5 s"):
        f("f")()


def test_who_sleeps_is_ended_as_who_computes_and_has_a_tenth_of_all_time_for_it(student):
    limits = Limits(call_seconds=4, submission_seconds=10)
    f = student(limits, a="import time\ndef nap(seconds):\n    time.sleep(seconds)\n    return 1")("nap")
    assert f(0.3) == 1
    for _ in range(3):
        before = f.session.slept
        with pytest.raises(
            errors.TimedOut, match=r"nap did not finish within .* s, of which it computed for 0\.0\d s"
        ):
            f(60)
        # It was ended for its sleep, and not as who waits for a core, long after.
        assert f.session.slept >= before + LEAST_SLEEP
    # A second of the ten, half a second more for each later call, and what a look counts at most, half a second, three times.
    assert f.session.slept < limits.call_seconds


def test_each_new_worker_costs_the_submission_that_needs_it(student):
    f = student(LIMITS, a="import os\ndef end(): os._exit(0)\ndef f(): return 1")
    f("f")()
    session, spent = f("f").session, []
    for _ in range(3):
        before = session.student_seconds
        with pytest.raises(errors.Crashed):
            f("end")()
        f("f")()
        spent.append(session.student_seconds - before)
    assert session.workers == 4
    assert min(spent) > 0


def test_a_test_that_passes_something_unsendable_is_the_graders_error(student):
    f = student(a="def f(x): return 1")("f")
    with pytest.raises(SandboxError, match="cannot be sent"):
        f(np.array([object()]))


def test_a_worker_is_told_nothing_of_the_run(student):
    source = """
        import os, random, sys
        import numpy as np
        def told(): return " ".join(sys.orig_argv) + str(sorted(os.environ))
        def drawn(): return random.random(), np.random.random()
    """
    first, second = student(a=source), student(a=source)
    assert "seed" not in first("told")()
    assert first("drawn")() == second("drawn")()


PROBES = {
    "network": "import socket; socket.socket()",
    "unix socket": "import socket; socket.socket(socket.AF_UNIX)",
    "netlink": "import socket; socket.socket(16, 3, 0)",
    "fork": "import os; os.fork()",
    "subprocess": "import subprocess; subprocess.run(['/bin/true'])",
    "write to the system": "open('/usr/x', 'w')",
    "write to the root": "open('/x', 'w')",
    "write to the environment": "open('/env/site-packages/x.py', 'w')",
    "write to /dev/shm": "open('/dev/shm/x', 'w')",
    "write to /proc/sys": "open('/proc/sys/kernel/core_pattern', 'w')",
    "run a program": "import os; os.execv('/bin/true', ['true'])",
    "many threads": "import threading, time; [threading.Thread(target=time.sleep, args=(9,), daemon=True).start() for _ in range(500)]",
    "the memory of the reaper": "import os; open('/proc/1/mem' if os.getpid() != 1 else '/proc/2/mem', 'r+b')",
    "outlive bubblewrap": "import ctypes; r = ctypes.CDLL(None).prctl(1, 0, 0, 0, 0); assert r == 0",
    "become root": "import os; os.setuid(0)",
    "read the shadow file": "open('/etc/shadow').read()",
    "signal another process": "import os; os.kill(2**22 - 1, 9)",
    "mount": "import ctypes; r = ctypes.CDLL(None, use_errno=True).mount(b'a', b'/tmp', b'tmpfs', 0, 0); assert r == 0",
    "new namespaces": "import ctypes; r = ctypes.CDLL(None).unshare(0x10000000); assert r == 0",
    "ptrace": "import ctypes; r = ctypes.CDLL(None).ptrace(16, 1, 0, 0); assert r == 0",
    "pass a file on": "import socket, sys; sock = sys._getframe(1).f_locals['self'].sock; socket.send_fds(sock, [b'x'], [sock.fileno()])",
    "more files": "f = [open('/dev/null') for _ in range(1000)]",
    "raise a limit": "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**45, 2**45))",
    "a file of 100 MB": "f = open('/tmp/x', 'wb', 0); [f.write(b'x' * 2**20) for _ in range(100)]",
    "the kit": "import autograder.grading as kit; kit.GRADED.upper()",
    "the solutions": "import solutions.linear_classifier.loss as kit; kit.add_bias([[1.0]])",
}


@pytest.mark.parametrize("probe", PROBES)
def test_the_sandbox_refuses(student, probe):
    f = student(
        a=f"import signal\nsignal.signal(25, signal.SIG_IGN)\ndef f():\n    {PROBES[probe]}\n    return 1"
    )
    with pytest.raises(errors.Raised):
        f("f")()


@pytest.mark.parametrize("forks", [True, False])
def test_nothing_of_a_worker_is_left_when_it_is_ended(sandbox, forks):
    sandbox = dataclasses.replace(sandbox, forks=forks)
    source = b"import signal, threading\ndef f():\n    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n    while True: pass"

    def descendants(pid):
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return children + [deeper for child in children for deeper in descendants(child)]

    with Session(sandbox, {"a.py": source}, ("a",), LIMITS) as opened:
        worker = opened.ready()
        started = [worker.process.pid, *descendants(worker.process.pid)]
        assert started
        with pytest.raises(errors.TimedOut):
            opened.functions({"f": "a"})["f"]()
    wait_until_ended(started, "a worker outlived its session")


def test_many_threads_leave_memory_for_numbers(student):
    source = """
        import threading
        from concurrent.futures import ThreadPoolExecutor
        import numpy as np
        def f(threads):
            all_there = threading.Barrier(threads, timeout=2)
            def work(number):
                all_there.wait()
                return number
            with ThreadPoolExecutor(threads) as pool:
                return sum(pool.map(work, range(threads))) + np.ones(10_000_000).sum()
    """
    most = 32  # that a pool has of itself, on a machine with many cores
    assert student(a=source)("f")(most) == sum(range(most)) + 10_000_000


def test_the_filter_holds_for_threads_that_were_there_before_it(student):
    source = """
        import os
        def filters():
            states = [open(f"/proc/self/task/{t}/status").read() for t in os.listdir("/proc/self/task")]
            return [int(state.split("Seccomp:")[1].split()[0]) for state in states]
    """
    if not landlock.version():
        pytest.skip("this kernel has no Landlock, and only such a worker sees its threads")
    limits = Limits(call_seconds=3, cpu_threads=2)
    filters = student(limits, Unprivileged(), a=source)("filters")()
    assert len(filters) == min(2, len(os.sched_getaffinity(0)))
    assert set(filters) == {2}


def test_what_a_later_worker_says_on_import_is_not_quoted(student, sandbox, tmp_path):
    source = f"""
        import os
        if os.path.exists({str(tmp_path / "note")!r}):
            raise ImportError("SMUGGLED")
        def f():
            open({str(tmp_path / "note")!r}, "w").close()
            os._exit(46)
        def g(): return 1
    """
    # Without a sandbox, which leaves the first worker a way to tell the second.
    f = student(LIMITS, choose(sandbox.data, (), allow_none=True), a=source)
    with pytest.raises(errors.Crashed):
        f("f")()
    with pytest.raises(errors.Blocked, match=r"a\.py was imported once and could not be imported again\.$"):
        f("g")()


def test_the_disk_of_a_worker_is_bounded(student):
    source = """
        def f():
            for i in range(40):
                open(f"/tmp/{i}", "wb").write(b"x" * 2**22)
    """
    with pytest.raises(errors.Raised, match="No space left"):
        student(a=source)("f")()


def test_only_the_system_the_environment_and_the_submission_can_be_seen(student):
    source = """
        import os
        def names(*folders):
            return "\\n".join(sorted(n for f in folders for n in os.listdir(f)))
        def holds(word):
            found = []
            for folder, _, files in os.walk("/"):
                if folder.startswith("/proc"): continue
                found += [f"{folder}/{f}" for f in files if word in f or word in folder]
            return "\\n".join(found)
        def environment(): return "\\n".join(sorted(os.environ))
        def processes(): return "\\n".join(n for n in os.listdir("/proc") if n.isdigit())
        def status(): return open("/proc/self/status").read()
        def mine(): return "\\n".join(os.readlink(f"/proc/self/ns/{n}") for n in ("pid", "user", "net", "mnt", "ipc"))
    """
    f = student(Limits(call_seconds=60), a=source)
    folder = Path(inside.__file__).parent
    own, importing = ({path.name for path in place.glob("*.py")} for place in (folder, folder / "importing"))
    assert own >= {"start.py", "worker.py", "protocol.py"}
    assert importing >= {"own_files.py", "missing.py"}
    seen = f("names")("/tmp", "/tmp/submission", "/worker", "/worker/inside", "/data", "/attached").split()
    assert sorted(seen) == sorted({"submission", "a.py", "inside", "importing", "rows.npy", *own})
    assert set(f("names")("/worker/inside/importing").split()) == importing
    assert not {"autograder", "solutions", "colab_setup"} & set(f("names")("/env/site-packages").split())
    for word in ("assignment.toml", "misconceptions", "otter_plugin", "svm_loss", "linear_classifier"):
        assert f("holds")(word) == ""
    assert not {"SSH_AUTH_SOCK", "USER", "PWD_OLD"} & set(f("environment")().split())
    assert set(f("environment")().split()) <= {
        "HOME", "PATH", "PWD", "MPLBACKEND", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS",
        "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "LC_CTYPE", "LOGNAME", "MALLOC_ARENA_MAX",
    }  # fmt: skip
    assert len(f("processes")().split()) <= 2


NAMESPACES = ("pid", "user", "net", "mnt", "ipc", "uts")


def kernel_knows(opened):
    """The status and the namespaces of the process that runs a session's student code, seen from outside."""
    pid = opened.ready().process.pid
    while children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        pid = int(children[-1])
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return status, {name: os.readlink(f"/proc/{pid}/ns/{name}") for name in NAMESPACES}


@pytest.mark.parametrize("forks", [True, False])
def test_a_worker_has_no_privileges_and_namespaces_of_its_own(sandbox, forks):
    confined = dataclasses.replace(sandbox, forks=forks)
    ours = {name: os.readlink(f"/proc/self/ns/{name}") for name in NAMESPACES}
    seen = []
    with (
        Session(confined, {"a.py": b"def f(): return 1"}, ("a",), LIMITS) as one,
        Session(confined, {"a.py": b"def f(): return 1"}, ("a",), LIMITS) as other,
    ):
        for opened in (one, other):
            status, namespaces = kernel_knows(opened)
            assert {status[f"Cap{kind}"].strip("\t0") for kind in ("Eff", "Prm", "Inh", "Amb")} == {""}
            assert (status["NoNewPrivs"], status["Seccomp"]) == ("\t1", "\t2")
            assert "0" not in status["Uid"].split()
            assert not set(ours.values()) & set(namespaces.values())
            seen.append({namespaces[name] for name in ("pid", "user", "mnt", "ipc")})
    assert not seen[0] & seen[1]


def test_a_copy_of_the_template_sees_no_process_and_leaves_nothing_behind(sandbox):
    source = b"""
import os, random, sys
import numpy as np
word = "clean"
def f(new):
    global word
    old, word = word, new
    random.seed(new); np.random.seed(len(new)); np.pi = new
    open("/tmp/left", "w").close(); sys.modules["left"] = sys
    return old, str(np.pi)[:4], len(os.listdir("/proc")), len([n for n in os.listdir("/tmp") if n != "submission"]), os.getpid()
"""
    for name in ("one", "another"):
        with Session(sandbox, {"a.py": source}, ("a",), LIMITS) as opened:
            assert opened.functions({"f": "a"})["f"](name) == ("clean", name[:4], 0, 1, 1)


def test_a_template_that_has_ended_is_started_again(sandbox):
    files = {"a.py": b"def f(): return 1"}
    confined = dataclasses.replace(sandbox)
    for _ in range(2):
        with Session(confined, files, ("a",), LIMITS) as opened:
            assert opened.functions({"f": "a"})["f"]() == 1
        confined._servers[os.getpid(), LIMITS].process.kill()
        confined._servers[os.getpid(), LIMITS].process.wait()


def test_the_template_ends_with_its_grader():
    program = """
import os, sys
from autograder.sandbox import Limits, Session, choose
confined = choose({}, (), allow_none=False)
opened = Session(confined, {"a.py": b"def f():\\n while True: pass"}, ("a",), Limits(call_seconds=60))
opened.ready()
servers = [confined._servers[os.getpid(), limits] for limits in (Limits(), Limits(call_seconds=60))]
print(*[server.process.pid for server in servers], opened.worker.process.pid, flush=True)
opened.functions({"f": "a"})["f"]()
"""
    grader = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    pids = grader.stdout.readline().split()
    pids += Path(f"/proc/{pids[-1]}/task/{pids[-1]}/children").read_text().split()
    assert len(pids) == 4
    assert not any(ended(pid) for pid in pids)
    grader.kill()
    grader.communicate()
    wait_until_ended(pids, "a template outlived its grader")


def test_a_kit_that_lies_inside_the_system_is_covered(monkeypatch, tmp_path):
    covers = file_system._hide(
        Path(autograder.__file__).parent, {str(Path(autograder.__file__).parents[1]): "/seen"}
    )
    assert covers == ["--tmpfs", "/seen/autograder", "--remount-ro", "/seen/autograder"]


def test_where_neither_sandbox_works_the_grader_refuses_in_one_sentence(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(landlock, "version", lambda: 0)
    with pytest.raises(SandboxError, match="bubblewrap is not installed.*no Landlock.*--no-sandbox"):
        choose({}, (), allow_none=False)


def test_without_a_sandbox_calls_still_work_and_still_end(student, sandbox):
    plain = choose(sandbox.data, (), allow_none=True)
    assert plain.name == "none"
    f = student(LIMITS, plain, a="def hang():\n    while True: pass\ndef f(X): return X.sum()")
    with pytest.raises(errors.TimedOut):
        f("hang")()
    assert f("f")(MappedArray("rows", sandbox.data["rows"])) == 66


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("%%writefile loss.py", "this is a command of notebooks and no Python"),
        ("!pip install numpy", "this is a command of notebooks and no Python"),
        ("<<<<<<< HEAD", "a merge was not finished here"),
        (r"{\rtf1\ansi", "the file is a document of a word processor"),
        ("<!DOCTYPE html>", "the file is a web page"),
        (">>> import numpy", "this was copied out of a console"),
        ("# coding: utf8-vn", "unknown encoding: utf8-vn"),
        ("input()", r"nobody can answer input\(\) here"),
        (
            "import urllib.request as r; r.urlopen('http://example.org')",
            "there is no network where it is graded",
        ),
    ],
)
def test_a_module_that_is_no_python_says_what_it_is(student, line, told):
    with pytest.raises(errors.Blocked, match=rf"Error: .*{told} \(a\.py, line 1\)"):
        student(a=f"{line}\ndef f(): return 1")("f")()


def test_programs_that_cannot_be_started_end_no_import(student):
    source = """
        import getpass, matplotlib.pyplot, subprocess
        getpass.getuser()
        done = subprocess.run(["pip", "install", "einops"], capture_output=True, text=True)
        told = len(subprocess.check_output(["nvidia-smi"])), subprocess.call("ls"), subprocess.check_call(["ls"])
        def f(): return done.returncode, done.stdout, told
        def g(): return subprocess.run(["ls"])
    """
    f = student(a=source)
    assert f("f")() == (0, "", (0, 0, 0))
    with pytest.raises(errors.Raised, match="PermissionError"):
        f("g")()
