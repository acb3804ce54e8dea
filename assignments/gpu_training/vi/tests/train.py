"""Checks of train: the loop that brings everything together."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "train"
points = None


def network(ConvNet, classes, seed):
    """A small network that is always the same: whether build_model is right decides nothing here."""
    nn = torch.nn
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        patches = nn.Conv2d(3, 8, 4, stride=4, bias=False)
        end = (nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(8, classes))
        return ConvNet(nn.Sequential(patches, nn.BatchNorm2d(8), nn.ReLU(), *end))


@test_case(name="train: mất mát của mọi bước, bắt đầu từ khoảng log C", points=1)
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
        assert isinstance(history, list), f"Lịch sử là một {type(history).__name__}; mong đợi một danh sách."
        assert all(isinstance(loss, float) for loss in history), (
            "Lịch sử chứa các số float: tensor có .tolist()."
        )
        steps = epochs * (N // batch_size)
        assert len(history) == steps, (
            f"Lịch sử có {len(history)} mất mát; mong đợi {steps}: {epochs} lần {N // batch_size} lô đầy đủ."
        )
        assert len(set(history)) > 1, "Mọi mất mát đều bằng nhau, dù các lô khác nhau."
        assert 0.2 * np.log(classes) < history[0] < 4 * np.log(classes), (
            f"Mất mát đầu tiên là {history[0]:.3g}; trước khi huấn luyện nó vào khoảng log {classes}."
        )


@test_case(name="train: mất mát giảm khi hai lớp khác nhau về màu", points=1)
def learns_colours(ConvNet, train):
    for seed in range(2):
        rng, y = np.random.default_rng(seed), np.arange(32) % 2
        colours = np.array([[60, 90, 150], [150, 100, 70]])[y]
        X = (colours[:, None, None, :] + rng.integers(-50, 51, size=(32, 32, 32, 3))).astype(np.uint8)
        history = train(network(ConvNet, 2, seed), X, y, epochs=8, batch_size=8, learning_rate=0.05)
        first, last = np.mean(history[:4]), np.mean(history[-4:])
        assert last < 0.5 * first, (
            f"Mất mát không giảm: từ {first:.3g} đến {last:.3g} sau {len(history)} bước."
        )
        assert min(history) >= 0, "Entropy chéo không bao giờ âm."
