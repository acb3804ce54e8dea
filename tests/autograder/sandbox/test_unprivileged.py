"""The sandbox without namespaces: what works in it, what it tells, and whom it keeps apart. Attacks: `tests/attacks`."""

import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

from autograder.checks.check import Check
from autograder.checks.comparing import Mismatch
from autograder.sandbox import Limits, MappedArray, SandboxError, Session, errors
from autograder.sandbox.confinement import scratch, users
from autograder.sandbox.confinement.unprivileged import Unprivileged
from autograder.sandbox.inside import landlock

needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can give a worker another user")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock"),
]

LIMITS = Limits(call_seconds=10, memory_mb=1024, disk_mb=8)


@pytest.fixture
def confinement(tmp_path, monkeypatch):
    """Its data lies in a folder that is closed to other users, and it has a temporary folder of its own."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    np.save(closed / "rows.npy", np.arange(12.0).reshape(4, 3))
    temporary = Path(tempfile.mkdtemp())
    temporary.chmod(0o711)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    yield Unprivileged({"rows": closed / "rows.npy"})
    temporary.rmdir()  # fails where something was left in it


def test_data_and_attachments_are_read_in_place_and_written_to_no_one(confinement, tmp_path):
    source = """
import numpy as np
def spoil(X):
    X += 1
    return float(X.sum())
def attached(place, mode):
    import os
    with open(os.path.join(place, "weights.txt"), mode) as file:
        return file.read()
def real_places():
    import os, pathlib
    return [os.path.realpath(np.__file__), str(pathlib.Path(np.__file__).resolve()), os.path.realpath(b"/usr/.").decode()]
"""
    attachment = tmp_path / "closed/weights.txt"
    attachment.write_text("weights")
    attachment.chmod(0o644)
    files, paths = {"a.py": source.encode()}, {"weights.txt": attachment}
    with Session(confinement, files, ("a",), LIMITS, paths) as session:
        f = session.functions({"spoil": "a", "attached": "a", "real_places": "a"})
        rows = MappedArray("rows", confinement.data["rows"])
        assert f["spoil"](rows) == 66 + 12
        assert rows.load().sum() == 66
        (scratch,) = Path(tempfile.gettempdir()).iterdir()
        assert f["attached"](str(scratch / "attached"), "r") == "weights"
        with pytest.raises(errors.Raised, match="PermissionError"):
            f["attached"](str(scratch / "attached"), "r+")
        by_os, by_pathlib, of_bytes = f["real_places"]()
        assert by_os == by_pathlib
        assert by_os.startswith("/proc/self/fd/")
        assert of_bytes == "/usr"
    assert attachment.read_text() == "weights"


def test_torch_works_in_it(confinement, tmp_path):
    torch = pytest.importorskip("torch")
    source = b"""
import torch
def model(n):
    return torch.nn.Linear(n, 2)
def square(x):
    return (x * x).sum()
class Agrees:
    def __torch_function__(self, *args, **kwargs):
        return True
    def __eq__(self, other):
        return True
class AgreeingTensor(Agrees, torch.Tensor):
    pass
def claim(x):
    return Agrees()
def claim_as_tensor(x):
    return torch.zeros(3).as_subclass(AgreeingTensor)
"""
    weights = tmp_path / "weights.pt"
    torch.save(torch.nn.Linear(3, 2).state_dict(), weights)
    limits = Limits(call_seconds=20, memory_mb=1024, torch=True)
    with Session(confinement, {"a.py": source}, ("a",), limits, {"weights.pt": weights}) as session:
        f = session.functions(dict.fromkeys(("model", "square", "claim", "claim_as_tensor"), "a"))
        x = torch.arange(3.0, requires_grad=True)
        f["square"](x).backward()
        assert x.grad.tolist() == [0, 2, 4]
        model = f["model"](3)
        model.load_weights("weights.pt", "torch")
        assert model(torch.zeros(1, 3)).tolist() == [torch.load(weights)["bias"].tolist()]
        for claim in (f["claim"], f["claim_as_tensor"]):
            with pytest.raises((Mismatch, errors.Raised)):
                Check(0).same(claim(x), torch.ones(3))


def test_a_disk_that_is_full_is_told_as_such(confinement):
    source = b"""
import time
def fill():
    for number in range(8):
        with open(str(number), "wb") as file:
            file.write(bytes(2**21))
    time.sleep(9)
def f():
    return 1
"""
    with Session(confinement, {"a.py": source}, ("a",), LIMITS) as session:
        f = session.functions({"fill": "a", "f": "a"})
        with pytest.raises(errors.Crashed, match="fill did not return: it filled its disk"):
            f["fill"]()
        assert f["f"]() == 1


@needs_root
def test_two_workers_are_two_users_and_neither_is_root(confinement):
    source = b"import os\ndef me(): return os.getuid(), os.getgid(), len(os.getgroups())"
    with Session(confinement, {"a.py": source}, ("a",), LIMITS) as first:
        one = first.functions({"me": "a"})["me"]()
        with Session(confinement, {"a.py": source}, ("a",), LIMITS) as second:
            two = second.functions({"me": "a"})["me"]()
    assert users.FIRST <= one[0] <= users.LAST
    assert users.FIRST <= two[0] <= users.LAST
    assert one[0] != two[0]
    assert one[0] == one[1]
    assert one[2] == two[2] == 0


def test_a_user_is_taken_by_one_grader_at_a_time(monkeypatch):
    monkeypatch.setattr(users, "FIRST", users.LAST - 1)
    first, second = users.take(), users.take()
    assert {first.number, second.number} == {users.LAST - 1, users.LAST}
    with pytest.raises(SandboxError, match="No user is left"):
        users.take()
    first.claim.close()
    third = users.take()
    assert third.number == first.number
    for user in (second, third):
        user.claim.close()


@needs_root
def test_what_workers_of_killed_graders_left_is_removed_and_nothing_of_others(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for folder, mode in (
        (tmp_path, 0o755),
        (tmp_path / "passable", 0o755),
        (tmp_path / "passable/open", 0o1777),
    ):
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
    tmp_path.chmod(0o1777)
    living = users.take()
    dead = users.LAST if living.number != users.LAST else users.FIRST
    for place in (tmp_path, tmp_path / "passable/open"):
        for name, user in (("dead", dead), ("living", living.number), ("root", 0), ("person", 1000)):
            (place / name / "deep").mkdir(parents=True)
            os.chown(place / name, user, user)
    for number in range(300):
        (tmp_path / f"{number}-{'n' * 240}").touch()
        os.chown(tmp_path / f"{number}-{'n' * 240}", dead, dead)
    scratch.look_again()
    scratch.remove_left()
    scratch.look_again()
    assert {entry.name for entry in tmp_path.iterdir()} == {"living", "root", "person", "passable"}
    assert {entry.name for entry in (tmp_path / "passable/open").iterdir()} == {"living", "root", "person"}
    living.claim.close()


def test_everywhere_that_others_may_write_is_found_as_far_as_they_may_pass(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    modes = {
        ".": 0o755,
        "a": 0o711,
        "a/open": 0o1777,
        "shut": 0o700,
        "shut/open": 0o1777,
        "a/open/below": 0o777,
    }
    for name in modes:
        (tmp_path / name).mkdir(exist_ok=True)
    (tmp_path / "link").symlink_to(tmp_path / "shut/open")
    for name, mode in modes.items():
        (tmp_path / name).chmod(mode)
    scratch.look_again()
    found = {place for place in scratch.places() if place.startswith(str(tmp_path))}
    scratch.look_again()
    assert found == {str(tmp_path / "a/open"), str(tmp_path / "a/open/below")}
    assert "/tmp" in scratch.places()


def test_a_number_that_is_a_persons_is_no_workers(monkeypatch):
    monkeypatch.setattr(users.pwd, "getpwuid", lambda number: "a person")
    assert users.claim(users.FIRST) is None


@pytest.mark.parametrize(
    ("modes", "held", "reached"),
    [
        ((0o755, 0o755, 0o755), None, True),
        ((0o755, 0o755, 0o700), None, False),
        ((0o755, 0o700, 0o755), None, False),
        ((0o700, 0o755, 0o755), None, False),
        ((0o711, 0o711, 0o711), None, True),
        # A folder held open leads up and down again, around those above it that are closed.
        ((0o700, 0o755, 0o755), "a/b/held", True),
        ((0o755, 0o700, 0o755), "a/b/held", False),
        ((0o700, 0o755, 0o700), "a/b/held", False),
        ((0o700, 0o755, 0o755), "a/held", False),
    ],
)
def test_what_is_open_to_others_is_seen_by_the_modes_on_every_way(modes, held, reached):
    with tempfile.TemporaryDirectory(dir="/tmp") as root:
        os.chmod(root, 0o755)
        secret = Path(root, "a/b/secret")
        for folder in (secret, Path(root, "a/b/held"), Path(root, "a/held")):
            folder.mkdir(parents=True)
            folder.chmod(0o755)
        for folder, mode in zip((secret.parents[1], secret.parent, secret), modes, strict=True):
            folder.chmod(mode)
        assert users.open_to_others(secret, (Path(root, held),) if held else ()) is reached
        secret.parents[1].chmod(0o755)
        secret.parent.chmod(0o755)
