"""The kind of contract that is this kit's own tells what breaks it."""

import os
import subprocess
import sys
from pathlib import Path

CONTRACT = """
[tool.importlinter]
root_package = "house"
include_external_packages = true
contract_types = ["only: tests.contracts.OnlyContract"]

[[tool.importlinter.contracts]]
name = "inside"
type = "only"
modules = ["house.inside"]
may_import = ["numpy"]
"""


def lint(folder: Path, source: str) -> subprocess.CompletedProcess[str]:
    (folder / "house/inside").mkdir(parents=True)
    files = {
        "pyproject.toml": CONTRACT,
        "house/__init__.py": "",
        "house/secret.py": "",
        "house/inside/__init__.py": "",
        "house/inside/sibling.py": "import json\nimport numpy.random\nimport os.path\n",
        "house/inside/worker.py": source,
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    kit = {"PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run(command, cwd=folder, env=os.environ | kit, capture_output=True, text=True)


def test_the_standard_library_siblings_and_what_is_named_may_be_imported(tmp_path):
    source = "import sys\nfrom . import sibling\nfrom house.inside.sibling import numpy\n"
    linted = lint(tmp_path, source)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_everything_else_is_told_with_its_line_inside_functions_too(tmp_path):
    source = "import numpy\ndef f():\n    import yaml\n    from .. import secret\nimport numpydoc\n"
    linted = lint(tmp_path, source)
    assert linted.returncode == 1
    told = [line for line in linted.stdout.splitlines() if line.startswith("house.inside")]
    assert told == [
        "house.inside.worker imports house.secret (line 4)",
        "house.inside.worker imports numpydoc (line 5)",
        "house.inside.worker imports yaml (line 3)",
    ]
