"""Runs a notebook in a student's folder with a real kernel, and records what its figures look like."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbclient
import nbformat

REPOSITORY = Path(__file__).resolve().parents[2]
ASSIGNMENT = "linear_classifier"
MODULES = ("loss", "gradient", "regularization", "sgd")

WARNINGS = "default,ignore:Traits should be given as instances:DeprecationWarning"
"""Everything but what Otter's own imports cause."""

WATCH = """
import json as _json
_figures, _show = [], plt.show

def _watched_show(*args, **kwargs):
    for number in plt.get_fignums():
        figure = plt.figure(number)
        figure.canvas.draw()
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
    _show(*args, **kwargs)

plt.show = _watched_show
"""
"""Runs after the imports: notes every figure that is shown."""


@dataclass(frozen=True)
class Run:
    """An executed notebook: its cells, what stopped it (or None), its figures, and its folder."""

    notebook: nbformat.NotebookNode
    stopped: nbclient.exceptions.CellExecutionError | None
    figures: list[dict]
    folder: Path

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


def student_folder(folder, *, solved):
    """The folder as a student has it: nothing written yet, or with the reference modules."""
    shutil.copytree(REPOSITORY / "assignments" / ASSIGNMENT, folder)
    ignore = shutil.ignore_patterns("__pycache__", "*.md")
    shutil.copytree(REPOSITORY / "colab_setup", folder / "colab_setup", ignore=ignore)
    if solved:
        for module in MODULES:
            shutil.copy(REPOSITORY / "solutions" / ASSIGNMENT / f"{module}.py", folder)
    return folder


def run(folder, environment):
    """Run the folder's notebook to its end or to the first error, and note its figures."""
    notebook = nbformat.read(folder / f"{ASSIGNMENT}.ipynb", as_version=4)
    place = next(i for i, cell in enumerate(notebook.cells) if cell.id == "imports")
    notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(WATCH))
    notebook.cells.append(nbformat.v4.new_code_cell("print(_json.dumps(_figures))"))
    stopped = execute(notebook, folder, environment)
    last = notebook.cells.pop()
    del notebook.cells[place + 1]
    figures = json.loads(last.outputs[0].text) if last.outputs else []
    return Run(notebook, stopped, figures, folder)


def execute(notebook, folder, environment):
    """Run a notebook in a folder with a kernel of its own, on one thread; the error that stopped it, or None."""
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    # Threads of a BLAS wait for one another, which takes for ever on a machine that is busy with other tests.
    quiet = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": WARNINGS}
    try:
        client.execute(env=os.environ | quiet | environment)
    except nbclient.exceptions.CellExecutionError as error:
        return error
    return None
