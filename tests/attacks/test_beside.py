"""Right submissions keep all of their points beside the worst that can be graded at the same time."""

import dataclasses
import zipfile

import pytest

from autograder import sandbox
from autograder.assignment import settings as assignments
from autograder.assignment.variants import without_markers
from autograder.checks import images_for, prepare
from autograder.grading import batch
from autograder.grading.results import Results
from autograder.grading.scoring import Scorer

pytestmark = [pytest.mark.slow, pytest.mark.long]

RIGHT = 4

WORST = {
    "computes in sixty threads": """
        import hashlib, threading
        def burn():
            while True:
                hashlib.sha256(bytes(1 << 20)).digest()
        for _ in range(60):
            threading.Thread(target=burn, daemon=True).start()
        burn()
    """,
    "takes all of its memory again and again": """
        while True:
            np.ones(400_000_000)
    """,
    "fills its disk again and again": """
        import os
        while True:
            with open("filled", "wb") as file:
                file.write(bytes(60 << 20))
                os.fsync(file.fileno())
            os.remove("filled")
    """,
    "wears out the caches and the kernel": """
        import os, threading
        there = np.ones(50_000_000)
        def copy():
            while True:
                there[:] = there[::-1]
        threading.Thread(target=copy, daemon=True).start()
        while True:
            os.sched_yield()
    """,
    "has its judge work for it": """
        import time
        time.sleep(0.2)
        return np.zeros(4_000_000)
    """,
}

EVERYWHERE = """
def worst(*args, **kwargs):
{body}
for name, value in list(globals().items()):
    if callable(value) and getattr(value, "__module__", "") == __name__:
        globals()[name] = worst
"""


def put(settings, path, added=""):
    with zipfile.ZipFile(path, "w") as archive:
        for module in settings.modules:
            source = (settings.solutions / f"{module}.py").read_text(encoding="utf-8")
            archive.writestr(f"{module}.py", without_markers(source) + added)
    return path.stem, path


@pytest.mark.parametrize("worst", WORST)
def test_right_submissions_keep_their_points_beside_one_that(tmp_path, worst):
    settings = assignments.load("linear_classifier")
    settings = dataclasses.replace(
        settings, limits=dataclasses.replace(settings.limits, submission_seconds=40.0)
    )
    data = prepare(settings, images_for(settings, None), 77, tmp_path)
    confinement = sandbox.choose(data.files, (), allow_none=False)
    scorer = Scorer(settings, confinement, data, 77)
    # It is taken first, and by one judge; the other one takes those that are right meanwhile.
    listed = [put(settings, tmp_path / "worst.zip", EVERYWHERE.format(body=WORST[worst]))]
    listed += [put(settings, tmp_path / f"right {number}.zip") for number in range(RIGHT)]
    results = Results(tmp_path / "out", settings.name, scorer.points)
    rows = {graded.row.submission: graded.row for graded in batch.grade(scorer, listed, results, 2)}
    wrong = rows.pop("worst")
    assert [(row.status, row.score) for row in rows.values()] == [("graded", wrong.max_score)] * RIGHT
    assert wrong.seconds > sum(row.seconds for row in rows.values())
    assert wrong.score == 0
