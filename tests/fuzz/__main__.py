"""Fuzzes one target with atheris for a bounded time: `python -m tests.fuzz TARGET SECONDS` (see `make fuzz`).

An input that breaks something is written to `regressions/TARGET`, where `test_fuzz` finds it from then on.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=["autograder.sandbox.protocol", "autograder.archive", "autograder.submission", "zipfile"]
):
    from tests.fuzz.targets import TARGETS, seeds

REGRESSIONS = Path(__file__).parent / "regressions"


def main(target: str, seconds: int) -> None:
    """Fuzz until the time is over; ends the process."""
    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(seeds(target)):
            Path(corpus, str(number)).write_bytes(data)
        bounds = [
            "-max_len=8192",
            "-rss_limit_mb=1024",
            "-timeout=10",
            "-detect_leaks=0",
            "-print_final_stats=1",
        ]
        found = f"-artifact_prefix={REGRESSIONS / target}/"
        command = [
            sys.argv[0],
            f"-max_total_time={seconds}",
            *bounds,
            found,
            corpus,
            str(REGRESSIONS / target),
        ]
        atheris.Setup(command, TARGETS[target])
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
