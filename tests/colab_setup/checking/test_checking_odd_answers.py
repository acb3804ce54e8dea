"""Whatever the student's functions are, their check says what is wrong in a sentence each and never breaks."""

import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from itertools import zip_longest
from pathlib import Path

import pytest

from autograder.assignment import settings, variants
from autograder.assignment.misconceptions import load_misconceptions
from colab_setup import folder
from colab_setup.checking import checks as checking
from colab_setup.checking import report as checking_report
from colab_setup.checking import runner
from tests.attacks import target
from tests.attacks.entries import attacks
from tests.colab_setup.forked import POPEN

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[3]
ASSIGNMENTS = ("linear_classifier", "gpu_training")
LIMIT = 60.0
"""Seconds for a case: of those that end, none may be told to be slow on a machine that is busy."""


@pytest.fixture(autouse=True)
def _forked(monkeypatch):
    monkeypatch.setattr(runner, "subprocess", POPEN)
    monkeypatch.setattr(checking, "IMPORT_SECONDS", LIMIT)


def handed_out(place, name, modules, questions):
    """An assignment's folder with these modules and the public tests of some questions."""
    shutil.rmtree(place, ignore_errors=True)
    (place / "tests").mkdir(parents=True)
    given = REPOSITORY / "assignments" / name
    shutil.copy(given / "assignment.json", place)
    for question in questions:
        shutil.copy(given / "tests" / f"{question}.py", place / "tests")
    for module, source in modules.items():
        (place / f"{module}.py").write_text(source)
    return place


def reference(name):
    modules = folder.read(REPOSITORY / "assignments" / name).modules
    return {module: (REPOSITORY / "solutions" / name / f"{module}.py").read_text() for module in modules}


def public(name):
    return folder.read(REPOSITORY / "assignments" / name).questions


def complaint(checked):
    """What is wrong with what is said; "" where nothing is."""
    text = checking_report.text(checked)
    for case in checked.cases:
        if case.state not in ("passed", "failed"):
            return f"{case.name}: {case.state}: {case.message}"
        if case.state == "failed" and len(case.message) < 5:
            return f"{case.name}: no message"
    if checked.broken or "Traceback" in text or not text.replace("\n", "").isprintable():
        return text
    return ""


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_misconception_is_told_in_a_sentence(tmp_path, name):
    sources, complaints, seen, of_functions = reference(name), [], Counter(), {}
    for variant in load_misconceptions(REPOSITORY / "solutions" / name):
        if set(variant.questions) <= set(public(name)):
            of_functions.setdefault(variant.function, []).append(variant)
    # One of each function makes a folder: what calls them all is in no public test.
    for together in zip_longest(*of_functions.values()):
        chosen = [variant for variant in together if variant]
        questions = [question for variant in chosen for question in variant.questions]
        place = handed_out(tmp_path / "folder", name, variants.apply(chosen, sources), questions)
        checked = checking.check(place, tuple(sources), limit=LIMIT)
        states = checked.questions()
        seen.update(states[question] for question in questions)
        if found := complaint(checked):
            complaints.append(f"{[variant.name for variant in chosen]}: {found}")
    assert not complaints
    assert set(seen) == {"failed"}


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_right_style_passes(tmp_path, name):
    """In the checks of what it writes, and of trainings that run it."""
    sources, styles, failed = reference(name), {}, {}
    trained = {*settings.load(name).trained_by}
    for variant in variants.load_styles(REPOSITORY / "solutions" / name):
        styles.setdefault(variant.name, []).append(variant)
    for style, parts in styles.items():
        written = {variant.function for variant in parts}
        if written & trained:
            written |= {"accuracy"}
        asked = [question for question in public(name) if question in written]
        place = handed_out(tmp_path / "folder", name, variants.apply(parts, sources), asked)
        checked = checking.check(place, tuple(sources), limit=LIMIT)
        if not checked.passed:
            failed[style] = checking_report.text(checked)
    assert not failed


HEAD = """
import os, sys, threading, time
import numpy as np
{torch}

class Raises:
    def __getattribute__(self, name): raise RuntimeError(name)
    def __repr__(self): raise RuntimeError
class Exits:
    def __repr__(self): sys.exit()
    __eq__ = __array__ = __len__ = __iter__ = __float__ = __bool__ = lambda self, *args, **kwargs: sys.exit()
    shape = dtype = property(__repr__)
class Hangs:
    def __repr__(self):
        while True: pass
class Agrees:
    shape, dtype = (), "float64"
    def __eq__(self, other): return True
    def __bool__(self): return True
    def __sub__(self, other): return 0.0
    def __array__(self, *args, **kwargs): return np.zeros(7)
    def __getattr__(self, name): return lambda *args: self
class Text(str):
    def __len__(self): return -5
    def __getitem__(self, key): raise KeyError
    __str__ = __repr__ = lambda self: self
class Lies(np.ndarray):
    shape = dtype = property(lambda self: 1 / 0)
    def __repr__(self): raise RuntimeError
    def __array_ufunc__(self, *args, **kwargs): return True
    def __array_function__(self, *args, **kwargs): return self
class Meta(type):
    __name__ = property(lambda self: 1 / 0)
class Nameless(metaclass=Meta):
    def __repr__(self): raise RuntimeError
class Error(Exception):
    __class__ = property(lambda self: 1 / 0)
    def __str__(self): raise SystemExit
class Last(BaseException):
    def __str__(self): return Text("\\ud800\\x00\\x1b[31m")
def nested(depth):
    value = []
    for _ in range(depth): value = [value, value]
    return value
def deep():
    sys.setrecursionlimit(10**5)
    return deep()
def raises(error): raise error
def yields(): yield 1
def closes():
    sys.stdout.close()
    return "closed"
def forks():
    os.fork()
    return "forked"
def writes():
    for number in range(3, 20):
        try:
            os.write(number, b'{{"over": true}} \\xff[[[' + b"[" * 10**5)
        except OSError:
            pass
    return "written"
"""

ODD = (
    "None", "...", "int", "odd", "object()", "yields()", "iter([1])", "Raises()", "Exits()", "Hangs()", "Agrees()", "Nameless()",
    "[Raises(), Exits(), Nameless()]", "{1: Raises(), 'x': Exits()}", "Text('x')", "'\\ud800\\x00\\x1b[31m'",
    "b'\\xff' * 10**7", "'x' * 10**7", "10**5000", "float('nan')", "complex(1, float('inf'))", "nested(16)",
    "list(range(10**6))", "[[0.0] * 1000] * 1000", "set(), ()", "np.zeros((2, 2)).view(Lies)", "np.matrix([[1.0, 2.0]])",
    "np.ma.masked_all((2, 2))", "np.zeros(2, dtype=[('a', int), ('b', object)])", "np.array([Raises(), Exits()], dtype=object)",
    "np.array(Hangs(), dtype=object)", "np.zeros((0, 3))", "np.full((2, 2), np.nan)", "np.zeros((2, 2), complex)",
    "np.array(['2020'], 'M8')", "np.array([np.zeros(2), None], dtype=object)", "np.float16(1)", "np.broadcast_to(1.0, (10**9, 2))",
    "np.random.default_rng()", "raises(Error)", "raises(Last)", "raises(KeyboardInterrupt)", "raises(SystemExit)", "sys.exit(3)",
    "raises(GeneratorExit)", "raises(NotImplementedError(Raises()))", "raises(AssertionError(Exits()))", "raises(StopIteration)",
    "raises(SyntaxError('x', (7, 8, 9, 10)))", "raises(UnicodeDecodeError('x', b'', 0, 1, 'y'))", "raises(MemoryError)",
    "raises(ExceptionGroup('x', [Error()]))", "eval('1 +')", "deep()", "closes()", "forks()", "writes()", "threading.Lock()",
    "open(os.devnull)", "time", "memoryview(b'x')",
)  # fmt: skip

TENSORS = (
    "torch.zeros((2, 2), requires_grad=True)", "torch.zeros((2, 2), requires_grad=True) * 2", "torch.nn.Parameter(torch.zeros(2))",
    "torch.zeros((2, 2)).to_sparse()", "torch.quantize_per_tensor(torch.zeros(2), 0.1, 0, torch.quint8)",
    "torch.zeros((2, 2), device='meta')", "torch.zeros(2, dtype=torch.cfloat)", "torch.zeros(2, dtype=torch.cfloat).conj()",
    "torch.zeros(2, dtype=torch.bfloat16)", "torch.zeros(2, dtype=torch.float8_e4m3fn)", "torch.full((2, 2), torch.nan)",
    "torch.zeros(0)", "torch.zeros((), dtype=torch.bool)", "torch.nn.Linear(2, 2)", "torch.float32", "torch.Size([2])",
    "[torch.zeros(2)] * 10**5", "(torch.zeros(2), None)", "torch.zeros(2).as_subclass(Odd)", "torch.Generator()", "torch",
)  # fmt: skip

ODD_TENSOR = """
import torch
class Odd(torch.Tensor):
    shape = dtype = property(lambda self: 1 / 0)
    __torch_function__ = classmethod(lambda *args, **kwargs: 7)
    def __repr__(self): raise RuntimeError
"""


def answered(place, name, module, functions, answer, limit=LIMIT):
    """The check of a folder in which some functions of a module answer so."""
    sources = reference(name)
    torch = ODD_TENSOR if name == "gpu_training" else ""
    lines = [HEAD.format(torch=torch), f"def odd(*args, **kwargs): return {answer}"]
    lines += [f"def {function}(*args, **kwargs): return odd()" for function in functions]
    sources[module] += "\n".join(lines)
    place = handed_out(place, name, sources, functions)
    return checking.check(place, tuple(sources), limit=limit)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "module", "functions", "answers"),
    [
        ("linear_classifier", "regularization", ("l2", "l2_gradient"), ODD),
        ("gpu_training", "loss", ("cross_entropy",), (*ODD, *TENSORS)),
    ],
)
def test_every_odd_answer_is_told_in_a_sentence(tmp_path, name, module, functions, answers):
    complaints = []
    for answer in answers:
        hangs, not_written = "Hangs()" in answer, "NotImplementedError" in answer
        checked = answered(tmp_path / "folder", name, module, functions, answer, 2 if hangs else LIMIT)
        found = complaint(checked)
        if hangs or not_written:
            states = {"not written"} if not_written else {"failed", "timed out"}
            assert states.issuperset(checked.questions().values()), answer
        elif found or set(checked.questions().values()) != {"failed"}:
            complaints.append(f"{answer}: {found or checked.questions()}")
    assert not complaints


def test_what_an_odd_answer_is_called(tmp_path):
    def returned(answer, *where):
        case, *_ = answered(tmp_path / "folder", *where, answer).cases
        return case.returned

    numpy = ("linear_classifier", "regularization", ("l2_gradient",))
    torch = ("gpu_training", "loss", ("cross_entropy",))
    assert returned("Raises()", *numpy) == "a value of type Raises"
    assert returned("[Raises(), 1]", *numpy) == "[a value of type Raises, 1]"
    assert returned("np.matrix([[1.0, 2.0]])", *numpy) == "[[1., 2.]] (shape (1, 2), matrix of float64)"
    assert returned("'\\ud800\\n'", *numpy) == "'\\ud800\\n'"
    assert (
        returned("torch.ones((1, 2), requires_grad=True)", *torch)
        == "[[1., 1.]] (shape (1, 2), torch.float32)"
    )
    assert "device='meta'" in returned("torch.zeros((2, 2), device='meta')", *torch)


def test_each_value_is_told_beside_the_one_that_it_was_compared_with(tmp_path):
    """The test's function has compared others of the same names before."""
    sources = reference("gpu_training")
    (variant,) = (
        variant
        for variant in load_misconceptions(REPOSITORY / "solutions" / "gpu_training")
        if variant.name == "batch_norm_by_the_batch_in_evaluation"
    )
    place = handed_out(
        tmp_path / "folder", "gpu_training", variants.apply([variant], sources), ["batch_norm"]
    )
    case, *others = (case for case in checking.check(place, tuple(sources)).cases if case.state != "passed")
    assert {each.message.startswith("the result in evaluation") for each in (case, *others)} == {True}
    assert "[ 0.      ,  7.666667]" in case.expected
    assert case.came != case.expected
    assert case.difference.startswith("furthest apart at [")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("os._exit(7)", "Python was ended with exit code 7: does the code call os._exit, or close files"),
        ("os.closerange(3, 200)", "Python was ended with exit code 1: does the code call os._exit, or close"),
        (
            "os.kill(os.getpid(), 9)",
            "Python was ended from outside (SIGKILL), most likely for want of memory",
        ),
        ("__import__('ctypes').memset(0, 0, 1)", "Python itself crashed (SIGSEGV)"),
    ],
)
def test_python_is_said_to_have_crashed_only_where_it_has(tmp_path, code, why):
    (case,) = answered(tmp_path / "f", "linear_classifier", "regularization", ("l2",), f"({code}, 1)").cases[
        :1
    ]
    assert case.state == "crashed"
    assert case.message.startswith(why)


# By how they end; of others of the corpus it is the machine that must be kept from them.
CORPUS = {
    "equal to everything": 1, "an array that agrees": 1, "numbers that agree": 1, "nothing to compare": 1, "objects in an array": 1,
    "honest: talks on stderr": 0, "honest: progress bars": 0, "honest: left-overs of a notebook": 0, "honest: catches everything": 0,
    "a reply of its own": 1, "out of order": 1, "malformed messages": 1, "messages that grow": 1, "errors that ask for mercy": 1,
    "a patched worker": 1, "changed arguments": 1, "patched numpy": 1, "replay the public answers": 0,
    "replay by the number of the call": 0, "wait for the answer": 1, "patched clocks": 0,
    "patched seeds": 0, "output": 0, "file descriptors": 1, "feedback": 1, "a huge answer": 1, "exit": 1,
}  # fmt: skip


class Places(dict):
    """Where the attacks' marks would be."""

    def __missing__(self, key):
        return f"/nowhere/{key}"


@pytest.mark.parametrize(
    "attack", [attack for attack in attacks() if attack.name in CORPUS], ids=lambda attack: attack.file
)
def test_the_corpus_is_told_in_a_sentence(tmp_path, attack):
    target.write(tmp_path / "suites", tmp_path / "solutions", Places())
    place = tmp_path / "folder"
    with zipfile.ZipFile(io.BytesIO(attack.zipped(Places()))) as archive:
        archive.extractall(place)
    if attack.base == "empty":
        (place / "use.py").write_text(target.USE)
    shutil.copytree(tmp_path / "suites" / target.NAME / "tests", place / "tests")
    checked = checking.check(place, ("area", "use"), limit=LIMIT)
    assert checked.passed is (CORPUS[attack.name] == 0)
    if attack.name == "exit":
        assert {case.state for case in checked.cases} == {"crashed"}
    elif attack.name == "patched numpy":  # Python's own max is gone, and imports nothing any more
        assert checked.broken[0].why.startswith("use.py cannot be imported: ")
    elif attack.name != "a patched worker":
        assert not complaint(checked)


def test_a_file_named_like_a_module_of_pythons_does_not_stand_in_for_it(tmp_path):
    sources = reference("linear_classifier")
    place = handed_out(tmp_path / "folder", "linear_classifier", sources, ["l2"])
    for name in ("random", "secrets", "statistics"):
        (place / f"{name}.py").write_text("raise SystemExit")
    assert checking.check(place, tuple(sources), limit=LIMIT).passed


@pytest.mark.parametrize(
    ("name", "variant", "says"),
    [
        ("gpu_training", "batch_norm_by_the_unbiased_variance", "the result in training"),
        ("linear_classifier", "softmax_of_columns", "softmax"),
        ("linear_classifier", "", "l2: 1 of 1 public case passes."),
    ],
)
def test_the_command_ends_with_what_it_found(tmp_path, name, variant, says):
    sources = reference(name)
    wrong = [each for each in load_misconceptions(REPOSITORY / "solutions" / name) if each.name == variant]
    questions = wrong[0].questions if wrong else ["l2"]
    place = handed_out(tmp_path / "folder", name, variants.apply(wrong, sources), questions)
    described = (place / "assignment.json").read_text()
    (place / "assignment.json").write_text(re.sub(r'"questions": \[.*?\]', '"questions": []', described))
    result = subprocess.run(
        [sys.executable, "-m", "colab_setup", "check", "--folder", place, "--limit", str(LIMIT)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert result.returncode == bool(wrong)
    assert says in result.stdout
    assert "crashed" not in result.stdout
    assert result.stderr == ""
