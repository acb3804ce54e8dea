"""How much memory a container allows, read from the kernel's control groups.

It must never raise: where nothing can be read, nothing is known, and grading goes on.
"""

from __future__ import annotations

from pathlib import Path

MIB = 1 << 20


def allowed_mb(root: Path = Path("/")) -> int | None:
    """The memory in MiB that this process and all beside it in its container may use together.

    Args:
        root: of the file system.

    Returns:
        The least of the machine's memory and of the limits of both versions of control groups; None where none of
        them can be read.
    """
    groups = root / "sys/fs/cgroup"
    files = [groups / "memory.max", groups / "memory/memory.limit_in_bytes"]
    # A container that shares its host's view of the groups finds its own below them.
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers:
            files.append(groups / path.lstrip("/") / "memory.max")
        elif "memory" in controllers.split(","):
            files.append(groups / "memory" / path.lstrip("/") / "memory.limit_in_bytes")
    limits = [int(text) for file in files if (text := _text(file).strip()).isdecimal()]
    for line in _text(root / "proc/meminfo").splitlines():
        if line.startswith("MemTotal:"):
            limits.append(int(line.split()[1]) * 1024)
    return min(limits) // MIB if limits else None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return ""
