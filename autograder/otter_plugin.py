"""Makes stock Otter (`otter run`, `otter grade`, Gradescope) grade through the sandbox.

Otter runs a student's notebook in the process that holds the tests. This plugin takes the student's files
away before that, gives Otter a notebook of the grader's own, and scores in its kernel exactly as
`autograder grade` does. Nothing of the student's may be left where Otter, IPython or Python would load it.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import traceback
from pathlib import Path
from typing import Any

import nbformat
from otter.execute import Checker
from otter.plugins import AbstractOtterPlugin
from otter.run.run_autograder.utils import OtterRuntimeError
from otter.test_files import GradingResults

TESTS = "tests"
STUDENT_FOLDER = "submission"
REPORT = "report.json"


class SandboxedGrading(AbstractOtterPlugin):  # type: ignore[misc]
    """The plugin; its configuration names the `assignment` and may give `data` (a path) and `no_sandbox`."""

    workspace: Path

    def before_grading(self, config: Any) -> None:
        """Move everything but the tests out of the working directory, the student's `.OTTER_LOG` included."""
        self.workspace = Path(tempfile.mkdtemp(prefix="coursework-otter-"))
        student = self.workspace / STUDENT_FOLDER
        student.mkdir()
        for entry in list(Path.cwd().iterdir()):
            if entry.name != TESTS:
                shutil.move(entry, student / entry.name)
        # Otter has noted the notebook's path and reads it once more before it asks for another.
        nbformat.write(_notebook(""), self.submission_path)
        config.grade_from_log = False

    def before_execution(self, submission: Any) -> nbformat.NotebookNode:
        """Replace the notebook by one that scores the student's modules."""
        settings = {**self.plugin_config, "workspace": str(self.workspace)}
        call = f"grade_in_kernel({json.dumps(json.dumps(settings))})"
        return _notebook(f"from autograder.otter_plugin import grade_in_kernel\n{call}")

    def after_grading(self, results: GradingResults) -> None:
        """Take over the text for the whole submission; without one the grader has failed, not the student."""
        try:
            report = json.loads((self.workspace / REPORT).read_text(encoding="utf-8"))
        except FileNotFoundError:
            report = {"error": "its kernel ended before it had graded anything"}
        finally:
            shutil.rmtree(self.workspace, ignore_errors=True)
        if "error" in report:
            raise OtterRuntimeError(
                f"The grader failed, which says nothing about the submission: {report['error']}"
            )
        results.set_output(report["output"])


def grade_in_kernel(settings: str) -> None:
    """Score the moved submission and hand the test files to Otter; called by the grader's notebook.

    Args:
        settings: JSON of the plugin's configuration and the workspace.
    """
    options = json.loads(settings)
    workspace = Path(options["workspace"])
    try:
        report = _score(workspace, options)
    except Exception as error:
        report = {"error": str(error), "details": "".join(traceback.format_exception(error))}
    (workspace / REPORT).write_text(json.dumps(report), encoding="utf-8")


def _score(workspace: Path, options: dict[str, Any]) -> dict[str, str]:
    from colab_setup.data import load

    from . import assignment as assignments
    from . import sandbox, training
    from .scoring import Scorer
    from .submission import SubmissionError, open_submission

    settings = assignments.load(options["assignment"])
    data = options.get("data")
    tests = tuple(sorted(Path(TESTS).glob("*.py")))
    prepared = training.prepare(load(Path(data) if data else None), settings.seed, workspace)
    confinement = sandbox.choose(
        prepared.files, (workspace, Path.cwd().parent), allow_none=bool(options.get("no_sandbox"))
    )
    scorer = Scorer(settings, confinement, prepared, settings.seed, tests)
    try:
        score = scorer.score(open_submission("submission", workspace / STUDENT_FOLDER, settings.modules))
    except SubmissionError as error:
        score = scorer.refuse(str(error))
    Checker.get_results().extend(score.results.results.values())
    return {"output": score.output}


def _notebook(source: str) -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return notebook
