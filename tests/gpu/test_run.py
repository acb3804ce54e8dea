"""The script that is run once on a machine with a GPU: what it makes of steps that fail, hang or cannot measure."""

import json
import os
import subprocess
import sys

import pytest

from tests.gpu import steps, summary

pytestmark = pytest.mark.slow


def noted(tmp_path, capsys, said, code):
    log = tmp_path / "log.txt"
    log.write_text('FIGURE ["of the step before", 1]\n' + said, encoding="utf-8")
    summary.note("curve", str(code), "7", "110", str(log), "1")
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("code", "outcome"), [(0, "passed"), (1, "failed (1)"), (124, "out of time"), (137, "out of time")]
)
def test_what_was_measured_is_kept_however_the_step_ended(tmp_path, capsys, code, outcome):
    step = noted(tmp_path, capsys, 'noise\nFIGURE ["speed", 3]\nFIGURE ["speed la', code)
    assert step == {
        "step": "curve",
        "outcome": outcome,
        "seconds": 7,
        "limit": 110,
        "figures": [["speed", 3]],
    }


@pytest.mark.parametrize("code", [summary.NO_DEVICE, 124, 0])
def test_a_rehearsal_has_no_figures_and_does_not_pass(tmp_path, capsys, code):
    step = noted(tmp_path, capsys, 'FIGURE ["rehearsal", "no CUDA device"]\nFIGURE ["speed", 3]\n', code)
    assert step["figures"] == []
    assert step["outcome"] != "passed"


def test_both_files_say_what_was_measured(tmp_path):
    lines = [
        {"step": "machine", "outcome": "passed", "seconds": 1, "limit": 20, "figures": []},
        {
            "step": "curve",
            "outcome": "passed",
            "seconds": 60,
            "limit": 110,
            "figures": [["accuracy, %", 93.5]],
        },
    ]
    (tmp_path / "steps.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    summary.write(str(tmp_path))
    assert json.loads((tmp_path / "gpu.json").read_text())["steps"] == lines
    text = (tmp_path / "gpu.md").read_text()
    assert "# Measured on a GPU" in text
    assert "| curve | passed | 60 | 110 |" in text
    assert "| accuracy, % | 93.5 |" in text


@pytest.mark.long
@pytest.mark.parametrize("step", ["tests", "curve", "calibrate"])
def test_each_step_is_rehearsed_without_a_gpu(step):
    command = [sys.executable, "-m", "tests.gpu.steps", step]
    unseen = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
    ended = subprocess.run(command, env=unseen, cwd=steps.ROOT, capture_output=True, text=True, timeout=300)
    assert ended.returncode == summary.NO_DEVICE, ended.stderr
    assert ended.stdout.startswith('FIGURE ["rehearsal"')
    assert ended.stdout.endswith("no CUDA device\n")
    assert ended.stdout.count("FIGURE ") > 3
