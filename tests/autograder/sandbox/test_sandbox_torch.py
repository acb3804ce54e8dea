"""Functions in PyTorch through a real sandbox, and every reply that a worker could forge for them."""

import copy
import gc
import socket
import struct
import subprocess
import sys
import textwrap
import threading
import time
import types
import weakref

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from autograder.sandbox import Limits, MappedArray, SandboxError, Session, StudentObject, choose, errors
from autograder.sandbox.confinement import WorkerProcess, bubblewrap
from autograder.sandbox.inside import encoding, protocol, tensors
from autograder.sandbox.inside.torch_worker import by_own_names

pytestmark = pytest.mark.slow


LIMITS = Limits(call_seconds=20, import_seconds=30, memory_mb=1024, submission_seconds=300, torch=True)

STUDENT = """
    import os, sys, time
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.BatchNorm1d(3)
            self.linear = nn.Linear(3, 2)
        def forward(self, x):
            return self.linear(self.norm(x.float().mean((2, 3))))

    class Cubed(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, times):
            ctx.save_for_backward(x)
            ctx.times = times
            return times * x**3

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, gradient):
            return 3 * ctx.times * gradient * ctx.saved_tensors[0] ** 2, None

    class Unfinished(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, gradient):
            raise NotImplementedError("Unfinished.backward: write it")

    def same(*values, **named): return [*values, *named.values()]
    def is_loaded(name): return name in sys.modules
    def describe(x): return [str(x.dtype), x.requires_grad, x.is_leaf, str(x.device), type(x).__name__]
    def cross_entropy(logits, y):
        shifted = logits - logits.max(1, keepdim=True).values
        return (shifted.exp().sum(1).log() - shifted[torch.arange(len(y)), y]).mean()
    def step(parameters, gradients, *, rate):
        with torch.no_grad():
            for w, g in zip(parameters, gradients):
                w -= rate * g
    def batch_norm(x, mean):
        mean.mul_(0.5)
        return x - x.mean(0)
    def counted_twice(items): return [len(list(items)), len(list(items))]
    def penalty(parameters, l2): return l2 * sum((w**2).sum() for w in parameters)
    def dropout(x, p, generator=None):
        return x * (torch.rand(x.shape, generator=generator, dtype=x.dtype) >= p) / (1 - p)
    def detached(x): return x.detach() * 2
    def first_of(x, w): return x * 2
    def several(x): return [x * 2, (x.sum(), 7)], "word"
    def grows(x): x.data = torch.zeros(9); return 1
    def build(): return Net()
    def many(n): return [Net() for _ in range(n)]
    def weights_of(model): return list(model.parameters())
    def train(model, X, steps):
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        X = torch.from_numpy(X).permute(0, 3, 1, 2)
        losses = []
        for _ in range(steps):
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(model(X), torch.zeros(len(X), dtype=torch.int64))
            loss.backward()
            optimiser.step()
            losses.append(loss.detach())
        return [float(loss) for loss in losses]
    def fit(network, x):
        network.train()
        loss = network(x).square().mean()
        loss.backward()
        with torch.no_grad():
            for w in network.parameters():
                w -= 0.1 * w.grad
        return loss.item()
    def look_at(network, x):
        with torch.no_grad():
            return network.eval()(x)
    def classes_of(network): return sorted({type(module).__module__ + "." + type(module).__name__
                                            for module in network.modules()})
    def widen(network): network.linear = nn.Linear(3, 9)
    def halve_dtype(network): network.half()
    def give_back(network): return network
    def numbers(): return range(3)
    def threads(): return torch.get_num_threads()
    def global_state():
        return [str(torch.get_default_dtype()), str(torch.ones(1).device), torch.is_grad_enabled()]
    def spoil():
        torch.set_default_dtype(torch.float64); torch.set_default_device("meta"); torch.set_grad_enabled(False)
        return 1
    def files(): return sorted(os.listdir("/attached"))
    def rewrite(): open("/attached/weights", "w")
    def greedy(): return torch.zeros(10**12).sum()
    def die(): os._exit(3)
    def hang(): time.sleep(99)
"""


GIVEN = """
from torch import nn

class Scaled(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor
        self.norm = nn.BatchNorm1d(3)
        self.linear = nn.Linear(3, 2)

    def forward(self, x):
        return self.linear(self.norm(self.factor * x))
"""


@pytest.fixture
def scaled():
    """A network of a class that students were given."""
    module = types.ModuleType("given")
    exec(GIVEN, module.__dict__)
    return module.Scaled(2.5)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("torch")
    images = np.random.default_rng(0).integers(0, 256, (5, 32, 32, 3), dtype=np.uint8)
    np.save(folder / "images.npy", images)
    model = {
        "norm.weight": torch.ones(3), "norm.bias": torch.zeros(3), "norm.running_mean": torch.zeros(3),
        "norm.running_var": torch.ones(3) - 1e-5, "norm.num_batches_tracked": torch.tensor(0),
        "linear.weight": torch.tensor([[1.0, 0, 0], [0, 1, 0]]), "linear.bias": torch.zeros(2),
    }  # fmt: skip
    safetensors.torch.save_file(model, folder / "weights")
    (folder / "weights").chmod(0o644)  # safetensors closes it to others
    torch.save(model, folder / "weights.pt")
    torch.save({**model, "linear.weight": torch.ones(4, 3)}, folder / "wider.pt")
    torch.save({"x": torch.nn.Linear}, folder / "code.pt")
    return folder


@pytest.fixture(scope="module")
def session(data):
    confined = choose({"images": data / "images.npy"}, (), allow_none=False)
    attachments = {path.name: path for path in data.iterdir() if path.suffix != ".npy"}
    files = {"a.py": textwrap.dedent(STUDENT).encode()}
    with Session(confined, files, ("a",), LIMITS, attachments, {"given": GIVEN}) as opened:
        yield opened


@pytest.fixture(scope="module")
def f(session):
    class Functions:
        def __getattr__(self, name):
            return session.functions({name: "a"})[name]

    return Functions()


@pytest.fixture(scope="module")
def images(data):
    return MappedArray("images", data / "images.npy")


ALL = [*(getattr(torch, name) for name in tensors.WIRE)]


@pytest.mark.parametrize("dtype", ALL, ids=str)
def test_a_tensor_crosses_with_its_dtype_shape_and_values(f, dtype):
    for shape in ((), (3,), (2, 0, 4), (2, 3)):
        given = (10 * torch.rand(shape)).to(dtype)
        (back,) = f.same(given)
        assert type(back) is torch.Tensor
        assert (back.dtype, back.shape) == (dtype, given.shape)
        assert torch.equal(back, given)


def test_what_the_first_optimizer_imports_takes_no_call_of_the_students(f):
    assert f.is_loaded("torch._dynamo")


def test_tensors_cross_inside_lists_and_by_name(f):
    one, two = torch.ones(2), torch.tensor([[2.0], [3.0]]).t()
    back = f.same([one, (two, 3)], x=two)
    assert type(back[0][1]) is tuple
    assert torch.equal(back[0][0], one)
    assert torch.equal(back[0][1][0], two)
    assert back[0][1][1] == 3
    assert torch.equal(back[1], two)


def test_an_argument_keeps_whether_it_requires_a_gradient(f):
    with torch.no_grad():
        assert f.describe(torch.ones(1)) == ["torch.float32", False, True, "cpu", "Tensor"]
        assert f.describe(nn.Parameter(torch.ones(1))) == ["torch.float32", True, True, "cpu", "Tensor"]


def test_a_tensor_that_cannot_cross_is_told_by_its_dtype(f):
    with pytest.raises(SandboxError, match=r"cannot be sent: a tensor of torch\.complex64"):
        f.same(torch.ones(1, dtype=torch.complex64))
    with pytest.raises(SandboxError, match="a tensor of 40,000,000 bytes"):
        f.same(torch.ones(1).expand(10**7))


def test_changes_in_place_show_in_the_callers_tensors(f):
    weights = [torch.ones(2), nn.Parameter(torch.ones(2, 2))]
    gradients = [torch.ones(2), torch.full((2, 2), 3.0)]
    views = weights[0], weights[1].detach()
    assert f.step(weights, gradients, rate=0.5) is None
    assert weights[0].tolist() == [0.5, 0.5]
    assert weights[1].is_leaf
    assert views[1].tolist() == [[-0.5, -0.5], [-0.5, -0.5]]
    assert gradients[0].tolist() == [1.0, 1.0]


def test_a_tensor_with_nan_that_was_not_touched_is_not_written_to(f):
    x = torch.tensor([float("nan"), 1.0])
    f.same(x)
    assert x._version == 0


def test_an_argument_that_the_student_swaps_for_another_stays_the_callers(f):
    x = torch.ones(2)
    assert f.grows(x) == 1
    assert x.tolist() == [1.0, 1.0]


def test_a_torch_generator_goes_on_where_the_student_left_it(f):
    ours, theirs = torch.Generator().manual_seed(5), torch.Generator().manual_seed(5)
    for _ in range(2):
        kept = torch.rand(50, generator=ours) >= 0.3
        assert torch.equal(f.dropout(torch.ones(50), 0.3, theirs) > 0, kept)


def test_a_result_can_be_differentiated(f):
    z, y = torch.randn(4, 3, requires_grad=True), torch.tensor([0, 2, 1, 1])
    loss = f.cross_entropy(z, y)
    expected = nn.functional.cross_entropy(z, y)
    (expected_gradient,) = torch.autograd.grad(expected, z)
    (3 * loss).backward()
    assert torch.allclose(loss, expected)
    assert torch.allclose(z.grad, 3 * expected_gradient)


def test_gradcheck_works_at_a_distance(f):
    z, y = torch.randn(3, 2, dtype=torch.float64, requires_grad=True), torch.tensor([0, 1, 1])
    assert torch.autograd.gradcheck(lambda z: f.cross_entropy(z, y), z)
    assert torch.autograd.gradgradcheck(lambda z: f.cross_entropy(z, y), z)
    assert torch.autograd.gradcheck(lambda z: f.Cubed.apply(z, 2.0), z)


def test_the_second_derivative_is_the_second_derivative(f):
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    (first,) = torch.autograd.grad(f.penalty([w], 3.0) ** 2, w, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), w)
    mine = torch.tensor([1.0, 2.0], requires_grad=True)
    (expected,) = torch.autograd.grad((3 * (mine**2).sum()) ** 2, mine, create_graph=True)
    assert torch.allclose(first, expected)
    assert torch.allclose(second, torch.autograd.grad(expected.sum(), mine)[0])
    assert not second.requires_grad


def test_a_function_that_is_once_differentiable_raises_the_second_time(f):
    x = torch.tensor([2.0, 3.0], requires_grad=True)
    (first,) = torch.autograd.grad((f.Cubed.apply(x, 2.0) ** 2).sum(), x, create_graph=True)
    assert first.tolist() == pytest.approx([24 * 2**5, 24 * 3**5])
    with pytest.raises(errors.Raised, match="once_differentiable") as caught:
        torch.autograd.grad(first.sum(), x)
    assert caught.value.exception == "RuntimeError"


def test_a_list_of_tensors_can_be_differentiated(f):
    weights = [torch.ones(2, requires_grad=True), torch.ones(3), torch.full((2,), 2.0, requires_grad=True)]
    f.penalty(weights, 0.5).backward()
    assert weights[0].grad.tolist() == [1.0, 1.0]
    assert weights[1].grad is None
    assert weights[2].grad.tolist() == [2.0, 2.0]


def test_an_iterator_can_be_gone_through_once_as_without_a_sandbox(f):
    weights = [torch.ones(2, requires_grad=True), nn.Parameter(torch.ones(3))]
    assert f.counted_twice(weights) == [2, 2]
    assert f.counted_twice(weight for weight in weights) == [2, 0]
    assert f.counted_twice(items=iter([1, "two"])) == [2, 0]
    f.penalty(iter(weights), 0.5).backward()
    assert weights[0].grad.tolist() == [1.0, 1.0]
    f.step(iter(weights), [torch.ones(2), torch.ones(3)], rate=1.0)
    assert weights[1].tolist() == [0.0] * 3


@pytest.mark.parametrize("seed", [None, 3])
def test_the_derivative_sees_the_random_numbers_of_the_call(f, seed):
    x = torch.ones(200, requires_grad=True)
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    out = f.dropout(x, 0.5, generator)
    f.dropout(x, 0.5, generator)
    out.sum().backward()
    assert 0 < int((out == 0).sum()) < 200
    assert torch.equal(x.grad, out.detach())


def test_the_derivative_of_a_call_that_changes_its_arguments_is_that_of_the_first(f):
    x, mean = torch.randn(4, 2, requires_grad=True), torch.ones(2)
    f.batch_norm(x, mean).sum().backward()
    assert x.grad.abs().max() < 1e-6
    assert mean.tolist() == [0.5, 0.5]


def test_results_inside_lists_are_attached_too(f):
    x = torch.ones(3, requires_grad=True)
    (double, (total, seven)), word = f.several(x)
    (double.sum() + 5 * total).backward()
    assert x.grad.tolist() == [7.0, 7.0, 7.0]
    assert (seven, word) == (7, "word")


def test_what_a_student_detaches_stays_detached_and_what_is_not_used_has_no_gradient(f):
    x, w = torch.ones(3, requires_grad=True), torch.ones(3, requires_grad=True)
    assert not f.detached(x).requires_grad
    f.first_of(x, w).sum().backward()
    assert w.grad is None


def test_nothing_is_attached_where_the_caller_wants_no_gradient(f):
    x = torch.ones(3, requires_grad=True)
    with torch.no_grad():
        assert not f.first_of(x, x).requires_grad


def test_a_backward_that_is_not_written_yet_is_not_attempted(f):
    x = torch.ones(3, requires_grad=True)
    with pytest.raises(errors.NotAttempted, match="Unfinished is not written yet"):
        f.Unfinished.apply(x).sum().backward()
    with pytest.raises(errors.NotAttempted, match="penalty is not defined"):
        f.penalty.apply(x)


def test_a_model_stays_in_the_worker_and_can_be_passed_called_and_trained(f, images):
    model = f.build()
    assert type(model) is StudentObject
    scores = model(torch.zeros(4, 3, 32, 32))
    assert scores.shape == (4, 2)
    assert [w.shape for w in f.weights_of(model)] == [(3,), (3,), (2, 3), (2,)]
    losses = f.train(model, images, 4)
    assert losses[-1] < losses[0]
    x = torch.zeros(4, 3, 32, 32, requires_grad=True)
    model(x).sum().backward()
    assert x.grad.shape == x.shape


def state_of(network):
    return {name: value.clone() for name, value in network.state_dict().items()}


def test_a_network_of_the_graders_is_trained_as_if_there_were_no_sandbox(f, scaled):
    x, twin = torch.randn(8, 3), copy.deepcopy(scaled)
    scaled.eval()
    losses = [f.fit(scaled, x) for _ in range(3)]
    namespace = {"torch": torch}
    exec(textwrap.dedent(STUDENT[STUDENT.index("    def fit") : STUDENT.index("    def look_at")]), namespace)
    expected = []
    for _ in range(3):
        expected.append(namespace["fit"](twin, x))
        twin.zero_grad()
    assert losses == expected
    assert losses[2] < losses[0]
    assert all(torch.equal(value, twin.state_dict()[name]) for name, value in scaled.state_dict().items())
    assert all(module.training for module in scaled.modules())
    assert scaled.norm.num_batches_tracked == 3
    assert all(w.grad is None for w in scaled.parameters())


def test_a_network_that_is_only_looked_at_keeps_its_weights_and_takes_the_new_modes(f, scaled):
    before, x = state_of(scaled), torch.randn(4, 3)
    scores = f.look_at(scaled, x)
    assert not any(module.training for module in scaled.modules())
    assert torch.allclose(scores, scaled(x), atol=1e-6)
    assert all(torch.equal(value, before[name]) for name, value in scaled.state_dict().items())


class Secret(nn.Module):
    pass


def test_networks_cross_with_the_classes_that_students_were_given_and_no_others(f, scaled):
    assert f.classes_of(nn.Sequential(nn.Flatten(), nn.ReLU())) == [
        "torch.nn.modules.activation.ReLU", "torch.nn.modules.container.Sequential",
        "torch.nn.modules.flatten.Flatten",
    ]  # fmt: skip
    assert "given.Scaled" in f.classes_of(nn.Sequential(scaled))
    assert tensors.encode_network(nn.Linear(1, 1), {"given": GIVEN, "other": "x = 1"})["given"] == {}
    for stranger in (Secret(), nn.Sequential(Secret())):
        with pytest.raises(SandboxError, match="Secret is no class that students were given"):
            f.classes_of(stranger)
    assert f.same(1) == [1]


def test_a_network_that_comes_back_as_another_is_the_students_mistake(f, scaled):
    before = state_of(scaled)
    for change in (f.widen, f.halve_dtype):
        with pytest.raises(errors.Raised, match="other names, shapes or dtypes"):
            change(scaled)
    handle = f.give_back(scaled)
    assert type(handle) is StudentObject
    assert handle(torch.zeros(2, 3)).shape == (2, 2)
    assert all(torch.equal(value, before[name]) for name, value in scaled.state_dict().items())


def test_an_object_that_cannot_be_called_says_so(f):
    handle = f.numbers()
    with pytest.raises(errors.Raised, match="what numbers returned raised.*range cannot be called"):
        handle()
    with pytest.raises(errors.Raised, match="range is no torch.nn.Module"):
        handle.predict(np.zeros((1, 32, 32, 3), dtype=np.uint8))


def test_only_so_many_objects_are_kept_and_those_of_no_use_are_let_go(f):
    for _ in range(20):
        f.build()
    held = f.many(10)
    with pytest.raises(errors.Raised, match="beside 16 others"):
        f.many(10)
    assert len(f.many(6)) + len(held) == 16


def test_predictions_are_made_in_evaluation_mode_in_batches(f, images):
    model = f.build()
    model.load_weights("weights", "safetensors")
    expected = images.load().reshape(5, -1, 3).mean(1)[:, :2]
    for given in (images, images.load()):
        scores = model.predict(given, batch_size=2)
        assert torch.allclose(scores, torch.tensor(expected, dtype=torch.float32), rtol=1e-4)
        assert not scores.requires_grad
    f.spoil()
    assert torch.equal(model.predict(images, batch_size=2), scores)


def test_a_model_without_a_row_of_scores_for_each_image_is_told_so(f, images):
    source = "import torch\nclass M(torch.nn.Module):\n    def forward(self, x): return x.float().mean((0, 1))\ndef build(): return M()"
    with Session(choose({}, (), allow_none=True), {"a.py": source.encode()}, ("a",), LIMITS) as opened:
        model = opened.functions({"build": "a"})["build"]()
        with pytest.raises(errors.Raised, match=r"one row of scores.*\(32, 32\) for 5 images"):
            model.predict(images.load())


def test_weights_are_loaded_from_either_kind_of_file(f, images):
    one, two = f.build(), f.build()
    one.load_weights("weights", "safetensors")
    two.load_weights("weights.pt", "torch")
    assert torch.equal(one.predict(images), two.predict(images))


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("wider.pt", "torch", "size mismatch for linear.weight"),
        ("code.pt", "torch", "UnpicklingError"),
        ("weights.pt", "safetensors", "SafetensorError"),
    ],
)
def test_weights_that_do_not_fit_are_refused_with_the_reason(f, name, kind, words):
    with pytest.raises(errors.Raised, match=words):
        f.build().load_weights(name, kind)


def test_attachments_are_read_only_and_the_submissions_own(f):
    assert f.files() == ["code.pt", "weights", "weights.pt", "wider.pt"]
    with pytest.raises(errors.Raised, match="Read-only|Permission"):
        f.rewrite()
    with pytest.raises(SandboxError, match="no attachment"):
        f.build().load_weights("../data/images.npy", "torch")


def test_an_attachment_must_be_a_plain_file(data, tmp_path):
    (tmp_path / "link").symlink_to(data / "weights")
    confined = choose({}, (), allow_none=True)
    for attachments in (
        {"a": tmp_path / "link"},
        {"a/b": data / "weights"},
        {"..": data / "weights"},
        {"a": data},
    ):
        with pytest.raises(SandboxError, match="cannot be attached"):
            confined.start(LIMITS, attachments)


def test_what_a_function_sets_for_all_of_torch_lasts_for_its_call_only(f):
    f.spoil()
    assert f.global_state() == ["torch.float32", "cpu", True]


def test_too_much_memory_for_a_tensor_is_told_as_such_and_costs_that_call_only(f):
    with pytest.raises(errors.OutOfMemory):
        f.greedy()
    assert f.threads() == 1


def test_the_handle_of_an_object_whose_worker_has_ended_says_that_it_is_lost(f, session):
    model = f.build()
    with pytest.raises(errors.TimedOut):
        f.hang.within(0.2)()
    for use in (model, lambda x: f.same(model), model.predict):
        with pytest.raises(errors.ObjectLost, match="What build returned was lost"):
            use(np.zeros((1, 32, 32, 3), dtype=np.uint8))
    assert f.same(1) == [1]
    with pytest.raises(errors.ObjectLost):
        model(torch.ones(1))


def test_a_derivative_is_asked_of_the_next_worker_where_the_first_has_ended(f):
    x = torch.ones(3, requires_grad=True)
    out = f.first_of(x, x)
    with pytest.raises(errors.Crashed):
        f.die()
    out.sum().backward()
    assert x.grad.tolist() == [2.0, 2.0, 2.0]


def test_an_object_of_another_submission_is_the_graders_error(f, session):
    stranger = StudentObject(types.SimpleNamespace(workers=1, released=[]), 1, "f", 1.0)
    with pytest.raises(SandboxError, match="another submission"):
        f.same(stranger)


def test_more_threads_are_given_on_request(data):
    source = b"import os, torch\ndef f(): return [torch.get_num_threads(), os.environ['OMP_NUM_THREADS']]"
    limits = Limits(torch=True, cpu_threads=2)
    with Session(choose({}, (), allow_none=False), {"a.py": source}, ("a",), limits) as opened:
        assert opened.functions({"f": "a"})["f"]() == [2, "2"]


def test_a_submission_may_have_files_named_like_the_workers(data):
    files = {
        f"{name}.py": b"x = 1"
        for name in ("inside", "inert", "restrict", "tensors", "torch_worker", "worker", "protocol", "torch")
    }
    source = b"import inside, inert, tensors, torch_worker, worker, protocol, torch\n" + (
        b"def f(): return inside.x + inert.x + tensors.x + torch_worker.x + worker.x + protocol.x + torch.ones(1).item()"
    )
    with Session(choose({}, (), allow_none=False), {"a.py": source, **files}, ("a",), LIMITS) as opened:
        assert opened.functions({"f": "a"})["f"]() == 7


def test_the_gpus_are_shown_where_they_are_asked_for_only(monkeypatch):
    monkeypatch.setattr(bubblewrap.Path, "glob", lambda self, pattern: [self / "nvidiactl", self / "nvidia0"])
    assert bubblewrap.devices(LIMITS) == []
    assert bubblewrap.devices(Limits(torch=True, device="cuda")) == [
        "--dev-bind", "/dev/nvidia0", "/dev/nvidia0", "--dev-bind", "/dev/nvidiactl", "/dev/nvidiactl",
    ]  # fmt: skip


def test_an_assignment_without_torch_imports_none_on_either_side():
    program = """
        import sys
        from autograder.sandbox import Limits, Session, choose
        source = b"import sys\\ndef f(): return 'torch' in sys.modules\\ndef g():\\n    import torch; return torch.ones(1)\\ndef h(): return range(3)"
        with Session(choose({}, (), allow_none=False), {"a.py": source}, ("a",), Limits()) as opened:
            functions = opened.functions({"f": "a", "g": "a", "h": "a"})
            assert functions["f"]() is False
            for name, kind in (("g", "Tensor"), ("h", "range")):
                try:
                    functions[name]()
                except Exception as error:
                    assert f"type {kind}, which is neither a number nor an array" in str(error), error
                else:
                    raise AssertionError(name)
        assert "torch" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True)


class Forger:
    """A confinement whose worker answers by a list of messages that a student could have made up."""

    name = "forger"

    def __init__(self):
        self.replies = []

    def start(self, limits, attachments=None):
        ours, theirs = socket.socketpair()
        threading.Thread(target=self.serve, args=(theirs,), daemon=True).start()
        process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        return WorkerProcess(process, ours)

    def serve(self, sock):
        try:
            protocol.send(sock, {"ready": True})
            while True:
                request = protocol.receive(sock, time.monotonic() + 60)
                known = request["op"] in ("files", "import")
                protocol.send(sock, {**({} if known else self.replies.pop(0)), "id": request["id"]})
        except protocol.Disconnected:
            sock.close()


@pytest.fixture(scope="module")
def forged():
    forger = Forger()
    with Session(forger, {"a.py": b""}, ("a",), LIMITS) as opened:

        def function(*replies):
            forger.replies = list(replies)
            return opened.functions({"f": "a"})["f"]

        yield function


def tensor(**changes):
    return {**tensors.encode(torch.ones(2)), **changes}


STATE = tensors.encode_generator(torch.Generator())["torch_generator"]


def reply(value=None, **changes):
    return {"value": value, "changed": {}, "random": STATE, **changes}


BEYOND = STATE[:8] + struct.pack("<iiQ", 624, 1, 624) + STATE[24:]
"""Torch takes it, and would draw numbers from beyond its end."""

FORGED_CALLS = {
    "a tensor whose data does not fit": reply(tensor(shape=[3])),
    "a tensor of a giant shape": reply(tensor(shape=[2**26] * 9)),
    "a tensor of no elements and a giant shape": reply(tensor(shape=[0] + [2**26] * 9, data=b"")),
    "a tensor of a negative shape": reply(tensor(shape=[-1, -2])),
    "a tensor of an unknown dtype": reply(tensor(tensor="complex64")),
    "a dtype that is no text": reply(tensor(tensor=["float32"])),
    "a tensor of text": reply(tensor(data="12345678")),
    "a gradient flag that is no flag": reply(tensor(grad="yes")),
    "integers with a gradient": reply(tensor(tensor="int32", grad=True)),
    "a tensor with more fields": reply(tensor(more=1)),
    "a generator for a value": reply({"torch_generator": STATE}),
    "a negative object": reply({"object": -1}),
    "a giant object": reply({"object": 2**63}),
    "an object that is no number": reply({"object": True}),
    "thousands of objects": reply({"list": [{"object": 1}] * 10_000}),
    "no changes": reply(changed=None),
    "a change of nothing": reply(changed={"9": tensor()}),
    "a change beyond the end of a list": reply(changed={"1.7": tensor()}),
    "a list as a change": reply(changed={"1": {"list": [tensor()] * 3}}),
    "a changed tensor of another shape": reply(changed={"0": tensor(shape=[1, 2])}),
    "a changed tensor of another dtype": reply(changed={"0": tensor(tensor="int32")}),
    "a changed tensor that is an array": reply(changed={"0": encoding.encode(np.ones(2))}),
    "a tensor where a number was": reply(changed={"2": tensor()}),
    "a tensor where a generator was": reply(changed={"3": tensor()}),
    "a generator's state of another size": reply(changed={"3": {"torch_generator": b"x" * 10**6}}),
    "a generator's state that is none": reply(changed={"3": {"torch_generator": b"\xff" * len(STATE)}}),
    "a generator's state that is used up": reply(changed={"3": {"torch_generator": BEYOND}}),
    "a random state that is used up": reply(random=BEYOND),
    "no random state": {"value": 1.0, "changed": {}},
    "a random state of another size": reply(random=b"x" * 10**6),
}


@pytest.mark.parametrize("forgery", FORGED_CALLS)
def test_a_forged_reply_to_a_call_is_a_crash_and_leaves_the_arguments_alone(forged, forgery):
    x, inside, generator = torch.ones(2), torch.ones(2), torch.Generator().manual_seed(3)
    state = generator.get_state()
    with pytest.raises(errors.Crashed, match="sent something that is no reply"):
        forged(FORGED_CALLS[forgery])(x, [inside], 1.5, generator)
    assert x.tolist() == inside.tolist() == [1.0, 1.0]
    assert torch.equal(generator.get_state(), state)
    assert forged(reply(tensor()))(x).tolist() == [1.0, 1.0]


def test_every_state_that_a_generator_comes_to_may_cross():
    generator = torch.Generator().manual_seed(5)
    for size in (*(1,) * 700, 7, 16, 1000):
        assert tensors.is_state(tensors.encode_generator(generator)["torch_generator"])
        torch.randn(size, generator=generator)


LAYER = nn.Linear(2, 1)
LAYER_STATE = tensors.encode_state(tensors.network_state(LAYER))


def layer(**changes):
    return reply(changed={"0": {**LAYER_STATE, **changes}})


FORGED_NETWORKS = {
    "a pickle": reply(changed={"0": {"network": b"cos\nsystem\n(S'id'\ntR.", "given": {}}}),
    "a tensor": reply(changed={"0": tensor()}),
    "text": reply(changed={"0": "x"}),
    "no modes": reply(changed={"0": {"values": LAYER_STATE["values"]}}),
    "too many modes": layer(modes=[True, True]),
    "a mode that is a number": layer(modes=[1]),
    "modes that are text": layer(modes="x"),
    "no values": layer(values={}),
    "values in a list": layer(values=list(LAYER_STATE["values"].values())),
    "a value more": layer(values={**LAYER_STATE["values"], "more": tensor()}),
    "a value of another shape": layer(values={**LAYER_STATE["values"], "bias": tensor()}),
    "a value of another dtype": layer(
        values={**LAYER_STATE["values"], "bias": tensors.encode(torch.ones(1, dtype=torch.float64))}
    ),
    "an object for a value": layer(values={**LAYER_STATE["values"], "bias": {"object": 1}}),
    "a number for a value": layer(values={**LAYER_STATE["values"], "bias": 1.0}),
}


@pytest.mark.parametrize("forgery", FORGED_NETWORKS)
def test_a_forged_state_of_a_network_is_a_crash_and_leaves_the_network_alone(forged, forgery):
    network = copy.deepcopy(LAYER).eval()
    with pytest.raises(errors.Crashed, match="sent something that is no reply"):
        forged(FORGED_NETWORKS[forgery])(network)
    assert all(torch.equal(value, LAYER.state_dict()[name]) for name, value in network.state_dict().items())
    assert not network.training
    forged(layer())(network)
    assert network.training


def test_a_network_for_a_value_is_a_crash(forged):
    with pytest.raises(errors.Crashed, match="sent something that is no reply"):
        forged(reply(tensors.encode_network(LAYER, {})))()


FORGED_GRADIENTS = {
    "none": {},
    "too few": {"gradients": []},
    "too many": {"gradients": [tensor()] * 2},
    "of another shape": {"gradients": [tensor(shape=[1, 2])]},
    "of another dtype": {"gradients": [tensor(tensor="int32")]},
    "an array": {"gradients": [encoding.encode(np.ones(2, dtype=np.float32))]},
    "a number": {"gradients": [1.0]},
    "an object": {"gradients": [{"object": 1}]},
    "a map": {"gradients": {"0": tensor()}},
    "text": {"gradients": "x"},
}


@pytest.mark.parametrize("forgery", FORGED_GRADIENTS)
def test_forged_gradients_are_a_crash(forged, forgery):
    x = torch.ones(2, requires_grad=True)
    out = forged(reply(tensor(grad=True)), FORGED_GRADIENTS[forgery])(x)
    with pytest.raises(errors.Crashed, match="sent something that is no reply"):
        out.sum().backward()
    assert x.grad is None


def test_a_worker_cannot_make_the_grader_differentiate_what_has_no_input(forged):
    assert not forged(reply(tensor(grad=True)))(torch.ones(2)).requires_grad


@pytest.mark.parametrize(
    "outputs", [[tensor(grad=True)] * 300, [tensor(grad=True, shape=[2**20], data=bytes(2**22))] * 5]
)
def test_more_outputs_than_a_message_can_hold_cotangents_for_are_not_the_graders_error(forged, outputs):
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(errors.Raised, match="than can be differentiated"):
        forged(reply({"list": outputs}))(x)


def test_a_byte_that_is_no_truth_value_becomes_one(forged):
    value = forged(reply(tensor(tensor="bool", data=b"\x00\x07")))()
    assert value.numpy().view(np.uint8).tolist() == [0, 1]


def test_tensors_of_a_session_without_torch_are_a_crash():
    forger = Forger()
    forger.replies = [reply(tensor()), reply({"object": 1}), reply(changed={"0": tensor()})]
    with Session(forger, {"a.py": b""}, ("a",), Limits()) as opened:
        function = opened.functions({"f": "a"})["f"]
        for _ in range(3):
            with pytest.raises(errors.Crashed, match="sent something that is no reply"):
                function(np.ones(2, dtype=np.float32))


def test_a_gradient_that_pretends_to_a_graph_has_none(forged):
    x = torch.ones(2, requires_grad=True)
    forged(reply(tensor(grad=True)), {"gradients": [tensor(grad=True)]})(x).sum().backward()
    assert not x.grad.requires_grad


@pytest.mark.parametrize(
    "scores",
    [
        None,
        tensor(grad=True, shape=[1, 2]),
        tensor(tensor="int32", shape=[1, 2]),
        encoding.encode(np.ones((1, 2), dtype=np.float32)),
        tensor(shape=[2**26] * 2),
    ],
    ids=["none", "a graph", "integers", "an array", "a giant shape"],
)
def test_forged_predictions_are_a_crash(forged, scores):
    model = forged(reply({"object": 1}), {"scores": scores})()
    with pytest.raises(errors.Crashed, match="sent something that is no reply"):
        model.predict(np.zeros((1, 32, 32, 3), dtype=np.uint8))


def test_results_do_not_outlive_their_last_use(f):
    x = torch.ones(3, requires_grad=True)
    out = f.penalty([x], 2.0)
    (gradient,) = torch.autograd.grad(out, x, create_graph=True)
    steps = [weakref.ref(result.grad_fn.step) for result in (out, gradient)]
    assert all(step() is not None for step in steps)
    del out, gradient
    gc.collect()
    assert [step() for step in steps] == [None, None]


def test_weights_of_a_compiled_model_or_one_on_several_gpus_have_its_own_names():
    names = ["0.weight", "0.bias"]
    for prefix in ("", "_orig_mod.", "module.", "module._orig_mod.", "_orig_mod.module."):
        weights = {f"{prefix}{name}": torch.ones(1) for name in names}
        assert list(by_own_names(weights, names)) == names
    assert list(by_own_names({"0._orig_mod.weight": torch.ones(1)}, ["0.weight"])) == ["0.weight"]
    assert list(by_own_names({"0.weight": torch.ones(1)}, ["_orig_mod.0.weight"])) == ["_orig_mod.0.weight"]
    assert list(by_own_names({"1.weight": torch.ones(1)}, names)) == ["1.weight"]
    twice = {"0.weight": torch.ones(1), "module.0.weight": torch.ones(1)}
    assert by_own_names(twice, names) is twice
