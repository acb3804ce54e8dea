"""The checks compare tensors as they do arrays, and differentiate; without torch they need none."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from autograder.checks.check import Check
from autograder.checks.comparing import Mismatch

EXPECTED = torch.tensor([[1.0, -2.0, 3.0], [4.0, 0.0, 6.0]], dtype=torch.float64)


@pytest.fixture
def check():
    return Check(7)


@pytest.mark.parametrize(
    "got",
    [
        EXPECTED.clone(),
        EXPECTED.float(),
        EXPECTED.to(torch.bfloat16),
        EXPECTED.int(),
        EXPECTED.clone().requires_grad_() * 1,
        EXPECTED.T.contiguous().T,
        torch.nn.Parameter(EXPECTED),
    ],
    ids=lambda tensor: str(tensor.dtype),
)
def test_a_tensor_may_come_in_any_layout_and_real_dtype(check, got):
    check.same(got, EXPECTED)
    check.same(got, EXPECTED.numpy())


@pytest.mark.parametrize(
    "got",
    [
        None,
        EXPECTED.T,
        EXPECTED[None],
        EXPECTED + 1e-4,
        EXPECTED.numpy(),
        EXPECTED.tolist(),
        (EXPECTED,),
        EXPECTED.to(torch.complex64),
        EXPECTED.to("meta"),
        torch.where(EXPECTED == 6, torch.nan, EXPECTED),
        torch.where(EXPECTED == 0, torch.inf, EXPECTED),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_is_not_the_tensor_is_refused(check, got):
    with pytest.raises(Mismatch):
        check.same(got, EXPECTED)


def test_a_scalar_tensor_is_demanded_where_one_is_expected_and_passes_for_a_number(check):
    check.same(torch.tensor(2.0), torch.tensor(2.0))
    check.same(torch.tensor(2.0, requires_grad=True), 2.0)
    check.same([torch.tensor(2.0, requires_grad=True), 1.0], [2.0, 1.0])
    for wrong in (2.0, np.float64(2), torch.tensor([2.0])):
        with pytest.raises(Mismatch):
            check.same(wrong, torch.tensor(2.0))


def test_tolerance_follows_the_dtype_of_the_expected_tensor_or_of_the_arguments(check):
    nearly = EXPECTED * (1 + 1e-5)
    check.same(nearly.float(), EXPECTED.float())
    check.agrees(lambda x: x.sum() * (1 + 1e-5), lambda x: x.sum(), EXPECTED.float())
    check.agrees(lambda x: x[0].sum() * (1 + 1e-5), lambda x: x[0].sum(), [EXPECTED.float()])
    with pytest.raises(Mismatch):
        check.same(nearly, EXPECTED)
    with pytest.raises(Mismatch):
        check.same(nearly.float(), EXPECTED.float(), rtol=1e-7, atol=0)
    with pytest.raises(Mismatch):
        check.agrees(lambda x: x.sum() * (1 + 1e-5), lambda x: x.sum(), EXPECTED)


def test_dtype_is_demanded_of_tensors_and_scalar_tensors_where_asked(check):
    for expected in (EXPECTED.float(), torch.tensor(1.0)):
        check.same(expected.double(), expected)
        check.same(expected, expected, dtype=True)
        with pytest.raises(Mismatch, match="float64 where torch.float32"):
            check.same(expected.double(), expected, dtype=True)


def test_agrees_notices_a_modified_tensor_also_in_a_list(check):
    def student(x):
        x += 1
        return x.sum() - 6

    with pytest.raises(Mismatch, match="argument 1 of <lambda>"):
        check.agrees(student, lambda x: x.sum(), EXPECTED.clone())
    with pytest.raises(Mismatch, match="argument 1 of <lambda>"):
        check.agrees(lambda xs: student(xs[1]), lambda xs: xs[1].sum(), [EXPECTED.clone(), EXPECTED.clone()])
    check.agrees(student, lambda x: x.sum(), EXPECTED.clone(), unchanged=False)
    with pytest.raises(Mismatch, match="holds 1 arrays where 2"):
        check.agrees(lambda xs: xs.pop().sum(), lambda xs: xs[1].sum(), [EXPECTED, EXPECTED])


def test_agrees_gives_both_functions_the_same_generator_state_and_tensors_of_a_graph(check):
    draw = lambda x, generator: x + torch.rand(3, generator=generator, dtype=x.dtype)  # noqa: E731
    x = torch.ones(3, dtype=torch.float64, requires_grad=True)
    check.agrees(draw, draw, x, torch.Generator().manual_seed(3))
    check.agrees(lambda xs: xs[0], lambda xs: xs[0], [x * 2])


def test_a_message_says_which_tensors_a_call_was_given(check):
    def sums(x, indices, generator):
        return x.sum()

    with pytest.raises(Mismatch, match=r"sums\(float64\[2, 3\], \[int64\[3\]\], rng\)"):
        check.agrees(lambda *args: torch.tensor(0.0), sums, EXPECTED, [torch.arange(3)], torch.Generator())


def leaf(*values, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, requires_grad=True)


def test_differentiates_compares_the_gradients_of_all_arguments(check):
    def product(x, w, ys, unused):
        return x * w.sum() + ys[0].square()

    args = (leaf(1.0, 2.0), leaf(3.0, 4.0, 5.0), [leaf(6.0, 7.0)], leaf(8.0))
    check.differentiates(lambda x, w, ys, unused: sum(w) * x + ys[0] * ys[0], product, *args)
    for number, wrong in enumerate(
        (
            lambda x, w, ys, unused: x.detach() * w.sum() + ys[0].square(),
            lambda x, w, ys, unused: x * w.detach().sum() + ys[0].square(),
            lambda x, w, ys, unused: x * w.sum() + ys[0].detach() * ys[0],
            lambda x, w, ys, unused: x * w.sum() + ys[0].square() + unused - unused.detach(),
        ),
        1,
    ):
        with pytest.raises(Mismatch, match=f"gradient {number} of product"):
            check.differentiates(wrong, product, *args)


@pytest.mark.parametrize(
    "wrong",
    [lambda x: x.square().sum().detach(), lambda x: x.square().sum().item(), lambda x: None],
    ids=["detached", "a number", "nothing"],
)
def test_differentiates_refuses_what_has_no_gradient(check, wrong):
    with pytest.raises(Mismatch):
        check.differentiates(wrong, lambda x: x.square().sum(), leaf(1.0, 2.0))


def test_differentiates_refuses_another_value_and_leaves_the_arguments_alone(check):
    x = leaf(1.0, 2.0)
    with pytest.raises(Mismatch, match="expected 5"):
        check.differentiates(lambda x: x.square().sum() + 1, lambda x: x.square().sum(), x)

    def changes(x):
        with torch.no_grad():
            x += 1
        return (x - 1).square().sum()

    check.differentiates(changes, lambda x: x.square().sum(), x)
    assert x.tolist() == [1.0, 2.0]
    assert x.grad is None


@pytest.mark.slow
def test_importing_the_grader_imports_no_torch():
    code = "import sys, numpy, autograder.checks as c; c.Check(1).same(numpy.ones(2), numpy.ones(2)); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
