"""Checks of predict: the class with the highest logit of each image."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "predict"
points = None


def expect(got, expected, what, rtol=1e-5, atol=1e-6):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} is None. Is the return statement missing?"
    if isinstance(got, torch.Tensor):
        got = got.detach().cpu().numpy()
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol, err_msg=what)


def pictures(rng, N):
    """N images, each of one colour with some noise."""
    colours = rng.integers(40, 216, size=(N, 1, 1, 3))
    return (colours + rng.integers(-40, 41, size=(N, 32, 32, 3))).astype(np.uint8)


@test_case(name="predict: one class for each image", points=1)
def one_class_each(build_model, predict):
    seen = set()
    for N, classes, batch_size in ((7, 10, 1000), (7, 4, 3), (1, 2, 1), *((5, 10, 5),) * 8):
        X = pictures(np.random.default_rng(N), N)
        got = predict(build_model(width=2, classes=classes), X, batch_size=batch_size)
        assert isinstance(got, torch.Tensor), f"predict returned a {type(got).__name__}; expected a tensor."
        assert got.dtype == torch.int64, f"The classes are {got.dtype}; expected torch.int64."
        assert got.shape == (N,), f"The shape is {tuple(got.shape)}; expected {(N,)}."
        assert 0 <= int(got.min()) <= int(got.max()) < classes, (
            f"{got.tolist()} are no classes 0 .. {classes - 1}."
        )
        seen |= set(got.tolist())
    assert len(seen) > 1, f"All images are of class {got[0]}, whatever the model."


def settled(build_model, X, classes=6):
    """A fresh model that has seen the batch X so often that its running statistics are those of X; and its logits.

    So it makes of X in evaluation, very nearly, what it makes of it in training.
    """
    model, images = build_model(width=2, classes=classes), torch.tensor(X).permute(0, 3, 1, 2)
    with torch.no_grad():
        logits = torch.stack([model(images) for _ in range(70)])
    return model, logits[-10:]


@test_case(
    name="predict: the class of the highest logit",
    points=1,
    hidden=True,
    failure_message="Images come as (N, 32, 32, 3), and the model takes raw pixels (N, 3, 32, 32): permute, no view.",
)
def highest_logit(build_model, predict, check):
    rng, right, seen = check.rng("predict: highest"), [], set()
    for attempt in range(
        12
    ):  # fresh models often have favourites: most predict three classes or two, some only one
        X = pictures(rng, 24)
        model, logits = settled(build_model, X)
        best = logits.mean(dim=0).topk(2).values
        clear = best[:, 0] - best[:, 1] > 0.1 * logits.std() + 4 * logits.std(dim=0).max()
        expected, got = logits.mean(dim=0).argmax(dim=1), predict(model, X)
        assert got.shape == (24,)
        right.append((got == expected)[clear])
        seen |= set(got[clear].tolist())
        if attempt >= 3 and len(seen) > 1:
            break
    assert len(seen) > 1
    # The statistics are those of X but for a per cent, so that a class that seemed to be clear is rarely another.
    assert torch.cat(right).double().mean() >= 0.95


@test_case(
    name="predict: in evaluation mode, batch by batch",
    points=0.5,
    hidden=True,
    failure_message=(
        "In training mode batch normalisation makes the class of an image depend on those beside it: call "
        "model.eval() before, and predict the last, smaller batch too."
    ),
)
def evaluation_mode(build_model, predict, check):
    rng, seen, differ = check.rng("predict: evaluation"), set(), 0
    for _ in range(4):
        X = pictures(rng, 24)
        X[:12] //= (
            8  # of dark images alone the statistics are others than of the batch: in training mode it shows
        )
        model, _ = settled(build_model, X)
        whole = predict(model, X)
        others = [predict(model, X, batch_size=batch_size) for batch_size in (5, 12)]
        others.append(predict(model, torch.tensor(X[::-1].copy()), batch_size=7).flip(0))
        others.append(torch.cat([predict(model, X[i : i + 1]) for i in range(24)]))
        assert all(other.shape == whole.shape == (24,) for other in others)
        differ += int((torch.stack(others) != whole).any(dim=0).sum())
        seen |= set(whole.tolist())
    # Rounding decides between two logits that are equal to six digits: two such images are already rare.
    assert differ <= 2
    assert len(seen) > 1


@test_case(
    name="predict: the model is as it was",
    points=0.5,
    hidden=True,
    failure_message="Afterwards the model is in the mode that it was in before, so that training can go on.",
)
def as_it_was(build_model, predict, check):
    rng, seen = check.rng("predict: as it was"), set()
    for N in (6, 9, *range(1, 8)):
        X = pictures(rng, N)
        images = torch.tensor(X).permute(0, 3, 1, 2)
        model = build_model(width=2)
        before = model(images), model(images[:2])
        seen |= set(predict(model, X).tolist())
        # A model in training mode still normalises by its batch; none of its statistics shows there.
        check.same(model(images), before[0].detach(), rtol=1e-3, atol=1e-3)
        check.same(model(images[:2]), before[1].detach(), rtol=1e-3, atol=1e-3)
    assert len(seen) > 1
