"""Checks of train: the loop that brings everything together."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "train"
points = None


def expect(got, expected, what, rtol=1e-5, atol=1e-6):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} là None. Có thiếu lệnh return không?"
    if isinstance(got, torch.Tensor):
        got = got.detach().cpu().numpy()
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
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


@test_case(name="train: mất mát của mọi bước, bắt đầu từ khoảng log C", points=0.5)
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


@test_case(name="train: mất mát giảm khi hai lớp khác nhau về màu", points=0.5)
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


def colours(N, seed):
    """N images of one colour each."""
    drawn = np.random.default_rng(seed).integers(256, size=(N, 1, 1, 3), dtype=np.uint8)
    return np.broadcast_to(drawn, (N, 32, 32, 3)).copy()


def still(train, model, X, y, **options):
    """The history of a training that does not move the weights."""
    return train(model, X, y, **{"epochs": 2, "batch_size": len(X), "learning_rate": 0.0, **options})


@test_case(name="train: mất mát của lô, với nhãn đã làm mượt, đã chuẩn hóa, ở chế độ huấn luyện", points=0.5)
def losses_of_batches_example(ConvNet, train):
    for smoothing, y, seed in ((0.0, np.arange(12) % 4, 1), (0.8, np.zeros(12, dtype=np.int64), 2)):
        model, X = network(ConvNet, 4, seed), colours(12, seed)
        X.setflags(write=False)  # as arrays that are read from a file may be
        history = still(train, model.eval(), X, y, label_smoothing=smoothing)
        assert model.training, "Mô hình bị để lại ở chế độ đánh giá."
        pixels = X.reshape(-1, 3).astype(np.float64)
        expect(model.mean.flatten(), pixels.mean(axis=0), "model.mean", rtol=2e-3)
        expect(model.std.flatten(), pixels.std(axis=0), "model.std", rtol=2e-3)
        logits = model(torch.tensor(X).permute(0, 3, 1, 2)).detach()
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(y), label_smoothing=smoothing)
        expect(
            history, np.full(2, float(loss)), f"hai mất mát của mọi mẫu, label_smoothing={smoothing}", 1e-3
        )


@test_case(name="train: mỗi epoch có thứ tự riêng, và ảnh được tăng cường", points=0.5)
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
        np.sort(runs[0], axis=1), np.sort(alone * 3, axis=1), "các mất mát của mỗi epoch, đã sắp xếp", 1e-3, 1e-4
    )
    for first, second in ((0, 1), (1, 2), (0, 2)):
        same = np.allclose(runs[0][first], runs[0][second], atol=1e-4)
        assert not same, f"Các epoch {first} và {second} đi qua các mẫu theo cùng một thứ tự."
    expect(runs[1], runs[0], "lịch sử với bộ sinh hạt giống 0, bên cạnh lịch sử khi không có bộ sinh", 1e-3, 1e-4)
    assert not np.allclose(runs[2], runs[0], atol=1e-4), "Hai trạng thái của bộ sinh cho cùng một thứ tự."
    patterns = np.random.default_rng(4).integers(256, size=(12, 8, 8, 3), dtype=np.uint8)
    patterns = patterns.repeat(4, axis=1).repeat(4, axis=2)
    losses = still(train, network(ConvNet, 4, 4), patterns, np.arange(12) % 4, epochs=3)
    assert np.ptp(losses) > 1e-3, f"Mất mát của cùng một lô là {losses}: mỗi bước tăng cường nó lại từ đầu."


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


@test_case(name="train: tốc độ học, động lượng và suy giảm trọng số của mọi bước", points=0.5)
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
        expect(history, losses, f"lịch sử với momentum={momentum} và weight_decay={decay}", 1e-3, 1e-3)
