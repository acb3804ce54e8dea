"""Draws the notebook's figures. Nothing in here is graded, and nothing needs to be read or changed.

Every function takes plain numbers that your functions have computed; images are (N, 32, 32, 3) bytes.
"""

import matplotlib.pyplot as plt
import numpy as np

from colab_setup.drawing import use_style, without_frame

use_style()


def draw_samples(images, labels, classes, name, per_class=8):
    """Some images of each class, a row a class."""
    rows = [np.hstack(images[np.flatnonzero(labels == label)[:per_class]]) for label in range(len(classes))]
    _, ax = plt.subplots(figsize=(6, 7))
    ax.imshow(np.vstack(rows))
    ax.set_yticks(32 * np.arange(len(rows)) + 16, classes)
    ax.set_xticks(32 * np.arange(per_class) + 16, np.arange(1, per_class + 1))
    ax.set(xlabel="mẫu", ylabel="lớp", title=f"{name}: ảnh huấn luyện")
    without_frame(ax)
    plt.show()


def draw_losses(cat_scores, losses, at):
    """Losses of the lecture's cat against its own score; `losses` are lists by name, `at` the values at 3.2."""
    _, ax = plt.subplots()
    for name, values in losses.items():
        ax.plot(cat_scores, values, label=f"{name}: {at[name]:.2f} tại 3.2")
    ax.axvline(3.2, color="black", linestyle=":", linewidth=1.5)
    ax.set(xlabel="điểm số của lớp đúng", ylabel="mất mát", title="Ảnh mèo của bài giảng")
    ax.legend()
    plt.show()


def draw_step_sizes(steps, errors):
    """The error of numerical gradients against the step; `errors` are lists by name."""
    _, ax = plt.subplots()
    for name, values in errors.items():
        ax.loglog(steps, values, marker="o", label=name)
    ax.set(xlabel="bước h", ylabel="sai số tương đối", title="Gradient số so với gradient giải tích")
    ax.legend()
    plt.show()


def draw_penalties(penalties):
    """The weights (w_1, w_2) at which each penalty is 1; `penalties` are functions by name."""
    values = np.linspace(-1.4, 1.4, 113)
    fig, ax = plt.subplots(figsize=(6, 6))
    for number, (name, R) in enumerate(penalties.items()):
        heights = [[R(np.array([a, b])) for a in values] for b in values]
        ax.contour(values, values, heights, levels=[1], colors=[f"C{number}"], linewidths=2)
        ax.plot([], [], color=f"C{number}", label=name)
    ax.set(xlabel="trọng số thứ nhất", ylabel="trọng số thứ hai", title="Mọi trọng số có R(W) = 1", aspect="equal")
    fig.legend(loc="outside lower center", ncols=3)
    plt.show()


def draw_histories(histories, title):
    """The loss of each batch and its moving average; `histories` are lists by name."""
    _, axes = plt.subplots(len(histories), figsize=(6, 3 * len(histories)), sharex=True)
    for ax, (name, history) in zip(axes, histories.items(), strict=True):
        ax.plot(history, alpha=0.35, linewidth=1, label="từng lô")
        ax.plot(*_moving_average(history), color="C0", label="trung bình trượt")
        ax.set(ylabel=f"mất mát {name}")
        ax.legend()
    axes[-1].set(xlabel="bước")
    axes[0].set_title(title)
    plt.show()


def draw_learning_rates(histories, title):
    """Moving averages of several trainings; `histories` are lists by label."""
    fig, ax = plt.subplots(figsize=(6, 5))
    for label, history in histories.items():
        ax.plot(*_moving_average(history), label=label)
    ax.set(xlabel="bước", ylabel="mất mát (trung bình trượt)", title=title)
    fig.legend(title="tốc độ học: kiểm định", loc="outside lower center", ncols=2)
    plt.show()


def draw_surface(along, across, losses, path):
    """A surface of losses (rows: across), empty above, with the path (K, 2) of a training below."""
    fig, axes = plt.subplots(2, figsize=(6, 9), sharex=True)
    for ax, title in zip(axes, ["Mặt mất mát khi còn trống", "Mặt ấy, với một lần huấn luyện"], strict=True):
        levels = np.geomspace(losses.min(), losses.max(), 20)  # near the bottom the surface is flat
        picture = ax.contourf(along, across, losses, levels=levels, norm="log", cmap="viridis")
        ax.set(ylabel="chiều ngang", title=title)
    axes[1].plot(*np.transpose(path), marker="o", color="white", markersize=4, linewidth=1.5, label="weights")
    axes[1].plot(*path[0], "s", color="red", label="xuất phát")
    axes[1].legend(facecolor="lightgrey")
    axes[1].set(xlabel="dọc theo lần huấn luyện")
    fig.colorbar(picture, ax=axes, label="mất mát", shrink=0.7, format="%.1f")
    plt.show()


def draw_grid(results, title):
    """Training and validation accuracies of a search, {(learning_rate, reg): (training, validation)}; the best framed."""
    learning_rates, strengths = (sorted({pair[side] for pair in results}) for side in (0, 1))
    fig, axes = plt.subplots(2, figsize=(6, 1.6 + 1.2 * len(strengths)), sharex=True)
    for side, (ax, name) in enumerate(zip(axes, ["huấn luyện", "kiểm định"], strict=True)):
        percents = np.array(
            [
                [results[rate, reg][side] if (rate, reg) in results else np.nan for rate in learning_rates]
                for reg in strengths
            ]
        )
        picture = ax.imshow(percents, cmap="viridis", aspect="auto")
        middle = (np.nanmin(percents) + np.nanmax(percents)) / 2
        for row, column in np.argwhere(np.isfinite(percents)):
            shade = "black" if percents[row, column] > middle else "white"
            ax.text(column, row, f"{percents[row, column]:.1f}", ha="center", va="center", color=shade)
        row, column = np.unravel_index(np.nanargmax(percents), percents.shape)
        ax.add_patch(plt.Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, color="red", linewidth=3))
        ax.set_yticks(range(len(strengths)), [f"{reg:g}" for reg in strengths])
        ax.set(ylabel="reg", title=f"{title}: tập {name}")
        without_frame(ax)
        fig.colorbar(picture, ax=ax, label="phần trăm đúng")
    axes[1].set_xticks(range(len(learning_rates)), [f"{rate:.0e}" for rate in learning_rates])
    axes[1].set(xlabel="tốc độ học")
    plt.show()


def draw_accuracies(x, curves, xlabel, title):
    """Per cent right against something of many sizes; `curves` are lists by name."""
    _, ax = plt.subplots()
    for name, curve in curves.items():
        ax.semilogx(x, curve, marker="o", label=name)
    ax.axhline(10, color="grey", linestyle=":", label="đoán bừa")
    ax.set(xlabel=xlabel, ylabel="phần trăm đúng", ylim=(0, 105), title=title)
    ax.legend()
    plt.show()


def draw_bias_variance(sizes, bias, variance):
    """Bias and variance in per cent against the size of the training sets."""
    _, ax = plt.subplots()
    ax.semilogx(sizes, bias, marker="o", label="độ chệch: kết quả bỏ phiếu sai")
    ax.semilogx(sizes, variance, marker="s", label="phương sai: khác kết quả bỏ phiếu")
    ax.set_xticks(sizes, sizes)
    ax.minorticks_off()
    ax.set(xlabel="số ảnh huấn luyện của mỗi bộ", ylabel="phần trăm", ylim=(0, 90), title="Năm bộ phân loại")
    ax.legend()
    plt.show()


def draw_templates(rows, classes):
    """Columns of weights (3073, 10) as images, two lines for each entry of `rows`, by title."""
    fig, axes = plt.subplots(2 * len(rows), 5, figsize=(6, 2.9 * len(rows)))
    images = np.concatenate([W[:-1].T for W in rows.values()])
    images = (images - images.min(axis=1, keepdims=True)) / np.ptp(images, axis=1, keepdims=True)
    for number, (ax, image) in enumerate(zip(axes.flat, images.reshape(-1, 32, 32, 3), strict=True)):
        ax.imshow(image)
        ax.set_title(classes[number % 10], fontsize=11)
        ax.set(xticks=[], yticks=[])
        without_frame(ax)
    fig.supxlabel("cột điểm ảnh")
    fig.supylabel("hàng điểm ảnh")
    fig.suptitle(" / ".join(rows))
    plt.show()


def draw_regions(points, y, W, ticks, regions, scores, title):
    """Points in a plane, each class's line of score 0 and weights, and the predicted class everywhere."""
    fig, ax = plt.subplots(figsize=(6, 6.6))
    ax.contourf(ticks, ticks, regions, levels=[-0.5, 0.5, 1.5, 2.5], colors=["C0", "C1", "C2"], alpha=0.2)
    for label in range(3):
        colour = f"C{label}"
        ax.scatter(*points[y == label].T, s=18, color=colour, label=f"lớp {label}")
        ax.contour(ticks, ticks, scores[..., label], levels=[0], colors=colour, linewidths=2)
        length = np.linalg.norm(W[:2, label])
        direction = W[:2, label] / length
        middle = points[y == label].mean(axis=0)
        foot = (
            middle - (middle @ W[:2, label] + W[2, label]) / length * direction
        )  # the middle's shadow on the line
        arrow = {"color": colour, "width": 2, "headwidth": 9}
        ax.annotate("", foot + 1.2 * direction, foot, arrowprops=arrow)
    ax.plot([], [], color="grey", label="điểm số = 0")
    ax.set(xlabel="đặc trưng thứ nhất", ylabel="đặc trưng thứ hai", xlim=(-5, 5), ylim=(-5, 5), aspect="equal")
    ax.set_title(title)
    fig.legend(loc="outside lower center", ncols=2)
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
        ax.text(
            column, row, f"{percents[row, column]:.0f}", ha="center", va="center", color=shade, fontsize=11
        )
    ax.set_xticks(range(len(classes)), classes, rotation=60, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(classes)), classes)
    ax.set(xlabel="lớp dự đoán", ylabel="lớp đúng", title=title)
    without_frame(ax)
    fig.colorbar(picture, ax=ax, label="phần trăm của lớp đúng", shrink=0.8)
    plt.show()


def _moving_average(history, window=20):
    """Steps, and the mean of each `window` losses in a row."""
    average = np.convolve(history, np.ones(window) / window, mode="valid")
    return np.arange(len(average)) + window // 2, average
