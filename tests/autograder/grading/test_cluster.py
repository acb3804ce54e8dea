"""A real Ray cluster of several nodes on this machine, one of which is killed in the middle of a batch."""

import contextlib
import json
import os
import shutil
import sys

import pytest

from autograder import sandbox
from autograder.assignment import settings as assignments
from autograder.checks import prepare
from autograder.grading import batch, cluster
from autograder.grading.results import Results
from autograder.grading.scoring import Scorer
from autograder.submissions.opening import find_submissions
from colab_setup.data.loading import synthetic

pytest.importorskip("ray", reason="Ray, an optional part, is not installed")

# Ray leaves files open and warns of what it will do one day.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

STUBS = assignments.PACKAGE.parent / "assignments" / "linear_classifier"
SMALL = 80 << 20
TELLS = """

def l2(W):
    import os
    raise RuntimeError(f"{sorted(os.environ)} {os.listdir('/tmp')}")
"""


@pytest.fixture(scope="module")
def nodes():
    """Two nodes of one slot each, beside a head that grades nothing; the address, and what kills one."""
    os.environ.update(cluster.STARTS)
    from ray.cluster_utils import Cluster

    head = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": SMALL}
    found = Cluster(initialize_head=True, head_node_args=head)
    try:
        both = [found.add_node(num_cpus=1, object_store_memory=SMALL) for _ in range(2)]
        yield found.address, lambda: found.remove_node(both[-1], allow_graceful=False)
    finally:
        found.shutdown()


@pytest.fixture(scope="module")
def submissions(tmp_path_factory):
    """Unfinished ones, with here and there a function that is right, wrong, or tells what it sees."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(24):
        shutil.copytree(
            STUBS, folder / f"{number:02}", ignore=shutil.ignore_patterns("tests", "vi", "*.ipynb")
        )
        with (folder / f"{number:02}" / "regularization.py").open("a") as file:
            file.write(
                ["", "\n\ndef l2(W):\n    return (W * W).sum()\n", "\n\ndef l2(W):\n    return 1.0\n", TELLS][
                    number % 4
                ]
            )
    return folder


@contextlib.contextmanager
def scorers(tmp_path, address, secret):
    """The scorer of this machine, and the one that works on the cluster."""
    settings, dataset = assignments.load("linear_classifier"), synthetic(train=500, test=100)
    data = prepare(settings, dataset, settings.seed, tmp_path)
    local = Scorer(settings, sandbox.choose(data.files, (secret,), allow_none=False), data, settings.seed)
    with cluster.connected(address) as slots:
        yield local, cluster.ClusterScorer(local, dataset, (secret,)), slots


def grade(scorer, submissions, out, jobs, after=lambda count: None):
    results = Results(out, "linear_classifier", scorer.points)
    found = find_submissions(submissions, scorer.assignment.modules)
    for count, _ in enumerate(batch.grade(scorer, found, results, jobs), 1):
        after(count)
    return results.store


@pytest.mark.long
def test_a_lost_node_costs_a_retry_and_the_grades_are_those_of_one_machine(nodes, submissions, tmp_path):
    address, kill_a_node = nodes
    with scorers(tmp_path, address, submissions) as (local, remote, slots):
        assert slots == 2
        store = grade(
            remote, submissions, tmp_path / "cluster", 2, lambda count: kill_a_node() if count == 8 else None
        )
        alone = grade(local, submissions, tmp_path / "alone", 1)
    there, here = store.rows(), alone.rows()
    assert [(row.submission, row.status, row.questions) for row in there] == [
        (row.submission, row.status, row.questions) for row in here
    ]
    assert {row.questions["l2"] for row in here} == {0.0, local.points["l2"]}
    assert [len(store.history(row.submission)) for row in there] == [1] * 24
    for name in ("01", "02"):
        one, other = (json.loads(kept.last(name).text) for kept in (store, alone))
        assert [test.get("score") for test in one["tests"]] == [test.get("score") for test in other["tests"]]
        assert [case["state"] for case in one["extra_data"]["cases"]] == [
            case["state"] for case in other["extra_data"]["cases"]
        ]
    told = "".join(case["message"] for case in store.last("03").results["extra_data"]["cases"])
    assert "OMP_NUM_THREADS" in told
    assert "RAY" not in told
    assert "'ray'" not in told


def test_another_kit_on_a_node_grades_nothing_and_says_so(nodes, submissions, tmp_path):
    with scorers(tmp_path, nodes[0], submissions) as (local, remote, _):
        remote.__dict__["setting"] = local.setting.__class__(**{**vars(local.setting), "suite": "another"})
        store = grade(remote, submissions / "01", tmp_path / "out", 1)
    (row,) = store.rows()
    assert row.status == "attention"
    assert "would grade otherwise than this machine (suite " in row.reason


def test_without_ray_or_a_cluster_one_sentence_says_what_to_do(monkeypatch):
    with pytest.raises(
        cluster.ClusterError, match="No Ray cluster answers at 127.0.0.1:1 .*ray start --head"
    ):
        cluster.connected("127.0.0.1:1").__enter__()
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(cluster.ClusterError, match=r"Ray is not installed: `pip install"):
        cluster.connected(None).__enter__()
