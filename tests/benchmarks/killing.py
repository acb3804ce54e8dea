"""Finds the judges and the workers of a running `autograder grade`."""

from pathlib import Path


def judges(grader: int) -> list[int]:
    """The judges: copies of the grader that its nursery has made."""
    name = _command(grader)
    nurseries = [child for child in _children(grader) if _command(child) == name]
    return [judge for nursery in nurseries for judge in _children(nursery)]


def workers(grader: int) -> list[int]:
    """The processes that run student code: those at the end of each line, but for a template that has no worker."""
    found = []
    lines = [[judge] for judge in judges(grader)]
    while lines:
        line = lines.pop()
        below = _children(line[-1])
        lines += [[*line, child] for child in below]
        command = _command(line[-1])
        by_itself = b'"control": null' in command
        # Between a template and a copy of it stands a process that waits for the copy; all three have one command.
        is_copy = len(line) > 2 and command == _command(line[-3])
        if not below and b"inside.start" in command and (by_itself or is_copy):
            found.append(line[-1])
    return found


def _children(process: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
