"""Inputs that once broke the message decoder or the zip opener, and a few seconds of looking for more."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS, seeds

pytestmark = pytest.mark.slow


HERE = Path(__file__).parent


@pytest.mark.parametrize("target", TARGETS)
def test_what_the_fuzzer_begins_with_and_what_it_once_found_is_handled(target):
    found = [path.read_bytes() for path in sorted((HERE / "regressions" / target).glob("[!.]*"))]
    assert len(seeds(target)) >= 8
    for data in [*seeds(target), *found]:
        TARGETS[target](data)


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this machine"
)
@pytest.mark.parametrize("target", TARGETS)
def test_a_few_seconds_of_fuzzing_find_nothing(target, tmp_path):
    command = [sys.executable, "-m", "tests.fuzz", target, "2"]
    place = {**os.environ, "TMPDIR": str(tmp_path)}  # the fuzzer ends without cleaning up
    result = subprocess.run(
        command, cwd=HERE.parents[1], env=place, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr[-3000:]
    runs = [line for line in result.stderr.splitlines() if "number_of_executed_units" in line]
    assert int(runs[0].split()[-1]) > 100
