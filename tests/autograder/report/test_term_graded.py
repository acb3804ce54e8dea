"""The term of a class of sixty once more with all that `test_term` leaves out: every submission is graded, confined, by the
command, which is killed in the middle and begun again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.grading.results import Results

from ..exports import WRONG, modules
from .test_term import ABSENT, AGAIN_OTHER, DEADLINE, LATE_ONE, STRAY, Canvas, Gradescope, Moodle

PYTHON = Path(sys.executable).parent
SECRET = 3_141_592_653_589_793_238


@pytest.mark.long
@pytest.mark.parametrize("site", [Canvas, Moodle, Gradescope], ids=lambda site: site.form)
def test_a_class_of_sixty_is_graded_to_the_end_after_a_kill(site, tmp_path, tiny):
    site, out = site(), tmp_path / "out"
    with tiny.settings_file.open("a") as file:
        file.write(DEADLINE)
    (tmp_path / "course.toml").write_text(f'assignment = "tiny"\nseed = {SECRET}\nfolders = ["."]\n')
    roster = tmp_path / site.roster_name
    roster.write_text(site.roster(), encoding="utf-8")

    def given_out(name, *again):
        """An export of all; those who hand in again now have everything right."""
        for number in sorted(set(range(1, 61)) - set(ABSENT)):
            wrong = number % 3 == 0
            site.hand_in(tmp_path / name, number, 1, modules(use=WRONG) if wrong else None)
        for number in again:
            site.hand_in(tmp_path / name, number, 2)
        site.finish(tmp_path / name)
        grade = [PYTHON / "autograder", "grade", name, "--out", out, "--roster", roster, "--jobs", "1"]
        return [*map(str, grade), "--course", "course.toml"]

    def run(*command):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def imported(*more):
        """What the site would import of what `export` writes now."""
        run(PYTHON / "autograder", "export", out, "--format", site.form, "--course", "course.toml", *more)
        text = (out / f"export-{site.form}.csv").read_text("utf-8-sig")
        return {number: float(grade) for number, grade in site.imported(text).items() if grade}

    command = given_out("first")
    running = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    until = time.monotonic() + 120
    while len(list(out.glob("results/*/results.json"))) < 10:
        assert running.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    store = Results(out, "tiny", {}).store
    kept = len(store.rows())
    assert 10 <= kept < 57

    said = run(*command)
    assert f"{kept} of them had been graded before" in said
    assert "57 submissions: 57 graded, 0 rejected, 0 need attention." in said
    assert {len(store.history(row.submission)) for row in store.rows()} == {1}
    assert {row.status for row in store.rows()} == {"graded"}

    def expected(number):
        points = 8.0 if number % 3 == 0 else 10.0
        return points - (1.0 if number == LATE_ONE else 0.0)

    column = ["--column", "HW1"] if site.form == "canvas" else []
    waits = {LATE_ONE} if site.form == "canvas" else set()  # nobody knows by how much
    counting = {number: expected(number) for number in range(1, STRAY) if number not in waits}
    assert imported(*column) == counting

    run(*given_out("second", AGAIN_OTHER))
    assert imported(*column) == counting | {AGAIN_OTHER: 10.0}
    assert len(store.rows()) == (
        57 if site.form == "moodle" else 58
    )  # whose folders have one name for all attempts
    store.close()
