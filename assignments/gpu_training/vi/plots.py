"""Draws the notebook's figures. Nothing in here is graded, and nothing needs to be read or changed.

Every function takes what your functions have computed, as numbers, arrays or tensors on the CPU.
"""

import matplotlib.pyplot as plt
import numpy as np

from colab_setup.drawing import use_style, without_frame

use_style()


def draw_samples(images, labels, classes, title):
    """The first image of each of ten classes."""
    firsts = [images[np.flatnonzero(labels == label)[0]] for label in range(10)]
    _draw_images(firsts, classes, title, (2, 5), (6, 3.2))


def draw_augmented(images, title):
    """Twelve images (12, 32, 32, 3), of which the first is the original."""
    names = ["ảnh gốc", *(f"bản sao {number}" for number in range(1, 12))]
    _draw_images(images, names, title, (3, 4), (6, 5.2))


def draw_log_sum_exp(sizes, losses):
    """Losses against the logit of a wrong class; `losses` are lists by name."""
    _, ax = plt.subplots()
    for (name, values), style in zip(losses.items(), ["-", "--"], strict=True):
        ax.loglog(sizes, values, style, label=name, linewidth=4 if style == "--" else 2)
    ax.axvline(88.7, color="black", linestyle=":", linewidth=1.5, label="float32 lớn nhất")
    ax.set(xlabel="logit a của một lớp sai", ylabel="mất mát", title="Entropy chéo với float32")
    ax.legend()
    plt.show()


def draw_smoothing(values, losses):
    """Losses against the true class's logit; `losses` are arrays by e, and each lowest point but that of 0 is marked."""
    _, ax = plt.subplots()
    for e, curve in losses.items():
        lowest = int(np.argmin(curve))
        ax.plot(values, curve, label=f"e = {e}")
        if e > 0:
            ax.plot(values[lowest], curve[lowest], "o", color="black")
    ax.plot([], [], "o", color="black", label="thấp nhất")
    ax.set(xlabel="logit của lớp đúng", ylabel="mất mát", title="Làm mượt nhãn")
    ax.legend()
    plt.show()


def draw_masks(masks):
    """Examples in rows, features in columns; `masks` are tensors by name."""
    fig, axes = plt.subplots(2, figsize=(6, 6), sharex=True)
    for ax, (name, mask) in zip(axes, masks.items(), strict=True):
        picture = ax.imshow(mask.numpy(), cmap="viridis", vmin=0, vmax=1.5, aspect="auto")
        ax.set(ylabel="mẫu", yticks=range(0, 16, 5), title=name)
        without_frame(ax)
    axes[-1].set(xlabel="đặc trưng")
    fig.colorbar(picture, ax=axes, label="giá trị của phần tử vốn là 1", shrink=0.7)
    plt.show()


def draw_before_after(before, after):
    """How the values of three channels are spread, (N, 3) each."""
    _, axes = plt.subplots(2, figsize=(6, 6), sharex=True)
    for ax, name, data in zip(axes, ["trước", "sau, khi huấn luyện"], [before, after], strict=True):
        for channel in range(3):
            label = f"{data[:, channel].mean():.1f} và {data[:, channel].std():.1f}".replace("-0.0", "0.0")
            ax.hist(data[:, channel].numpy(), bins=np.arange(-8, 16, 0.25), alpha=0.5, label=label)
        ax.set(ylabel="số phần tử", title=name)
        ax.legend(title="trung bình và độ lệch chuẩn")
    axes[-1].set(xlabel="giá trị")
    plt.show()


def draw_windows(offsets, ends):
    """Where windows of 2 end, a row of pixels for each offset."""
    fig, ax = plt.subplots(figsize=(6, 4))
    for line, row in enumerate(ends):
        for number, end in enumerate(row.tolist()):
            ax.broken_barh(
                [(end - 1.5 + 0.06, 1.88)],
                (line - 0.4 + 0.4 * (number % 2), 0.38),
                color=f"C{number % 2}",
                label=["cửa sổ lẻ", "cửa sổ chẵn"][number] if line == 0 and number < 2 else None,
            )
    ax.set_yticks(range(len(offsets)), [f"{u:g}" for u in offsets])
    ax.set_xticks(range(12))
    ax.set(xlabel="điểm ảnh", ylabel="u", title="12 điểm ảnh, bảy cửa sổ cỡ 2", xlim=(-0.6, 11.6))
    fig.legend(loc="outside lower center", ncols=2)
    plt.show()


def draw_valley(paths):
    """Ways of descent in a valley; `paths` are (steps, 2) by name."""
    fig, ax = plt.subplots(figsize=(6, 4.6))
    across, along = np.meshgrid(np.linspace(-1.1, 1.1, 100), np.linspace(-4.3, 1.5, 100), indexing="ij")
    ax.contour(along, across, (along**2 + 30 * across**2) / 2, levels=12, colors="grey", linewidths=0.7)
    ax.plot([], [], color="grey", linewidth=0.7, label="equal f")
    for name, path in paths.items():
        ax.plot(*np.asarray(path).T, marker="o", markersize=3, linewidth=1.2, label=name)
    ax.set(xlabel="trọng số thứ nhất", ylabel="trọng số thứ hai", title="40 bước trong một thung lũng")
    fig.legend(loc="outside lower center", ncols=2)
    plt.show()


def draw_schedules(steps, stairs, cosine):
    """Learning rates of two schedules."""
    _, ax = plt.subplots()
    ax.step(steps, stairs, where="post", label="bậc thang: các mốc 50 và 75")
    ax.plot(steps, cosine, label="cosin: khởi động 20 bước")
    ax.set(xlabel="bước", ylabel="tốc độ học", title="Hai lịch tốc độ học", ylim=(0, 0.128))
    ax.legend(loc="upper right")
    plt.show()


def draw_regularised(accuracies):
    """Training and validation accuracy of networks; `accuracies` are pairs in per cent by name."""
    fig, ax = plt.subplots(figsize=(6, 4.4))
    places = np.arange(len(accuracies))
    for side, (name, shift) in enumerate([("huấn luyện", -0.2), ("kiểm định", 0.2)]):
        bars = ax.barh(places + shift, [pair[side] for pair in accuracies.values()], 0.38, label=name)
        ax.bar_label(bars, fmt="%.0f", padding=3, fontsize=11)
    ax.set_yticks(places, accuracies)
    ax.invert_yaxis()
    ax.set(xlabel="phần trăm đúng", ylabel="mạng", xlim=(0, 112), title="Mỗi phép điều chuẩn làm được gì")
    fig.legend(loc="outside lower center", ncols=2)
    plt.show()


def draw_history(history, title):
    """The loss of each batch, its moving average, and the lowest that label smoothing allows."""
    window = max(1, len(history) // 20)
    average = np.convolve(history, np.ones(window) / window, mode="valid")
    _, ax = plt.subplots()
    ax.plot(history, alpha=0.35, linewidth=1, label="từng lô")
    ax.plot(np.arange(len(average)) + window // 2, average, color="C0", label="trung bình trượt")
    ax.axhline(0.5003, color="black", linestyle=":", linewidth=1.5, label="thấp nhất có thể: 0.50")
    ax.set(xlabel="bước", ylabel="mất mát", title=title)
    ax.legend()
    plt.show()


def draw_confusion(predictions, y, classes, title):
    """How often each class is taken for each, in per cent of the true class."""
    counts = np.zeros((len(classes), len(classes)), dtype=int)
    np.add.at(counts, (y, predictions), 1)
    percents = 100 * counts / counts.sum(axis=1, keepdims=True)
    fig, ax = plt.subplots(figsize=(6, 5.6))
    picture = ax.imshow(percents, cmap="Blues", vmin=0, vmax=100)
    for row, column in np.ndindex(percents.shape):
        shade = "white" if percents[row, column] > 50 else "black"
        text = f"{percents[row, column]:.0f}"
        ax.text(column, row, text, ha="center", va="center", color=shade, fontsize=11)
    ax.set_xticks(range(len(classes)), classes, rotation=60, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(classes)), classes)
    ax.set(xlabel="lớp dự đoán", ylabel="lớp đúng", title=title)
    without_frame(ax)
    fig.colorbar(picture, ax=ax, label="phần trăm của lớp đúng", shrink=0.8)
    plt.show()


def draw_hardest(images, truths, taken, probabilities):
    """Nine images with their true class, what they were taken for, and the true class's probability."""
    fig, axes = plt.subplots(3, 3, figsize=(6, 7.4))
    for ax, image, truth, guess, p in zip(axes.flat, images, truths, taken, probabilities, strict=True):
        ax.imshow(image)
        colour = "black" if truth == guess else "firebrick"
        ax.set_title(f'{truth}\nđoán: {guess}\n{100 * p:.1f} %', fontsize=11, color=colour)
        ax.set(xticks=[], yticks=[])
        without_frame(ax)
    fig.supxlabel("cột điểm ảnh")
    fig.supylabel("hàng điểm ảnh")
    plt.show()


def draw_times(milliseconds, title):
    """How long the parts of a step take; `milliseconds` by name."""
    _, ax = plt.subplots(figsize=(6, 3.4))
    bars = ax.barh(list(milliseconds), list(milliseconds.values()))
    ax.bar_label(
        bars, [f" {100 * part / sum(milliseconds.values()):.0f} %" for part in milliseconds.values()]
    )
    ax.invert_yaxis()
    ax.margins(x=0.15)
    ax.set(xlabel="mili giây", ylabel="phần của một bước", title=title)
    plt.show()


def _draw_images(images, names, title, shape, size):
    fig, axes = plt.subplots(*shape, figsize=size)
    for ax, image, name in zip(axes.flat, images, names, strict=True):
        ax.imshow(image)
        ax.set_title(name, fontsize=11)
        ax.set(xticks=[], yticks=[])
        without_frame(ax)
    fig.supxlabel("cột điểm ảnh")
    fig.supylabel("hàng điểm ảnh")
    fig.suptitle(title)
    plt.show()
