"""Runs `autograder grade` and `otter run` on the same submissions and measures them, on one core."""

import csv
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from otter.nbmeta_config import NBMetadataConfig
from otter.test_files import create_test_file

from tests.benchmarks.usage import Usage, measure

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "linear_classifier"
STUBS, REFERENCE = ROOT / "assignments" / ASSIGNMENT, ROOT / "solutions" / ASSIGNMENT
SCRIPTS = Path(sys.executable).parent
PLUGIN = "autograder.grading.otter_plugin.SandboxedGrading"


def _modules() -> list[str]:
    return sorted(path.stem for path in STUBS.glob("*.py"))


@dataclass(frozen=True)
class Load:
    """What is graded in one table.

    Attributes:
        name: as the tables say it.
        folder: where the modules of its submission lie.
        score: points that it must get, or nothing was measured.
        copies: further submissions of the batch, beside the first.
        otter_runs: how often each kind of `otter run` is done.
        data: CIFAR-10, or nothing for the synthetic set.
        most_inside: aim for the seconds inside the submission's functions; nothing where they compute nothing.
    """

    name: str
    folder: Path
    score: float
    copies: int
    otter_runs: int
    data: Path | None = None
    most_inside: float | None = None

    @property
    def options(self) -> list[str]:
        """The option that names the data."""
        return ["--data", str(self.data)] if self.data else []

    def write(self, path: Path) -> None:
        """Zip the modules with a notebook that only imports them: stock Otter asks for one, and runs it."""
        imports = "\n".join(f"from {module} import *" for module in _modules())
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(imports)])
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for module in _modules():
                archive.write(self.folder / f"{module}.py", f"{module}.py")
            archive.writestr(f"{ASSIGNMENT}.ipynb", nbformat.writes(notebook))


@dataclass(frozen=True)
class Batch:
    """What `autograder grade` used for two batches: their difference is the submissions, the rest the start-up.

    Attributes:
        one: a batch of one submission.
        all: a batch of `copies` + 1.
        copies: by how many submissions they differ.
        inside: `Score.student_seconds` of every submission of the larger batch.
    """

    one: Usage
    all: Usage
    copies: int
    inside: list[float]

    @property
    def seconds(self) -> float:
        """Wall-clock seconds of each further submission."""
        return (self.all.seconds - self.one.seconds) / self.copies

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds of each further submission."""
        return (self.all.cpu_seconds - self.one.cpu_seconds) / self.copies

    @property
    def start_up(self) -> float:
        """Wall-clock seconds before and after the submissions."""
        return self.one.seconds - self.seconds


class GradingRuns:
    """Runs the commands in a folder of its own.

    Args:
        work: an empty folder.
        core: where everything that is measured runs.
    """

    def __init__(self, work: Path, core: int) -> None:
        self.work = work
        self.core = core
        _run("autograder", "release", ASSIGNMENT, "--out", work / "dist")
        self.plugin_zip = work / "dist" / f"{ASSIGNMENT}-autograder.zip"
        self.stock_zip = work / "stock.zip"
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        tests = ("-t", STUBS / "tests", "-o", self.stock_zip)
        _run("otter", "generate", *tests, "--no-environment", "--python-version", python)
        files = [create_test_file(str(path), NBMetadataConfig()) for path in (STUBS / "tests").glob("*.py")]
        self.public_points = sum(float(file.possible) for file in files)

    def batch(self, load: Load) -> Batch:
        """Grade two batches with `autograder grade`."""
        one, _ = self._grade(load, 1)
        all_of_them, inside = self._grade(load, load.copies + 1)
        return Batch(one, all_of_them, load.copies, inside)

    def _grade(self, load: Load, copies: int) -> tuple[Usage, list[float]]:
        submissions = self.work / f"{load.name}, {copies}"
        submissions.mkdir()
        for number in range(copies):
            load.write(submissions / f"{number:03}.zip")
        out = self.work / f"{load.name}, {copies}, graded"
        command = _words("autograder", "grade", submissions, "--assignment", ASSIGNMENT, "--out", out)
        usage = self._measure([*command, "--jobs", "1", *load.options])
        rows = list(csv.DictReader((out / "grades.csv").open(encoding="utf-8")))
        _must_be([float(row["score"]) for row in rows], [load.score] * copies, load.name)
        results = [json.loads(path.read_text()) for path in (out / "results").glob("*/results.json")]
        return usage, [found["extra_data"]["student_seconds"] for found in results]

    def otter_with_plugin(self, load: Load) -> list[Usage]:
        """Grade the submission with `otter run` and the kit's autograder.zip: the same tests and sandbox."""
        return self._otter(load, self._zip_with(load.data), load.score)

    def otter_public_only(self, load: Load) -> list[Usage]:
        """Grade it with plain `otter run` and the students' copies of the tests: no sandbox, no hidden case."""
        return self._otter(load, self.stock_zip, load.score * self.public_points / 100)

    def _otter(self, load: Load, autograder: Path, score: float) -> list[Usage]:
        submission, out = self.work / "one.zip", self.work / "otter"
        load.write(submission)
        out.mkdir(exist_ok=True)
        command = _words("otter", "run", "--no-logo", "-a", autograder, "-o", out, submission)
        usages = []
        for _ in range(load.otter_runs):
            usages.append(self._measure(command))
            tests = json.loads((out / "results.json").read_text())["tests"]
            got = sum(test.get("score", 0.0) for test in tests)
            _must_be([round(got, 6)], [round(score, 6)], f"{load.name} through otter run")
        return usages

    def _zip_with(self, data: Path | None) -> Path:
        """The kit's autograder.zip; for CIFAR-10 its configuration names the data."""
        if data is None:
            return self.plugin_zip
        target = self.work / "with-data.zip"
        with zipfile.ZipFile(self.plugin_zip) as old, zipfile.ZipFile(target, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if name == "otter_config.json":
                    config = json.loads(content)
                    (plugin,) = (entry for entry in config["plugins"] if PLUGIN in entry)
                    plugin[PLUGIN]["data"] = str(data)
                    content = json.dumps(config).encode()
                new.writestr(name, content)
        return target

    def where(self, load: Load, times: int) -> dict[str, dict[str, float]]:
        """Seconds by purpose, from `where_time_goes`."""
        submission = self.work / "one.zip"
        load.write(submission)
        module = [sys.executable, "-m", "tests.benchmarks.where_time_goes"]
        repeat = ["--repeat"] if load.score else []
        usage = self._measure([*module, str(submission), str(times), *load.options, *repeat])
        found: dict[str, dict[str, float]] = json.loads(usage.output.splitlines()[-1])
        return found

    def _measure(self, command: list[str]) -> Usage:
        return measure(command, self.core, self.work / "log.txt")


def _words(script: str, *arguments: str | Path) -> list[str]:
    return [str(word) for word in (SCRIPTS / script, *arguments)]


def _run(script: str, *arguments: str | Path) -> None:
    subprocess.run(_words(script, *arguments), check=True, capture_output=True)


def _must_be(got: list[float], expected: list[float], what: str) -> None:
    if got != expected:
        raise RuntimeError(f"{what}: scores {got} where {expected} are right; its time would mean nothing.")
