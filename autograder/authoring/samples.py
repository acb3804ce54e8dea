"""Makes a batch of sample submissions of an assignment: right ones, stubs, one mistake each, and some that misbehave.

They are made of reference, misconceptions and styles, so that the batch follows the assignment; which of them is said by
the suite's `samples.py`. Run as `python -m autograder.authoring.samples ASSIGNMENT FOLDER`.
"""

from __future__ import annotations

import shutil
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..assignment import (
    Assignment,
    AssignmentError,
    apply,
    load_misconceptions,
    load_styles,
    read_text,
    suite_module,
)
from ..assignment import settings as assignments


def write(assignment: Assignment, folder: Path) -> list[str]:
    """Write the sample submissions as zips; returns their names.

    Args:
        assignment: of whose functions the samples are made. Its suite's `samples.py` names misconceptions (WRONG),
            styles by the submission's name (STYLES), and what is added to the end of a module (BROKEN).
        folder: emptied first.

    Raises:
        AssignmentError: its suite has no `samples.py`.
    """
    chosen: Any = suite_module(assignment, "samples")
    if chosen is None:
        raise AssignmentError(
            f"There is no {assignment.suite / 'samples.py'}: {assignment.name} has no sample batch."
        )
    reference = {name: read_text(assignment.solutions / f"{name}.py") for name in assignment.modules}
    misconceptions = {variant.name: variant for variant in load_misconceptions(assignment.solutions)}
    styles = load_styles(assignment.solutions)
    stubs = assignment.rooms.handout
    notebook = (stubs / f"{assignment.name}.ipynb").read_bytes()
    batch: dict[str, Mapping[str, str]] = {"full marks": apply((), reference)}
    for name, style in chosen.STYLES.items():
        batch[name] = apply([variant for variant in styles if variant.name == style], reference)
    batch["unfinished stubs"] = {
        name: (stubs / f"{name}.py").read_text(encoding="utf-8") for name in assignment.modules
    }
    for name in chosen.WRONG:
        batch[name.replace("_", " ")] = apply([misconceptions[name]], reference)
    for name, (module, addition) in chosen.BROKEN.items():
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
