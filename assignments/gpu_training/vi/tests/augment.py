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


@test_case(name="augment: mỗi ảnh trở thành một phần cắt của nó, lật gương hoặc không", points=1.5)
def crops_of_itself(augment):
    for seed, N in ((0, 12), (1, 7)):
        images = np.random.default_rng(seed).integers(256, size=(N, 3, 32, 32), dtype=np.uint8)
        augmented = augment(torch.tensor(images), torch.Generator().manual_seed(seed))
        assert isinstance(augmented, torch.Tensor), "augment trả về một tensor."
        assert augmented.shape == images.shape, (
            f"Kích thước là {tuple(augmented.shape)}; mong đợi {images.shape}."
        )
        assert augmented.dtype == torch.uint8, f"Kiểu dtype là {augmented.dtype}; mong đợi dtype của ảnh."
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
