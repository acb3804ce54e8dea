"""Submissions in every form that comes, one folder each, and as zips."""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder.assignment import settings as assignments
from autograder.assignment.misconceptions import load_misconceptions
from autograder.assignment.variants import apply
from autograder.authoring import release

ASSIGNMENT = assignments.load("linear_classifier")
ROOM = release.ROOT / "assignments/linear_classifier"
NOTEBOOK = (ROOM / "linear_classifier.ipynb").read_text(encoding="utf-8")
SOURCES = {
    name: (ASSIGNMENT.solutions / f"{name}.py").read_text(encoding="utf-8") for name in ASSIGNMENT.modules
}

HOSTILE = """
import glob
import json
import os
import signal


def _try(action):
    try:
        return action()
    except Exception as error:
        return repr(error)


LOOT = [
    _try(lambda: [open(path).read() for path in glob.glob("/autograder/source/tests/*")] or 1 / 0),
    _try(lambda: open("/autograder/source/otter_config.json").read()),
    _try(lambda: open("/autograder/results/results.json", "w").write(json.dumps({"score": 1000}))),
    _try(lambda: open("/autograder/results/results.pkl", "w").write("")),
    _try(lambda: [os.kill(number, signal.SIGKILL) for number in range(1, 40) if number != os.getpid()]),
    _try(lambda: os.system("touch /autograder/here")),
]


def svm_loss(W, X, y, delta=1.0):
    raise RuntimeError(str(LOOT))
"""
"""Tries to read the tests, to write its own grade, and to end the grader; what it has found it shows."""


def _modules(sources: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}.py": text for name, text in sources.items()}


def _looping(sources: Mapping[str, str]) -> dict[str, str]:
    return {
        name: re.sub(r"(?ms)^(def \w+\(.*?\)(?: -> .*?)?:\n)", r"\1    while True:\n        pass\n", text)
        for name, text in sources.items()
    }


REFERENCE = apply((), SOURCES)
WRONG = {variant.name: variant for variant in load_misconceptions(ASSIGNMENT.solutions)}
WHOLE = {**_modules(REFERENCE), "linear_classifier.ipynb": NOTEBOOK}

FORMS: dict[str, dict[str, str]] = {
    "reference": WHOLE,
    "stubs": {
        **{f"{name}.py": (ROOM / f"{name}.py").read_text(encoding="utf-8") for name in ASSIGNMENT.modules},
        "linear_classifier.ipynb": NOTEBOOK,
    },
    "wrong": {
        **WHOLE,
        **_modules(apply([WRONG["svm_gradient_without_the_mean"], WRONG["l2_gradient_without_the_two"]], SOURCES)),
    },
    "nested": {f"Lê Văn An/homework/{name}": text for name, text in WHOLE.items()},
    "no notebook": _modules(REFERENCE),
    "damaged notebook": {**WHOLE, "linear_classifier.ipynb": NOTEBOOK[:1000]},
    "two notebooks": {**WHOLE, "Copy of linear_classifier.ipynb": NOTEBOOK},
    "a file named tests": {**WHOLE, "tests": "print('mine')"},
    "two folders": {f"{place}/{name}": text for place in ("new", "old") for name, text in WHOLE.items()},
    "hostile": {**WHOLE, "loss.py": REFERENCE["loss"] + HOSTILE},
}  # fmt: skip

LOOPING = _modules(_looping(REFERENCE))
"""Every function hangs."""


def write(files: Mapping[str, str], folder: Path) -> Path:
    """Write a submission as a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def pack(files: Mapping[str, str], path: Path) -> None:
    """Write a submission as a zip."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
