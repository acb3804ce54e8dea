"""Otter's ipywidgets: real pip, a real kernel, the real Otter; only the old ipywidgets is made up."""

import json
import os
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from colab_setup.machine import packages

REPOSITORY = Path(__file__).resolve().parents[3]
FAKE_COLAB = Path(__file__).parents[1] / "fake_colab"

OLD = "__version__ = '7.7.1'\n"
REMEMBERED = OLD + "import sys\nsys.old_widgets_were_loaded = True\n"


def wheel(folder, version, files):
    """A wheel of ipywidgets: `files` are its package's, by their path inside it."""
    info = f"ipywidgets-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: ipywidgets\nVersion: {version}\n"
    tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    names = [*(f"ipywidgets/{name}" for name in files), f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD"]
    path = folder / f"ipywidgets-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"ipywidgets/{name}", content)
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(f"{info}/WHEEL", tags)
        archive.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in names))
    return path


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    """Makes a Python that has the old ipywidgets, from which the new one, the real one, is a pip install away."""

    def make(old=OLD, new_start=""):
        python = tmp_path / "runtime" / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "runtime"], check=True)
        (site,) = (tmp_path / "runtime" / "lib").glob("python3*/site-packages")
        real = Path(distribution("ipywidgets").locate_file("."))
        # torch is left out, which takes longer to import than all the rest.
        (site / "rest.pth").write_text(f"{real}\n{REPOSITORY}\nimport sys; sys.modules['torch'] = None\n")
        for folder in ("old", "new"):
            (tmp_path / folder).mkdir()
        package = real / "ipywidgets"
        files = {path.relative_to(package).as_posix(): path.read_bytes() for path in package.rglob("*.py")}
        files["__init__.py"] = new_start.encode() + files["__init__.py"]
        wheel(tmp_path / "new", "8.99.0", files)
        with zipfile.ZipFile(wheel(tmp_path / "old", "7.7.1", {"__init__.py": old})) as archive:
            archive.extractall(site)
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "new"))
        return python

    return make


def run(python, code):
    done = subprocess.run([python, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_on_a_laptop_nothing_is_installed_and_the_command_is_told(runtime):
    code = """
from colab_setup.machine import packages
try:
    packages.prepare_otter(install=False)
except packages.PackageError as error:
    print(error)
import ipywidgets
print(ipywidgets.__version__)
"""
    assert run(runtime(), code) == [
        "ipywidgets 7.7.1 is installed, and Otter needs 8.1.5 or newer: run `pip install 'otter-grader==7.0.*' "
        "'ipywidgets>=8.1.5'`, then this again.",
        "7.7.1",
    ]


def test_where_nothing_can_be_installed_it_is_told_in_one_sentence(runtime, monkeypatch):
    python = runtime()
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    code = """
from colab_setup.machine import packages
try:
    packages.prepare_otter(install=True)
except packages.PackageError as error:
    print(error)
"""
    (line,) = run(python, code)
    assert line.startswith(
        "Otter could not be installed (ERROR: No matching distribution found for ipywidgets>=8.1.5)"
    )
    assert "python -m colab_setup check" in line


@pytest.mark.parametrize(
    ("installed", "lack"),
    [
        ({"ipywidgets": "8.1.7"}, "Otter, which grader.check needs, is not installed"),
        (
            {"otter-grader": "6.1.3", "ipywidgets": "8.1.7"},
            "Otter 6.1.3 is installed, and this assignment needs 7.0",
        ),
    ],
)
def test_what_is_lacking_is_told(monkeypatch, installed, lack):
    monkeypatch.setattr(packages, "_version", installed.get)
    with pytest.raises(packages.PackageError, match=f"^{lack}: run `pip install"):
        packages.prepare_otter(install=False)


class Kernel:
    """A real Jupyter kernel of a runtime, with a stand-in for google.colab."""

    def __init__(self, python, folder):
        spec = folder.parent / "jupyter" / "kernels" / "student"
        spec.mkdir(parents=True)
        command = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        described = {"argv": command, "display_name": "student", "language": "python"}
        (spec / "kernel.json").write_text(json.dumps(described))
        specs = KernelSpecManager(kernel_dirs=[str(spec.parent)])
        self.manager = KernelManager(kernel_name="student", kernel_spec_manager=specs)
        environment = {**os.environ, "PYTHONPATH": str(FAKE_COLAB), "FAKE_COLAB_DRIVE": "none"}
        self.manager.start_kernel(cwd=str(folder), env=environment)
        self.connect()

    def connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=30)

    def run(self, code):
        """What a cell prints and, as a student reads it, raises."""
        texts = []

        def note(message):
            content = message["content"]
            if message["msg_type"] == "stream" and content["name"] == "stdout":
                texts.append(content["text"])
            elif message["msg_type"] == "error":
                texts.append("\n".join(content["traceback"]))

        self.client.execute_interactive(code, timeout=60, output_hook=note)
        return "".join(texts)

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(solved):
    started = []

    def make(python):
        started.append(Kernel(python, solved))
        return started[-1]

    yield make
    for one in started:
        one.close()


CHECK = (
    'import otter\nfrom loss import svm_loss\nprint(otter.Notebook(tests_dir="./tests").check("svm_loss"))'
)
START = 'import colab_setup\nsession = colab_setup.setup("linear_classifier", progress=False)'


@pytest.mark.slow
def test_after_the_first_cell_grader_check_works_in_a_kernel_that_had_the_old_ipywidgets(runtime, kernel):
    notebook = kernel(runtime())
    assert notebook.run("import ipywidgets; print(ipywidgets.__version__)") == "7.7.1\n"
    printed = notebook.run(START)
    assert "Google Colab" in printed
    assert "otter-grader 7.0.0, ipywidgets 8.99.0" in printed
    assert "svm_loss results: All test cases passed!" in notebook.run(CHECK)
    assert (
        notebook.run("import ipywidgets; print(ipywidgets.VBox.__module__)")
        == "ipywidgets.widgets.widget_box\n"
    )


@pytest.mark.slow
def test_where_the_old_one_cannot_be_replaced_the_kernel_restarts_by_itself_and_says_so(runtime, kernel):
    # A new one that does not bear having been preceded by the old one stands for whatever a purge cannot reach.
    stubborn = "import sys\nif hasattr(sys, 'old_widgets_were_loaded'):\n    raise ImportError('half old')\n"
    notebook = kernel(runtime(old=REMEMBERED, new_start=stubborn))
    notebook.run("import ipywidgets")
    assert notebook.run(START) == (
        "The old ipywidgets was replaced and the kernel restarts by itself: run this cell again in a moment."
    )
    notebook.manager.provisioner.process.wait(30)
    notebook.client.stop_channels()
    notebook.manager.restart_kernel(now=True)
    notebook.connect()
    assert "ipywidgets 8.99.0" in notebook.run(START)
    assert "svm_loss results: All test cases passed!" in notebook.run(CHECK)
