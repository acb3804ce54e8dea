"""What is drawn in a run leads back neither to the run's secret nor to anything else that is drawn in it."""

import ast
import inspect
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from otter.nbmeta_config import NBMetadataConfig
from otter.test_files import create_test_file

import autograder
from autograder import derivation
from autograder.assignment import Recipe
from autograder.assignment import settings as assignments
from autograder.authoring.local import UntimedCheck
from autograder.checks import fixtures, prepare
from autograder.derivation import derived, generator, torch_seed
from autograder.sandbox.inside import encoding
from colab_setup.data import synthetic

from .undoing import undone

SECRET = 4653017283905551927
ROOT = Path(autograder.__file__).parent
SEEDED = {"default_rng", "manual_seed", "SeedSequence", "PCG64", "RandomState", "seed"}


def words(number):
    return [number >> 32 * i & 0xFFFFFFFF for i in range(2)]


def tells(rng, secret):
    """Whether the state of a generator gives the secret away."""
    increment = rng.bit_generator.state["state"]["inc"]
    return any(
        found[i : i + 2] == words(secret) for found in undone(increment) for i in range(len(found) - 1)
    )


def test_a_generator_that_is_seeded_with_the_secret_gives_it_away():
    """The attack that all of this is for: it needs nothing but the state, however much has been drawn."""
    rng = np.random.default_rng([SECRET, 0, zlib.crc32(b"sgd: steps")])
    rng.standard_normal(1000)
    assert tells(rng, SECRET)
    assert torch.Generator().manual_seed(SECRET).initial_seed() == SECRET


@pytest.mark.parametrize("purpose", [("sgd: steps", 3), ("",), ()])
def test_a_derived_generator_gives_nothing_away(purpose):
    assert not tells(generator(SECRET, *purpose), SECRET)
    assert torch_seed(SECRET, *purpose) != SECRET


def test_every_purpose_and_every_secret_has_numbers_of_its_own_that_never_change():
    purposes = [
        (),
        ("a",),
        ("b",),
        ("a", 1),
        ("a", "1"),
        ("a", True),
        ("a", 1.0),
        (("a", 1),),
        ("a, 1",),
        (None,),
    ]
    numbers = [derived(secret, *purpose) for secret in (0, 1, -1, 2**511 - 1) for purpose in purposes]
    assert len(set(numbers)) == len(numbers)
    assert all(0 <= number < 2**256 for number in numbers)
    assert max(numbers) > 2**250
    assert (
        derived(SECRET, "a", (1, 2.5))
        == 109299793213048529190185429799890264372314996928637816033530401630022073423400
    )
    assert 0 <= torch_seed(SECRET, "a") < 2**63
    assert generator(SECRET, "a").random() == np.random.default_rng(derived(SECRET, "a")).random()


@pytest.mark.parametrize(
    "part", [np.float64(1), np.int64(1), np.float32, [1], {}, object(), (1, np.bool_(True))]
)
def test_what_may_be_written_differently_tomorrow_is_no_purpose(part):
    with pytest.raises(TypeError, match="write it as text"):
        derived(SECRET, "a", part)


def test_the_seed_sequence_does_not_cross_with_a_generator():
    rng = generator(SECRET, "a")
    message = encoding.encode_generator(rng)
    assert set(message) == {"state", "inc", "has_uint32", "uinteger"}
    there = np.random.default_rng(0)
    encoding.restore_generator(there, message)
    assert there.random() == generator(SECRET, "a").random()
    assert there.bit_generator.seed_seq.entropy == 0


# Where generators are made.


def calls(tree, names):
    """Calls of these functions, by name or as attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in names:
                yield node


def grader_modules():
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        is_tests = place.startswith("suites/") and "/tests/" in place
        if not is_tests and not place.startswith("sandbox/inside"):
            yield place, ast.parse(path.read_text())


@pytest.mark.slow
def test_the_grader_seeds_generators_with_derived_numbers_and_constants_alone():
    seen = set()
    for place, tree in grader_modules():
        constants = {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
        }
        derivations = {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
            if isinstance(node.value.func, ast.Name) and node.value.func.id in ("derived", "torch_seed")
            for target in node.targets
        }
        for call in calls(tree, SEEDED):
            (argument,) = call.args
            seen.add(place)
            is_constant = isinstance(argument, ast.Constant) or getattr(argument, "id", "") in constants
            is_derived = getattr(argument, "id", "") in derivations or (
                isinstance(argument, ast.Call)
                and getattr(argument.func, "id", "") in ("derived", "torch_seed")
            )
            assert is_constant or is_derived, f"{place}:{call.lineno}: {ast.unparse(call)}"
    assert {"derivation.py", "suites/gpu_training/measure.py"} <= seen


@pytest.mark.slow
def test_hidden_cases_seed_generators_with_what_check_gives_them_alone():
    """A function with a `check` draws from it; one without has no way to the secret, and serves public cases."""
    seen = 0
    for path in sorted(ROOT.glob("suites/*/tests/*.py")):
        tree = ast.parse(path.read_text())
        assert not [node for node in ast.walk(tree) if getattr(node, "attr", "") == "_secret"]
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and "check" in {arg.arg for arg in function.args.args}:
                for call in calls(function, SEEDED):
                    seen += 1
                    source = ast.unparse(call.args[0])
                    # Without a generator, train draws from the seed 0: that is told to everyone.
                    assert source.startswith("check.torch_seed(") or (path.stem, source) == ("train", "0"), (
                        f"{path.name}:{call.lineno}: {ast.unparse(call)}"
                    )
    assert seen >= 6


# What crosses.


class Crossing:
    """Records what generators that a submission is given were made from."""

    def __init__(self, monkeypatch):
        self.derived, self.states = set(), []
        derive = derivation.derived

        def recorded(secret, *purpose):
            number = derive(secret, *purpose)
            self.derived.add(number)
            return number

        monkeypatch.setattr(derivation, "derived", recorded)

    def watched(self, function):
        """The function, whose generators are looked at."""

        def watching(*args, **kwargs):
            for value in (*args, *kwargs.values()):
                if isinstance(value, np.random.Generator):
                    assert not tells(value, SECRET)
                    self.states.append(value.bit_generator.state["state"]["inc"])
                elif isinstance(value, torch.Generator):
                    self.states.append(value.initial_seed())
            return function(*args, **kwargs)

        return watching

    def all_derived(self):
        """Whether every generator is one of a number that was derived, or the one that everybody knows."""
        increments = {
            np.random.default_rng(number).bit_generator.state["state"]["inc"] for number in self.derived
        }
        return set(self.states) <= increments | {number >> 193 for number in self.derived} | {0}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "questions", "least"),
    [
        ("linear_classifier", ("sample_batch", "sgd", "accuracy"), 100),
        ("gpu_training", ("augment", "dropout", "stochastic_depth", "train"), 40),
    ],
)
def test_every_generator_that_a_hidden_case_hands_out_is_derived(monkeypatch, name, questions, least):
    assignment = assignments.load(name)
    reference = assignments.load_reference(assignment)
    crossing, check = Crossing(monkeypatch), UntimedCheck(SECRET)
    functions = {owned: crossing.watched(vars(reference)[owned]) for owned in assignment.owners}
    given = {owned: vars(reference)[owned] for owned in assignment.given}
    environment = {**given, **functions, **fixtures(assignment, reference, check)}
    environment |= {"reference": reference, "check": check}
    for path in assignment.tests:
        if path.stem in questions:
            for case in create_test_file(str(path), NBMetadataConfig()).test_cases:
                parameters = set(inspect.signature(case.body.test_func).parameters)
                with_generators = path.stem != "train" or "drawn_generator" in inspect.getsource(
                    case.body.test_func
                )
                if case.hidden and parameters <= environment.keys() and with_generators:
                    case.body.call_func(environment)
    assert len(crossing.states) >= least
    assert crossing.all_derived()


def test_the_generator_of_a_training_is_derived(monkeypatch, tmp_path):
    crossing, seen = Crossing(monkeypatch), []
    dataset = synthetic(train=40, test=20)

    def train(X, y, *, rng, **settings):
        seen.append(rng)
        return np.zeros((X.shape[1], 10)), []

    data = prepare(assignments.load("linear_classifier"), dataset, SECRET, tmp_path)
    data.measure((crossing.watched(train),), Recipe(tiers={}, arguments={}, sd=0.0), SECRET, 10)
    assert len(seen) == len(crossing.states) == 1
    assert crossing.all_derived()


def test_the_generator_of_a_networks_training_is_derived(monkeypatch, tmp_path):
    crossing, seen = Crossing(monkeypatch), []
    dataset = synthetic(train=40, test=20)

    def train(model, X, y, *, device, generator):
        seen.append(generator)
        return [1.0]

    def build_model():
        return torch.nn.Sequential(_Pixels(), torch.nn.Linear(3 * 32 * 32, 10))

    recipe = Recipe(tiers={}, arguments={"model": {}, "train": {}}, sd=0.0)
    data = prepare(assignments.load("gpu_training"), dataset, SECRET, tmp_path)
    data.measure((build_model, crossing.watched(train)), recipe, SECRET, 10)
    assert len(seen) == len(crossing.states) == 1
    assert seen[0].initial_seed() != 0
    assert crossing.all_derived()


class _Pixels(torch.nn.Module):
    def forward(self, images):
        return images.flatten(1).float()
