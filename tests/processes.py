"""Whether processes that a test knows by number have ended."""

import time
from pathlib import Path


def ended(pid: int | str) -> bool:
    """Also where nobody has asked for its status yet: in a container the first process may never do that for orphans."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return stat.rpartition(")")[2].split()[0] in "ZX"


def wait_until_ended(pids: list[int] | list[str], otherwise: str) -> None:
    """Fails with `otherwise` where one of them still runs after ten seconds."""
    end = time.monotonic() + 10
    while not all(ended(pid) for pid in pids):
        assert time.monotonic() < end, otherwise
        time.sleep(0.02)
