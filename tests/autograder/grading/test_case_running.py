"""The order in which the cases of a submission run."""

import textwrap
from types import SimpleNamespace

from otter.nbmeta_config import NBMetadataConfig
from otter.test_files import create_test_file

from autograder.grading import run_cases

FIRST = """
    from otter.test_files import test_case

    OK_FORMAT, name, points = False, "first", None


    @test_case(name="first: hidden", points=1, hidden=True)
    def secret(seen):
        seen.append("first: hidden")


    @test_case(name="first: trains", points=1, hidden=True)
    def trains(seen, training):
        seen.append("first: trains")


    @test_case(name="first: public", points=1)
    def public(seen):
        seen.append("first: public")
"""


def test_a_worker_that_reports_losses_or_is_quoted_has_seen_no_hidden_input(tmp_path):
    """Its author reads both: a hundred losses of five digits would hold many inputs."""
    files = []
    for name in ("first", "last"):
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(FIRST).replace("first", name))
        files.append(create_test_file(str(tmp_path / f"{name}.py"), NBMetadataConfig()))
    seen = []
    results, cases = run_cases(files, {"seen": seen, "training": SimpleNamespace(runs=[])})
    assert seen == [
        f"{name}: {kind}" for kind in ("public", "trains", "hidden") for name in ("first", "last")
    ]
    assert results.total == 6
    assert [case.name for case in cases] == [  # as they stand in the files
        f"{name}: {kind}" for name in ("first", "last") for kind in ("hidden", "trains", "public")
    ]
