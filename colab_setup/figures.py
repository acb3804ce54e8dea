"""Figures for those who hear a notebook: each is shown with a text, made of its own titles, labels and values.

Jupyter's and Colab's pages give a bare picture no alternative text, so a figure is sent as HTML that has one; the picture
goes along for what reads no HTML, such as a conversion to PDF. The text says what can be read off the figure: it does
not judge, and never stops a figure from being shown.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .language import _

SHORT = 12
"""So many values of a heat map's side or of a bar chart are told one by one."""


def tell_figures() -> None:
    """From now on this kernel shows each figure of matplotlib's with its text; nothing happens outside of IPython."""
    shell = _shell()
    if shell is not None:
        # By name, so that matplotlib is imported where it is used; ahead of the backend's own way, whenever that loads.
        shell.display_formatter.ipython_display_formatter.for_type_by_name(
            "matplotlib.figure", "Figure", _show
        )


def describe(figure: Any) -> str:
    """A figure's titles, axes, series and values in sentences."""
    axes = [ax for ax in figure.axes if ax.get_label() != "<colorbar>"]
    told = [figure.get_suptitle(), *_axes_of(figure)]
    if len(axes) > 1 and all(ax.images and not ax.lines for ax in axes) and not any(map(_is_map, axes)):
        told.append(
            _("{count} pictures: ", count=len(axes))
            + "; ".join(ax.get_title() or _("untitled") for ax in axes)
        )
    else:
        for ax in axes:
            told += [ax.get_title(), *_axes_of(ax), *_contents(ax)]
    sentences = (" ".join(sentence.split()).rstrip(".") for sentence in told)
    return " ".join(f"{sentence}." for sentence in sentences if sentence) or _("An empty figure.")


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


def _show(figure: Any) -> None:
    """Show a figure in IPython's stead; NotImplementedError leaves it to IPython."""
    shell = _shell()
    picture = shell.display_formatter.formatters["image/png"](figure)
    if not isinstance(picture, str):
        raise NotImplementedError
    try:
        text = describe(figure)
    except Exception:
        text = _("A figure that could not be put into words.")
    page = f'<img src="data:image/png;base64,{"".join(picture.split())}" alt="{html.escape(text)}">'
    shell.display_pub.publish(
        {"text/html": page, "image/png": picture, "text/plain": text}, {"image/png": {"alt": text}}
    )


def _axes_of(place: Any) -> Iterator[str]:
    """What the axes of a plot, or of a whole figure, are."""
    whole = hasattr(place, "get_supxlabel")
    for name in ("x", "y"):
        label = getattr(place, f"get_sup{name}label" if whole else f"get_{name}label")()
        scale = "" if whole or getattr(place, f"get_{name}scale")() == "linear" else _(", logarithmic")
        if label:
            yield _("{name} axis: {label}{scale}", name=name, label=label, scale=scale)


def _contents(ax: Any) -> Iterator[str]:
    for image in ax.images:
        yield from _image(ax, image)
    for line in ax.lines:
        yield from _line(ax, line)
    for container in ax.containers:
        yield from _bars(ax, container)
    others = [line.get_label() for line in ax.lines if len(line.get_xdata()) == 0]
    for collection in ax.collections:
        label = collection.get_label()
        if not label.startswith("_"):
            if len(collection.get_offsets()) > 1:
                yield _("{label}: {count} points", label=label, count=len(collection.get_offsets()))
            else:
                others.append(label)
    if others:
        yield _("Also in the legend: {others}", others=", ".join(others))


def _is_map(ax: Any) -> bool:
    return any(image.get_array().ndim == 2 for image in ax.images)


def _image(ax: Any, image: Any) -> Iterator[str]:
    import numpy as np

    values = image.get_array()
    if values.ndim > 2:
        named = {_("columns"): _words(ax.xaxis), _("rows"): _words(ax.yaxis)}
        yield _("Picture") + "".join(
            f"; {side}: {', '.join(words)}" for side, words in named.items() if words
        )
        return
    bar = getattr(image, "colorbar", None)
    what = bar.ax.get_ylabel() if bar else ""
    yield _(
        "Heat map of {rows} by {columns} values{what}: {span}",
        rows=values.shape[0],
        columns=values.shape[1],
        what=what and f", {what}",
        span=_span(values),
    )
    left, right, bottom, top = image.get_extent()
    columns = _labels(ax.xaxis, np.linspace(left, right, 2 * values.shape[1] + 1)[1::2])
    rows = _labels(ax.yaxis, np.linspace(top, bottom, 2 * values.shape[0] + 1)[1::2])
    if rows and columns and len(rows) <= SHORT:
        highest = [
            _(
                "{row}: {value} at {place}",
                row=row,
                value=_number(line.max()),
                place=columns[line.argmax()],
            )
            for row, line in zip(rows, values, strict=True)
        ]
        yield _("Highest in each row, ") + "; ".join(highest)


def _line(ax: Any, line: Any) -> Iterator[str]:
    import numpy as np

    x: Any
    y: Any
    x, y = (np.ma.filled(np.ma.asarray(data, dtype=float), np.nan) for data in line.get_data(orig=False))
    label = "" if line.get_label().startswith("_") else line.get_label()
    if line.get_transform() != ax.transData:  # a rule across the plot, by axvline or axhline
        where = (
            _("vertical line at x = {number}", number=_number(x[0]))
            if x[0] == x[-1]
            else _("level line at y = {number}", number=_number(y[0]))
        )
        yield f"{label}: {where}" if label else where.capitalize()
        return
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if len(x) == 0 or (len(x) == 1 and not label):  # the legend's alone, or a mark on another line
        return
    if len(x) == 1:
        yield f"{label}: {_point(x, y, 0)}"
        return
    extremes = [
        f"; {name} {_point(x, y, place)}"
        for name, place in ((_("lowest"), int(y.argmin())), (_("highest"), int(y.argmax())))
        if y[place] not in (y[0], y[-1])
    ]
    yield _(
        "{label}: from {first} to {last}{extremes}",
        label=label or _("Line"),
        first=_point(x, y, 0),
        last=_point(x, y, -1),
        extremes="".join(extremes),
    )


def _bars(ax: Any, container: Any) -> Iterator[str]:
    if not hasattr(container, "patches") or not container.patches:
        return
    level = container.orientation == "horizontal"
    sizes = [bar.get_width() if level else bar.get_height() for bar in container.patches]
    middles = [
        bar.get_y() + bar.get_height() / 2 if level else bar.get_x() + bar.get_width() / 2
        for bar in container.patches
    ]
    labels = (container.get_label(), container.patches[0].get_label())  # of `bar`, of `hist`
    label = next((label for label in labels if label and not label.startswith("_")), _("Bars"))
    names = _labels(ax.yaxis if level else ax.xaxis, middles)
    if names and len(names) <= SHORT:
        told = "; ".join(f"{name} {_number(size)}" for name, size in zip(names, sizes, strict=True))
    else:
        longest = sizes.index(max(sizes))
        told = _(
            "{count} bars, the longest {length} at {place}",
            count=len(sizes),
            length=_number(sizes[longest]),
            place=_number(middles[longest]),
        )
    yield f"{label}: {told}"


def _labels(axis: Any, places: Iterable[float]) -> list[str]:
    """What is written at these places of an axis; nothing where one of them has no label."""
    written = {
        round(float(place), 6): label
        for place, label in zip(axis.get_majorticklocs(), _written(axis), strict=True)
    }
    labels = [written.get(round(float(place), 6), "") for place in places]
    return labels if all(labels) else []


def _words(axis: Any) -> list[str]:
    """What is written at an axis, where that is more than numbers."""
    labels = _written(axis)
    return labels if any(character.isalpha() for label in labels for character in label) else []


def _written(axis: Any) -> list[str]:
    """The labels of an axis, also where a plot below shows them for it."""
    return [str(label) for label in axis.get_major_formatter().format_ticks(axis.get_majorticklocs())]


def _point(x: Sequence[float], y: Sequence[float], place: int) -> str:
    return _("{value} at {place}", value=_number(y[place]), place=_number(x[place]))


def _span(values: Any) -> str:
    return _("{least} to {most}", least=_number(values.min()), most=_number(values.max()))


def _number(value: float) -> str:
    return f"{float(value):.4g}"
