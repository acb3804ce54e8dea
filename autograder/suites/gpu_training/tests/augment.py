"""Checks of augment: each image flipped and shifted at random."""

import math

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "augment"
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


def crops(image):
    """All that augment may make of an image: every crop of it padded by reflection, mirrored or not."""
    padded = np.pad(image, ((0, 0), (4, 4), (4, 4)), mode="reflect")
    plain = [padded[:, row : row + 32, column : column + 32] for row in range(9) for column in range(9)]
    return np.stack(plain + [crop[:, :, ::-1] for crop in plain])


@test_case(name="augment: every image becomes one of its crops, mirrored or not", points=0.5)
def crops_of_itself(augment):
    for seed, N in ((0, 12), (1, 7)):
        images = np.random.default_rng(seed).integers(256, size=(N, 3, 32, 32), dtype=np.uint8)
        augmented = augment(torch.tensor(images), torch.Generator().manual_seed(seed))
        assert isinstance(augmented, torch.Tensor), "augment returns a tensor."
        assert augmented.shape == images.shape, (
            f"The shape is {tuple(augmented.shape)}; expected {images.shape}."
        )
        assert augmented.dtype == torch.uint8, f"The dtype is {augmented.dtype}; expected that of the images."
        same = [
            (crops(image) == new).all(axis=(1, 2, 3))
            for image, new in zip(images, augmented.numpy(), strict=True)
        ]
        for i, possible in enumerate(same):
            assert possible.any(), f"Image {i} is no crop of the image padded by reflection, mirrored or not."
        # A right function leaves all but one as they were with a probability below 7 * 162^-6 < 1e-12.
        changed = sum((image != new).any() for image, new in zip(images, augmented.numpy(), strict=True))
        assert changed > 1, "The images are as they were."


@test_case(name="augment: each image has its own flip and shift", points=0.5)
def each_on_its_own(augment):
    for seed in range(2):
        image = np.random.default_rng(seed).integers(256, size=(1, 3, 32, 32), dtype=np.uint8)
        augmented = augment(torch.tensor(image).repeat(40, 1, 1, 1), torch.Generator().manual_seed(seed))
        # For a right function all are alike with probability 162^-39.
        assert (augmented != augmented[:1]).any(), "All copies of one image were changed in the same way."
        assert (crops(image[0]) == augmented[0].numpy()).all(axis=(1, 2, 3)).any(), "The first is no crop."


# Images in a batch of the statistical checks.
N = 2000

# The probability, at most, that one of their comparisons refuses a right function; there are less than 20.
FALSE_ALARM = 1e-8


def coordinates(n=N, dtype=torch.uint8):
    """Images whose channels say each pixel's row, its column, and the number of the image (modulo 251)."""
    images = torch.empty(n, 3, 32, 32, dtype=dtype)
    images[:, 0] = torch.arange(32)[:, None]
    images[:, 1] = torch.arange(32)
    images[:, 2] = (torch.arange(n) % 251)[:, None, None]
    return images


def what_was_done(augmented):
    """To each of `coordinates`: mirrored or not, and the shift of rows and columns, -4 .. 4 each.

    Read from the middle of the image, where no reflection comes.
    """
    assert augmented.shape[1:] == (3, 32, 32)
    left, right = (augmented[:, 1, 16, column].int() for column in (15, 16))
    mirrored = right < left
    down, across = augmented[:, 0, 16, 16].int() - 16, torch.where(mirrored, right, left) - 15
    assert int(down.abs().max()) <= 4
    assert int(across.abs().max()) <= 4
    return mirrored, down, across


def drawn_generator(check, *key):
    return torch.Generator().manual_seed(check.torch_seed("augment", *key))


def batches(augment, check, *key):
    """What was done to two batches."""
    parts = [what_was_done(augment(coordinates(), drawn_generator(check, *key, batch))) for batch in range(2)]
    assert not all(
        torch.equal(first, second) for first, second in zip(*parts, strict=True)
    )  # 162^-2000 if right
    return [torch.cat(part) for part in zip(*parts, strict=True)]


def check_share(chosen, expected):
    """Hoeffding: n independent draws are further than d from their mean with probability <= 2 exp(-2 n d^2)."""
    allowed = math.sqrt(math.log(2 / FALSE_ALARM) / (2 * chosen.numel()))
    share = chosen.double().mean().item()
    assert abs(share - expected) <= allowed, f"a share of {share:.4f} where {expected:.4f} is expected"


@test_case(name="augment: half are mirrored, and all 9 x 9 places come", points=0.5)
def flips_and_places(augment):
    images = coordinates(2000, torch.float32)
    halves = [augment(images, torch.Generator().manual_seed(seed)) for seed in (5, 6)]
    assert not torch.equal(*halves), "Two states of the generator gave the same batch."
    augmented = torch.cat(halves)
    assert augmented.dtype == torch.float32, f"float32 images became {augmented.dtype}."
    mirrored, down, across = what_was_done(augmented)
    # Hoeffding: a right function is further from one half with a probability below 2 exp(-2 * 4000 * 0.1^2) < 1e-34.
    share = float(mirrored.float().mean())
    assert 0.4 < share < 0.6, f"{share:.0%} of the images are mirrored; expected about one half."
    for name, shift in (("up or down", down), ("left or right", across)):
        missing = sorted(set(range(-4, 5)) - set(shift.tolist()))
        # 18 (8 / 9)^4000 < 1e-200
        assert not missing, f"No image of 4000 is shifted {name} by {missing} pixels."
    places = len(set(zip(down.tolist(), across.tolist(), strict=True)))
    # 81 (80 / 81)^4000 < 1e-19
    assert places == 81, (
        f"{places} of the 81 places came in 4000 images: rows and columns have draws of their own."
    )


@test_case(name="augment: the generator alone decides, and the images stay", points=0.5)
def generators_example(augment):
    images = coordinates(60)
    generator = torch.Generator().manual_seed(1)
    first, second = augment(images, generator), augment(images, generator)
    assert torch.equal(images, coordinates(60)), "The images that were passed in have changed."
    what_was_done(first)
    # Two right draws are the same with a probability of 162^-60.
    assert not torch.equal(first, second), "A generator that goes on gave the same batch again."
    again, other = (augment(images, torch.Generator().manual_seed(seed)) for seed in (1, 2))
    assert torch.equal(again, first), "The same state of the generator gave two different batches."
    assert not torch.equal(other, first), "Two states of the generator gave the same batch."


@test_case(
    name="augment: half of the images are mirrored, whatever else happens to them",
    points=1,
    hidden=True,
    failure_message="Each image is mirrored, left to right, with probability one half, by a draw of its own.",
)
def flips(augment, check):
    mirrored, down, across = batches(augment, check, "flips")
    check_share(mirrored, 0.5)
    check_share(mirrored[::2] & mirrored[1::2], 0.25)  # pairs of neighbours
    for shift in (down, across):
        for chosen in (shift < 0, shift > 0):
            check_share(mirrored & chosen, 2 / 9)


@test_case(
    name="augment: all of the 81 places",
    points=1.5,
    hidden=True,
    failure_message=(
        "The crop lies at each of the 9 x 9 places with the same probability, rows and columns shifted each for "
        "itself, and each image by its own draw."
    ),
)
def places(augment, check):
    _, down, across = batches(augment, check, "places")
    counts = torch.bincount((down + 4) * 9 + across + 4, minlength=81)
    # Each count is binomial, n = 4000 with 1/81, of mean 49.4. By Chernoff's bound a right function has one below 8
    # with probability 81 exp(-49.4 + 8 - 8 log(8 / 49.4)) < 2e-10, one above 120 with 81 exp(120 - 49.4 - 120
    # log(120 / 49.4)) < 2e-14.
    assert 8 <= int(counts.min()) <= int(counts.max()) <= 120
    for shift in (down, across):
        for value in range(-4, 5):
            check_share(shift == value, 1 / 9)
    check_share((down[::2] == down[1::2]) & (across[::2] == across[1::2]), 1 / 81)  # of neighbours


@test_case(
    name="augment: float images, reflected at the border",
    points=0.5,
    hidden=True,
    failure_message="Pixel -1 is pixel 1, and pixel 32 is pixel 30, in all three channels and in any dtype.",
)
def floats(augment, check):
    for dtype in (torch.float32, torch.uint8):
        images = coordinates(200, dtype)
        augmented = augment(images, drawn_generator(check, "floats"))
        assert augmented.shape == images.shape
        assert not torch.equal(augmented, images)  # 162^-200 if right
        padded = np.pad(images.numpy(), ((0, 0), (0, 0), (4, 4), (4, 4)), mode="reflect")
        expected = []
        for i, (mirrored, down, across) in enumerate(zip(*what_was_done(augmented), strict=True)):
            crop = padded[i, :, 4 + down : 36 + down, 4 + across : 36 + across]
            expected.append(crop[:, :, ::-1] if mirrored else crop)
        # float images may have been interpolated; grey levels are whole numbers, and neighbours differ by 1.
        check.same(augmented, torch.tensor(np.stack(expected)), dtype=True, rtol=0, atol=1e-3)


@test_case(
    name="augment: the generator is the only source of randomness, and the images stay",
    points=1,
    hidden=True,
    failure_message="Draw from the generator that is passed in alone, and return new images.",
)
def generators(augment, check):
    images = coordinates(60)
    generator = drawn_generator(check, "generators")
    first, second = augment(images, generator), augment(images, generator)
    check.intact([images], [coordinates(60)], what="augment")
    check.same(augment(images, drawn_generator(check, "generators")), first)
    what_was_done(first)
    # Two independent batches are the same with probability 162^-60.
    assert not torch.equal(first, second)
    assert not torch.equal(augment(images, drawn_generator(check, "another")), first)
