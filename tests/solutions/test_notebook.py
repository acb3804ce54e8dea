"""The notebooks say the same in both languages; that of the linear classifier runs as a student runs it."""

import copy
import csv
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from PIL import Image

from autograder.assignment import settings as assignments
from autograder.assignment.languages import Texts
from autograder.authoring import release
from tests.released import released
from tests.solutions import notebook_rules as rules
from tests.solutions import runtimes
from tests.solutions.notebook_pages import PICTURES, take_pictures
from tests.solutions.notebook_runs import (
    FAKE_COLAB,
    REPOSITORY,
    in_colab,
    on_laptop,
    run,
    said_between_saves,
    unpack,
)

pytestmark = pytest.mark.slow


ASSIGNMENT = "linear_classifier"
MODULES = ("loss", "gradient", "regularization", "sgd")
ASSIGNMENTS = assignments.names()
LANGUAGES = ("en", "vi")
AUTOGRADER, OTTER = (Path(sys.executable).parent / name for name in ("autograder", "otter"))
NUMBER = r"(?<![\w.])-?\d+(?:\.\d+)?(?!\w)"


def room(assignment):
    return REPOSITORY / "assignments" / assignment


def path(language, assignment=ASSIGNMENT):
    return room(assignment) / ("" if language == "en" else language) / f"{assignment}.ipynb"


def cells(language, assignment=ASSIGNMENT):
    return nbformat.read(path(language, assignment), as_version=4).cells


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_notebook_is_valid_and_has_no_outputs(assignment, language):
    content = json.loads(path(language, assignment).read_text(encoding="utf-8"))

    nbformat.validate(content)
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    manual = assignments.load(assignment).manual
    written = assignments.load(assignment).marked_by_people
    tagged = {f"answer-{name.replace('_', '-')}": {"tags": [f"answer:{name}"]} for name in written}
    told = {cell["id"]: cell["metadata"] for cell in content["cells"] if cell["metadata"]}
    about = {name: metadata for name, metadata in told.items() if name not in tagged}
    assert {name: told.get(name) for name in tagged} == tagged
    asked = {*manual, *(path.stem for path in assignments.load(assignment).tests)}
    assert {tag for metadata in about.values() for tag in metadata["tags"]} <= {
        f"about:{name}" for name in asked
    }


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_prediction_has_its_cell_and_what_is_right_in_both_languages(assignment):
    asked = [
        prediction
        for question in assignments.load(assignment).manual.values()
        for prediction in question.predictions.items()
    ]
    source = "\n".join(cell.source for cell in cells("en", assignment))
    assert re.findall(r'kit\.predict\("(\w+)", \.\.\.\)', source) == [name for name, _ in asked]
    for name, prediction in asked:
        numbers = [re.findall(NUMBER, prediction.why[language]) for language in LANGUAGES]
        assert sorted(numbers[0]) == sorted(numbers[1]), name


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_text_is_translated(assignment):
    for ours, theirs in zip(cells("en", assignment), cells("vi", assignment), strict=True):
        if ours.cell_type == "markdown":
            assert ours.source != theirs.source, f"{ours.id} is not translated"


@pytest.mark.parametrize("kind", ["formulas", "numbers", "code", "headings", "rows of tables"])
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_both_languages_say_the_same(assignment, kind):
    patterns = {
        "formulas": r"\$\$?[^$]+\$\$?",
        "numbers": r"(?<![\w.$])-?\d+(?:[.,]\d+)*(?:e-?\d+)?(?![\w$])",
        "code": r"(?<!`)`[^`\n]+`",
        "headings": r"(?m)^#+ ",
        "rows of tables": r"(?m)^\|",
    }
    told = Texts("vi", assignments.load(assignment).solutions)
    for ours, theirs in zip(cells("en", assignment), cells("vi", assignment), strict=True):
        if ours.cell_type == "markdown":
            found = [re.findall(patterns[kind], cell.source) for cell in (ours, theirs)]
            if kind == "formulas":  # words in them are translated
                found = [[re.sub(r"\\text\{[^{}]*\}", r"\\text{}", each) for each in them] for them in found]
            if kind == "code":  # and what it says: by the catalogue that code cells are translated with
                found[0] = [
                    re.sub(r'"([^"]+)"', lambda said: f'"{told(said[1])}"', each) for each in found[0]
                ]
            assert sorted(found[0]) == sorted(found[1]), ours.id


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_formulas_have_no_dollar_left_over(assignment):
    for language in LANGUAGES:
        for cell in cells(language, assignment):
            if cell.cell_type == "markdown":
                assert len(re.findall(r"(?<!\\)\$", cell.source)) % 2 == 0, (language, cell.id)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_cell_draws_before_the_functions_that_it_uses_are_checked(assignment):
    questions = {question.stem for question in (room(assignment) / "tests").glob("*.py")}
    functions = {
        name
        for module in room(assignment).glob("*.py")
        for name in re.findall(r"(?m)^(?:def|class) (\w+)", module.read_text())
    }
    assert questions
    checked = set()
    for cell in cells("en", assignment):
        if cell.cell_type == "code" and cell.id not in ("imports", "helpers"):
            checked |= set(re.findall(r'grader\.check\("(\w+)"\)', cell.source))
            needed = set(re.findall(r'"(\w+)"', " ".join(re.findall(r"need\((.*)\)", cell.source))))
            used = functions & set(re.findall(r"(?<![\w.\"])\w+(?![\w\"])", cell.source))
            assert needed <= checked, cell.id
            assert used & questions <= checked, cell.id
            if "train_linear_classifier" in used:
                assert "accuracy" in needed, cell.id


# --- with a kernel ---


@pytest.fixture(scope="module")
def dists(tmp_path_factory):
    """The folders with the released zips, by language."""
    folders = {language: tmp_path_factory.mktemp(f"dist-{language}") for language in release.LANGUAGES}
    for language, folder in folders.items():
        released(assignments.load(ASSIGNMENT), folder, language)
    return folders


@pytest.fixture(scope="module")
def finished(tmp_path_factory, dists):
    """The notebook of a student who is done, run in what looks like Colab, with the folder on Drive.

    It runs in Colab's own versions of Python and its packages where the machine has that Python, otherwise in the kit's.
    """
    return done(tmp_path_factory.mktemp("finished"), dists["en"], runtimes.colab())


@pytest.fixture(scope="module")
def finished_in_vietnamese(tmp_path_factory, dists):
    return done(tmp_path_factory.mktemp("finished-vi"), dists["vi"])


def done(place, dist, python=None):
    folder = unpack(dist / f"{ASSIGNMENT}.zip", place / "drive" / "MyDrive" / ASSIGNMENT, solved=True)
    (place / "content").mkdir()
    environment = in_colab(place, folder / f"{ASSIGNMENT}.ipynb")
    if python is not None:
        environment |= runtimes.WARNINGS
    return run(folder, environment, where=place / "content", drive=place / "drive", python=python)


@pytest.fixture(scope="module")
def begun(tmp_path_factory, dists):
    """The Vietnamese notebook of a student who has not written anything, run on a laptop."""
    place = tmp_path_factory.mktemp("begun")
    zip_file = dists["vi"] / f"{ASSIGNMENT}.zip"
    return run(unpack(zip_file, place / ASSIGNMENT, solved=False), on_laptop(place))


def test_with_right_modules_the_notebook_runs_to_its_end_and_all_checks_pass(finished):
    rules.all_checks_passed(finished)


def test_that_was_in_colabs_versions(finished):
    if runtimes.interpreter(runtimes.PYTHON) is None:
        pytest.skip(runtimes.NEEDED)
    rules.it_ran_in_colab(finished)


@pytest.mark.long
def test_so_it_does_in_vietnamese(finished_in_vietnamese):
    rules.all_checks_passed(finished_in_vietnamese)
    rules.figures_are_readable(finished_in_vietnamese, 15)


def test_predictions_come_true_and_are_told_why(finished):
    rules.all_predictions_came_true(finished)


def test_every_figure_has_titles_labels_and_legends_in_readable_type(finished):
    rules.figures_are_readable(finished, 15)


def test_every_figure_has_an_alternative_text(finished):
    rules.every_figure_can_be_heard(finished)


def test_every_cell_that_draws_shows_one_figure(finished):
    rules.every_cell_that_draws_shows_one_figure(finished)


def table_rows(text):
    """The rows of the Markdown tables in a text: the first cell -> the numbers in the others."""
    cells = [line.strip("| ").split("|") for line in text.splitlines() if line.startswith("|")]
    return {first.strip(): [float(x) for x in re.findall(NUMBER, "|".join(rest))] for first, *rest in cells}


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_tables_tell_the_same_of_the_same_run(language):
    told = {cell.id: table_rows(cell.source) for cell in cells(language) if cell.cell_type == "markdown"}
    for data in ("CIFAR-10", {"en": "synthetic", "vi": "ảnh tổng hợp"}[language]):
        _, _, at_1e6, _ = told["about-rate-values"][data]
        assert told["about-loss-values"][f"{data}, softmax"][2] == at_1e6


def test_the_numbers_to_expect_are_those_of_the_reference(finished):
    assert table_rows(finished.said("split")) | {"set": []} == {
        "set": [],
        "---": [],
        "training": [4000, 3073, 4000],
        "validation": [1000, 3073, 1000],
        "test": [1000, 3073, 1000],
    }
    assert "(4000, 3073)" in finished.cell("about-split").source
    for name, text in (("kl-values", "about-kl-values"), ("penalties", "about-penalty-values")):
        found = {number for row in table_rows(finished.said(name)).values() for number in row}
        told = {float(x) for x in re.findall(NUMBER, finished.cell(text).source)}
        assert found
        assert found <= told
    told = table_rows(finished.cell("about-loss-values").source)
    found = table_rows(finished.said("loss-curves"))
    for loss, ours in (("svm", "synthetic, SVM"), ("softmax", "synthetic, softmax")):
        assert found[loss] == pytest.approx(told[ours], abs=1.5)
        assert found[loss][0] == pytest.approx(told[ours][0], abs=0.06)
    assert "55 % to 58 %" in finished.cell("about-test").source
    assert 54.5 <= table_rows(finished.said("confusion"))["test"][0] <= 58.5


def test_gradients_agree_in_the_notebook_own_check(finished):
    errors = [float(row.split("|")[-2]) for row in finished.said("gradient-check").splitlines()[2:]]

    assert len(errors) == 4
    assert max(errors) < 1e-6


def test_the_last_cell_makes_the_zip(finished):
    assert "25 of 25 questions pass their public tests." in finished.said("submit")
    with zipfile.ZipFile(finished.folder / "submission.zip") as archive:
        expected = {*(f"{module}.py" for module in MODULES), f"{ASSIGNMENT}.ipynb", "checked_with.json"}
        expected |= {"plots.py", "predictions.json"}
        assert set(archive.namelist()) == expected
    log = (finished.folder.parents[2] / "colab.log").read_text().splitlines()
    assert log[-1] == f"download {finished.folder / 'submission.zip'}"


def test_the_zip_of_the_last_cell_gets_full_marks_from_the_graders_command(finished, tmp_path):
    command = [AUTOGRADER, "grade", finished.folder / "submission.zip", "--assignment", ASSIGNMENT]
    subprocess.run([*command, "--out", tmp_path / "out"], check=True, capture_output=True)

    (row,) = csv.DictReader((tmp_path / "out" / "grades.csv").read_text().splitlines())
    assert (row["status"], row["score"], row["max_score"]) == ("graded", "100", "100")


def test_the_zip_of_the_last_cell_gets_full_marks_from_otter_run(finished, dists, tmp_path):
    command = [OTTER, "run", "-a", dists["en"] / f"{ASSIGNMENT}-autograder.zip", "-o", tmp_path]
    subprocess.run([*command, finished.folder / "submission.zip"], check=True, capture_output=True)

    tests = json.loads((tmp_path / "results.json").read_text())["tests"]
    questions = [test for test in tests if test.get("max_score")]
    assert sum(test["max_score"] for test in questions) == pytest.approx(100)
    assert [test["name"] for test in questions if test["score"] != test["max_score"]] == []


def test_what_ran_was_the_released_package_and_not_this_checkout(finished, begun):
    assert finished.package == finished.folder / "colab_setup"
    assert begun.package == begun.folder / "colab_setup"


def test_with_stubs_the_notebook_stops_at_the_first_question_with_one_sentence(begun):
    rules.stopped_at_the_first_question(begun, "add_bias", "loss", at="split", language="vi")


def test_a_saved_module_is_read_anew_without_a_restart(tmp_path, dists):
    folder = unpack(dists["en"] / f"{ASSIGNMENT}.zip", tmp_path / ASSIGNMENT, solved=False)
    checks = ("svm_loss", "accuracy")

    said = said_between_saves(folder, on_laptop(tmp_path), checks, broken="loss")
    rules.saved_modules_are_read_anew(said, checks, broken="loss")


@pytest.mark.parametrize("which", ["finished", "begun"])
def test_nothing_sticks_out_of_the_page_and_figures_are_as_wide_as_they_can_be(which, request):
    rules.fits_the_page(request.getfixturevalue(which), which, {"finished": 15, "begun": 1}[which])


@pytest.mark.parametrize(
    ("which", "language"),
    [("finished", "en"), pytest.param("finished_in_vietnamese", "vi", marks=pytest.mark.long)],
)
def test_the_documentations_pictures_show_the_notebook_as_it_runs(which, language, request):
    notebook = copy.deepcopy(request.getfixturevalue(which).notebook)
    for cell, own in zip(notebook.cells, cells(language), strict=True):
        cell.source = own.source
    with_code = {"about-svm-loss": "check-svm-loss"}
    without = {f"about-{name}": name for name in ("grid", "geometric", "visual")}
    take_pictures(notebook, language, with_code, without)

    for name in (*with_code, *without):
        with Image.open(PICTURES / f"{language}-{name.removeprefix('about-')}.png") as picture:
            assert picture.width == 800
            assert 200 < picture.height < 1500, name
            assert len(picture.getcolors()) > 20, name


# --- the first cell, where colab_setup is not at hand ---

KIT = """
class Kit:
    grader = type("Grader", (), {"need": None})


def setup(assignment):
    print("ready:", assignment, __name__, __file__)
    return Kit
"""


def put(folder):
    """A folder of the assignment, so far as the first cell looks at it."""
    (folder / "colab_setup").mkdir(parents=True)
    (folder / "colab_setup/__init__.py").write_text(KIT)
    (folder / "assignment.json").write_text(f'{{"assignment": "{ASSIGNMENT}"}}')
    return folder


def first_cell(tmp_path, *, colab, answer="granted"):
    """What the first cell prints, run in the folder `here`; /content/drive is a folder of the test's."""
    source = next(cell for cell in cells("en") if cell.id == "setup").source
    program = f"""
import sys
sys.path[:0] = {[str(FAKE_COLAB)] if colab else []!r}
try:
    exec({source.replace("/content/drive", str(tmp_path / "drive"))!r}, globals())
except Stop as stop:
    print(*stop._render_traceback_())
"""
    (tmp_path / "here").mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", program],
        cwd=tmp_path / "here",
        env={"FAKE_COLAB_DRIVE": answer},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


@pytest.mark.parametrize("levels", ["", "course", "course/week 1"])
def test_in_colab_the_first_cell_finds_the_folder_on_drive_up_to_two_levels_down(tmp_path, levels):
    folder = tmp_path / "drive" / "MyDrive" / levels / ("" if levels == "course/week 1" else ASSIGNMENT)
    put(folder)

    said = first_cell(tmp_path, colab=True).splitlines()
    assert said[:-1] == ["Mounting your Drive and looking there ...", f"Mounted at {tmp_path / 'drive'}"]
    assert said[-1].startswith(f"ready: {ASSIGNMENT} colab_setup ")
    assert Path(said[-1].split(" ", 3)[3]).parents[1].samefile(folder)


@pytest.mark.parametrize("place", ["here", "here/Downloads", "drive/MyDrive"])
def test_the_first_cell_unpacks_a_zip_that_it_finds_and_passes_over_a_damaged_one(tmp_path, place):
    folder = put(tmp_path / "packed")
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / f"{ASSIGNMENT} (1).zip").write_bytes(b"half of it")
    with zipfile.ZipFile(tmp_path / place / f"{ASSIGNMENT} (2).zip", "w") as archive:
        for name in ("colab_setup/__init__.py", "assignment.json"):
            archive.write(folder / name, name)

    said = first_cell(tmp_path, colab=place.startswith("drive"))
    assert f"{ASSIGNMENT} (1).zip is damaged: download it and put it there again." in said
    assert re.search(rf"Unpacking .*{ASSIGNMENT} \(2\)\.zip \.\.\.\nready: {ASSIGNMENT} colab_setup ", said)
    assert (tmp_path / place / ASSIGNMENT / "assignment.json").is_file()
    again = first_cell(tmp_path, colab=place.startswith("drive"))
    assert "Unpacking" not in again
    assert f"ready: {ASSIGNMENT}" in again


@pytest.mark.parametrize(
    ("colab", "answer", "told"),
    [
        (True, "granted", "Neither the folder nor the zip of linear_classifier lies in "),
        (
            True,
            "refused",
            "Drive was not mounted (MessageError: Error: credential propagation was unsuccessful).",
        ),
        (False, "", "Neither the folder nor the zip of linear_classifier lies in "),
    ],
)
def test_where_nothing_is_found_the_first_cell_says_what_is_so_and_what_to_do(tmp_path, colab, answer, told):
    last = first_cell(tmp_path, colab=colab, answer=answer).splitlines()[-1]
    assert last.startswith(told)
    assert "linear_classifier.zip" in last
