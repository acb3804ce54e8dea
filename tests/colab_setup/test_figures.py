"""A figure's alternative text says what can be read off it, and a kernel shows figures with theirs."""

import subprocess
import sys

import nbclient
import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure

from colab_setup import figures
from tests.solutions.notebook_pages import images_of


@pytest.fixture
def figure():
    return Figure()


def test_lines_are_told_from_end_to_end_with_what_lies_beyond(figure):
    ax = figure.subplots()
    ax.plot([0, 10, 20], [3, 0.5, 1], label="SVM")
    ax.plot([0, 10, 20], [1, 2, 3], label="softmax")
    ax.plot([10], [0.5], "o")
    ax.plot([], [], "o", label="best")
    ax.axvline(3.2, linestyle=":")
    ax.axhline(2.3, label="guessing")
    ax.set(xlabel="step", ylabel="loss", title="Training.", yscale="log")

    assert figures.describe(figure) == (
        "Training. x axis: step. y axis: loss, logarithmic. "
        "SVM: from 3 at 0 to 1 at 20; lowest 0.5 at 10. softmax: from 1 at 0 to 3 at 20. "
        "Vertical line at x = 3.2. guessing: level line at y = 2.3. Also in the legend: best."
    )


def test_what_is_no_number_is_left_out_of_a_line(figure):
    figure.subplots().plot([1, 2, 3, 4], [np.nan, 5, np.inf, 7])

    assert figures.describe(figure) == "Line: from 5 at 2 to 7 at 4."


def test_a_heat_map_says_where_each_row_is_highest_by_the_labels_beside_it(figure):
    upper, lower = figure.subplots(2, sharex=True)
    lower.set_xticks(range(3), ["1e-7", "1e-6", "1e-5"])
    for ax, name in ((upper, "training"), (lower, "validation")):
        picture = ax.imshow([[31, 40, 35], [28, 27, 26]])
        ax.set_yticks(range(2), ["10", "100"])
        ax.set(title=name, ylabel="reg")
        figure.colorbar(picture, ax=ax, label="per cent right")
    lower.set_xlabel("learning rate")

    values = "Heat map of 2 by 3 values, per cent right: 26 to 40. "
    rows = "Highest in each row, 10: 40 at 1e-6; 100: 28 at 1e-7."
    assert figures.describe(figure) == (
        f"training. y axis: reg. {values}{rows} validation. x axis: learning rate. y axis: reg. {values}{rows}"
    )


def test_a_large_heat_map_is_told_by_its_range_alone(figure):
    figure.subplots().imshow(np.arange(400).reshape(20, 20))

    assert figures.describe(figure) == "Heat map of 20 by 20 values: 0 to 399."


def test_many_pictures_are_told_by_their_titles(figure):
    for ax, title in zip(figure.subplots(1, 3), ["cat", "dog\nas cat", ""], strict=True):
        ax.imshow(np.zeros((4, 4, 3)))
        ax.set_title(title)
        ax.set(xticks=[], yticks=[])
    figure.suptitle("Augmented")
    figure.supxlabel("column of pixels")

    assert figures.describe(figure) == (
        "Augmented. x axis: column of pixels. 3 pictures: cat; dog as cat; untitled."
    )


def test_a_picture_of_many_images_names_its_rows(figure):
    ax = figure.subplots()
    ax.imshow(np.zeros((64, 32, 3)))
    ax.set_yticks([16, 48], ["cat", "ship"])
    ax.set_xticks([8, 24], np.arange(1, 3))

    assert figures.describe(figure) == "Picture; rows: cat, ship."


def test_bars_have_their_own_names_and_a_histogram_its_longest_bar(figure):
    bars, histogram = figure.subplots(2)
    bars.barh(["forward", "backward"], [12, 25.5])
    histogram.hist([1, 2.1, 2.2, 3], bins=np.arange(0, 5.1, 0.25), label="channel 0")

    assert figures.describe(figure) == (
        "Bars: forward 12; backward 25.5. channel 0: 20 bars, the longest 2 at 2.125."
    )


def test_points_are_counted(figure):
    ax = figure.subplots()
    ax.scatter([1, 2, 3], [1, 2, 3], label="class 0")
    ax.scatter([1, 2], [3, 4])

    assert figures.describe(figure) == "class 0: 3 points."


def test_an_empty_figure_says_so(figure):
    assert figures.describe(figure) == "An empty figure."


def test_outside_of_a_notebook_nothing_is_imported_for_it():
    program = (
        "import sys\nfrom colab_setup import figures\nfigures.tell_figures()\n"
        "print({'IPython', 'matplotlib', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def executed(*cells):
    """An executed notebook: its kernel tells figures before anything imports matplotlib."""
    start = "from colab_setup import figures\nfigures.tell_figures()"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (start, *cells)])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return notebook


@pytest.mark.slow
def test_a_kernel_shows_a_figure_once_with_its_text_as_page_and_picture():
    notebook = executed(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('\"a\" <b>')\nplt.show()"
    )

    text = '"a" <b>. Line: from 1 at 0 to 2 at 1.'
    (output,) = notebook.cells[1].outputs
    assert output.data["text/plain"] == output.metadata["image/png"]["alt"] == text
    assert [image["alt"] for image in images_of(notebook)] == [text]
    assert images_of(notebook)[0]["src"] == f"data:image/png;base64,{output.data['image/png'].strip()}"


@pytest.mark.slow
def test_a_figure_that_cannot_be_told_is_shown_all_the_same():
    notebook = executed(
        "def broken(figure):\n    raise ValueError\nfigures.describe = broken\n"
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    )

    assert [image["alt"] for image in images_of(notebook)] == ["A figure that could not be put into words."]
    assert all(output.output_type == "display_data" for output in notebook.cells[1].outputs)


@pytest.mark.slow
def test_a_format_other_than_png_is_left_to_ipython():
    notebook = executed(
        "from matplotlib_inline.backend_inline import set_matplotlib_formats\n"
        'import matplotlib.pyplot as plt\nset_matplotlib_formats("svg")\nplt.plot([1, 2])\nplt.show()'
    )

    (output,) = notebook.cells[1].outputs
    assert "image/svg+xml" in output.data
    assert "image/png" not in output.data
