"""What the steps of run.sh found, as gpu.json and gpu.md. Any Python can run it: nothing but the standard library.

python summary.py note NAME CODE SECONDS LIMIT LOG LINE     one step, as a line of JSON
python summary.py write OUT                                 both files from OUT/steps.jsonl
"""

import json
import sys
from datetime import datetime, timezone
from pathlib import Path

NO_DEVICE = 3
"""What a step ends with that has only been rehearsed, on the CPU."""

FIGURE = "FIGURE "
"""Begins a line of a step's output that holds a figure: its name and value, as JSON."""


def outcome(code: int) -> str:
    """How a step ended, in words."""
    if code == 0:
        return "passed"
    if code == NO_DEVICE:
        return "no CUDA device: only rehearsed, on the CPU"
    return "out of time" if code in (124, 137) else f"failed ({code})"


def note(name: str, code: str, seconds: str, limit: str, log: str, line: str) -> None:
    """Print a step with the figures that stand in the log after a line; those of a rehearsal do not count."""
    lines = Path(log).read_text(encoding="utf-8", errors="replace").splitlines()[int(line) :]
    figures = []
    for said in lines:
        if said.startswith(FIGURE):
            try:
                figures.append(json.loads(said[len(FIGURE) :]))
            except ValueError:
                continue  # cut off when its time was up
    ended = int(code)
    if any(name == "rehearsal" for name, _ in figures):
        figures, ended = [], ended or NO_DEVICE
    step = {"step": name, "outcome": outcome(ended), "seconds": int(seconds), "limit": int(limit)}
    print(json.dumps({**step, "figures": figures}))


def write(out: str) -> None:
    """Write both files."""
    steps = [
        json.loads(line) for line in (Path(out) / "steps.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    when = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")  # noqa: UP017 - any Python
    (Path(out) / "gpu.json").write_text(
        json.dumps({"when": when, "steps": steps}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    text = [
        f"# Measured on a GPU, {when}",
        "",
        "| step | outcome | seconds | limit |",
        "| --- | --- | --- | --- |",
    ]
    text += ["| {step} | {outcome} | {seconds} | {limit} |".format(**step) for step in steps]
    for step in steps:
        if step["figures"]:
            text += ["", f"## {step['step']}", "", "| figure | value |", "| --- | --- |"]
            text += [f"| {name} | {value} |" for name, value in step["figures"]]
    (Path(out) / "gpu.md").write_text("\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    {"note": note, "write": write}[sys.argv[1]](*sys.argv[2:])
