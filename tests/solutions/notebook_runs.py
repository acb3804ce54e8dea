"""Runs a notebook with a real kernel as a student does, from the released zip, and records what its figures look like."""

import json
import os
import re
import shutil
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbclient
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from autograder.assignment import settings as assignments
from autograder.assignment.generating.notebooks import make_notebooks
from autograder.assignment.languages import Texts

REPOSITORY = Path(__file__).resolve().parents[2]
FAKE_COLAB = REPOSITORY / "tests" / "colab_setup" / "fake_colab"
DRIVE = "/content/drive"
"""Where Colab mounts the student's Drive."""

WITHOUT_KIT = """
import sys

sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in getattr(finder, "__module__", "")]
"""
"""A student's machine has no kit installed: the kernel's start (as sitecustomize.py) hides this checkout."""

WARNINGS = "default,ignore:Traits should be given as instances:DeprecationWarning"
"""Everything but what Otter's own imports cause."""

WATCH = """
import json as _json
import matplotlib.pyplot as plt
_figures, _show = [], plt.show

def _watched_show(*args, **kwargs):
    figures = [plt.figure(number) for number in plt.get_fignums()]
    _show(*args, **kwargs)  # which draws them, and closes them
    for figure in figures:
        texts = [text for text in figure.findobj(plt.Text) if text.get_visible() and text.get_text()]
        _figures.append({
            "width": figure.get_figwidth(),
            "smallest text": min(text.get_fontsize() for text in texts),
            "title": any([ax.get_title() for ax in figure.axes] + [figure.get_suptitle()]),
            "axes": [{
                "x": ax.get_xlabel() or figure.get_supxlabel() or any(
                    other.get_xlabel() for other in ax.get_shared_x_axes().get_siblings(ax)),
                "y": ax.get_ylabel() or figure.get_supylabel(),
                "series": len(ax.lines) + len(ax.collections) if not ax.images else 0,
                "legend": [text.get_text() for legend in [ax.get_legend(), *figure.legends] if legend
                           for text in legend.get_texts()],
                "colorbar": hasattr(ax, "_colorbar"),
            } for ax in figure.axes],
        })

plt.show = _watched_show
print(colab_setup.__file__)
"""
"""Runs after the imports: notes every figure that is shown, and says which `colab_setup` is in use."""


@dataclass(frozen=True)
class Run:
    """An executed notebook: its cells, what stopped it (or None), its figures, its folder and its `colab_setup`."""

    notebook: nbformat.NotebookNode
    stopped: nbclient.exceptions.CellExecutionError | None
    figures: list[dict]
    folder: Path
    package: Path

    def cell(self, name):
        """The cell of an id."""
        (found,) = (cell for cell in self.notebook.cells if cell.id == name)
        return found

    def said(self, name):
        """All text that a cell put out."""
        return "\n".join(
            output.get("text")
            or output.get("data", {}).get("text/markdown")
            or output.get("data", {}).get("text/plain", "")
            for output in self.cell(name).outputs
        )


def described(folder):
    """What a student's folder says of itself: the assignment's name, and its modules."""
    description = json.loads((folder / "assignment.json").read_text())
    return description["assignment"], description["modules"]


def unpack(released, folder, *, solved):
    """A student's folder: the released zip in an empty one, nothing written yet or with the reference modules."""
    folder.mkdir(parents=True)
    with zipfile.ZipFile(released) as archive:
        archive.extractall(folder)
    if solved:
        assignment, modules = described(folder)
        for module in modules:
            shutil.copy(REPOSITORY / "solutions" / assignment / f"{module}.py", folder)
        solve_cells(folder / f"{assignment}.ipynb", assignment)
    return folder


def solve_cells(path, assignment):
    """Write into a student's notebook what a student writes into its cells."""
    source = (REPOSITORY / "solutions" / assignment / "notebook.py").read_text(encoding="utf-8")
    language = json.loads((path.parent / "assignment.json").read_text()).get("language", "en")
    settings = assignments.load(assignment)
    said = {"vi": Texts("vi", settings.solutions, settings.suite)}
    whole = re.sub(r"# (BEGIN |END )?SOLUTION( NO PROMPT)?$", "#", source, flags=re.MULTILINE)
    given, solved = (
        {cell.id: cell.source for cell in nbformat.reads(text, as_version=4).cells}
        for text in (
            make_notebooks(each, assignment, translations=said)[language] for each in (source, whole)
        )
    )
    notebook = nbformat.read(path, as_version=4)
    right = {
        name: prediction.answer
        for question in assignments.load(assignment).manual.values()
        for name, prediction in question.predictions.items()
    }
    for cell in notebook.cells:
        if given[cell.id] != solved[cell.id]:
            cell.source = solved[cell.id]
        if asked := re.fullmatch(r'kit\.predict\("(\w+)", \.\.\.\)', cell.source):
            cell.source = f'kit.predict("{asked[1]}", {right[asked[1]]!r})'
    nbformat.write(notebook, path)


def on_laptop(place):
    """The environment of a kernel on a machine on which the kit is not installed; `place` is a folder for it."""
    (place / "start").mkdir()
    (place / "start" / "sitecustomize.py").write_text(WITHOUT_KIT)
    return {"PYTHONPATH": str(place / "start"), "XDG_CACHE_HOME": str(place / "cache")}


def in_colab(place, notebook):
    """The same in what looks like Colab: the student's Drive is `place`/drive, the notebook is on the screen."""
    environment = on_laptop(place)
    return environment | {
        "PYTHONPATH": f"{environment['PYTHONPATH']}{os.pathsep}{FAKE_COLAB}",
        "FAKE_COLAB_LOG": str(place / "colab.log"),
        "FAKE_COLAB_NOTEBOOK": str(notebook),
    }


def run(folder, environment, *, where=None, drive=None, python=None):
    """Run the folder's notebook to its end or to the first error, and note its figures.

    `where` is the kernel's working directory, if it is another; `drive` stands in for Colab's place of the Drive;
    `python` is the kernel's, if it is not this one.
    """
    assignment, _ = described(folder)
    notebook = nbformat.read(folder / f"{assignment}.ipynb", as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.id == "setup")
    given = cell.source
    if drive is not None:
        cell.source = on_drive(given, assignment, drive)
    place = next(i for i, cell in enumerate(notebook.cells) if cell.id == "imports")
    notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(WATCH))
    notebook.cells.append(nbformat.v4.new_code_cell("print(_json.dumps(_figures))"))
    stopped = execute(notebook, where or folder, environment, python)
    last, watch = notebook.cells.pop(), notebook.cells.pop(place + 1)
    cell.source = given
    figures = json.loads(last.outputs[0].text) if last.outputs else []
    package = Path(watch.outputs[0].text.strip()).parent
    return Run(notebook, stopped, figures, folder, package)


def on_drive(source, assignment, drive):
    """The text of the first cell, with another folder where Colab mounts the Drive."""
    return source.replace(DRIVE, str(drive)).replace(
        f'setup("{assignment}")', f'setup("{assignment}", mountpoint="{drive}")'
    )


def said_between_saves(folder, environment, checks, broken, *, where=None, drive=None, python=None):
    """What each of these checks puts out with stubs, after the reference was saved, and with one module broken."""
    assignment, modules = described(folder)
    by_id = {cell.id: cell for cell in nbformat.read(folder / f"{assignment}.ipynb", as_version=4).cells}
    saves = [
        "import shutil\n"
        f"for module in {modules!r}:\n"
        f"    shutil.copyfile(f'{REPOSITORY}/solutions/{assignment}/{{module}}.py', f'{{module}}.py')",
        f"with open('{broken}.py', 'w') as file:\n    file.write('def half(:')",
    ]
    parts = [[by_id[f"check-{name.replace('_', '-')}"].source for name in checks] for _ in range(3)]
    cells = [*parts[0], saves[0], *parts[1], saves[1], *parts[2]]
    if drive is not None:
        by_id["setup"].source = on_drive(by_id["setup"].source, assignment, drive)
    notebook = nbformat.v4.new_notebook(
        cells=[by_id["setup"], by_id["imports"], *map(nbformat.v4.new_code_cell, cells)]
    )
    assert execute(notebook, where or folder, environment, python) is None
    said = ["".join(map(str, cell.outputs)) for cell in notebook.cells[2:]]
    return [said[i * (len(checks) + 1) :][: len(checks)] for i in range(3)]


def execute(notebook, folder, environment, python=None):
    """Run a notebook in a folder with a kernel of its own, on one thread; the error that stopped it, or None."""
    with tempfile.TemporaryDirectory() as kernels:
        spec = Path(kernels) / "student" / "kernel.json"
        spec.parent.mkdir()
        command = [str(python or sys.executable), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec.write_text(json.dumps({"argv": command, "display_name": "student", "language": "python"}))
        manager = AsyncKernelManager(
            kernel_name="student", kernel_spec_manager=KernelSpecManager(kernel_dirs=[kernels])
        )
        client = nbclient.NotebookClient(
            notebook, timeout=300, km=manager, resources={"metadata": {"path": str(folder)}}
        )
        # Threads of a BLAS wait for one another, which takes for ever on a machine that is busy with other tests.
        quiet = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": WARNINGS}
        try:
            client.execute(env=os.environ | quiet | environment, cleanup_kc=True)
        except nbclient.exceptions.CellExecutionError as error:
            return error
    return None
