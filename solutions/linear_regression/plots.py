"""Draws the notebook's figures. Nothing in here is graded, and nothing needs to be read or changed.

Every function takes plain numbers that your functions have computed.
"""

import matplotlib.pyplot as plt
import numpy as np

from colab_setup.drawing import use_style

use_style()


def draw_people(bmi, y):
    """The progression of each person's diabetes against the body mass index."""
    _, ax = plt.subplots()
    ax.scatter(bmi, y, s=14, alpha=0.6, label="442 people")
    ax.set(xlabel="body mass index", ylabel="progression after a year", title="Diabetes: one feature of ten")
    ax.legend()
    plt.show()


def draw_lines(bmi, y, ends, lines):
    """Lines through the people; `lines` are the values at the two `ends` by label."""
    fig, ax = plt.subplots(figsize=(6, 4.6))
    ax.scatter(bmi, y, s=14, alpha=0.4, color="grey", label="people")
    for label, values in lines.items():
        ax.plot(ends, values, label=label)
    ax.set(xlabel="body mass index", ylabel="progression after a year", ylim=(0, 370))
    ax.set_title("Three lines and their loss")
    fig.legend(loc="outside lower center", ncols=2)
    plt.show()


def draw_digits(degrees, errors):
    """The largest error of a weight against the degree; `errors` are lists by name."""
    _, ax = plt.subplots()
    for name, values in errors.items():
        ax.semilogy(degrees, values, marker="o", label=name)
    ax.set(xlabel="degree", ylabel="largest error of a weight", title="All true weights are 1")
    ax.legend()
    plt.show()


def draw_descents(surface, paths):
    """Paths (T + 1, 2) of gradient descent, by learning rate, on a `surface`: ticks, losses, best weights, their loss."""
    fig, ax = plt.subplots(figsize=(6, 6.4))
    _draw_levels(ax, *surface)
    for learning_rate, path in paths.items():
        ax.plot(*path.T, marker="o", markersize=4, linewidth=1.5, label=f"learning rate {learning_rate}")
    ax.set(xlabel="weight of cholesterol", ylabel="weight of LDL", aspect="equal")
    ax.set_title("60 steps of gradient descent")
    fig.legend(loc="outside lower center", ncols=2)
    plt.show()


def draw_divergence(losses):
    """What each step leaves above the least loss; `losses` are lists by learning rate."""
    fig, ax = plt.subplots(figsize=(6, 4.6))
    for learning_rate, values in losses.items():
        ax.semilogy(values, label=f"{learning_rate}")
    ax.set(xlabel="step", ylabel="loss above the least loss", title="Five learning rates")
    fig.legend(title="learning rate", loc="outside lower center", ncols=5)
    plt.show()


def draw_batch_sizes(surface, paths):
    """Paths (T + 1, 2) of mini-batch SGD, by batch size, each on a `surface` of its own, as of draw_descents."""
    fig, axes = plt.subplots(3, 2, figsize=(6, 9), sharex=True, sharey=True)
    for number, (ax, (batch_size, path)) in enumerate(zip(axes.flat, paths.items(), strict=True)):
        _draw_levels(ax, *surface)
        ax.plot(*path.T, color=f"C{number}", linewidth=1.2, label="path")
        ax.set(
            title="all 442" if batch_size == 442 else f"batches of {batch_size}",
            xlim=(-1.6, 1.6),
            ylim=(-1.6, 1.6),
        )
        ax.legend(loc="lower left")
    fig.supxlabel("weight of cholesterol")
    fig.supylabel("weight of LDL")
    plt.show()


def draw_batch_noise(losses, learning_rate):
    """What each pass over the data leaves above the least loss; `losses` are lists by batch size."""
    fig, ax = plt.subplots(figsize=(6, 4.8))
    for batch_size, values in losses.items():
        ax.semilogy(values, label=f"{batch_size}")
    ax.set(
        xlabel="passes over the data",
        ylabel="loss above the least loss",
        title=f"Learning rate {learning_rate}",
    )
    fig.legend(title="batch size", loc="outside lower center", ncols=6)
    plt.show()


def draw_fits(few, rest, line, fits):
    """Polynomials by degree, their values on a `line`, with the people (x, y) they are fitted to, and the `rest`."""
    fig, ax = plt.subplots(figsize=(6, 4.8))
    ax.scatter(*rest, s=8, alpha=0.25, color="grey", label="test")
    ax.scatter(*few, s=30, color="black", label="training")
    for degree, values in fits.items():
        ax.plot(line, values, label=f"degree {degree}")
    ax.set(xlabel="body mass index", ylabel="progression after a year", ylim=(0, 370))
    ax.set_title("Fitted to 30 people")
    fig.legend(loc="outside lower center", ncols=3)
    plt.show()


def draw_errors(degrees, errors):
    """Training and test error, a row each, against the degree."""
    _, ax = plt.subplots()
    for name, values in zip(["training", "test"], errors, strict=True):
        ax.semilogy(degrees, values, marker="o", label=name)
    ax.set(
        xlabel="degree", ylabel="median of the mean squared error", title="30 training examples, 50 splits"
    )
    ax.legend()
    plt.show()


def draw_trade_off(degrees, bias_squared, variance):
    """The two parts of the error, and their sum, against the degree."""
    _, ax = plt.subplots()
    for name, values in [
        ("bias squared", bias_squared),
        ("variance", variance),
        ("sum", bias_squared + variance),
    ]:
        ax.plot(degrees, values, marker="o", label=name)
    ax.set(xlabel="degree", ylabel="mean over x", title="300 training sets of 20 points")
    ax.legend()
    plt.show()


def draw_tamed(strengths, errors):
    """Training and test error, a row each, against the strength of the penalty."""
    _, ax = plt.subplots()
    for name, values in zip(["training", "test"], errors, strict=True):
        ax.loglog(strengths, values, label=name)
    ax.set(xlabel="strength of the penalty", ylabel="median of the mean squared error")
    ax.set_title("Ridge regression, degree 9")
    ax.legend()
    plt.show()


def draw_weight_paths(names, ridge, lasso):
    """Weights of the named features against the strength of the penalty; `ridge` and `lasso` are (strengths, weights)."""
    fig, axes = plt.subplots(2, figsize=(6, 9))
    for ax, title, (strengths, path) in [(axes[0], "Ridge", ridge), (axes[1], "Lasso", lasso)]:
        for number, name in enumerate(names):
            ax.semilogx(strengths, path[:, number], color=f"C{number}", label=name)
        ax.set(ylabel="weight", title=title, xlabel="strength of the penalty")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    plt.show()


def draw_predictions(truth, predictions):
    """What is predicted for the people of the test set against what came."""
    _, ax = plt.subplots(figsize=(6, 4.8))
    ax.scatter(truth, predictions, s=18, alpha=0.7, label="people of the test set")
    ax.plot([25, 346], [25, 346], color="black", linewidth=1.5, linestyle=":", label="predicted = true")
    ax.set(xlabel="true progression", ylabel="predicted progression", title="train_linear_regression")
    ax.legend()
    plt.show()


def _draw_levels(ax, ticks, losses, best, least):
    """Level lines of the loss, and where it is least."""
    levels = least + 0.02 * 2.0 ** np.arange(9)
    ax.contour(ticks, ticks, losses, levels=levels, colors="grey", linewidths=1, alpha=0.7)
    ax.plot(*best, marker="*", markersize=14, color="black", linestyle="none", label="least loss")
