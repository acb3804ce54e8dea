"""Spreads the decoding of images over processes, each running `decoding.py` as a script.

Started with `subprocess`, not `multiprocessing`: a fork of a process in which torch's or BLAS's threads run can hang,
and a spawn would import the caller's `__main__` again. All of them write their lines to one pipe.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ..language import _
from . import decoding
from .dataset import IMAGE_BYTES, Advance, DataError
from .decoding import Chunk, DecodeError, Entry, Job

CHUNK_IMAGES = 500
FEW_IMAGES = 2000  # which one process has decoded before a second one has started
MAX_PROCESSES = 8


def decode_all(source: Path, bodies: Sequence[tuple[Path, int, Sequence[Entry]]], advance: Advance) -> None:
    """Decode each body, the entries of `source` into a file from a byte on, calling `advance` with counts.

    Raises DataError for a file that is not the image that it should be, OSError where writing fails.
    """
    chunks = [
        Chunk(os.fspath(out), start + first * IMAGE_BYTES, tuple(entries[first : first + CHUNK_IMAGES]))
        for out, start, entries in bodies
        for first in range(0, len(entries), CHUNK_IMAGES)
    ]
    few = sum(len(chunk.entries) for chunk in chunks) <= FEW_IMAGES
    count = 1 if few or not sys.executable else min(available_cores(), MAX_PROCESSES)
    jobs = [Job(os.fspath(source), tuple(chunks[index::count])) for index in range(count)]
    try:
        for job in jobs if count == 1 else _in_processes(jobs, advance):
            decoding.decode(job, advance)
    except DecodeError as error:
        name, problem, *detail = error.args
        where = "" if name == source.name else _(" in {name}", name=source.name)
        raise DataError(
            _(
                "{name}{where} {problem}: copy or download the data again.",
                name=name,
                where=where,
                problem=_(problem, detail=_(*detail) if detail else ""),
            )
        ) from error


def available_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_processes(jobs: Sequence[Job], advance: Advance) -> list[Job]:
    """Returns the jobs whose process ended without a word (Pillow found here but not there, no more processes
    allowed), which the caller has to do itself."""
    read_end, write_end = os.pipe()
    processes: list[subprocess.Popen[str] | None] = []
    try:
        with os.fdopen(read_end, encoding="utf-8") as lines:
            try:
                for job in jobs:
                    processes.append(_start(job, write_end))
            finally:
                os.close(write_end)
            for line in lines:
                message = json.loads(line)
                if "problem" in message:
                    raise DecodeError(*message["problem"])
                if "errno" in message:
                    raise OSError(message["errno"], message["text"])
                advance(message["done"])
        return [
            job
            for job, process in zip(jobs, processes, strict=True)
            if process is None or process.wait() != 0
        ]
    finally:
        for process in processes:
            if process is not None:
                process.kill()
                process.wait()


def _start(job: Job, out: int) -> subprocess.Popen[str] | None:
    command = [sys.executable, "-P", decoding.__file__]  # -P: no module of the current folder is imported
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
        )
    except OSError:
        return None
    assert process.stdin is not None
    try:
        with process.stdin:
            process.stdin.write(job.to_json())
    except BrokenPipeError:
        pass  # it ended early; its exit status tells
    return process
