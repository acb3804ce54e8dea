"""A suite is proved by mutants: it kills them, or is told which it lets pass."""

import pytest
from typer.testing import CliRunner

from autograder.authoring import examining
from autograder.authoring.proving.proof import prove
from autograder.cli import app


@pytest.fixture
def scores(tiny):
    return {score.function: score for score in prove(tiny, tiny.seed, 30)}


@pytest.mark.slow
def test_mutants_are_killed_or_listed(scores):
    total = scores["total"]
    assert total.killed > 5
    assert total.killed + total.equal + len(total.survivors) <= 31
    assert 0 < total.share <= 100


@pytest.mark.slow
def test_the_command_tells_the_score(tiny, monkeypatch):
    monkeypatch.setattr(examining, "examine", lambda assignment: ())  # its modules have no markers
    result = CliRunner().invoke(app, ["validate", "tiny", "--mutants", "5"])
    assert "Mutation score" in result.output
