"""A student's folder, a Colab and an NVIDIA driver to test against."""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FAKE_COLAB = Path(__file__).parent / "fake_colab"
MODULES = ("loss", "gradient", "regularization", "sgd")


@pytest.fixture
def stubs(tmp_path):
    """The folder as a student gets it, nothing written yet."""
    folder = tmp_path / "linear_classifier"
    shutil.copytree(REPOSITORY / "assignments" / "linear_classifier", folder)
    return folder


@pytest.fixture
def solved(stubs):
    """The folder of a student who is done: the reference modules, and a notebook that was run and saved."""
    for module in MODULES:
        shutil.copyfile(
            REPOSITORY / "solutions" / "linear_classifier" / f"{module}.py", stubs / f"{module}.py"
        )
    notebook = stubs / "linear_classifier.ipynb"
    content = json.loads(notebook.read_text())
    for count, cell in enumerate(cell for cell in content["cells"] if cell["cell_type"] == "code"):
        cell["execution_count"] = count + 1
    text = json.dumps(content).replace("*Write your answer here.*", "Differences between scores stay.")
    notebook.write_text(text)
    asked = json.loads((stubs / "assignment.json").read_text())["predictions"]
    (stubs / "predictions.json").write_text(json.dumps(dict.fromkeys(asked, "a")))
    return stubs


@dataclass(frozen=True)
class Colab:
    """A machine of Colab's: `content` is its /content."""

    content: Path
    log_file: Path
    monkeypatch: pytest.MonkeyPatch

    @property
    def mountpoint(self):
        return self.content / "drive"

    @property
    def my_drive(self):
        return self.mountpoint / "MyDrive"

    def answers(self, answer):
        self.monkeypatch.setenv("FAKE_COLAB_DRIVE", answer)

    def shows(self, notebook):
        self.monkeypatch.setenv("FAKE_COLAB_NOTEBOOK", str(notebook))

    def log(self):
        return self.log_file.read_text().splitlines() if self.log_file.exists() else []


@pytest.fixture
def colab(tmp_path, monkeypatch):
    """google.colab can be imported, and asks for what `answers` says; Otter needs no installing."""
    content, log = tmp_path / "content", tmp_path / "colab.log"
    content.mkdir()
    others = "google" in sys.modules
    monkeypatch.syspath_prepend(FAKE_COLAB)
    monkeypatch.setenv("FAKE_COLAB_LOG", str(log))
    yield Colab(content, log, monkeypatch)
    for name in [name for name in sys.modules if name == "google.colab" or name.startswith("google.colab.")]:
        del sys.modules[name]
    if not others:
        sys.modules.pop("google", None)  # a namespace that remembers where its parts were


@pytest.fixture
def nvidia_smi(tmp_path, monkeypatch):
    """Makes an nvidia-smi that prints a listing and a table, or does what a line of shell says."""

    def make(listing="", table="", shell=""):
        folder = tmp_path / "driver"
        folder.mkdir(exist_ok=True)
        (folder / "listing").write_text(listing)
        (folder / "table").write_text(table)
        script = folder / "nvidia-smi"
        script.write_text(
            f'#!/bin/sh\n{shell}\ncase "$1" in --query-gpu=*) cat "{folder}/listing";; *) cat "{folder}/table";; esac\n'
        )
        script.chmod(0o755)
        monkeypatch.setenv("PATH", str(folder), prepend=":")

    return make


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working folder, and the import path and working folder put back after the test."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return folder
