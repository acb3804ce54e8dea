"""What the figures and tables of all notebooks have in common. matplotlib and IPython are imported where they are used."""

from __future__ import annotations

from typing import Any


def use_style() -> None:
    """From now on figures of matplotlib's are drawn as the course's are."""
    import matplotlib.pyplot as plt

    plt.rcParams.update(
        {
            "figure.figsize": (6, 4),
            "figure.dpi": 144,
            "figure.constrained_layout.use": True,
            "font.size": 12,
            "axes.grid": True,
            "grid.alpha": 0.3,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "lines.linewidth": 2,
            "legend.fontsize": 11,
        }
    )


def table(*rows: list[Any]) -> None:
    """Show rows as a table; the first is its head."""
    from IPython.display import Markdown, display

    head, *body = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    text = "\n".join([head, "|" + " --- |" * len(rows[0]), *body])
    display(Markdown(text))  # type: ignore[no-untyped-call]


def without_frame(ax: Any) -> None:
    """Leave an image in these axes without grid and frame."""
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
