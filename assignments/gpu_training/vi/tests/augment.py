"""Checks of augment: each image flipped and shifted at random."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "augment"
points = None


def crops(image):
    """All that augment may make of an image: every crop of it padded by reflection, mirrored or not."""
    padded = np.pad(image, ((0, 0), (4, 4), (4, 4)), mode="reflect")
    plain = [padded[:, row : row + 32, column : column + 32] for row in range(9) for column in range(9)]
    return np.stack(plain + [crop[:, :, ::-1] for crop in plain])


@test_case(name="augment: mỗi ảnh trở thành một phần cắt của nó, lật gương hoặc không", points=0.5)
def crops_of_itself(augment):
    for seed, N in ((0, 12), (1, 7)):
        images = np.random.default_rng(seed).integers(256, size=(N, 3, 32, 32), dtype=np.uint8)
        augmented = augment(torch.tensor(images), torch.Generator().manual_seed(seed))
        assert isinstance(augmented, torch.Tensor), "augment trả về một tensor."
        assert augmented.shape == images.shape, (
            f"Kích thước là {tuple(augmented.shape)}; mong đợi {images.shape}."
        )
        assert augmented.dtype == torch.uint8, f"dtype là {augmented.dtype}; mong đợi dtype của ảnh."
        same = [
            (crops(image) == new).all(axis=(1, 2, 3))
            for image, new in zip(images, augmented.numpy(), strict=True)
        ]
        for i, possible in enumerate(same):
            assert possible.any(), f"Ảnh {i} không phải là phần cắt của ảnh đã đệm phản chiếu, lật gương hoặc không."
        # A right function leaves all but one as they were with a probability below 7 * 162^-6 < 1e-12.
        changed = sum((image != new).any() for image, new in zip(images, augmented.numpy(), strict=True))
        assert changed > 1, "Các ảnh vẫn y nguyên."


@test_case(name="augment: mỗi ảnh có phép lật và phép dịch riêng", points=0.5)
def each_on_its_own(augment):
    for seed in range(2):
        image = np.random.default_rng(seed).integers(256, size=(1, 3, 32, 32), dtype=np.uint8)
        augmented = augment(torch.tensor(image).repeat(40, 1, 1, 1), torch.Generator().manual_seed(seed))
        # For a right function all are alike with probability 162^-39.
        assert (augmented != augmented[:1]).any(), "Mọi bản sao của một ảnh bị thay đổi theo cùng một cách."
        assert (crops(image[0]) == augmented[0].numpy()).all(axis=(1, 2, 3)).any(), "Ảnh đầu tiên không phải là một phần cắt."


# Images in a batch of the statistical checks.
N = 2000


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


@test_case(name="augment: một nửa bị lật, và mọi vị trí 9 x 9 đều xuất hiện", points=0.5)
def flips_and_places(augment):
    images = coordinates(2000, torch.float32)
    halves = [augment(images, torch.Generator().manual_seed(seed)) for seed in (5, 6)]
    assert not torch.equal(*halves), "Hai trạng thái của bộ sinh cho cùng một lô."
    augmented = torch.cat(halves)
    assert augmented.dtype == torch.float32, f"Ảnh float32 trở thành {augmented.dtype}."
    mirrored, down, across = what_was_done(augmented)
    # Hoeffding: a right function is further from one half with a probability below 2 exp(-2 * 4000 * 0.1^2) < 1e-34.
    share = float(mirrored.float().mean())
    assert 0.4 < share < 0.6, f"{share:.0%} số ảnh bị lật; mong đợi khoảng một nửa."
    for name, shift in (("lên hoặc xuống", down), ("trái hoặc phải", across)):
        missing = sorted(set(range(-4, 5)) - set(shift.tolist()))
        # 18 (8 / 9)^4000 < 1e-200
        assert not missing, f"Không ảnh nào trong 4000 ảnh bị dịch {name} {missing} điểm ảnh."
    places = len(set(zip(down.tolist(), across.tolist(), strict=True)))
    # 81 (80 / 81)^4000 < 1e-19
    assert places == 81, (
        f"{places} trong 81 vị trí xuất hiện trong 4000 ảnh: hàng và cột có lần rút riêng."
    )


@test_case(name="augment: chỉ bộ sinh quyết định, và các ảnh được giữ nguyên", points=0.5)
def generators_example(augment):
    images = coordinates(60)
    generator = torch.Generator().manual_seed(1)
    first, second = augment(images, generator), augment(images, generator)
    assert torch.equal(images, coordinates(60)), "Các ảnh được truyền vào đã bị thay đổi."
    what_was_done(first)
    # Two right draws are the same with a probability of 162^-60.
    assert not torch.equal(first, second), "Một bộ sinh chạy tiếp lại cho cùng một lô."
    again, other = (augment(images, torch.Generator().manual_seed(seed)) for seed in (1, 2))
    assert torch.equal(again, first), "Cùng trạng thái của bộ sinh cho hai lô khác nhau."
    assert not torch.equal(other, first), "Hai trạng thái của bộ sinh cho cùng một lô."
