"""What is said of each way to grade: whether it can work here, and what a submission takes."""

import dataclasses
import importlib.util

import pytest
from typer.testing import CliRunner

from autograder import cli
from autograder.assignment import settings as assignments
from autograder.authoring.new import new_assignment
from autograder.grading import doctor


def way(what, confined="bubblewrap"):
    (found,) = (finding for finding in doctor.ways(confined) if finding.what == what)
    return found


@pytest.fixture
def docker(tmp_path, monkeypatch):
    """Makes a docker command that does what some lines of shell say, and is the only one."""

    def make(shell):
        command = tmp_path / "docker"
        command.write_text(f"#!/bin/sh\n{shell}\n")
        command.chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path))
    return make


def measured(monkeypatch, **container):
    """One assignment, in whose settings these figures stand."""
    suite = assignments.load("linear_classifier")
    changed = dataclasses.replace(suite, container=dataclasses.replace(suite.container, **container))
    monkeypatch.setattr(doctor, "_assignments", lambda course: [changed])


@pytest.mark.slow
def test_without_a_sandbox_nothing_is_graded_here():
    assert way("grading here").found == "works, sandbox bubblewrap"
    assert way("grading here", "").found == way("Ray", "").found == "cannot work: there is no sandbox"


def test_otter_grade_without_docker_is_told(docker):
    assert way("otter grade").found == "cannot work: there is no docker command"
    assert "docker.io" in way("otter grade").advice


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shell", "found", "advice"),
    [
        ("exit 1", "cannot work: no Docker engine answers", "Start it"),
        ("echo; exec /bin/sleep 60", "cannot work: no Docker engine answers", "Start it"),
        (
            '[ "$1" != buildx ]',
            "cannot work: docker has no buildx, with which Otter builds its image",
            "buildx",
        ),
        ("exit 0", "works with the autograder.zip that `autograder release` makes", ""),
    ],
)
def test_otter_grade_needs_an_engine_and_buildx(docker, monkeypatch, shell, found, advice):
    monkeypatch.setattr(doctor, "_ASK_SECONDS", 1 if "sleep" in shell else 60)
    docker(shell)
    told = way("otter grade")
    assert told.found == found
    assert advice in told.advice
    assert bool(told.advice) == bool(advice)


def test_ray_is_told_where_it_is_missing(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ray" else found(name))
    assert way("Ray").found == "cannot work: ray is not installed"
    assert "[ray]" in way("Ray").advice


def test_what_a_submission_takes_is_what_stands_in_the_suites_settings(monkeypatch):
    memory, seconds = {"synthetic": 700, "cifar10": 1234}, {"cifar10": 20.0}
    measured(monkeypatch, memory_mb=memory, processor_seconds=seconds, limit_seconds=600.0)
    assert way("Gradescope").details == (
        "linear_classifier: synthetic needs 700 MB; cifar10 needs 1,234 MB, more than the default of 768 MB: choose more; "
        "cifar10 takes 40 s of 600 s on the default half a core",
    )
    assert way("otter grade").details == (
        "linear_classifier: synthetic needs 700 MB; cifar10 needs 1,234 MB; cifar10 takes 20 s of a core",
    )


def test_what_was_not_measured_is_said_to_be_so(monkeypatch):
    measured(monkeypatch, memory_mb={}, processor_seconds={})
    for what in ("Gradescope", "otter grade"):
        assert way(what).details == ("linear_classifier: memory and seconds not measured",)
    for what in ("grading here", "Ray"):
        (told,) = way(what).details
        assert told.startswith(
            "linear_classifier: a submission is stopped at 4,096 MB and 600 s inside its code; "
        )
        assert told.endswith("not measured")


@pytest.mark.slow
def test_the_command_tells_every_way(tmp_path):
    result = CliRunner().invoke(cli.app, ["doctor", "--out", str(tmp_path)])
    assert result.exit_code == 0
    for what in ("grading here: works", "Gradescope: works", "otter grade: ", "Ray: "):
        assert what in result.output


@pytest.mark.slow
def test_a_courses_own_assignments_are_looked_at_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    new_assignment("trees", tmp_path)
    with (tmp_path / "course.toml").open("a") as file:
        file.write('[feedback]\nhidden_hints = "always"\n')
    told = CliRunner().invoke(cli.app, ["doctor"])
    assert (told.exit_code, "course.toml asks trees" in told.output) == (0, True)
    assert "trees: a submission is stopped at 4,096 MB" in told.output
    text = (tmp_path / "course.toml").read_text()
    (tmp_path / "course.toml").write_text(text.replace('# roster = "', 'roster = "'))
    told = CliRunner().invoke(cli.app, ["doctor", "--course", "course.toml"])
    assert (told.exit_code, "roster = 'roster.csv' is not there" in told.output) == (1, True)
    (tmp_path / "solutions/trees/preparing.py").unlink()
    told = CliRunner().invoke(cli.app, ["doctor"])
    assert (told.exit_code, "preparing.py: every one of `modules` needs its reference" in told.output) == (
        1,
        True,
    )
