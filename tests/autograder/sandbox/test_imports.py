"""What a submission may import: its own files before all others, and what is nowhere without a loss."""

import json
import subprocess
import sys
import textwrap
import types
from pathlib import Path

import pytest

from autograder.sandbox.inside.importing import alike, own_files

RUN = """
import json, sys
sys.path.append(sys.argv[1])
from inside.importing.missing import Imports
folder, modules = sys.argv[2], sys.argv[3].split()
sys.path.append(folder)
imports = Imports(folder)
imports.install()
results = {}
for name in modules:
    try:
        results[name] = repr(imports.load(name).f())
    except BaseException as error:
        results[name] = f"{type(error).__name__}: {error}"
import types, random, statistics
results["safe"] = [types.SimpleNamespace.__name__, 0 <= random.random() < 1, statistics.mean([1, 3])]
print("\\n" + json.dumps(results))
"""


def outcomes(folder: Path, files: dict[str, str], modules: tuple[str, ...] | None = None) -> dict[str, str]:
    """What `f` of each module gives, or what it raises, in a process that imports as a worker does."""
    for name, source in files.items():
        path = folder / (name if "." in name else f"{name}.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source), encoding="utf-8")
    parent = str(Path(own_files.__file__).parents[2])
    names = " ".join(modules or files)
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUN, parent, str(folder), names],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


LEFT_IN = {
    "version": """
        import tensorflow as tf, jax
        print("TF", tf.__version__, f"{jax.devices()!s:>40}")
        assert tf.__version__ >= "2.0" and int(jax.__version__.split(".")[0]) >= 0
        assert tf.config.list_physical_devices("GPU")
        assert tf.__version__.startswith("2."), "Use TensorFlow 2"
        assert tf.__version__ == "2.15.0" and jax.__version__[0] == "0"
    """,
    "bases": """
        from skorch.base import BaseEstimator, ClassifierMixin
        import pytorch_lightning as pl
        class Model(BaseEstimator, ClassifierMixin):
            def __init__(self, size=3):
                super().__init__()
                self.size = size
        class Net(pl.LightningModule, metaclass=pl.Meta): pass
        model = Model(4)
        model.fit(1).score(2)
        assert model.size == 4
        Net.load_from_checkpoint("best.ckpt")
    """,
    "decorators": """
        from numba import njit, vectorize, float64, prange
        import tensorflow as tf, functools, jax
        @vectorize(["float64(float64, float64)"])
        def hinge(a, b): return max(0.0, a + b)
        @njit
        def one(): return 1
        @tf.function(
            jit_compile=True,
        )
        @njit(parallel=True, cache=True)
        def two(): return one() + 1
        @functools.partial(jax.jit, static_argnums=(0,))
        def three(): return two() + 1
        four = njit(lambda: three() + 1)
        @tf.keras.utils.register_keras_serializable()
        class Layer: size = 1
        assert (two(), three(), four(), Layer.size) == (2, 3, 4, 1)
    """,
    "loops": """
        from google.colab import files
        import fastprogress, wandb
        uploaded = files.upload()
        for name in uploaded.keys(): print(name)
        for name in uploaded: print(uploaded[name])
        assert len(uploaded) == 0 and "x" not in uploaded
        if uploaded: raise SystemError
        seen = [step for step in fastprogress.progress_bar(range(3))]
        assert seen == [0, 1, 2]
        images, labels = next(iter(wandb.loader()))
        first = list(uploaded.keys())[0]
        print(uploaded[first], ", ".join(uploaded.keys()), "name: " + first, "%d %s %.1f" % (wandb.a, wandb.b, wandb.c))
        print(list(uploaded), sorted(wandb.x), dict(wandb.y), *uploaded)
    """,
    "unpacking": """
        from keras.datasets import mnist
        (X, y), (X_test, y_test) = mnist.load_data()
        figure, (left, right, *rest) = mnist.subplots(1, 3)
        X = X.reshape(-1, 784) / 255.0
        X -= X.mean(axis=0)
        small = 2 * X[:10] + (1 - X) @ X.T ** 2
        print(X.shape[0] > 3, -X, abs(X), float(X.mean()), int(y[0]), round(X), X == y, X < 3)
    """,
    "contexts": """
        import jax, mlflow, warnings
        from skorch.exceptions import ConvergenceWarning
        from torch_xla.core import xla_model as xm
        import jax.numpy as jnp
        warnings.filterwarnings("ignore", category=ConvergenceWarning)
        with jax.default_device(jax.devices("cpu")[0]), mlflow.start_run() as run:
            run.log({"a": 1})
        def typed(x: jnp.ndarray | None, y: "jax.Array", z: list[jnp.ndarray] = ()) -> jnp.float32: ...
        jax.config.x64 = True
        jax.table["a"] = 1
        del jax.table["a"]
        try:
            1 / 0
        except (jax.errors.JaxError, ZeroDivisionError):
            pass
        import copy, pickle
        copy.deepcopy(run)
    """,
    "files": """
        import io, os, json
        from google.colab import files
        uploaded = files.upload()
        table = io.BytesIO(uploaded["data.csv"])
        os.environ["WANDB_MODE"] = uploaded
        for name in [json.dumps(uploaded)]: print(name)
        rows = [row for row in table]
        for name, content in uploaded.items():
            with open(name, "wb") as file:
                file.write(content)
    """,
    "stars": """
        from tensorflow.keras.layers import *
        model = [Dense(3), Flatten()]
        def build(): return Conv2D(3)
    """,
    "gone": """
        import asynchat_of_old, distutils_of_old.core
        from collections import Mapping
        from os import no_such_name, path
        assert path.sep
        class Mine(Mapping): pass
    """,
    "shells": """
        get_ipython().run_line_magic("matplotlib", "inline")
        get_ipython().system("pip install einops")
        from IPython import get_ipython as shell
        from IPython.core.getipython import get_ipython as other
        if shell() is not None: shell().run_line_magic("load_ext", "autoreload")
        other().system("ls")
        display(3)
        help(len)
        def show(): display("printed in a function")
        show()
    """,
    "asserts_a_gpu": """
        import types
        torch = types.SimpleNamespace(cuda=types.SimpleNamespace(is_available=lambda: False, device_count=lambda: 0))
        assert torch.cuda.is_available(), "Runtime > Change runtime type"
        assert torch.cuda.device_count() > 0
    """,
    "waits": """
        import cv2
        while cv2.waitKey(1) != 27: pass
        last = 1
        while True:
            if cv2.pressed("q"): break
    """,
    "registered": """
        import functools
        from omegaconf import DictConfig
        @functools.singledispatch
        def told(x): return 1
        @told.register(DictConfig)
        def of_config(x): return 2
        assert told(0) == 1
    """,
    "data": """
        import json, locale, os, pickle
        locale.setlocale(locale.LC_ALL, "xx_XX.UTF-8")
        for folder, _, files in os.walk("/kaggle/input"): print(folder)
        with open("/kaggle/input/train.pkl", "rb") as file: train = pickle.load(file)
        mean = train.mean(axis=0)
        rate = json.load(open("no_such.json"))["rate"] * 2
    """,
    "metaclasses": """
        import abc, pl_of_mine as pl
        class A(pl.Module, pl.Mixin, metaclass=type(pl.Module)): pass
        class B(metaclass=type(pl.Module)): value = 3
        class C(B, metaclass=pl.Meta, table=True):
            def f(self): return super().__init__() or self.value
        class Meta(type(pl.Module), abc.ABCMeta): pass
        class Other(type(pl), type(pl.Module)): pass
        class D(metaclass=Meta): pass
        assert C().f() == 3 and isinstance(D, abc.ABCMeta) and issubclass(Other, type) and pl.Module != A
    """,
    "sibling": """
        from shells import show, no_such_function, NoSuchError
        from registered import *
        class Mine(NoSuchError): pass
    """,
    "drive": """
        import os, pathlib
        from google.colab import drive
        drive.mount("/content/drive")
        os.chdir("/content/drive/MyDrive/homework")
        for name in os.listdir("/content/drive/MyDrive"): print(name)
        import shutil
        shutil.rmtree("/content/sample_data")
        shutil.copy("/content/drive/MyDrive/utils.py", ".")
        with open("/content/drive/MyDrive/log.txt", "w") as log: log.write("begun")
        os.makedirs("/proc/content/drive/MyDrive/checkpoints", exist_ok=True)
    """,
}  # fmt: skip


@pytest.mark.slow
def test_what_was_left_in_from_a_notebook_survives_its_import(tmp_path):
    sources = {name: f"{textwrap.dedent(text)}\ndef f(): return 'right'\n" for name, text in LEFT_IN.items()}
    found = outcomes(tmp_path, sources)
    assert {name: found[name] for name in LEFT_IN} == dict.fromkeys(LEFT_IN, "'right'")


def test_using_it_where_it_is_graded_costs_and_names_the_package(tmp_path):
    made = "import numba_of_mine as nb\nx = nb.zeros(3)\n@nb.vectorize\ndef v(x): return x\n"
    uses = {
        "called": "nb.prange(3)", "added": "x + 1", "compared": "x > 1", "looped": "[i for i in x]",
        "asked": "1 if x else 2", "counted": "len(x)", "taken": "x[0]", "replaced": "v(3)", "within": "1 in x",
    }  # fmt: skip
    files = {name: f"{made}def f(): return {use}" for name, use in uses.items()}
    files["derived"] = "import keras\nclass N(keras.Model): pass\nn = N()\ndef f(): return n(3)"
    files["unmade"] = "import io, up\nt = io.BytesIO(up.load())\ndef f(): return t.read()"
    files["unread"] = "x = open('data.txt').read()\ndef f(): return x + 'a'"
    files["unrun"] = "with open('more.txt') as file: exec(file.read())\ndef f(): return 1"
    files["undone"] = "x = open('data.txt').read()\ny = no_such_name\ndef f(): return 1"
    files["removed"] = "from os import no_such_name\ndef f(): return no_such_name()"
    files["renamed"] = "from called import softmax, f as g\ndef f(): return softmax(3)"
    files["shell"] = (
        "from IPython import get_ipython\ndef f(): return get_ipython().run_line_magic('time', '')"
    )
    files["is_none"] = (
        f"{made}import pandas_of_mine as pd\ndef f(): return isinstance(3, (int, pd.Frame)), isinstance('', pd.Frame)"
    )
    found = outcomes(tmp_path, files)
    for name in uses:
        assert found[name].startswith("ImportError: numba_of_mine."), name
        assert "numba_of_mine is neither installed nor a part of" in found[name], name
    assert "keras.Model is used here" in found["derived"]
    assert found["unmade"].startswith(
        "ImportError: t.read is used here, and line 2 of unmade.py could not make it: "
    )
    missing = "No such file or directory: "
    assert found["unread"] == f"ImportError: x is used here, and line 1 of unread.py could not make it: [Errno 2] {missing}'data.txt'"  # fmt: skip
    assert found["unrun"] == f"FileNotFoundError: [Errno 2] {missing}'more.txt'"
    assert found["undone"] == f"FileNotFoundError: [Errno 2] {missing}'data.txt'"
    assert found["removed"] == "ImportError: os.no_such_name is used here, and there is no no_such_name in os here"  # fmt: skip
    assert (
        found["renamed"] == "ImportError: called.softmax is used here, and there is no softmax in called.py"
    )
    assert found["shell"].endswith(".run_line_magic is used here, and no notebook runs here")
    assert found["is_none"] == "(True, False)"


GUARDED = {
    "plain": "try:\n import numba_x\n fast = True\nexcept ImportError:\n fast = False",
    "module_not_found": "try:\n import numba_x; fast = True\nexcept (ValueError, ModuleNotFoundError):\n fast = False",
    "everything": "try:\n from numba_x import njit\n fast = True\nexcept:\n fast = False",
    "attribute": "import builtins\ntry:\n import numba_x\n fast = True\nexcept builtins.ImportError as e:\n fast = False",
    "variable": "FAILS = ImportError, OSError\ntry:\n import numba_x\n fast = True\nexcept FAILS:\n fast = False",
    "suppressed": "import contextlib\nfast = False\nwith contextlib.suppress(ImportError):\n import numba_x\n fast = True",
    "by_function": """
        import importlib
        def optional(name):
            try:
                return importlib.import_module(name)
            except ImportError:
                return None
        fast = optional("numba_x") is not None
    """,
    "around_the_call": """
        def get():
            import numba_x
            return numba_x
        try:
            get(); fast = True
        except Exception:
            fast = False
    """,
    "found": "import importlib.util\nfast = importlib.util.find_spec('numba_x') is not None or importlib.util.find_spec('a_x.b')",
    "in_a_class": "class A:\n    try:\n        import numba_x\n        fast = True\n    except ImportError:\n        fast = False\nfast = A.fast",
    "name_of_an_installed_one": "try:\n from os import no_such_name\n fast = True\nexcept ImportError:\n fast = False",
    "after_one_without_a_guard": "import unguarded_helper\ntry:\n import numba_x.cuda\n fast = True\nexcept ImportError:\n fast = False",
    "after_one_by_function": "import unguarded_helper, importlib\ntry:\n fast = bool(importlib.import_module('numba_x'))\nexcept ImportError:\n fast = False",
    "through_a_helper": "try:\n import helper_with_numba\n fast = True\nexcept ImportError:\n fast = False",
    "late": "fast = False\ndef g():\n    try:\n        import numba_x\n        return True\n    except ImportError:\n        return False",
}  # fmt: skip


def test_a_students_own_guard_works_as_at_home(tmp_path):
    files = {name: f"{textwrap.dedent(text)}\ndef f(): return fast or bool(globals().get('g', int)())\n" for name, text in GUARDED.items()}  # fmt: skip
    files["helper_with_numba"] = files["unguarded_helper"] = "import numba_x"
    found = outcomes(tmp_path, files, tuple(GUARDED))
    assert {name: found[name] for name in GUARDED} == dict.fromkeys(GUARDED, "False")


def test_a_try_that_catches_something_else_is_no_guard(tmp_path):
    files = {
        "other": "try:\n import numba_x\nexcept ValueError:\n pass",
        "handler": "try:\n 1 / 0\nexcept Exception:\n import numba_x",
        "ended": "try:\n pass\nexcept ImportError:\n pass\nimport numba_x",
        "defined_within": "try:\n def g():\n  import numba_x\nexcept ImportError:\n pass\ng()",
        "exits": "try:\n import cupy_x\nexcept ImportError:\n raise SystemExit('install cupy')",
        "last_line": "import os\ntry:\n import numba_x\nexcept ImportError:\n raise SystemError('install numba') from None",
    }
    found = outcomes(tmp_path, {name: f"{text}\ndef f(): return 1" for name, text in files.items()})
    assert {found[name] for name in files} == {"1"}


def test_own_files_come_first_for_the_submission_and_for_nobody_else(tmp_path):
    files = {
        "test": "def one_hot(): return 'own test'",
        "types": "import types\nname = types.SimpleNamespace.__name__\ndef one_hot(): return 'own types'",
        "comm": "from statistics import mean\ndef f(): return mean()",
        "statistics": "def mean(): return 'own mean'",
        "bisect.py": "from another_homework import start\nstart.now()\n1 / 0",
        "string.py": "raise SystemExit",
        "random.py": "def shuffle(): return 'own'",
        "json/__init__.py": "from .inner import x",
        "json/inner.py": "from ..loss import y\nx = 'own package ' + y",
        "loss": """
            y = "of loss"
            from test import one_hot
            from types import one_hot as other, FunctionType
            import types, random, importlib, json, bisect
            from string import digits
            assert bisect.bisect([1, 2], 1) == 1 and digits
            def f():
                return one_hot(), other(), types.name, random.shuffle(), random.choice([1]), json.x, json.dumps(1)
        """,
        "by_function": "import importlib\ndef f(): return importlib.import_module('statistics').mean()",
        "true_reason": "from bisect import mine\ndef f(): return 1",
    }
    found = outcomes(tmp_path, files, ("comm", "loss", "by_function", "true_reason"))
    assert found["true_reason"] == "ZeroDivisionError: division by zero"
    assert (
        found["loss"] == "('own test', 'own types', 'SimpleNamespace', 'own', 1, 'own package of loss', '1')"
    )
    assert found["comm"] == found["by_function"] == "'own mean'"
    assert found["safe"] == ["SimpleNamespace", True, 2]


def test_a_module_may_name_the_folder_it_lies_in(tmp_path):
    files = {
        "__init__.py": "",
        "loss": "def softmax(): return 'softmax'",
        "absolute": "from homework1.loss import softmax\nfrom homework1 import loss\ndef f(): return softmax(), loss.softmax()",
        "deeper": "import src.homework1.loss as L, src.homework1.loss\ndef f(): return L.softmax(), src.homework1.loss.softmax()",
        "relative": "from .loss import softmax\nfrom . import loss\nfrom ..homework1.loss import softmax as s\ndef f(): return softmax(), loss.softmax(), s()",
        "utils": "def one_hot(): return 'one_hot'",
        "helpers": "from homework1.utils import one_hot\ndef f(): return one_hot()",
        "another": "from keras.utils import to_categorical\nfrom google.colab import utils\nimport keras.utils as k\ndef f(): return [str(x)[:6] for x in (to_categorical, utils, k.x)]",
        "absent": "from .nothing import softmax\ndef f(): return 1",
    }  # fmt: skip
    found = outcomes(
        tmp_path, files, ("loss", "absolute", "deeper", "relative", "helpers", "another", "absent")
    )
    assert found["helpers"] == "'one_hot'"
    assert found["another"] == "['<keras', '<googl', '<keras']"
    assert found["absolute"] == found["deeper"] == "('softmax', 'softmax')"
    assert found["relative"] == "('softmax', 'softmax', 'softmax')"


def test_a_file_that_is_missing_of_the_submission_itself_is_no_stand_in(tmp_path):
    files = {
        "helpers/__init__.py": "",
        "no_file": "import helpers.more\ndef f(): return 1",
        "circle": "from around import g\ndef f(): return g()",
        "around": "from circle import f\ndef g(): return 1",
        "leaves": "quit()",
        "asserts": "import jax\nimport numpy as np\nassert np.__version__ == '0'",
    }
    found = outcomes(tmp_path, files, ("no_file", "circle", "leaves", "asserts"))
    assert found["no_file"] == "ModuleNotFoundError: No module named 'helpers.more'"
    assert found["circle"].startswith("ImportError: cannot import name 'f' from partially initialized module")
    assert found["leaves"].startswith("SystemExit")
    assert found["asserts"].startswith("AssertionError")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def SoftMax(): ...", "What is there is called SoftMax."),
        (
            "def s\u043eftmax(): ...",
            "What is there is called s\u043eftmax, and has letters of another alphabet in it.",
        ),
        (
            "class Loss:\n    def softmax(self): ...",
            "It stands in the class Loss: write it outside of any class.",
        ),
        ("soft_max = 3", ""),
        ("def relu(): ...", ""),
    ],
)
def test_what_stands_in_the_place_of_a_function_is_told(source, said):
    module = types.ModuleType("a")
    exec(source, vars(module))
    why, other = alike.instead(module, "softmax")
    assert why.format(other=other) == said


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le", "utf-8-sig"])
def test_a_module_in_another_unicode_encoding_is_read(encoding):
    text = "x = 'plain'\n" if encoding == "utf-16-le" else "x = 'độ dốc'\n"
    names: dict[str, str] = {}
    exec(compile(own_files.as_utf8(text.encode(encoding), "a.py"), "a.py", "exec"), names)
    assert names["x"] == text[5:-2]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"PK\3\4\0\0\xff\xd8\0", "the file is a zip archive"),
        (b"%PDF-1.7\n\0", "the file is a PDF document"),
        (b'{"cells": [], "nbformat": 4}', "the file is a notebook"),
        (b"\0" * 4096, "nothing but zeros"),
        (b"a\0b\xff\0\0", "not saved as UTF-8 text"),
    ],
)
def test_a_file_that_is_no_text_is_called_what_it_is(source, said):
    with pytest.raises(SyntaxError, match=said):
        own_files.as_utf8(source, "a.py")


def test_zeros_that_a_crash_has_left_behind_the_text_are_no_part_of_it():
    assert own_files.as_utf8(b"x = 1\n" + b"\0" * 512, "a.py") == b"x = 1\n"
