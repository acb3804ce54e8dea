"""A training run that is cut off, however it is, goes on to the identical weights and losses."""

import os
import random
import signal
import subprocess
import sys
import zipfile

import numpy as np
import pytest
import torch

from colab_setup import Checkpointer, CheckpointError, checkpoint

pytestmark = pytest.mark.slow


TRAIN = """
import os, random, signal, sys
import numpy as np
from colab_setup import Checkpointer

folder, out, steps, every, die_at = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
rng, dice = np.random.default_rng(1), random.Random(4)
random.seed(2)
np.random.seed(3)
W, history, start = rng.standard_normal((60, 10)).astype(np.float32), [], 0
checkpoints = Checkpointer(folder, every_steps=every, say=lambda text: None)
if found := checkpoints.resume(rng=rng, dice=dice):
    W, history, start = found["W"], found["history"], found.step
if die_at != "-":
    real, calls = os.fsync, []

    def fsync(descriptor):  # the n-th write ends here: written, but neither forced to disk nor renamed
        calls.append(descriptor)
        if len(calls) == int(die_at):
            os.kill(os.getpid(), signal.SIGKILL)
        real(descriptor)

    os.fsync = fsync
print(start, flush=True)
for step in range(start, steps):
    noise = rng.standard_normal(W.shape).astype(np.float32)
    W = W - np.float32(0.1) * (noise + W) * np.float32(random.random() + np.random.rand() + dice.random())
    history.append(float(np.abs(W).sum()))
    checkpoints.step(step + 1, W=W, history=history, rng=rng, dice=dice)
    print(step + 1, flush=True)
np.savez(out, W=W, history=history)
"""


def train(folder, out, *, steps=120, every=1, die_at="-", kill_after=None):
    """Run the script; with `kill_after`, kill it at a random moment after so many lines. Returns its exit code."""
    command = [sys.executable, "-c", TRAIN, str(folder), str(out), str(steps), str(every), str(die_at)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for count, _ in enumerate(process.stdout):
            if kill_after is not None and count >= kill_after:
                process.send_signal(signal.SIGKILL)
                break
        process.stdout.read()
    return process.returncode


def assert_same_run(first, second):
    with np.load(first) as one, np.load(second) as other:
        np.testing.assert_array_equal(one["W"], other["W"])
        np.testing.assert_array_equal(one["history"], other["history"])
        assert one["W"].dtype == other["W"].dtype == np.float32


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    assert train(folder / "checkpoints", folder / "out.npz", every=1000) == 0
    return folder / "out.npz"


@pytest.mark.parametrize("every", [1, 7])
def test_a_run_that_is_killed_at_random_moments_ends_in_the_identical_trajectory(tmp_path, whole_run, every):
    draw = random.Random(every)
    killed = 0
    for _ in range(40):
        code = train(tmp_path / "c", tmp_path / "out.npz", every=every, kill_after=draw.randint(1, 45))
        if code == 0:
            break
        assert code == -signal.SIGKILL
        killed += 1
    assert killed >= 2
    assert not list((tmp_path / "c").glob("*.damaged"))
    assert_same_run(tmp_path / "out.npz", whole_run)


def test_a_run_that_is_killed_while_it_writes_goes_on_from_the_checkpoint_before(tmp_path, whole_run):
    folder = tmp_path / "c"
    # The fsync of a checkpoint's file is followed by its folder's: the fifth is that of the third file.
    assert train(folder, tmp_path / "out.npz", die_at=5) == -signal.SIGKILL
    names = sorted(path.name for path in folder.iterdir())
    assert names == [".writing", "000001-step-00000001.ckpt", "000002-step-00000002.ckpt"]
    assert train(folder, tmp_path / "out.npz") == 0
    assert_same_run(tmp_path / "out.npz", whole_run)
    assert not (folder / ".writing").exists()


class Said(list):
    """Collects what a Checkpointer says."""

    def __call__(self, text):
        self.append(text)


@pytest.fixture
def said():
    return Said()


@pytest.fixture
def saved(tmp_path, said):
    """A Checkpointer that has saved W = 1, 2 and 3 after as many steps."""
    checkpoints = Checkpointer(tmp_path / "run", every_steps=1, say=said)
    for step in (1, 2, 3):
        checkpoints.save(step, W=np.full(4, float(step)), history=[0.5] * step)
    return checkpoints


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9])
def test_a_truncated_newest_file_falls_back_to_the_one_before_and_says_so(saved, said, part):
    newest = saved.folder / "000003-step-00000003.ckpt"
    content = newest.read_bytes()
    newest.write_bytes(content[: int(len(content) * part)])
    found = saved.resume()
    assert found.step == 2
    assert found["W"].tolist() == [2.0] * 4
    assert said[0].startswith("000003-step-00000003.ckpt is damaged")
    assert not newest.exists()
    saved.save(3, W=np.full(4, 3.5))
    assert saved.resume()["W"].tolist() == [3.5] * 4


def test_a_flipped_byte_of_the_weights_is_noticed(saved):
    newest = saved.folder / "000003-step-00000003.ckpt"
    content = bytearray(newest.read_bytes())
    content[content.index(np.full(4, 3.0).tobytes()) + 6] ^= 1
    newest.write_bytes(content)
    assert saved.resume().step == 2


def test_a_file_that_holds_a_pickle_is_damaged_and_nothing_of_it_runs(saved, tmp_path):
    bait = tmp_path / "ran"
    evil = np.array([None], dtype=object)
    evil[0] = Bait(bait)
    np.save(tmp_path / "evil.npy", evil, allow_pickle=True)
    torch.save({"x": Bait(bait)}, tmp_path / "evil.pt")
    for name in ("evil.npy", "evil.pt"):
        saved.save(4, W=np.ones(2))
        newest = max(saved.folder.glob("*.ckpt"))
        with zipfile.ZipFile(newest, "a") as archive:
            archive.write(tmp_path / name, name)
        assert saved.resume().step == 3
        assert not bait.exists()


class Bait:
    """Makes a file where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_nothing_saved_means_nothing_to_resume(tmp_path):
    assert Checkpointer(tmp_path / "none", every_steps=1).resume() is None


def test_all_damaged_means_nothing_to_resume(saved, said):
    for path in saved.folder.glob("*.ckpt"):
        path.write_bytes(b"PK")
    assert saved.resume() is None
    assert len(said) == 3


def test_only_the_newest_are_kept(tmp_path):
    checkpoints = Checkpointer(tmp_path, every_steps=1, keep=2)
    for step in range(1, 6):
        checkpoints.step(step, W=np.ones(1))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "000004-step-00000004.ckpt",
        "000005-step-00000005.ckpt",
    ]


def test_a_run_that_starts_anew_is_newer_than_a_longer_one_before(tmp_path):
    checkpoints = Checkpointer(tmp_path, every_steps=1, keep=1, say=lambda text: None)
    checkpoints.save(5000, W=np.zeros(1))
    checkpoints.save(10, W=np.ones(1))
    assert checkpoints.resume().step == 10


def test_steps_and_minutes_decide_when_to_save(tmp_path):
    now = [0.0]
    checkpoints = Checkpointer(tmp_path, every_steps=10, every_minutes=2, clock=lambda: now[0])
    times = []
    for step in range(1, 32):
        now[0] = step * (50.0 if step > 20 else 1.0)
        if checkpoints.step(step, W=np.ones(1)):
            times.append(step)
    # By steps at 10, 20 and 30; by time at 21, 1030 s after 20, and then every third step of 50 s.
    assert times == [10, 20, 21, 24, 27, 30]


def test_other_settings_start_anew_and_say_what_changed(tmp_path, said):
    Checkpointer(tmp_path, settings={"learning_rate": 0.1, "loss": "svm"}).save(3, W=np.ones(1))
    same = Checkpointer(tmp_path, settings={"loss": "svm", "learning_rate": 0.1}, say=said)
    assert same.resume().step == 3
    other = Checkpointer(tmp_path, settings={"learning_rate": 0.2, "loss": "svm"}, say=said)
    assert other.resume() is None
    assert "learning_rate was 0.1, is 0.2" in said[-1]


def test_a_run_with_other_settings_leaves_the_earlier_ones_files_and_each_goes_on_from_its_own(
    tmp_path, said
):
    def run(learning_rate):
        return Checkpointer(
            tmp_path, every_steps=1, keep=2, settings={"learning_rate": learning_rate}, say=said
        )

    for step in (1, 2):
        run(0.1).save(step, W=np.full(1, 0.1))
    first = set(tmp_path.iterdir())
    assert len(first) == 2
    other = run(0.2)
    assert other.resume() is None
    assert said[-1].endswith("training starts anew, and that run's checkpoints stay.")
    for step in range(1, 6):
        other.step(step, W=np.full(1, 0.2))
    assert first < set(tmp_path.iterdir())
    assert sorted(path.name[7:] for path in set(tmp_path.iterdir()) - first) == [
        "step-00000004.ckpt",
        "step-00000005.ckpt",
    ]
    for learning_rate, step in ((0.1, 2), (0.2, 5)):
        found = run(learning_rate).resume()
        assert (found.step, found["W"].tolist()) == (step, [learning_rate])


def test_a_setting_that_is_no_number_is_the_same_again(tmp_path):
    for step in range(1, 5):
        run = Checkpointer(tmp_path, keep=2, settings={"clip": float("nan")}, say=lambda text: None)
        assert (run.resume() is None) == (step == 1)
        run.save(step, W=np.ones(1))
    assert len(list(tmp_path.iterdir())) == 2


def test_clear_deletes_the_checkpoints_and_nothing_else(saved):
    (saved.folder / "notes.txt").write_text("mine")
    saved.clear()
    assert [path.name for path in saved.folder.iterdir()] == ["notes.txt"]


def bit_generators():
    return [np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64]


@pytest.mark.parametrize("kind", bit_generators())
def test_every_kind_of_numpy_generator_goes_on_where_it_was(tmp_path, kind):
    rng = np.random.Generator(kind(7))
    rng.integers(0, 5, size=3, dtype=np.int32)  # leaves half of a draw behind
    checkpoints = Checkpointer(tmp_path, say=lambda text: None)
    checkpoints.save(1, rng=rng)
    expected = rng.integers(0, 1000, size=50, dtype=np.int32).tolist()
    other = np.random.Generator(kind(8))
    checkpoints.resume(rng=other)
    assert other.integers(0, 1000, size=50, dtype=np.int32).tolist() == expected


def test_values_come_back_as_they_were(tmp_path):
    checkpoints = Checkpointer(tmp_path, say=lambda text: None)
    values = {
        "W": np.arange(6, dtype=np.float32).reshape(2, 3)[:, ::-1],
        "empty": np.zeros((0, 3)),
        "labels": np.array([1, 2], dtype=np.int8),
        "history": [0.1, float("inf"), np.float64(1 / 3), np.float32(0.1)],
        "best": {"step": 3, "name": "softmax"},
        "tensor": torch.arange(3, dtype=torch.bfloat16),
    }
    checkpoints.save(9, **values)
    found = checkpoints.resume()
    assert found.step == 9
    for name in ("W", "empty", "labels"):
        assert found[name].dtype == values[name].dtype
        np.testing.assert_array_equal(found[name], values[name])
    assert found["history"] == [0.1, float("inf"), 1 / 3, float(np.float32(0.1))]
    assert found["best"] == values["best"]
    assert torch.equal(found["tensor"], values["tensor"])
    assert found["tensor"].dtype == torch.bfloat16


@pytest.mark.parametrize(
    "value",
    [object(), np.array([None]), {"a": {1, 2}}, lambda x: x],
    ids=["object", "array", "set", "function"],
)
def test_what_cannot_be_saved_is_refused_at_once_by_name(tmp_path, value):
    checkpoints = Checkpointer(tmp_path, every_steps=1)
    with pytest.raises(CheckpointError, match="^thing is a"):
        checkpoints.step(1, thing=value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [{1: 0.5}, [{"a": {None: 2}}], {"a": ({True: 1},)}])
def test_a_dictionary_whose_keys_would_come_back_as_texts_is_refused(tmp_path, value):
    with pytest.raises(
        CheckpointError, match="^best is a dictionary with the key (1|None|True), which would"
    ):
        Checkpointer(tmp_path).save(1, best=value)
    assert list(tmp_path.iterdir()) == []


def test_a_tuple_comes_back_as_a_list(tmp_path):
    checkpoints = Checkpointer(tmp_path, say=lambda text: None)
    checkpoints.save(1, shape=(3, 4))
    assert checkpoints.resume()["shape"] == [3, 4]


def test_a_value_that_holds_itself_is_refused_in_a_sentence(tmp_path):
    value = []
    value.append(value)
    with pytest.raises(CheckpointError, match="^thing is a list"):
        Checkpointer(tmp_path).save(1, thing=value)


def test_a_module_whose_state_torch_would_refuse_later_is_refused_now(tmp_path):
    class Odd(torch.nn.Module):
        def get_extra_state(self):
            return random.Random(1)

        def set_extra_state(self, state):
            pass

    with pytest.raises(CheckpointError, match="Random, which a checkpoint cannot hold"):
        Checkpointer(tmp_path).save(1, model=Odd())


def network(seed):
    torch.manual_seed(seed)
    model = torch.nn.Sequential(
        torch.nn.Linear(4, 8), torch.nn.BatchNorm1d(8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 3)
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    return model, optimizer, torch.optim.lr_scheduler.MultiStepLR(optimizer, [3, 6])


def train_network(model, optimizer, schedule, own, steps):
    losses = []
    for _ in range(steps):
        X = torch.randn(16, 4, generator=own)
        loss = model(X + 0.1 * torch.randn(16, 4)).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses


def test_a_network_with_its_optimiser_goes_on_identically(tmp_path):
    model, optimizer, schedule = network(0)
    own = torch.Generator().manual_seed(3)
    checkpoints = Checkpointer(tmp_path, say=lambda text: None)
    train_network(model, optimizer, schedule, own, 5)
    checkpoints.save(5, model=model, optimizer=optimizer, schedule=schedule, own=own)
    expected = train_network(model, optimizer, schedule, own, 5)

    others = network(99)
    fresh = torch.Generator()
    targets = dict(zip(("model", "optimizer", "schedule"), others, strict=True), own=fresh)
    found = Checkpointer(tmp_path, say=lambda text: None).resume(**targets)
    assert found.step == 5
    assert train_network(*others, fresh, 5) == expected
    for name, value in model.state_dict().items():
        assert torch.equal(others[0].state_dict()[name], value), name


def test_a_state_that_does_not_fit_is_one_sentence(saved, tmp_path):
    with pytest.raises(CheckpointError, match=r"rng is not in it: is it of another training"):
        saved.resume(rng=np.random.default_rng(1))
    with pytest.raises(CheckpointError, match="take what resume returns instead"):
        saved.resume(W=np.random.default_rng(1))
    checkpoints = Checkpointer(tmp_path / "net", say=lambda text: None)
    checkpoints.save(1, model=torch.nn.Linear(2, 3))
    with pytest.raises(CheckpointError, match="model has another form now") as caught:
        checkpoints.resume(model=torch.nn.Linear(2, 4))
    assert "\n" not in str(caught.value)


def test_a_disk_that_is_full_loses_neither_the_run_nor_the_checkpoint_before(saved, said, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert saved.step(4, W=np.ones(4)) is None
        assert said == [
            f"The checkpoint of step 4 could not be written to {saved.folder} (no space left on device): free some "
            "space there. Training goes on."
        ]
        with pytest.raises(CheckpointError, match="no space left on device") as caught:
            saved.save(4, W=np.ones(4))
        assert caught.value._render_traceback_() == [str(caught.value)]  # what a notebook shows
    assert sorted(path.name for path in saved.folder.iterdir())[-1] == "000003-step-00000003.ckpt"
    assert saved.resume().step == 3


@pytest.mark.parametrize(
    "wrong", [{"every_steps": 0}, {"every_steps": -1}, {"keep": 0}, {"every_minutes": -1.0}]
)
def test_numbers_that_make_no_sense_are_refused(tmp_path, wrong):
    with pytest.raises(CheckpointError, match="at least 1"):
        Checkpointer(tmp_path, **wrong)


def test_the_newest_checkpoint_below_a_folder_is_the_one_that_was_written_last(saved, tmp_path):
    other = Checkpointer(tmp_path / "other", every_steps=1)
    path = other.save(1, W=np.ones(1))
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 5))
    assert checkpoint.newest(tmp_path) == path
    assert checkpoint.is_whole(path)
    path.write_bytes(path.read_bytes()[:-30])
    assert not checkpoint.is_whole(path)
    assert checkpoint.newest(tmp_path / "nothing") is None
