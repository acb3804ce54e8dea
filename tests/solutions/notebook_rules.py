"""What holds for the executed notebook of every assignment; each function asserts one of the rules."""

import re

from tests.solutions.notebook_pages import images_of, look
from tests.solutions.notebook_runs import described
from tests.solutions.runtimes import PUBLISHED, PYTHON

PASSED = re.compile(r"\w+: (\d+) (?:of \1 public cases? pass(?:es)?|trên \1 trường hợp công khai đạt)\.")
"""What a check says of a question, in both languages."""


def all_checks_passed(run):
    """It ran to its end, checks every question that has public tests, and warns of nothing."""
    assert run.stopped is None
    checks = [cell for cell in run.notebook.cells if cell.id.startswith("check-")]
    assert len(checks) == len(list((run.folder / "tests").glob("*.py")))
    for cell in checks:
        (output,) = cell.outputs
        assert PASSED.fullmatch(output.data["text/plain"]), cell.id
    noise = [
        (cell.id, output.text)
        for cell in run.notebook.cells
        for output in cell.get("outputs", [])
        if output.get("name") == "stderr"
    ]
    assert noise == []


def it_ran_in_colab(run, python=PYTHON):
    """What looks like Colab has Colab's packages, and its Python."""
    assert f"Google Colab, Python {python}" in run.said("setup")
    assert f"numpy {re.search(r'(?m)^numpy==(.*)$', PUBLISHED)[1]}" in run.said("setup")


def all_predictions_came_true(run):
    """Every prediction was noted as right; what is right was read off the settings."""
    cells = [cell for cell in run.notebook.cells if cell.id.startswith("predict-")]
    assert len(cells) >= 8
    for cell in cells:
        assert re.match(r"Noted: \S+\. Right\. \S", run.said(cell.id)), cell.id


def figures_are_readable(run, count):
    """So many figures, each with titles, labels and legends in a type that can be read."""
    assert len(run.figures) == count
    for number, figure in enumerate(run.figures):
        assert figure["width"] <= 6, number
        assert figure["smallest text"] >= 11, number
        assert figure["title"], number
        for ax in figure["axes"]:
            assert ax["y"], number
            if not ax["colorbar"]:
                assert ax["x"], number
                assert ax["series"] < 2 or len(ax["legend"]) >= 2, number


def every_cell_that_draws_shows_one_figure(run):
    """No figure is lost, and none shows twice."""
    for cell in run.notebook.cells:
        if cell.cell_type == "code":
            shown = [output for output in cell.outputs if "image/png" in output.get("data", {})]
            assert len(shown) == len(re.findall(r"plt\.show\(\)|plots\.draw_", cell.source)), cell.id


def every_figure_can_be_heard(run):
    """Each has an alternative text of its own, in which its labels and legends occur."""
    texts = [image["alt"] for image in images_of(run.notebook)]
    assert len(texts) == len(set(texts)) == len(run.figures)
    for text, figure in zip(texts, run.figures, strict=True):
        for ax in figure["axes"]:
            if not ax["colorbar"]:
                assert all(label in text for label in (ax["y"], *ax["legend"])), text


STOPPED = {
    "en": (
        "Not written yet: {question}\n",
        "This cell needs functions that do not pass their checks yet: {question} ({module}.py): not written. "
        "Write, save, check again.",
    ),
    "vi": (
        "Chưa viết: {question}\n",
        "Ô này cần những hàm chưa qua bài kiểm tra: {question} ({module}.py): chưa viết. Hãy viết, lưu, rồi kiểm tra lại.",
    ),
}
"""What a check says of a stub, and the cell below it."""


def stopped_at_the_first_question(run, question, module, at, language="en"):
    """With stubs: the first question's check says so, and the cell `at` below it ends in one sentence."""
    checked, stopped = (text.format(question=question, module=module) for text in STOPPED[language])
    (output,) = run.cell(f"check-{question.replace('_', '-')}").outputs
    assert output.data["text/plain"].startswith(checked)
    (stop,) = run.cell(at).outputs
    assert run.stopped is not None
    assert stop.output_type == "error"
    assert stop.traceback == [stopped]
    ran = [cell.id for cell in run.notebook.cells if cell.cell_type == "code" and cell.execution_count]
    names = [name for name in ran if not name.startswith("predict-")]
    assert names[-2:] == [f"check-{question.replace('_', '-')}", at]


def saved_modules_are_read_anew(said, checks, broken):
    """`said_between_saves`: the checks follow the files, and fail for the module that cannot be read."""
    stubs, solved, halved = said
    assert all("Not written yet" in text for text in stubs)
    for name, text in zip(checks, solved, strict=True):
        assert re.search(rf"{name}: (\d+) of \1 public cases? pass", text)
    for text in halved:
        assert (
            f"{broken}.py cannot be read (line 1: invalid syntax): correct {broken}.py and save it." in text
        )
        assert f"BROKEN  {broken}.py cannot be imported: SyntaxError: invalid syntax" in text
        assert not re.search(r"(\d+) of \1 public", text), text


WIDTHS = (1280, 400)
"""Of a laptop's window and of a phone's."""


def fits_the_page(run, name, figures):
    """Nothing sticks out of a window on a laptop or a phone, and figures are as wide as they can be."""
    assignment, _ = described(run.folder)
    for width, page in zip(WIDTHS, look(run.notebook, f"{assignment}-{name}", WIDTHS), strict=True):
        assert page.width == width
        assert page.page <= page.width, width
        assert page.sticking == [], width
        assert len(page.images) == figures
        for natural, shown in page.images:
            assert natural > 800
            assert min(natural, 0.8 * width) <= shown <= width
