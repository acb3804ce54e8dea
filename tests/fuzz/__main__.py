"""Fuzzes one target with atheris for a bounded time: `python -m tests.fuzz TARGET SECONDS` (see `make fuzz`).

An input that breaks something is written to `regressions/TARGET`, where `test_fuzz` finds it from then on.
"""

import resource
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=[
        "autograder.sandbox.inside.protocol",
        "autograder.sandbox.inside.encoding",
        "autograder.submissions.archive",
        "autograder.submissions.opening",
        "zipfile",
    ]
):
    from tests.fuzz.targets import TARGETS, seeds

MEMORY_MB = 1024
"""What an input may make of the memory, on top of what is used at the beginning."""

REGRESSIONS = Path(__file__).parent / "regressions"


def main(target: str, seconds: int) -> None:
    """Fuzz until the time is over; ends the process."""
    # The kernel's account of the peak begins with that of the process that started this one, perhaps a large test run.
    begun_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(seeds(target)):
            Path(corpus, str(number)).write_bytes(data)
        bounds = [
            "-max_len=8192",
            f"-rss_limit_mb={MEMORY_MB + begun_mb}",
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
