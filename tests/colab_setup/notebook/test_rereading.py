"""Saved modules are read anew before the next cell, in a real IPython; what cannot be read cannot be used."""

import importlib
import json
import os
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell

from colab_setup.notebook import rereading, unrun

GONE = "Until then nothing of loss.py runs, not even what it was before."


class Notebook:
    """Cells run in a folder whose modules a student saves between them."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys = folder, capsys
        self.shell = InteractiveShell.instance()

    def save(self, module, text):
        """Write a module; the file keeps its times, as on a disk that counts in seconds."""
        path = self.folder / f"{module}.py"
        path.write_text(text)
        os.utime(path, (1_700_000_000, 1_700_000_000))

    def run(self, cell):
        """What a cell prints, and what a student reads of its error."""
        self.capsys.readouterr()
        self.shell.run_cell(cell, store_history=True)
        return self.capsys.readouterr().out.strip()


def forget():
    for name in ("loss", "gradient", "sgd", "helper", "parts", "parts.one"):
        sys.modules.pop(name, None)


@pytest.fixture
def notebook(here, capsys, monkeypatch):
    monkeypatch.syspath_prepend(here)
    monkeypatch.setenv("IPYTHONDIR", str(here.parent / "ipython"))
    monkeypatch.setattr(sys, "displayhook", sys.displayhook)
    forget()  # other tests have modules of these names
    made = Notebook(here, capsys)
    rereading.start(here)
    yield made
    rereading._active.stop()
    rereading._active = None
    InteractiveShell.clear_instance()
    forget()


def test_names_that_are_bound_already_are_those_of_the_saved_module(notebook):
    notebook.save("loss", "def value(): return 1\n")
    notebook.run("from loss import value, value as other\nimport loss\nimport loss as short")
    notebook.save("loss", "def value(): return 2\n")

    assert notebook.run("print(value(), other(), loss.value(), short.value())") == "2 2 2 2"


def test_two_saves_within_a_second_that_leave_the_size_are_told_apart(notebook):
    notebook.save("loss", "def value(): return 1\n")
    notebook.run("from loss import value")
    for number in (2, 3, 4):
        notebook.save("loss", f"def value(): return {number}\n")
        assert notebook.run("print(value())") == str(number)


def test_a_save_while_the_importing_cell_runs_is_not_missed(notebook):
    notebook.save("loss", "def value(): return 1\n")
    notebook.run(
        "from loss import value\nfrom pathlib import Path\n_ = Path('loss.py').write_text('def value(): return 2')"
    )

    assert notebook.run("print(value())") == "2"


def test_modules_that_import_each_other_follow(notebook):
    notebook.save("loss", "def value(): return 1\n")
    notebook.save(
        "sgd", "from loss import value\nimport helper\ndef train(): return value(), helper.extra()\n"
    )
    notebook.save("helper", "def extra(): return 'a'\n")
    notebook.run("from sgd import train\nfrom loss import value")
    notebook.save("loss", "def value(): return 2\n")
    assert notebook.run("print(train())") == "(2, 'a')"
    notebook.save("helper", "def extra(): return 'b'\n")
    assert notebook.run("print(train())") == "(2, 'b')"


def test_classes_are_replaced_whole_also_those_of_autograd(notebook):
    text = """
import torch
class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return {} * x
    @staticmethod
    def backward(ctx, grad): return 2 * grad
"""
    notebook.save("gradient", text.format(1))
    notebook.run("import torch\nfrom gradient import Double")
    notebook.save("gradient", text.format(2))

    assert notebook.run("print(Double.apply(torch.tensor(3.0)).item())") == "6.0"


def test_packages_and_functions_without_a_name_of_their_own_follow(notebook):
    (notebook.folder / "parts").mkdir()
    notebook.save("parts/__init__", "from parts.one import value\n")
    notebook.save("parts/one", "value = lambda: 1\n")
    notebook.run("from parts import value\nfrom parts.one import value as same")
    notebook.save("parts/one", "value = lambda: 2\n")

    assert notebook.run("print(value(), same())") == "2 2"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def value(: return 2\n", "line 1: invalid syntax"),
        (
            "def value():\nreturn 2\n",
            "line 2: expected an indented block after function definition on line 1",
        ),
        ("\nnmpy.ones(3)\n", "line 2: NameError: name 'nmpy' is not defined"),
        ("import helper\n", "line 1: ModuleNotFoundError: No module named 'helper'"),
        ("import sys\nsys.exit()\n", "line 2: the code calls exit()"),
        ("def f():\n    raise KeyboardInterrupt\nf()\n", "line 2: KeyboardInterrupt"),
        (
            "import json\njson.loads('')\n",
            "line 2: JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        ),
    ],
)
def test_a_module_that_cannot_be_read_is_told_in_the_cell_and_runs_no_more(notebook, text, reason):
    notebook.save("loss", "def value(): return 1\n")
    notebook.run("from loss import value\nimport loss")
    notebook.save("loss", text)
    sentence = f"loss.py cannot be read ({reason}): correct loss.py and save it. {GONE}"

    assert notebook.run("1;") == sentence
    for use in (
        "value()",
        "loss.value()",
        "value.apply(1)",
        "isinstance(1, value)",
        "class Own(value): pass",
    ):
        assert notebook.run(use).splitlines() == [sentence, sentence], use
    assert notebook.run(
        "print((value.__name__, value.__module__), hasattr(value, 'apply'))"
    ).splitlines() == [
        sentence,
        "('value', 'loss') False",
    ]
    notebook.save("loss", "def value(): return 3\n")
    assert notebook.run("print(value(), loss.value())") == "3 3"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def value(: return 2\n", "line 1: invalid syntax"),
        ("if 1:\n    a = 1\n\tb = 2\n", "line 3: inconsistent use of tabs and spaces in indentation: write spaces alone, four for each level"),
        ("\nnmpy.ones(3)\n", "line 2: NameError: name 'nmpy' is not defined"),
        ("import sys\nsys.exit()\n", "line 2: the code calls exit()"),
    ],
)  # fmt: skip
def test_a_module_that_cannot_be_read_from_the_start_is_told_in_one_sentence(notebook, text, reason):
    notebook.save("loss", text)
    notebook.save("sgd", "from loss import value\n")
    told = f"loss.py cannot be read ({reason}): correct loss.py and save it. Then run this cell again."
    for cell in ("from loss import value", "import sgd"):
        assert notebook.run(cell) == told
    notebook.save("loss", "def value(): return 3\n")
    assert notebook.run("from loss import value\nprint(value())") == "3"


def test_a_module_that_is_not_there_from_the_start_is_told_in_one_sentence(notebook):
    rereading._active.stop()
    rereading._active = None
    (notebook.folder / "assignment.json").write_text('{"assignment": "a", "modules": ["loss"]}')
    rereading.start(notebook.folder)
    told = f"loss.py is not in {notebook.folder} any more: put it back there. Then run this cell again."
    assert notebook.run("from loss import value") == told
    notebook.save("loss", "def value(): return 3\n")
    assert notebook.run("from loss import value\nprint(value())") == "3"


def test_a_module_in_an_editors_other_encoding_is_read_as_the_check_reads_it(notebook):
    (notebook.folder / "loss.py").write_bytes("def value(): return 'ế'\n".encode("utf-16"))
    assert notebook.run("from loss import value\nprint(value())") == "ế"


def test_what_only_others_need_that_cannot_be_read_is_told_with_its_own_file_and_line(notebook):
    notebook.save("loss", "def value(): return 1\n")
    notebook.save("sgd", "from loss import value\ndef train(): return value()\n")
    notebook.save("helper", "def extra(): return 'a'\n")
    notebook.run("from sgd import train\nfrom helper import extra")
    notebook.save("loss", "def value(:\n")

    said = notebook.run("train()").splitlines()
    assert said[0].startswith(
        "sgd.py cannot be read (loss.py, line 1: invalid syntax): correct loss.py and save it."
    )
    assert said == [said[0]] * 2
    assert notebook.run("print(extra())").splitlines()[1:] == ["a"]


def test_a_cause_outside_of_the_module_is_tried_again_before_each_cell(notebook):
    notebook.save("loss", "def value(): return 1\n")
    notebook.run("from loss import value")
    notebook.save("loss", "import helper\ndef value(): return helper.extra()\n")
    assert "No module named 'helper'" in notebook.run("1;")
    notebook.save("helper", "def extra(): return 5\n")

    assert notebook.run("print(value())") == "5"


def test_a_module_that_is_deleted_runs_no_more(notebook):
    notebook.save("loss", "def value(): return 1\n")
    notebook.run("from loss import value")
    (notebook.folder / "loss.py").unlink()

    sentence = f"loss.py is not in {notebook.folder} any more: put it back there. {GONE}"
    assert notebook.run("value()").splitlines() == [sentence, sentence]


def test_a_function_that_is_no_longer_written_runs_no_more(notebook):
    notebook.save("loss", "def value(): return 1\ndef other(): return 1\n")
    notebook.run("from loss import value, other")
    notebook.save("loss", "def other(): return 2\n")

    sentence = "There is no value in loss.py any more: write it there, save, and run this cell again."
    assert notebook.run("print(other())\nvalue()").splitlines() == ["2", sentence]
    notebook.save("loss", "def value(): return 3\n")
    assert notebook.run("print(value())") == "3"


def test_a_helper_that_nobody_wants_any_more_is_not_asked_for(notebook):
    notebook.save("helper", "def extra(): return 1\n")
    notebook.save("loss", "import helper\ndef value(): return helper.extra()\n")
    notebook.run("from loss import value")
    notebook.save("loss", "def value(): return 2\n")
    (notebook.folder / "helper.py").unlink()

    assert notebook.run("print(value())") == "2"


def test_what_the_notebook_has_from_elsewhere_stays(notebook):
    notebook.save("loss", "from math import exp\nimport json\nN = 10\ndef value(): return 1\n")
    notebook.run(
        "from loss import value\nfrom math import exp\nimport json\nN = 10\ndef own(): return value()"
    )
    notebook.save("loss", "N = 20\ndef value(): return 2\n")

    assert notebook.run("print(exp(0), json.dumps(N), own())") == "1.0 10 2"


def test_a_function_that_run_left_follows_its_module(notebook):
    notebook.save("loss", "def value(): return 1\n")
    notebook.run("import loss\n%run loss.py")
    assert notebook.run("print(value(), value.__module__)") == "1 loss"
    notebook.save("loss", "def value(): return 2\n")

    assert notebook.run("print(value())") == "2"


def test_after_a_reload_by_hand_all_is_as_before(notebook):
    notebook.save("loss", "def value(): return 1\n")
    notebook.run("from loss import value\nimport loss, importlib")
    notebook.save("loss", "def value(): return 2\n")
    notebook.run("importlib.reload(loss)")
    notebook.save("loss", "def value(): return 3\n")

    assert notebook.run("print(value(), loss.value())") == "3 3"


@pytest.mark.slow
def test_after_a_restart_a_cell_that_lacks_a_name_says_that_a_cell_above_makes_it(notebook):
    cells = [
        {"cell_type": "code", "source": ["import json as js\n", "a, b = 1, 2"]},
        {"cell_type": "markdown", "source": "c = 3"},
    ]
    (notebook.folder / "a.ipynb").write_text(json.dumps({"cells": cells}))
    for _ in range(2):  # as a notebook whose first cell is run twice
        unrun.start(notebook.folder)
    for name in ("b", "js"):
        assert notebook.run(f"print({name})").splitlines()[-1] == (
            f"{name} is made by a cell further up, which was not run in this session: run all cells above this one, "
            "from the first on."
        )
    assert notebook.run("print(b)").count("is made by") == 1
    for name in ("c", "x"):
        assert "is made by" not in notebook.run(f"print({name})")
    assert notebook.run("a, b = 1, 2\nprint(b)") == "2"


def test_started_twice_it_reads_once(notebook):
    rereading.start(notebook.folder)
    notebook.save("loss", "print('read')\ndef value(): return 1\n")
    notebook.run("from loss import value")
    notebook.save("loss", "print('read')\ndef value(): return 2\n")

    assert notebook.run("print(value())").splitlines() == ["read", "2"]
    assert notebook.run("print(value())") == "2"


def test_modules_that_were_imported_before_it_started_follow(notebook):
    rereading._active.stop()
    rereading._active = None
    notebook.save("loss", "def value(): return 1\n")
    notebook.run("from loss import value")
    rereading.start(notebook.folder)
    notebook.save("loss", "def value(): return 2\n")

    assert notebook.run("print(value())") == "2"


def test_an_environment_inside_of_the_folder_is_not_read_anew(notebook, monkeypatch):
    site = notebook.folder / ".venv" / "site-packages"
    site.mkdir(parents=True)
    monkeypatch.syspath_prepend(site)
    notebook.save(".venv/site-packages/helper", "print('read')\n")
    notebook.save("loss", "import helper\ndef value(): return 1\n")
    assert notebook.run("from loss import value") == "read"
    notebook.save("loss", "import helper\ndef value(): return 2\n")

    assert notebook.run("print(value())") == "2"


def test_outside_of_a_notebook_nothing_is_started(here):
    rereading.start(here)

    assert rereading._active is None
    assert importlib.import_module("colab_setup.notebook.rereading") is rereading
