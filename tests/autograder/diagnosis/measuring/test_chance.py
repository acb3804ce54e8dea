"""Of functions that draw at random, what they do is told from what they should do, however they draw."""

import re
import string

import numpy as np
import pytest
import torch

from autograder.assignment import translations
from autograder.diagnosis import outcomes
from autograder.diagnosis.compared import Compared
from autograder.diagnosis.measuring import chance, flips
from autograder.diagnosis.recording import Call
from autograder.sandbox import Once


def drop(x, p, training, generator=None):
    return x * (torch.rand(x.shape, generator=generator) >= p) / (1 - p)


def drop_examples(x, p, training, generator=None):
    return x * (torch.rand((len(x), 1), generator=generator) >= p) / (1 - p)


def sample(X, y, size, rng):
    rows = rng.integers(len(X), size=size)
    return X[rows], y[rows]


def told(reference, function, calls):
    found, expected = [], []
    for args in calls:
        call = Call(("q", "c"), True, "f", args, {})
        call.random = torch.get_rng_state().numpy().tobytes()
        call.value = function(*[outcomes.copied(arg) for arg in args])
        compared = Compared(call)
        compared.is_random = True
        found.append(compared)
        expected.append(outcomes.of_program(reference, call))
    sentence = chance.describe(reference, found, expected)
    return sentence and sentence.text(str)


def masks():
    x = torch.rand(200, 30, dtype=torch.float64) + 0.5
    return [(x, p, True, torch.Generator().manual_seed(seed)) for p, seed in ((0.25, 1), (0.5, 2), (0.25, 1))]


GENERATOR = "The same state of the generator gives two different results: draw from the generator that is passed in, and from nothing else."


@pytest.mark.parametrize(
    ("reference", "function", "sentence"),
    [
        (drop, lambda x, p, t, g: drop_examples(x, p, t, g), chance.TEMPLATES[4]),
        (drop, lambda x, p, t, g: x * (torch.rand(30, generator=g) >= p) / (1 - p), chance.TEMPLATES[2]),
        (drop_examples, lambda x, p, t, g: drop(x, p, t, g), chance.TEMPLATES[3]),
        (
            drop_examples,
            lambda x, p, t, g: x * torch.empty(len(x), 1).bernoulli_(1 - p, generator=g),
            "What is not set to zero is multiplied by 1 in yours; expected 1.333, with p = 0.25.",
        ),
        (drop, lambda x, p, t, g: drop(x, p, t), GENERATOR),
        (drop, lambda x, p, t, g: torch.nn.functional.dropout(x, p), GENERATOR),
        (drop, lambda x, p, t, g: x.masked_fill(torch.empty(x.shape).uniform_(generator=g) < p, 0) / (1 - p), None),
    ],
)  # fmt: skip
def test_a_mask_is_told_by_what_it_sets_to_zero(reference, function, sentence):
    torch.manual_seed(3)
    assert told(reference, function, masks()) == sentence


def test_another_shape_is_told_whatever_is_drawn():
    mask = lambda x, p, t, g: x * (torch.rand(len(x), 1, 1, 1, generator=g) >= p) / (1 - p)  # noqa: E731
    assert told(drop_examples, mask, masks()) == (
        "Your result has another shape than expected: (200, 1, 200, 30) in place of (200, 30)."
    )


def test_a_share_is_told_that_chance_alone_would_not_give():
    normal = lambda x, p, t, g: x * (torch.randn(x.shape, generator=g) > p) / (1 - p)  # noqa: E731
    pattern = r"About (59|60|61) % .* in yours; expected about (24|25|26) %, with p = 0\.25\."
    assert re.fullmatch(pattern, told(drop, normal, masks()))


@pytest.mark.parametrize(
    ("function", "is_told"),
    [
        (lambda X, y, size, rng: (rng.choice(X, size), rng.choice(y, size)), True),
        (lambda X, y, size, rng: (X[(rows := rng.permutation(len(X))[:size])], y[rows]), False),
        (lambda X, y, size, rng: (X[:size], y[:size]), False),
    ],
)
def test_rows_beside_the_labels_of_others_are_told(function, is_told):
    rng = np.random.default_rng(1)
    calls = [
        (rng.standard_normal((40, 3)), rng.integers(4, size=40), 20, np.random.default_rng(seed))
        for seed in (1, 2)
    ]
    assert (told(sample, function, calls) == chance.TEMPLATES[7]) == is_told


@pytest.mark.parametrize(
    ("low", "high", "count", "number"),
    [(0, 10, 40, None), (0, 9, 40, 8), (1, 10, 40, 9), (0, 9, 3, None)],
)
def test_an_example_at_an_end_that_is_never_drawn_is_told(low, high, count, number):
    X, y = np.random.default_rng(2).standard_normal((10, 3)), np.arange(10)
    calls = [(X, y, 8, np.random.default_rng(seed)) for seed in range(count)]

    def function(X, y, size, rng):
        rows = rng.integers(low, high, size=size)
        return X[rows], y[rows]

    expected = None if number is None else chance.TEMPLATES[number]
    assert told(sample, function, calls) == expected


def crops(flipped, shifts, mode="reflect", **options):
    """What a right function makes of images; flips and shifts are those of each."""

    def function(images):
        padded = np.pad(images, ((0, 0), (0, 0), (4, 4), (4, 4)), mode=mode, **options)
        made = [
            each[:, down : down + 32, across : across + 32]
            for each, (down, across) in zip(padded, shifts, strict=True)
        ]
        return np.stack([each[..., ::-1] if flip else each for each, flip in zip(made, flipped, strict=True)])

    return function


RNG = np.random.default_rng(4)
FLIPS, SHIFTS = RNG.integers(2, size=40), RNG.integers(9, size=(40, 2))


@pytest.mark.parametrize(
    ("function", "number"),
    [
        (crops(FLIPS, SHIFTS[::-1]), None),
        (crops(0 * FLIPS, SHIFTS), 0),
        (crops(FLIPS, SHIFTS[:1].repeat(40, axis=0)), 1),
        (crops(FLIPS, SHIFTS[:, :1].repeat(2, axis=1)), 2),
        (crops(FLIPS, SHIFTS, "constant"), 3),
        (crops(FLIPS, SHIFTS, "edge"), 4),
        (lambda images: images[:, :, ::-1], 6),
        (lambda images: crops(0 * FLIPS, SHIFTS)(images)[:, :, ::-1], 6),
        (lambda images: images.transpose(0, 1, 3, 2), None),
    ],
)
def test_what_becomes_of_images_is_told(function, number):
    images = RNG.integers(256, size=(40, 3, 32, 32), dtype=np.uint8)
    found = flips.describe([(images, function(images), crops(FLIPS, SHIFTS)(images))])
    assert (found and found.template) == (number if number is None else flips.TEMPLATES[number])


def test_every_sentence_is_there_in_all_languages():
    vietnamese = translations("vi", "hints")
    fields = lambda text: {name for _, name, _, _ in string.Formatter().parse(text) if name}  # noqa: E731
    for template in (*chance.TEMPLATES, *flips.TEMPLATES):
        assert vietnamese.gettext(template) != template
        assert fields(vietnamese.gettext(template)) == fields(template)


def test_an_iterator_that_was_noted_is_fresh_for_every_function():
    call = Call(("q", "c"), True, "f", (Once([1.0, 2.0]),), {})
    twice = lambda items: [sum(items), sum(items)]  # noqa: E731
    for _ in range(2):
        assert outcomes.of_program(twice, call).leaves[0].tolist() == [3.0, 0.0]
