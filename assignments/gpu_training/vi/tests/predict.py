"""Checks of predict: the class with the highest logit of each image."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "predict"
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


def pictures(rng, N):
    """N images, each of one colour with some noise."""
    colours = rng.integers(40, 216, size=(N, 1, 1, 3))
    return (colours + rng.integers(-40, 41, size=(N, 32, 32, 3))).astype(np.uint8)


def network(ConvNet, classes, seed):
    """A small network that is always the same: whether build_model is right decides nothing here."""
    nn = torch.nn
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        patches = nn.Conv2d(3, 8, 4, stride=4, bias=False)
        end = (nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(8, classes))
        return ConvNet(nn.Sequential(patches, nn.BatchNorm2d(8), nn.ReLU(), *end))


@test_case(name="predict: mỗi ảnh một lớp", points=0.5)
def one_class_each(ConvNet, predict):
    most = 0
    for seed, (N, classes, batch_size) in enumerate(
        ((7, 10, 1000), (7, 4, 3), (1, 2, 1), *((5, 10, 5),) * 3)
    ):
        X = pictures(np.random.default_rng(N), N)
        model = network(ConvNet, classes, seed)
        got = predict(model, X, batch_size=batch_size)
        assert isinstance(got, torch.Tensor), f"predict trả về một {type(got).__name__}; mong đợi một tensor."
        assert got.dtype == torch.int64, f"Các lớp có kiểu {got.dtype}; mong đợi torch.int64."
        assert got.shape == (N,), f"Kích thước là {tuple(got.shape)}; mong đợi {(N,)}."
        assert 0 <= int(got.min()) <= int(got.max()) < classes, (
            f"{got.tolist()} không phải là các lớp 0 .. {classes - 1}."
        )
        if batch_size >= N:
            reversed_batch = predict(model, X[::-1].copy(), batch_size=batch_size)
            assert reversed_batch.flip(0).tolist() == got.tolist(), (
                "Cùng những ảnh ấy theo thứ tự ngược lại nhận lớp khác."
            )
        most = max(most, len(set(got.tolist())))
    assert most > 1, "Mọi ảnh của một lô thuộc cùng một lớp, dù mô hình là gì."


def of_colours(ConvNet):
    """A network whose logits of an image of one colour grow with its red, green and blue, and its normalisation."""
    nn = torch.nn
    linear = nn.Linear(3, 3, bias=False)
    layers = nn.Conv2d(3, 3, 1, bias=False), nn.BatchNorm2d(3), nn.AdaptiveMaxPool2d(1), nn.Flatten(), linear
    with torch.no_grad():
        layers[0].weight.copy_(torch.eye(3).reshape(3, 3, 1, 1))
        linear.weight.copy_(torch.eye(3))
    return ConvNet(nn.Sequential(*layers)), layers[1]


def of_one_colour(colours):
    return np.broadcast_to(np.array(colours, np.uint8)[:, None, None, :], (len(colours), 32, 32, 3)).copy()


@test_case(name="predict: logit cao nhất ở chế độ đánh giá; mô hình giữ chế độ của nó", points=0.5)
def evaluation_mode_example(ConvNet, predict):
    model, normalisation = of_colours(ConvNet)
    for colours, classes in (
        ([[200, 100, 50], [150, 100, 50], [110, 100, 50], [105, 100, 90]], [0, 0, 0, 0]),
        ([[10, 20, 30], [30, 90, 20], [255, 0, 0], [0, 1, 2], [0, 2, 1]], [2, 1, 0, 2, 1]),
        ([[90, 90, 50], [10, 80, 80], [70, 70, 70], [60, 20, 60]], [0, 1, 0, 0]),  # the first of equal logits
    ):
        X = of_one_colour(colours)
        for mode, batch_size, images in ((True, 1000, X), (False, 3, torch.tensor(X))):
            got = predict(model.train(mode), images, batch_size=batch_size)
            expect(
                got, classes, f"lớp của các ảnh màu {colours}, theo lô {batch_size}"
            )
            assert model.training == mode, "Mô hình bị để lại ở chế độ khác với trước đó."
            assert float(normalisation.running_var.max()) == 1.0, (
                "Thống kê tích lũy của mô hình đã thay đổi."
            )
