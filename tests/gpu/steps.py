"""The steps of run.sh that need a GPU. Without one each runs small on the CPU, and ends with "no CUDA device".

    python -m tests.gpu.steps tests|curve|grade|calibrate [DATA]

What was found is printed as lines of figures at once, so that a step whose time is up keeps those that it had.
"""

import csv
import json
import math
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import torch

from autograder.assignment import Recipe
from autograder.assignment import settings as assignments
from autograder.authoring.calibration import DEVIATIONS
from autograder.checks import prepare
from colab_setup.data.loading import Dataset, load, synthetic
from tests.benchmarks import bench_training
from tests.gpu.summary import FIGURE, NO_DEVICE

ROOT = Path(__file__).parents[2]
GPU = torch.cuda.is_available()
SEEDS = 5 if GPU else 2
GOAL, GOAL_SECONDS = 93.0, 60.0
"""Per cent of CIFAR-10's test images that the reference should get, and in how many seconds of training."""

CANDIDATE = Recipe(
    tiers={},
    arguments={
        "model": {"width": 64 if GPU else 8},
        "train": {
            "epochs": 8 if GPU else 1, "batch_size": 512 if GPU else 50, "learning_rate": 0.2,
            "label_smoothing": 0.1, "amp": GPU,
        },
    },
    sd=0.0,
)  # fmt: skip
"""A training of a few seconds on a GPU, for the recipe `retrain_cuda`."""


def figure(name: str, value: object) -> None:
    """Print a figure for the summary."""
    print(f"{FIGURE}{json.dumps([name, value], ensure_ascii=False)}", flush=True)


def dataset(data: str) -> Dataset:
    """The data set of that path, or synthetic images: few for a rehearsal."""
    if data:
        return load(Path(data))
    return synthetic() if GPU else synthetic(train=500, test=100)


def tests(_: str) -> bool:
    """Run what is marked `gpu`; whether all of it was run and passed."""
    files = [
        path for path in (ROOT / "tests").rglob("test_*.py") if "pytest.mark.gpu" in path.read_text("utf-8")
    ]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-v", "-m", "gpu", f"--junitxml={report}"]
        # The versions of a machine's own packages warn of other things than those the kit is developed with.
        subprocess.run(
            [*command, "-W", "default", "-p", "no:cacheprovider", *map(str, sorted(files))], cwd=ROOT
        )
        cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    passed = 0
    for case in cases:
        ended = next((child.tag for child in case if child.tag in ("skipped", "failure", "error")), "passed")
        figure(f"{case.get('name')}, {float(case.get('time', 'nan')):.1f} s", ended)
        passed += ended == "passed"
    return 0 < passed == len(cases)


def curve(data: str) -> bool:
    """Measure the speed of training, then train the reference for as long as it may take; whether it got there."""
    device = torch.device("cuda" if GPU else "cpu")
    width, batch_size, steps = (64, 512, 200) if GPU else (8, 50, 2)
    reference = bench_training.load_reference()
    figure("device", torch.cuda.get_device_name(0) if GPU else platform.machine())
    figure("torch", torch.__version__)
    spent = bench_training.parts(reference, device, width, batch_size, GPU, steps)
    for part, seconds in spent.items():
        figure(f"{part}, ms a step of {batch_size} images, width {width}", round(1000 * seconds / steps, 3))
    speed = bench_training.images_per_second(reference, device, width, batch_size, GPU, steps)
    figure("images a second, without clocks", round(speed))
    images = dataset(data)
    epochs = min(40, max(1, int(0.9 * GOAL_SECONDS * speed / len(images.y_train)))) if GPU else 1
    in_time = [0.0]

    def told(epoch: bench_training.Epoch) -> None:
        value = f"{epoch.accuracy:.2f} % of {images.name}'s test images after {epoch.seconds:.1f} s"
        figure(f"epoch {epoch.number} of {epochs}, loss {epoch.loss:.3f}", value)
        if epoch.seconds <= GOAL_SECONDS:
            in_time.append(epoch.accuracy)

    bench_training.curve(reference, images, device, width, GPU, epochs, batch_size, told)
    if GPU:
        figure("memory at most, MiB", round(torch.cuda.max_memory_allocated() / 2**20))
    return images.name == "cifar10" and max(in_time) >= GOAL


def grade(data: str) -> bool:
    """Grade the reference as a submission, as the staff does; whether it gets all points of its modules, on the GPU."""
    settings = assignments.load("gpu_training")
    with tempfile.TemporaryDirectory() as folder:
        submission, out = Path(folder) / "submissions" / "reference", Path(folder) / "out"
        submission.mkdir(parents=True)
        for module in settings.modules:
            shutil.copy(settings.solutions / f"{module}.py", submission)
        command = [sys.executable, "-m", "autograder", "grade", str(submission.parent), "--out", str(out)]
        command += ["--assignment", "gpu_training", *(["--data", data] if data else [])]
        subprocess.run(command, cwd=ROOT, check=True)
        with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
        results = json.loads(next(out.glob("results/*/results.json")).read_text(encoding="utf-8"))
    for name in ("status", "score", "max_score", "seconds"):
        figure(name, row[name])
    record = results["extra_data"]
    for name in ("device", "sandbox", "student_seconds"):
        figure(name, record[name])
    for training in record["trainings"]:
        figure("training", json.dumps(training))
    lost = {case["question"] for case in record["cases"] if case["state"] != "passed"}
    figure("points lost in", ", ".join(sorted(lost)))
    # No weights are handed in with the modules.
    return row["status"] == "graded" and lost <= {"weights"} and record["device"] == "cuda"


def calibrate(data: str) -> bool:
    """Run the candidate for a GPU's recipe over seeds, as `autograder calibrate` does; whether all were run."""
    settings = assignments.load("gpu_training")
    reference = assignments.load_reference(settings)
    functions = tuple(getattr(reference, name) for name in settings.trained_by)
    images = dataset(data)
    figure(f"{images.name}: recipe", json.dumps(CANDIDATE.arguments))
    found: list[float] = []
    for seed in range(SEEDS):
        with tempfile.TemporaryDirectory() as folder:
            prepared = prepare(settings, images, seed, Path(folder))
            found.append(prepared.measure(functions, CANDIDATE, seed, math.inf).value)
        figure(f"seed {seed}: test accuracy, %", round(found[-1], 2))
    mean, sd = statistics.mean(found), statistics.stdev(found)
    figure("mean ± sd, n", f"{mean:.2f} ± {sd:.2f}, {len(found)}")
    figure(f"mean - {DEVIATIONS} sd; a tier asks for twenty seeds", round(mean - DEVIATIONS * sd, 2))
    return len(found) == SEEDS


STEPS: dict[str, Callable[[str], bool]] = {step.__name__: step for step in (tests, curve, grade, calibrate)}


def main() -> int:
    if not GPU:
        figure("rehearsal", "no CUDA device")
    name, data = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    good = STEPS[name](data)
    if not GPU:
        print("no CUDA device")
        return NO_DEVICE
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
