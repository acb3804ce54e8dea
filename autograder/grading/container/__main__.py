"""What the image's scripts call.

python -m autograder.grading.container data FILE      decode the course's data into the image
python -m autograder.grading.container grade          grade the submission
python -m autograder.grading.container failed STATUS  say that grading ended with this status
"""

import signal
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path("/autograder")

ENDS = {
    128 + signal.SIGKILL: "it was ended from outside, most likely for lack of memory",
    128 + signal.SIGALRM: "it did not end in time",
}
"""What exit codes of a shell's command tell."""


def main(arguments: Sequence[str]) -> None:
    """Run one of the commands above."""
    from . import grading

    command, *rest = arguments
    if command == "data":
        grading.decode(Path(rest[0]))
    elif command == "grade":
        grading.grade(ROOT)
    else:
        status = int(rest[0])
        grading.fail(ROOT, ENDS.get(status, f"it ended with status {status}"))


if __name__ == "__main__":
    main(sys.argv[1:])
