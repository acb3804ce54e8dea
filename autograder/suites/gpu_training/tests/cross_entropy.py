"""Checks of cross_entropy: the loss of the softmax of the logits, with smoothed labels."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "cross_entropy"
points = None

# A cat, a car and a frog.
LOGITS = [[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]]


def expect(got, expected, what, rtol=1e-5, atol=1e-6):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} is None. Is the return statement missing?"
    if isinstance(got, torch.Tensor):
        got = got.detach().cpu().numpy()
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol, err_msg=what)


@test_case(name="cross_entropy: the lecture's examples", points=0.5)
def lecture_example(cross_entropy):
    for i, loss in enumerate([2.04036, 0.07913, 6.15648]):  # the cat's is -log 0.13
        got = cross_entropy(torch.tensor(LOGITS[i : i + 1]), torch.tensor([i]))
        expect(got, loss, f"the loss of example {i}", atol=1e-4)
    got = cross_entropy(torch.tensor(LOGITS), torch.tensor([0, 1, 2]))
    expect(got, 2.758655, "the mean loss of the three examples", atol=1e-4)


@test_case(name="cross_entropy: log C for equal logits, with and without smoothing", points=0.5)
def equal_logits(cross_entropy):
    for C in (2, 3, 10):
        for smoothing in (0.0, 0.3):
            got = cross_entropy(torch.full((4, C), 1.5), torch.tensor([0, 1, C - 1, 0]), smoothing)
            expect(got, np.log(C), f"the loss of {C} equal logits")


@test_case(name="cross_entropy: the lecture's examples with smoothed labels", points=0.5)
def smoothed_example(cross_entropy):
    for i, loss in enumerate([2.34036, 0.72913, 5.06648]):
        got = cross_entropy(torch.tensor(LOGITS[i : i + 1]), torch.tensor([i]), label_smoothing=0.3)
        expect(got, loss, f"the loss of example {i} with label_smoothing=0.3", atol=1e-4)


@test_case(name="cross_entropy: autograd can differentiate it", points=1)
def gradient(cross_entropy):
    for rows, expected in (
        ([0], [[-0.870017, 0.869050, 0.000968]]),
        ([1, 2], [[0.012622, -0.038041, 0.025418], [0.212328, 0.286612, -0.498940]]),
    ):
        logits = torch.tensor([LOGITS[i] for i in rows], requires_grad=True)
        loss = cross_entropy(logits, torch.tensor(rows))
        assert isinstance(loss, torch.Tensor), f"The loss is a {type(loss).__name__}; expected a tensor."
        assert loss.requires_grad, (
            "Autograd does not know where the loss comes from: use tensor operations only."
        )
        loss.backward()
        expect(logits.grad, expected, f"the gradient of the loss of examples {rows}", atol=1e-5)


def problems(classification, *key, dtype=torch.float64, scale=1.0):
    for W, X, y in classification.problems("cross_entropy", *key, scale=scale):
        yield torch.tensor(X @ W, dtype=dtype, requires_grad=True), torch.tensor(y)


@test_case(name="cross_entropy: logits of 10,000 and more, with their gradients", points=0.5)
def large_logits_example(cross_entropy):
    for rows, y, smoothing, loss, gradient in (
        ([[10_000.0, 0.0, -10_000.0]], [1], 0.0, 10_000.0, [[1, -1, 0]]),
        (
            [[10_001.0, 10_000.0], [-10_000.0, -10_001.0]],
            [0, 0],
            0.0,
            0.3132617,
            [[-0.1344707, 0.1344707]] * 2,
        ),
        ([[0.0, 10_000.0]], [1], 0.5, 2500.0, [[-0.25, 0.25]]),
    ):
        for dtype in (torch.float32, torch.float64):
            logits = torch.tensor(rows, dtype=dtype, requires_grad=True)
            got = cross_entropy(logits, torch.tensor(y), smoothing)
            what = f"the loss of {rows} with classes {y} and label_smoothing={smoothing}"
            expect(got, loss, what, atol=1e-3)
            assert got.dtype == dtype, f"The loss is {got.dtype}; expected {dtype}, as the logits are."
            got.backward()
            expect(logits.grad, gradient, f"the gradient of {what}", rtol=1e-3)


@test_case(
    name="cross_entropy: other batches",
    points=1,
    hidden=True,
    failure_message="Take the mean over the N examples of the batch; N and C may be anything.",
)
def other_batches(cross_entropy, reference, check, classification):
    for logits, y in problems(classification):
        check.agrees(cross_entropy, reference.cross_entropy, logits, y)


@test_case(
    name="cross_entropy: smoothed labels in other batches",
    points=1,
    hidden=True,
    failure_message=(
        "With smoothing e every class, the true one too, gets e / C, and the true class 1 - e on top of that."
    ),
)
def smoothing(cross_entropy, reference, check, classification):
    for logits, y in problems(classification, "smoothing"):
        for e in (0.1, 0.6):
            check.agrees(cross_entropy, reference.cross_entropy, logits, y, e)


@test_case(
    name="cross_entropy: gradients in other batches",
    points=1,
    hidden=True,
    failure_message="Autograd gives another gradient than the loss has: is a part of it detached?",
)
def gradients(cross_entropy, reference, check, classification):
    for logits, y in problems(classification, "gradients"):
        for e in (0.0, 0.4):
            check.differentiates(cross_entropy, reference.cross_entropy, logits, y, e)


@test_case(
    name="cross_entropy: logits of very different size",
    points=1,
    hidden=True,
    failure_message=(
        "exp overflows for large logits, and the log of a probability that rounds to 0 is -infinity. Subtract "
        "each row's own maximum first, and take no log of a probability: log p_ic is s_ic - log(sum of exp(s_ik))."
    ),
)
def large_logits(cross_entropy, reference, check, classification):
    for dtype in (torch.float64, torch.float32):
        for logits, y in problems(classification, "large", dtype=dtype, scale=1e4):
            for e in (0.0, 0.2):
                check.agrees(cross_entropy, reference.cross_entropy, logits, y, e)
    for key in range(8):  # single rows tell which of them are wrong, and so why
        W, X, y = classification.problem(1, 3, 4, "cross_entropy", key, scale=1e3)
        check.agrees(cross_entropy, reference.cross_entropy, torch.tensor(X @ W), torch.tensor(y))


@test_case(
    name="cross_entropy: gradients for logits of very different size",
    points=0.5,
    hidden=True,
    failure_message="The loss is finite for large logits, and its gradient has to be: look for 0 times infinity.",
)
def large_gradients(cross_entropy, reference, check, classification):
    for logits, y in problems(classification, "large gradients", scale=1e4):
        for e in (0.0, 0.2):
            check.differentiates(cross_entropy, reference.cross_entropy, logits, y, e)


@test_case(
    name="cross_entropy: the loss has the dtype of the logits",
    points=0.5,
    hidden=True,
    failure_message="The loss has the dtype of the logits, float32 or float64: create no tensor of another one.",
)
def dtypes(cross_entropy, reference, check, classification):
    for dtype in (torch.float32, torch.float64):
        for logits, y in problems(classification, "dtypes", dtype=dtype):
            check.agrees(cross_entropy, reference.cross_entropy, logits, y, 0.1, dtype=True)
