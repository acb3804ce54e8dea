"""Grades one submission again, in the background, as the run that has read it was asked to, and says what changed.

It is a process of its own, `autograder grade`: the desk goes on answering, and what the grader needs ends with it.
"""

from __future__ import annotations

import glob
import subprocess
import sys
import threading
from dataclasses import dataclass, field

from ..grading import STORE, Change, changes
from ..records import Asked, Row, course_of
from .desk import Desk
from .sources import GONE


@dataclass
class Regrading:
    """One submission that is graded again.

    Attributes:
        submission: its name.
        before: its row until then.
        after: its row since then; None while it is graded, and where that failed.
        failure: why there is none; "" otherwise.
        ended: set at the end.
    """

    submission: str
    before: Row
    after: Row | None = None
    failure: str = ""
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def moved(self) -> list[Change]:
        """The questions whose points changed."""
        return changes(self.before, self.after) if self.after else []


class Again:
    """What is graded again in this run of the desk, one at a time.

    Args:
        desk: whose submissions.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._turn = threading.Lock()
        self._processes: list[subprocess.Popen[str]] = []
        self.found: dict[str, Regrading] = {}

    def start(self, submission: str, before: Row) -> Regrading:
        """Begin, where it is not under way already."""
        known = self.found.get(submission)
        if known is None or known.ended.is_set():
            known = self.found[submission] = Regrading(submission, before)
            threading.Thread(target=self._grade, args=(known,), daemon=True).start()
        return known

    def close(self) -> None:
        """End what is under way."""
        for process in self._processes:
            process.terminate()

    def _grade(self, regrading: Regrading) -> None:
        try:
            place = self._desk.sources.place_of(regrading.submission)
            if place is None:
                regrading.failure = GONE
                return
            with self._turn:
                process = subprocess.Popen(
                    self._command(place[0], regrading.submission),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    cwd=self._desk.out,  # a course's file that lies where the desk was started is none of this run's
                )
                self._processes.append(process)
                told, _ = process.communicate()
            if process.returncode:
                regrading.failure = told.strip()[-2000:] or f"It ended with {process.returncode}."
            else:
                rows = {row.submission: row for row in self._desk.store.rows()}
                regrading.after = rows[regrading.submission]
        except Exception as error:  # the page is told; the desk goes on
            regrading.failure = str(error)
        finally:
            regrading.ended.set()

    def _command(self, run: Asked, submission: str) -> list[str]:
        desk = self._desk
        roll = desk.book().roll
        command = [
            sys.executable,
            "-m",
            "autograder",
            "grade",
            run.path,
            "--assignment",
            desk.assignment.name,
        ]
        command += ["--out", str(desk.out), f"--only={glob.escape(submission)}", "--fresh"]
        command += ["--attempts", roll.attempts, "--seed", str(run.seed)]
        course = course_of(desk.out / STORE)
        command += ["--course", str(course.absolute())] if course else []
        command += ["--data", run.data] if run.data else []
        return command + (["--no-sandbox"] if run.unconfined else [])
