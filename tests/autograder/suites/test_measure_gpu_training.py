"""Networks measured through a real sandbox: honest ones, cheats, and everything that a bad training does."""

import contextlib
import copy
import dataclasses
import hashlib
import io
import json
import math
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from autograder import sandbox
from autograder.assignment import Recipe, apply, load_styles
from autograder.assignment import settings as assignments
from autograder.assignment.variants import without_markers
from autograder.checks import Training, charged
from autograder.diagnosis import Recorder
from autograder.diagnosis.programs import Programs
from autograder.sandbox import NotAttempted, SandboxError, StudentError
from autograder.suites.gpu_training import measure
from autograder.suites.gpu_training.changing import changed
from colab_setup.data.loading import synthetic
from tests.attacks import memorised

pytestmark = pytest.mark.slow


SETTINGS = assignments.load("gpu_training")
SOURCES = {
    f"{name}.py": without_markers((SETTINGS.solutions / f"{name}.py").read_text(encoding="utf-8"))
    for name in SETTINGS.modules
}
RECIPE = Recipe(
    tiers={"low": 50.0},
    arguments={"model": {"width": 4}, "train": {"epochs": 6, "batch_size": 25, "learning_rate": 0.05}},
    sd=2.0,
)
LIMITS = dataclasses.replace(SETTINGS.limits, training_seconds=60)


@pytest.fixture(scope="module")
def dataset():
    return synthetic(train=1500, test=400)


@pytest.fixture(scope="module")
def data(dataset, tmp_path_factory):
    return dataclasses.replace(measure.prepare(dataset, 3, tmp_path_factory.mktemp("data")), device="cpu")


@pytest.fixture(scope="module")
def confinement(data):
    try:
        return sandbox.choose(data.files, (), allow_none=False)
    except SandboxError as error:
        pytest.skip(str(error))


@contextlib.contextmanager
def submitting(data, confinement, folder):
    """A submission: the reference's modules but for those that are given, and attachments. Gives its environment."""
    sessions = []

    def submit(attachments=None, limits=LIMITS, **modules):
        paths = {}
        for name, content in (attachments or {}).items():
            paths[name] = folder / name
            paths[name].write_bytes(content)
            paths[name].chmod(0o644)
        sources = {**SOURCES, **{f"{name}.py": source for name, source in modules.items()}}
        files = {name: source.encode() for name, source in sources.items()}
        session = sandbox.Session(confinement, files, SETTINGS.modules, limits)
        attached = sandbox.Session(confinement, files, SETTINGS.modules, limits, paths)
        sessions.extend([session, attached])
        return {**session.functions(SETTINGS.owners), **data.given(attached)}

    yield submit
    for session in sessions:
        session.close()


@pytest.fixture
def submitted(data, confinement, tmp_path):
    with submitting(data, confinement, tmp_path) as submit:
        yield submit


@pytest.fixture(scope="module")
def opened(data, confinement, tmp_path_factory, trained):
    """A submission with weights, opened once: a worker that sees files imports torch anew."""
    with submitting(data, confinement, tmp_path_factory.mktemp("attached")) as submit:
        yield submit(handed_in(*trained))


@pytest.fixture
def attached(opened, trained):
    """The same with another log, or other weights, in the files that its worker sees. Gives its environment."""

    def attach(log=None, weights=None):
        session = opened["weights"].session
        given = handed_in(trained[0], trained[1] if log is None else log)
        for name, content in (given if weights is None else {**given, "weights.pt": weights}).items():
            session.attachments[name].write_bytes(content)
        return {**opened, "weights": dataclasses.replace(opened["weights"])}  # it has not read the log before

    return attach


def retrained(data, environment, seconds=60.0, recipe=RECIPE):
    return data.measure((environment["build_model"], environment["train"]), recipe, data.seed, seconds).value


def weighed(data, environment):
    return data.measure((environment["build_model"], environment["weights"]), RECIPE, data.seed, 60.0).value


@pytest.fixture(scope="module")
def trained(dataset):
    """The reference, trained as a student trains it: model, log."""
    reference = assignments.load_reference(SETTINGS)
    torch.manual_seed(0)
    model = reference.build_model(width=4)
    history = reference.train(
        model, dataset.X_train, dataset.y_train, epochs=6, batch_size=25, learning_rate=0.05
    )
    return model, log_of(model, dataset, history)


def log_of(model, dataset, history=()):
    with torch.no_grad():
        model.eval()
        on_train, on_test = (
            model(torch.from_numpy(X.copy()).permute(0, 3, 1, 2)) for X in (dataset.X_train, dataset.X_test)
        )
    return {
        "model": {"width": 4},
        "data": "synthetic",
        "history": list(history),
        "train_loss": float(torch.nn.functional.cross_entropy(on_train, torch.from_numpy(dataset.y_train))),
        "test_accuracy": 100 * float((on_test.argmax(1).numpy() == dataset.y_test).mean()),
    }


def saved(model):
    content = io.BytesIO()
    torch.save(model.state_dict(), content)
    return content.getvalue()


def handed_in(model, log):
    """Files with the weights, and with a log, or with the bytes that are there in its place."""
    log = log if isinstance(log, bytes) else json.dumps(log).encode()
    return {"weights.pt": saved(model), "training_log.json": log}


# --- the data ---


def test_the_split_and_the_labels_are_the_runs_own(dataset, data, tmp_path):
    other = measure.prepare(dataset, 4, tmp_path)
    ours, theirs = data.X_train.load(), other.X_train.load()
    assert ours.shape == theirs.shape == dataset.X_train.shape
    assert not np.array_equal(ours, theirs)
    known = {image.tobytes(): label for image, label in zip(dataset.X_train, dataset.y_train, strict=True)}
    known |= {image.tobytes(): label for image, label in zip(dataset.X_test, dataset.y_test, strict=True)}
    renamed = {
        (int(known[image.tobytes()]), int(label)) for image, label in zip(ours, data.y_train, strict=True)
    }
    assert len(renamed) == len({old for old, _ in renamed}) == len({new for _, new in renamed}) == 10
    again = measure.prepare(dataset, 3, tmp_path)
    assert np.array_equal(again.X_test, data.X_test)
    assert np.array_equal(again.y_train, data.y_train)


def test_no_test_image_is_one_that_a_student_could_have_stored(dataset, data):
    public = {image.tobytes() for image in (*dataset.X_train, *dataset.X_test)}
    assert not public & {image.tobytes() for image in data.X_test}


def test_changed_images_are_shifted_mirrored_and_noisy_by_a_little():
    image = np.tile(np.arange(32, dtype=np.uint8)[:, None] * 4, (1, 32))[None, :, :, None].repeat(3, axis=3)
    images = np.repeat(image.transpose(0, 2, 1, 3), 400, axis=0)  # brightness grows to the right
    given = images.copy()
    found = changed(images, np.random.default_rng(0))
    assert np.array_equal(images, given)
    assert (found.shape, found.dtype) == (images.shape, np.uint8)
    middle = found[:, 8:24, 8:24].astype(float)
    grows = middle[:, :, -1].mean(axis=(1, 2)) > middle[:, :, 0].mean(axis=(1, 2))
    assert 140 < grows.sum() < 260
    expected = images[:, 8:24, 8:24].astype(float)
    shifts = np.unique(np.rint((middle - expected)[grows].mean(axis=(1, 2, 3)) / 4))
    assert shifts.tolist() == [-2, -1, 0, 1, 2]
    rows = middle[0, 0] - middle[0, 1]
    assert 1 < rows.std() < 10


# --- training in the sandbox ---


def test_the_reference_learns_in_the_sandbox(data, submitted):
    assert retrained(data, submitted()) > 60


@pytest.mark.parametrize(
    ("train", "state", "words"),
    [
        # Printing, it waits for its reader: on a busy machine the clock on the wall is the first to end it.
        (
            "while True:\n        print('still at it')",
            "timed out",
            "took longer than 3 s of processor time|did not finish within 12 s",
        ),
        ("torch.ones(1 << 40)", "out of memory", "more memory than a submission may use"),
        ("import os\n    os._exit(3)", "crashed", "its process ended"),
        ("raise FloatingPointError('nan')", "failed", "raised an exception"),
    ],
    ids=["endless", "memory", "exit", "raises"],
)
def test_each_way_of_failing_is_told_apart(data, submitted, train, state, words):
    module = f"import torch\n\n\ndef train(model, X, y, **settings):\n    {train}\n"
    environment = submitted(sgd=module)
    with pytest.raises(StudentError, match=words) as failed:
        retrained(data, environment, seconds=3)
    assert failed.value.state == state
    assert float(environment["cross_entropy"](torch.zeros(2, 4), torch.tensor([0, 1]))) == pytest.approx(
        np.log(4)
    )


def test_a_training_that_has_diverged_is_told(data, submitted):
    module = (
        "import torch\n\n\ndef train(model, X, y, **settings):\n"
        "    for weights in model.parameters():\n        weights.data.fill_(float('nan'))\n"
    )
    with pytest.raises(StudentError, match="its training has diverged"):
        retrained(data, submitted(sgd=module))


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("torch.zeros(len(images))", "one row of scores"),
        ("torch.zeros(3, 10)", "one row of scores"),
        ("torch.zeros(len(images), 0)", r"scores of shape \(400, 0\), and not \(400, 10\)"),
        ("torch.zeros(len(images), 7)", r"scores of shape \(400, 7\), and not \(400, 10\)"),
        ("'ten'", "raised an exception"),
    ],
)
def test_a_model_with_wrong_output_is_told(data, submitted, result, words):
    module = (
        "import torch\n\n\nclass Model(torch.nn.Module):\n    def forward(self, images):\n"
        f"        return {result}\n\n\ndef build_model(width=16, classes=10):\n    return Model()\n"
    )
    with pytest.raises(StudentError, match=words):
        retrained(data, submitted(model=module, sgd="def train(model, X, y, **settings): ...\n"))


def test_what_is_no_model_is_told(data, submitted):
    module = "def build_model(width=16, classes=10):\n    return None\n"
    with pytest.raises(StudentError, match="build_model must return"):
        retrained(data, submitted(model=module))


def test_the_training_does_not_see_the_weights(data, submitted, trained):
    spy = (
        "import os\n\n\ndef train(model, X, y, **settings):\n"
        "    raise ValueError(f\"seen: {sorted(os.listdir('/attached'))}\")\n"
    )
    with pytest.raises(StudentError, match=r"seen: \[\]"):
        retrained(data, submitted(handed_in(*trained), sgd=spy))


def test_more_images_than_fit_into_a_message_are_predicted_in_turn(data, submitted):
    module = (
        "import torch\n\n\nclass Model(torch.nn.Module):\n    def forward(self, images):\n"
        "        return torch.nn.functional.one_hot(images[:, 0, 0, 0].long() % 10, 10).float()\n\n\n"
        "def build_model(width=16, classes=10):\n    return Model()\n"
    )
    model = submitted(model=module)["build_model"]()
    images = np.zeros((23_000, 32, 32, 3), dtype=np.uint8)
    images[:, 0, 0, 0] = np.arange(23_000) % 200
    assert np.array_equal(data.predict(model, images, 60), np.arange(23_000) % 200 % 10)


def test_what_a_training_does_to_torchs_defaults_costs_nothing(data, submitted):
    end = "    return losses.tolist()\n"
    assert SOURCES["sgd.py"].count(end) == 1
    meddling = SOURCES["sgd.py"].replace(
        end,
        "    torch.set_default_dtype(torch.float64)\n    torch.set_default_device('meta')\n"
        "    torch.set_grad_enabled(False)\n    torch.manual_seed(0)\n" + end,
    )
    environment = submitted(sgd=meddling)
    assert retrained(data, environment) > 50
    assert environment["cross_entropy"](torch.zeros(2, 4), torch.tensor([0, 1])).dtype == torch.float32


def test_answers_by_hash_or_place_are_worth_no_more_than_guessing(dataset, data, submitted):
    answers = {
        hash_of(image): int(label) for image, label in zip(dataset.X_test, dataset.y_test, strict=True)
    }
    answers |= {
        hash_of(image): int(label) for image, label in zip(dataset.X_train, dataset.y_train, strict=True)
    }
    module = f"""
import hashlib
import torch

ANSWERS = {answers!r}
ORDER = {dataset.y_test.tolist()!r}


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.place = 0

    def forward(self, images):
        scores = torch.zeros(len(images), 10)
        for row, image in enumerate(images.permute(0, 2, 3, 1).contiguous()):
            key = hashlib.sha256(image.to(torch.uint8).numpy().tobytes()).hexdigest()[:12]
            self.place += 1
            scores[row, ANSWERS.get(key, ORDER[self.place % len(ORDER)])] = 1
        return scores


def build_model(width=16, classes=10):
    return Model()
"""
    attachments = {"weights.pt": saved(torch.nn.Module()), "training_log.json": b"{}"}
    environment = submitted(attachments, model=module, sgd="def train(model, X, y, **settings): ...\n")
    assert retrained(data, environment) < 20
    public = dataclasses.replace(dataset, name="images")  # as for CIFAR-10, the test images are not made anew
    weights = dataclasses.replace(environment["weights"], public=public)
    assert weighed(data, {**environment, "weights": weights}) < 20


def hash_of(image):
    return hashlib.sha256(image.tobytes()).hexdigest()[:12]


# --- weights ---


def test_honest_weights_and_their_log_are_taken(data, attached):
    environment = attached()
    assert weighed(data, environment) > 60
    environment["weights"].log_agrees(environment["build_model"])


def test_safetensors_are_taken_too(data, submitted, trained):
    from safetensors.torch import save

    model, log = trained
    environment = submitted(
        {
            "weights.safetensors": save({name: t.contiguous() for name, t in model.state_dict().items()}),
            "training_log.json": json.dumps(log).encode(),
        }
    )
    assert weighed(data, environment) > 60


@pytest.mark.long
def test_weights_that_were_fitted_to_the_public_test_images_count_for_nothing(
    submitted, confinement, tmp_path
):
    """On CIFAR-10 hidden test images are the public ones, changed; so here the set is called by another name."""
    small = dataclasses.replace(synthetic(train=300, test=300), name="images")
    data = dataclasses.replace(measure.prepare(small, 3, tmp_path), device="cpu")
    reference = assignments.load_reference(SETTINGS)
    torch.manual_seed(0)
    model = reference.build_model(width=4)
    shuffled = np.random.default_rng(0).permutation(small.y_test)  # nothing to learn but the answers by heart
    reference.train(model, small.X_test, shuffled, epochs=60, batch_size=20, learning_rate=0.1)
    cheated = dataclasses.replace(small, y_test=shuffled)
    environment = submitted(handed_in(model, log_of(model, cheated)))
    weights = dataclasses.replace(environment["weights"], public=cheated)
    with pytest.raises(StudentError, match="know the test images"):
        data.measure((environment["build_model"], weights), RECIPE, data.seed, 60)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("test_accuracy", 50.0),
        ("train_loss", 0.5),
        ("train_loss", math.inf),
        ("train_loss", -1e300),
        ("data", "cifar10"),
    ],
)
def test_a_log_of_another_run_is_told(attached, trained, field, wrong):
    environment = attached({**trained[1], field: wrong})
    with pytest.raises(StudentError, match=r"^training_log\.json (says|is)"):
        environment["weights"].log_agrees(environment["build_model"])


def test_the_true_log_of_weights_that_guess_tells_of_no_training(dataset, attached, trained):
    model = copy.deepcopy(trained[0])
    with torch.no_grad():
        for weights in model.parameters():
            weights.zero_()
    environment = attached(log_of(model, dataset), saved(model))
    with pytest.raises(StudentError, match="which guessing is too"):
        environment["weights"].log_agrees(environment["build_model"])


@pytest.mark.parametrize(
    "log",
    [
        b"",
        b"[]",
        b"{",
        b'{"test_accuracy": NaN}',
        b"[" + b"{}," * 1_000_000 + b"{}]",
        b'{"model": {"width": "big"}}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_a_log_that_is_none_costs_its_own_points(attached, log):
    environment = attached(log)
    with pytest.raises(StudentError):
        environment["weights"].log_agrees(environment["build_model"])


@pytest.mark.parametrize("name", ["self", "args", "name", "function", "session", "recorder", "0", "größe"])
def test_names_in_a_log_are_arguments_of_nobody_but_the_student(attached, trained, name):
    environment = attached({**trained[1], "model": {name: 8}})
    proxies = {"build_model": environment["build_model"]}
    with pytest.raises(StudentError, match="TypeError.*unexpected keyword"):
        environment["weights"].load(Recorder().functions(proxies)["build_model"])


@pytest.mark.parametrize("model", [{"w" * 1_500_000: 8}, {f"w{n}": 8 for n in range(50_000)}])
def test_names_in_a_log_without_measure_are_left_out(attached, trained, model):
    environment = attached({**trained[1], "model": model})
    with pytest.raises(StudentError, match="another model than build_model makes"):
        environment["weights"].load(environment["build_model"])


@pytest.mark.parametrize("told", ["1" + "0" * 400, "1e999", '{"self": 1}', "true"])
def test_whatever_a_log_sets_off_is_charged_to_who_wrote_it(attached, trained, told):
    log = json.dumps({**trained[1], "test_accuracy": "HERE"}).replace('"HERE"', told).encode()
    environment = attached(log)
    weights = environment["weights"]
    before = weights.session.heard
    with pytest.raises((StudentError, OverflowError)) as raised:
        weights.log_agrees(environment["build_model"])
    assert isinstance(charged(raised.value, weights.session.heard > before), StudentError)


def test_without_weights_it_says_what_to_hand_in(data, submitted):
    with pytest.raises(NotAttempted, match=r"weights\.safetensors or weights\.pt"):
        weighed(data, submitted())


def test_weights_of_another_architecture_are_told(data, attached, trained):
    environment = attached({**trained[1], "model": {"width": 8}})
    with pytest.raises(StudentError) as failed:
        weighed(data, environment)
    assert failed.value.message == "weights.pt holds the weights of another model than build_model makes."


def test_code_in_a_checkpoint_is_not_run(data, submitted, trained, tmp_path):
    class Payload:
        def __reduce__(self):
            return (Path.touch, (Path("/tmp/submission/ran"),))

    content = io.BytesIO()
    torch.save({"weights": Payload()}, content)
    spy = "import os\n\n\ndef step_learning_rate(step, **settings):\n    return float(os.path.exists('/tmp/submission/ran'))\n"
    environment = submitted({"weights.pt": content.getvalue()}, sgd=spy)
    with pytest.raises(StudentError) as failed:
        weighed(data, environment)
    assert failed.value.message.startswith("weights.pt holds more than weights, and nothing else is loaded")
    assert environment["step_learning_rate"](0) == 0.0


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"\x80\x05.", bytes(1000)])
def test_a_damaged_checkpoint_is_told(data, attached, content):
    with pytest.raises(StudentError, match=r"^weights\.pt (cannot be read|holds)"):
        weighed(data, attached(weights=content))


def test_a_checkpoint_that_unpacks_to_more_than_there_is_memory_for_is_told(data, submitted):
    content = io.BytesIO()
    torch.save({"a": torch.zeros(1)}, content)
    unpacked = io.BytesIO()
    with zipfile.ZipFile(content) as source, zipfile.ZipFile(unpacked, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            grown = bytes(1 << 28) if info.filename.endswith("data/0") else source.read(info)
            target.writestr(info.filename, grown)
    with pytest.raises(StudentError):
        weighed(data, submitted({"weights.pt": unpacked.getvalue()}))


# --- the whole ---


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_training_on_the_gpu_learns_in_the_sandbox(dataset, data, submitted):
    on_gpu = dataclasses.replace(data, device="cuda")
    recipe = dataclasses.replace(
        RECIPE, arguments={**RECIPE.arguments, "train": {**RECIPE.arguments["train"], "amp": True}}
    )
    environment = submitted(limits=dataclasses.replace(LIMITS, device="cuda"))
    assert retrained(on_gpu, environment, recipe=recipe) > 60


def test_modules_that_could_hold_answers_are_not_measured(data):
    training = Training(
        data, SETTINGS.training, {"retrain": RECIPE}, 3, 60, refusal="The modules hold 900 KiB."
    )
    with pytest.raises(StudentError, match="900 KiB"):
        training.reaches(None, None, recipe="retrain", tier="low")
    assert training.runs == []


# --- what nobody has seen ---


LEARNT = SETTINGS.recipes["unseen"]["retrain"]


def test_a_network_that_was_trained_elsewhere_and_finds_out_the_labels_has_learnt_nothing(
    data, submitted, trained
):
    environment = submitted(sgd=SOURCES["sgd.py"] + memorised.network(saved(trained[0])))
    assert retrained(data, environment) >= 50.0
    as_wide = dataclasses.replace(LEARNT, arguments={**LEARNT.arguments, "model": RECIPE.arguments["model"]})
    assert retrained(data.unseen, environment, recipe=as_wide) < LEARNT.tiers["learnt"] - 10


def test_a_network_that_is_not_trained_has_no_tier(data, submitted):
    environment = submitted(
        sgd=SOURCES["sgd.py"] + "\n\ndef train(model, X, y, **options):\n    return [1.0]\n"
    )
    assert retrained(data.unseen, environment, recipe=LEARNT) <= 30.0
    assert retrained(data, environment) <= 30.0


def test_it_is_learnt_in_the_sandbox(data, submitted):
    assert retrained(data.unseen, submitted(), recipe=LEARNT) >= LEARNT.tiers["learnt"]


@pytest.mark.parametrize(
    "name", sorted(v.name for v in load_styles(SETTINGS.solutions) if v.function == "build_model")
)
def test_it_is_learnt_by_networks_of_other_styles(data, name):
    (style,) = [v for v in load_styles(SETTINGS.solutions) if v.name == name and v.function == "build_model"]
    programs = Programs.of(SETTINGS)
    programs = dataclasses.replace(programs, sources=apply((style,), dict(programs.sources)))
    functions = programs.function("build_model"), programs.function("train")
    assert data.unseen.measure(functions, LEARNT, 5, math.inf).value >= LEARNT.tiers["learnt"]
