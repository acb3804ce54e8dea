"""The kit in real containers: one grade whoever asks for it, within Gradescope's memory and time, and no attack works."""

import secrets

import pytest

from tests.attacks.__main__ import CANARY
from tests.attacks.entries import attacks
from tests.attacks.grading import Afterwards
from tests.attacks.judging import assert_stopped, assert_undisturbed
from tests.docker import submissions
from tests.docker.conftest import make_image
from tests.docker.grading import as_gradescope

pytestmark = pytest.mark.container

QUESTIONS = sorted(path.stem for path in submissions.ASSIGNMENT.tests)
PERFECT = ("reference", "nested", "no notebook", "damaged notebook", "two notebooks", "a file named tests")
SANDBOX = "Sandbox: unprivileged (another user"


def scores(row):
    return {question: float(row[question]) for question in QUESTIONS}


@pytest.mark.parametrize("form", submissions.FORMS)
def test_all_ways_give_the_same_points(form, by_the_kit, by_otter, by_gradescope, report):
    kit, otter, gradescope = by_the_kit[form], by_otter[form], by_gradescope[form]
    report.append(
        f"| {form} | {sum(scores(kit).values()):g} | {sum(scores(otter).values()):g} | "
        f"{sum(gradescope.scores.values()):g} | {gradescope.seconds:.0f} | {gradescope.processor_seconds:.1f} | "
        f"{gradescope.peak_mb} |"
    )
    assert gradescope.scores == scores(otter) == scores(kit)
    assert SANDBOX in gradescope.printed
    if form in PERFECT:
        assert sum(gradescope.scores.values()) == 100


def test_the_wrong_lose_what_is_wrong_and_the_hostile_what_they_gave_up(by_gradescope):
    assert sum(by_gradescope["stubs"].scores.values()) == 0
    wrong = by_gradescope["wrong"].scores
    assert {name for name, points in wrong.items() if points < by_gradescope["reference"].scores[name]} >= {
        "svm_gradient", "l2_gradient"
    }  # fmt: skip
    assert sum(wrong.values()) > 70
    hostile = by_gradescope["hostile"]
    assert hostile.scores["svm_loss"] == 0
    assert sum(hostile.scores.values()) > 60
    told = str(hostile.results)
    assert "PermissionError" in told, "it has tried"
    assert "OK_FORMAT" not in told
    assert "otter_plugin" not in told


def test_a_refusal_has_its_reason_wherever_it_is_read(by_the_kit, by_otter, by_gradescope):
    reason = "The modules are in two folders, new/ and old/"
    assert by_the_kit["two folders"]["status"] == "rejected"
    assert reason in by_otter["two folders"]["grading_status"]
    assert reason in by_gradescope["two folders"].results["output"]


def test_the_memory_that_the_assignment_names_is_enough_and_less_is_the_graders_failure(
    docker, built, tmp_path, report
):
    reference = submissions.write(submissions.FORMS["reference"], tmp_path / "reference")
    needed = submissions.ASSIGNMENT.container.memory_mb["synthetic"]
    enough = as_gradescope(docker, built[1], reference, f"{needed}m")
    report.append(f"with {needed} MB: {sum(enough.scores.values()):g} points, peak {enough.peak_mb} MB")
    assert sum(enough.scores.values()) == 100
    less = as_gradescope(docker, built[1], reference, f"{needed - 100}m")
    assert less.results is None
    assert f"needs {needed:,} MB of memory, and this container has {needed - 100:,} MB" in less.printed


def test_a_submission_that_hangs_everywhere_leaves_its_results_in_time(docker, built, tmp_path, report):
    ended = as_gradescope(
        docker, built[1], submissions.write(submissions.LOOPING, tmp_path / "looping"), limit_seconds=120
    )
    report.append(
        f"looping everywhere, limit 120 s: {ended.seconds:.0f} s, {sum(ended.scores.values()):g} points"
    )
    assert ended.seconds < 120
    assert sum(ended.scores.values()) == 0
    assert "time for grading this submission was used up" in str(ended.results)


def test_cifar10_needs_more_than_gradescopes_default_and_says_so(
    docker, built, tmp_path, cifar10_zip, report
):
    reference = submissions.write(submissions.FORMS["reference"], tmp_path / "reference")
    # From the image that has all packages already: what is new is the data.
    _, image = make_image(docker, tmp_path / "dist", "coursework-cifar10", built[1], cifar10_zip)
    less = as_gradescope(docker, image, reference)
    assert less.results is None
    assert "and this container has 768 MB" in less.printed
    ended = as_gradescope(docker, image, reference, "1536m")
    report.append(
        f"CIFAR-10 with 1.5 GB: {sum(ended.scores.values()):g} points, {ended.seconds:.0f} s, "
        f"{ended.processor_seconds:.1f} s of the processor, peak {ended.peak_mb} MB"
    )
    assert sum(ended.scores.values()) == 100
    assert "trained and measured on CIFAR-10" in ended.results["output"]


@pytest.fixture(scope="module")
def afterwards(docker, built, report):
    """The corpus of attacks, graded in a container."""
    canary = f"CANARY-environment-{secrets.token_hex(8)}"
    container = docker.docker(
        "create", "--memory", "1536m", "--network", "none", "--env", f"{CANARY}={canary}", "--workdir", "/corpus",
        built[1], "/opt/coursework/bin/python", "-m", "tests.attacks", "--batch", "chosen",
    ).strip()  # fmt: skip
    try:
        docker.docker("cp", f"{submissions.release.ROOT}/tests", f"{container}:/corpus/")
        docker.docker("start", container)
        docker.docker("wait", container)
        ended = Afterwards.from_json(docker.docker("logs", container).strip().splitlines()[-1])
    finally:
        docker.docker("rm", "--force", container)
    report.append(f"{len(ended.attacks)} attacks of the corpus, sandbox: {ended.sandbox}")
    return ended


@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack.name)
def test_no_attack_of_the_corpus_gains_anything_in_the_container(attack, afterwards):
    assert_stopped(attack, afterwards)


def test_nobody_is_disturbed_in_the_container(afterwards):
    assert afterwards.sandbox.startswith("unprivileged (another user")
    assert_undisturbed(afterwards)
