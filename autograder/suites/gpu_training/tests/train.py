"""Checks of train: the loop that brings everything together."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "train"
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


def network(ConvNet, classes, seed):
    """A small network that is always the same: whether build_model is right decides nothing here."""
    nn = torch.nn
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        patches = nn.Conv2d(3, 8, 4, stride=4, bias=False)
        end = (nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(8, classes))
        return ConvNet(nn.Sequential(patches, nn.BatchNorm2d(8), nn.ReLU(), *end))


@test_case(name="train: the loss of every step, from about log C on", points=0.5)
def history_of_losses(ConvNet, train):
    for classes, N, batch_size, epochs in ((3, 11, 4, 2), (6, 9, 3, 1)):
        X = np.random.default_rng(N).integers(256, size=(N, 32, 32, 3), dtype=np.uint8)
        history = train(
            network(ConvNet, classes, 0),
            X,
            np.arange(N) % classes,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=0.01,
        )
        assert isinstance(history, list), f"The history is a {type(history).__name__}; expected a list."
        assert all(isinstance(loss, float) for loss in history), (
            "The history holds floats: tensors have .tolist()."
        )
        steps = epochs * (N // batch_size)
        assert len(history) == steps, (
            f"The history has {len(history)} losses; expected {steps}: {epochs} times {N // batch_size} whole batches."
        )
        assert len(set(history)) > 1, "All losses are the same, of different batches."
        assert 0.2 * np.log(classes) < history[0] < 4 * np.log(classes), (
            f"The first loss is {history[0]:.3g}; before any training it is about log {classes}."
        )


@test_case(name="train: the loss falls where two classes differ in their colour", points=0.5)
def learns_colours(ConvNet, train):
    for seed in range(2):
        rng, y = np.random.default_rng(seed), np.arange(32) % 2
        colours = np.array([[60, 90, 150], [150, 100, 70]])[y]
        X = (colours[:, None, None, :] + rng.integers(-50, 51, size=(32, 32, 32, 3))).astype(np.uint8)
        history = train(network(ConvNet, 2, seed), X, y, epochs=8, batch_size=8, learning_rate=0.05)
        first, last = np.mean(history[:4]), np.mean(history[-4:])
        assert last < 0.5 * first, (
            f"The loss did not fall: from {first:.3g} to {last:.3g} in {len(history)} steps."
        )
        assert min(history) >= 0, "A cross-entropy is never negative."


# Images of a single colour are the same flipped and shifted, and the loss of a batch that holds all examples does not
# depend on their order: how a student's functions draw decides nothing there. With learning_rate=0 the weights stay
# as they are, so that each loss in the history is that of the network as it was.


NEXT_TO_NOTHING = 1e-9
"""A momentum of 0, which torch.optim.SGD refuses together with nesterov=True."""


def plain_images(check, N, *key, low=0, high=256):
    """N images of one colour each."""
    drawn = check.rng("train", *key).integers(low, high, size=(N, 1, 1, 3), dtype=np.uint8)
    return np.broadcast_to(drawn, (N, 32, 32, 3)).copy()


def drawn_network(ConvNet, check, classes, *key):
    return network(ConvNet, classes, check.torch_seed("train: weights", *key))


def drawn_generator(check, *key):
    return torch.Generator().manual_seed(check.torch_seed("train", *key))


def logits_of(model, X):
    return model(torch.tensor(X).permute(0, 3, 1, 2)).detach()


def losses_of(logits, y, smoothing=0.0):
    return torch.nn.functional.cross_entropy(
        logits, torch.tensor(y), label_smoothing=smoothing, reduction="none"
    ).numpy()


def at_rest(train, model, X, y, **options):
    """The history of a training that must not move the weights, by which it is judged."""
    before = [w.detach().clone() for w in model.parameters()]
    history = train(model, X, y, **{"epochs": 2, "batch_size": len(X), "learning_rate": 0.0, **options})
    for w, kept in zip(model.parameters(), before, strict=True):
        assert torch.allclose(w.detach(), kept, rtol=1e-6, atol=1e-6), "learning_rate=0 moved a weight"
    return np.array(history)


# Images of a single colour are the same flipped and shifted, and the loss of a batch that holds all examples does not
# depend on their order: how a function draws decides nothing there. With learning_rate=0 the weights stay as they are.


def colours(N, seed):
    """N images of one colour each."""
    drawn = np.random.default_rng(seed).integers(256, size=(N, 1, 1, 3), dtype=np.uint8)
    return np.broadcast_to(drawn, (N, 32, 32, 3)).copy()


def still(train, model, X, y, **options):
    """The history of a training that does not move the weights."""
    return train(model, X, y, **{"epochs": 2, "batch_size": len(X), "learning_rate": 0.0, **options})


@test_case(name="train: the batch's loss, with smoothed labels, normalised, in training mode", points=0.5)
def losses_of_batches_example(ConvNet, train):
    for smoothing, y, seed in ((0.0, np.arange(12) % 4, 1), (0.8, np.zeros(12, dtype=np.int64), 2)):
        model, X = network(ConvNet, 4, seed), colours(12, seed)
        X.setflags(write=False)  # as arrays that are read from a file may be
        history = still(train, model.eval(), X, y, label_smoothing=smoothing)
        assert model.training, "The model is left in evaluation mode."
        pixels = X.reshape(-1, 3).astype(np.float64)
        expect(model.mean.flatten(), pixels.mean(axis=0), "model.mean", rtol=2e-3)
        expect(model.std.flatten(), pixels.std(axis=0), "model.std", rtol=2e-3)
        logits = model(torch.tensor(X).permute(0, 3, 1, 2)).detach()
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(y), label_smoothing=smoothing)
        expect(
            history, np.full(2, float(loss)), f"two losses of all examples, label_smoothing={smoothing}", 1e-3
        )


@test_case(name="train: each epoch has an order of its own, and images are augmented", points=0.5)
def orders_and_augmentation(ConvNet, train):
    N = 14
    model, X, y = network(ConvNet, N, 3), colours(N, 3), np.arange(N)
    runs = []
    for generator in (None, torch.Generator().manual_seed(0), torch.Generator().manual_seed(1)):
        history = still(train, model, X, y, epochs=3, batch_size=1, generator=generator)
        runs.append(np.reshape(history, (3, N)))
    # An image alone has a loss of its own, whatever its batch: an epoch's losses are the same in another order.
    alone = [still(train, model, X, y, epochs=1, batch_size=1)]
    expect(
        np.sort(runs[0], axis=1), np.sort(alone * 3, axis=1), "the losses of each epoch, sorted", 1e-3, 1e-4
    )
    for first, second in ((0, 1), (1, 2), (0, 2)):
        same = np.allclose(runs[0][first], runs[0][second], atol=1e-4)
        assert not same, f"Epochs {first} and {second} go through the examples in the same order."
    expect(runs[1], runs[0], "the history with a generator of seed 0, beside that without one", 1e-3, 1e-4)
    assert not np.allclose(runs[2], runs[0], atol=1e-4), "Two states of the generator gave the same order."
    patterns = np.random.default_rng(4).integers(256, size=(12, 8, 8, 3), dtype=np.uint8)
    patterns = patterns.repeat(4, axis=1).repeat(4, axis=2)
    losses = still(train, network(ConvNet, 4, 4), patterns, np.arange(12) % 4, epochs=3)
    assert np.ptp(losses) > 1e-3, f"The loss of the same batch is {losses}: each step augments it anew."


def two_colours(ConvNet):
    """Six copies of an image, all of class 1, and a network that sees its two colours, wherever they are.

    Whatever is drawn, each batch is like any other.
    """
    nn = torch.nn
    X = np.full((6, 32, 32, 3), (20, 90, 60), dtype=np.uint8)
    X[:, :, 16:] += np.array([140, 70, 110], dtype=np.uint8)
    layers = (
        nn.Conv2d(3, 8, 1, bias=False),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(8, 3, bias=False),
    )
    with torch.no_grad():
        for number, w in enumerate(w for layer in layers for w in layer.parameters()):
            w.copy_(0.5 * torch.sin(1.7 * torch.arange(w.numel()) + number).reshape(w.shape))
    return ConvNet(nn.Sequential(*layers)), X, np.ones(6, dtype=np.int64)


@test_case(name="train: learning rates, momentum and weight decay of every step", points=0.5)
def every_step(ConvNet, train):
    for momentum, decay, losses in (
        (
            1e-9,
            0.0,
            [
                1.0899,
                1.0779,
                1.0542,
                1.0193,
                0.9847,
                0.9502,
                0.9163,
                0.8835,
                0.8524,
                0.8238,
                0.7983,
                0.7764,
                0.7584,
                0.7444,
                0.7342,
                0.7274,
                0.7235,
                0.7217,
            ],
        ),
        (
            0.9,
            0.0,
            [
                1.0899,
                1.0672,
                1.0039,
                0.8869,
                0.7467,
                0.5846,
                0.4163,
                0.2677,
                0.1607,
                0.0951,
                0.0586,
                0.0388,
                0.028,
                0.022,
                0.0186,
                0.0168,
                0.0159,
                0.0155,
            ],
        ),
        (
            1e-9,
            2.0,
            [
                1.0899,
                1.0788,
                1.0605,
                1.0416,
                1.0308,
                1.0253,
                1.0233,
                1.0232,
                1.0242,
                1.0258,
                1.0274,
                1.029,
                1.0304,
                1.0314,
                1.0322,
                1.0327,
                1.033,
                1.0332,
            ],
        ),
    ):
        history = train(
            *two_colours(ConvNet),
            epochs=6,
            batch_size=2,
            learning_rate=0.05,
            momentum=momentum,
            weight_decay=decay,
        )
        expect(history, losses, f"history with momentum={momentum} and weight_decay={decay}", 1e-3, 1e-3)


@test_case(
    name="train: each loss is that of the batch, with smoothed labels, in training mode",
    points=1,
    hidden=True,
    failure_message=(
        "Look at what belongs to which: a batch's images, its labels, label_smoothing, and model.train(), which "
        "holds until the end."
    ),
)
def losses_of_batches(ConvNet, train, check):
    all_classes, one_class = np.arange(12) % 4, np.zeros(12, dtype=np.int64)
    # With one class only, smoothing moves the loss by far: it does not cancel over the batch.
    for smoothing, y in ((0.0, all_classes), (0.8, one_class), (0.8, all_classes)):
        model = drawn_network(ConvNet, check, 4, "losses", smoothing)
        X = plain_images(check, 12, "losses", smoothing)
        for mode in (True, False):
            history = at_rest(train, model.train(mode), X, y, label_smoothing=smoothing)
            assert model.training, "the model is left in evaluation mode"
            check.same(
                history,
                np.full(2, losses_of(logits_of(model, X), y, smoothing).mean()),
                rtol=1e-4,
                atol=1e-4,
            )


@test_case(
    name="train: the model normalises by the training images",
    points=0.5,
    hidden=True,
    failure_message="model.mean and model.std are filled with mean and standard deviation of each channel over X.",
)
def normalisation(ConvNet, train, check):
    y = np.arange(10) % 4
    for key in range(2):
        model = drawn_network(ConvNet, check, 4, "normalisation", key)
        X = plain_images(check, 10, "normalisation", key, high=100 + 100 * key)
        train(model, X, y, epochs=2, batch_size=len(X), learning_rate=0.0)
        pixels = X.reshape(-1, 3).astype(np.float64)
        check.same(model.mean.flatten(), torch.tensor(pixels.mean(axis=0)), rtol=2e-3, atol=1e-3)
        check.same(model.std.flatten(), torch.tensor(pixels.std(axis=0)), rtol=2e-3, atol=1e-3)


@test_case(
    name="train: batches are augmented",
    points=0.5,
    hidden=True,
    failure_message="Each step passes its batch through augment, with fresh flips and crops.",
)
def augmented(ConvNet, train, check):
    """One batch holds all images, so the loss changes from epoch to epoch by flips and crops alone."""
    y = np.arange(12) % 4
    for key in range(2):
        model = drawn_network(ConvNet, check, 4, "augmented", key)
        plain = plain_images(check, 12, "augmented", key)
        coarse = check.rng("train: patterns", key).integers(256, size=(12, 8, 8, 3), dtype=np.uint8)
        patterned = coarse.repeat(4, axis=1).repeat(4, axis=2)
        assert np.ptp(at_rest(train, model, plain, y, epochs=3)) < 1e-4
        assert np.ptp(at_rest(train, model, patterned, y, epochs=3)) > 1e-3


@test_case(
    name="train: every epoch goes through the examples in a new order",
    points=1,
    hidden=True,
    failure_message="Draw a new permutation of all examples at the start of each epoch, and take batch after batch.",
)
def epochs_are_permutations(ConvNet, train, check):
    N, batches = 14, 7
    for key in range(2):
        model = drawn_network(ConvNet, check, N, "epochs", key)
        X, y = plain_images(check, N, "epochs", key), np.arange(N)
        history = at_rest(
            train, model, X, y, epochs=3, batch_size=2, generator=drawn_generator(check, "epochs", key)
        ).reshape(3, batches)
        pairs = {
            (i, j): losses_of(logits_of(model, X[[i, j]]), y[[i, j]]).mean()
            for i in range(N)
            for j in range(i)
        }
        for epoch in history:
            assert disjoint(epoch, pairs), "the batches are not all of the examples, each once"
            in_order = [pairs[i + 1, i] for i in range(0, N, 2)]
            assert np.abs(epoch - in_order).max() > 1e-2
        # Two orders give the same batches with probability 2^7 / 14! < 2e-9.
        for first, second in ((0, 1), (1, 2), (0, 2)):
            assert np.abs(history[first] - history[second]).max() > 1e-2


def disjoint(losses, pairs):
    """Whether these are the losses of pairs that have no example in common."""
    if not len(losses):
        return True
    fitting = [pair for pair, loss in pairs.items() if abs(loss - losses[0]) < 1e-3]
    return any(
        disjoint(losses[1:], {pair: loss for pair, loss in pairs.items() if not {*pair} & {*chosen}})
        for chosen in fitting
    )


@test_case(
    name="train: the generator decides the order",
    points=0.5,
    hidden=True,
    failure_message="All that is random in a training comes from the generator, and without one from the seed 0.",
)
def generators(ConvNet, train, check):
    N = 14
    model = drawn_network(ConvNet, check, N, "generators")
    X, y = plain_images(check, N, "generators"), np.arange(N)
    run = lambda generator: at_rest(train, model, X, y, batch_size=2, generator=generator)  # noqa: E731
    first = run(drawn_generator(check, "one"))
    check.same(run(drawn_generator(check, "one")), first, rtol=1e-5, atol=1e-5)
    check.same(run(None), run(torch.Generator().manual_seed(0)), rtol=1e-5, atol=1e-5)
    # Two orders of both epochs give the same batches with probability (2^7 / 14!)^2.
    assert np.abs(run(drawn_generator(check, "another")) - first).max() > 1e-5


@test_case(
    name="train: read-only arrays and tensors, which stay as they are",
    points=0.5,
    hidden=True,
    failure_message="X and y may be arrays or tensors, y of any integer type, read-only ones too: change neither.",
)
def other_inputs(ConvNet, train, check):
    model, X = drawn_network(ConvNet, check, 5, "inputs"), plain_images(check, 10, "inputs")
    y = (np.arange(10) % 5).astype(np.uint8)
    expected = at_rest(train, model, X, y.astype(np.int64), batch_size=10)
    loss = losses_of(logits_of(model, X), y.astype(np.int64)).mean()
    check.same(expected, np.full(2, loss), rtol=1e-3, atol=1e-4)
    X.setflags(write=False)
    y.setflags(write=False)
    for images, labels in ((X, y), (torch.tensor(X), torch.tensor(y, dtype=torch.int32))):
        check.same(at_rest(train, model, images, labels, batch_size=10), expected, rtol=1e-3, atol=1e-4)
        check.intact([images, labels], [X if images is X else torch.tensor(X), labels], what="train")
    assert abs(at_rest(train, model, X, np.roll(y, 1), batch_size=10)[0] - expected[0]) > 1e-4


def alike(ConvNet, check, *key):
    """Six copies of an image, their class, and a network that sees the image's two colours, wherever they are.

    Whatever is drawn, each batch is like any other; and neither the network's mode nor its normalisation counts.
    """
    rng, nn = check.rng("train: alike", *key), torch.nn
    X = np.full((6, 32, 32, 3), rng.integers(100, size=3), dtype=np.uint8)
    X[:, :, 16:] += rng.integers(60, 150, size=3, dtype=np.uint8)
    with torch.random.fork_rng():
        torch.manual_seed(check.torch_seed("train: alike", *key))
        layers = (nn.Conv2d(3, 8, 1), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(8, 3))
        model = ConvNet(nn.Sequential(*layers))
    pixels = torch.tensor(X[0]).double().flatten(0, 1)
    model.mean.copy_(pixels.mean(dim=0).view(3, 1, 1))
    model.std.copy_(pixels.std(dim=0, correction=0).view(3, 1, 1))
    return model, X, np.full(6, rng.integers(3))


def history_agrees(ConvNet, train, reference, check, *, momentum):
    """Fail unless the loss goes the reference's way, in six epochs of three steps without weight decay."""
    options = {"epochs": 6, "batch_size": 2, "learning_rate": 0.05, "momentum": momentum, "weight_decay": 0.0}
    for key in range(3):
        got = train(*alike(ConvNet, check, momentum, key), **options)
        assert np.shape(got) == (18,)
        expected = reference.train(*alike(ConvNet, check, momentum, key), **options)
        check.same(got, expected, rtol=4e-4, atol=4e-4)


@test_case(
    name="train: the learning rate rises over the first fifth, then falls as the cosine does",
    points=0.5,
    hidden=True,
    failure_message=(
        "Each step sets its own learning rate, before it moves the weights by the gradient of its own batch alone: "
        "zero the gradients, count all steps of the run from 0, warm up over num_steps // 5."
    ),
)
def schedule(ConvNet, train, reference, check):
    history_agrees(ConvNet, train, reference, check, momentum=NEXT_TO_NOTHING)


@test_case(
    name="train: Nesterov's momentum",
    points=0.5,
    hidden=True,
    failure_message="The optimiser gets the momentum, and nesterov=True; it lives as long as the training.",
)
def nesterov(ConvNet, train, reference, check):
    history_agrees(ConvNet, train, reference, check, momentum=0.9)


@test_case(
    name="train: weight decay",
    points=0.5,
    hidden=True,
    failure_message="The optimiser gets the weight decay.",
)
def weight_decay(ConvNet, train, check):
    """With tiny steps and a huge decay, decay alone moves the weights; whether biases shrink too is left open."""
    y, X = np.arange(12) % 3, plain_images(check, 12, "decay")
    options = {"epochs": 10, "batch_size": 12, "learning_rate": 1e-6, "momentum": NEXT_TO_NOTHING}
    for decay, low, high in ((0.0, 0.99, 1.01), (1e5, 0.3, 0.75)):  # the right schedule leaves 0.56 of them
        model = drawn_network(ConvNet, check, 3, "decay")
        weights = [layer.weight for layer in (model.layers[0], model.layers[-1])]
        before = [w.detach().norm() for w in weights]
        train(model, X, y, weight_decay=decay, **options)
        for w, old in zip(weights, before, strict=True):
            assert low < w.detach().norm() / old < high
