"""The notebook of linear regression runs as a student runs it, on data that comes with scikit-learn."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.solutions import notebook_rules as rules

pytestmark = pytest.mark.slow


ASSIGNMENT = "linear_regression"
FIGURES = 13
AUTOGRADER = Path(sys.executable).parent / "autograder"


def test_with_right_modules_the_notebook_runs_to_its_end_and_all_checks_pass(finished):
    rules.all_checks_passed(finished)


def test_predictions_come_true_and_are_told_why(finished):
    rules.all_predictions_came_true(finished)


def test_every_figure_has_titles_labels_and_legends_in_readable_type(finished):
    rules.figures_are_readable(finished, FIGURES)


def test_every_figure_has_an_alternative_text(finished):
    rules.every_figure_can_be_heard(finished)


def test_every_cell_that_draws_shows_one_figure(finished):
    rules.every_cell_that_draws_shows_one_figure(finished)


def test_of_images_and_their_data_nothing_is_said(finished):
    told = "\n".join(cell.source for cell in finished.notebook.cells) + finished.said("setup")
    assert not re.search(r"data\.zip|CIFAR|images|synthetic", told)


def test_the_numbers_to_expect_are_those_of_the_reference(finished):
    def figure(name):
        (output,) = (
            output for output in finished.cell(name).outputs if "image/png" in output.get("data", {})
        )
        return output.data["text/plain"]

    lines = finished.said("predict-lines")
    assert all(loss in lines for loss in re.findall(r"\): ([\d,]+): from", figure("lines")))
    assert float(finished.said("gradient-check").split("|")[-3]) < 1e-6
    grown, exact = (float(value) for value in re.findall(r"to (\S+) at 12", figure("digits")))
    assert grown > 1
    assert exact < 1e-6
    assert "highest" not in figure("divergence").split("0.55:")[1]  # it grows from the first steps on
    error, degree = re.search(r"test: .*lowest (\S+) at (\d+)", figure("errors")).groups()
    assert degree == "1"
    assert "sum: from" in figure("trade-off")
    assert re.search(r"sum: .*lowest \S+ at 3\.", figure("trade-off"))
    assert float(re.search(r"test: .*lowest (\S+) at", figure("tamed"))[1]) < 1.1 * float(error)
    fits = [row.split("|")[2:6] for row in finished.said("last").splitlines() if row.startswith("| ")][2:]
    shares = [float(share) for _, _, share, _ in fits]
    assert shares[0] == pytest.approx(0.3, abs=0.06)
    assert shares[1:] == pytest.approx([0.5] * 3, abs=0.06)
    assert float(fits[-1][-1]) == pytest.approx(55, abs=3)


def test_the_zip_of_the_last_cell_gets_full_marks_from_the_graders_command(finished, tmp_path):
    assert "21 of 21 questions pass their public tests." in finished.said("submit")
    command = [AUTOGRADER, "grade", finished.folder / "submission.zip", "--assignment", ASSIGNMENT]
    done = subprocess.run([*command, "--out", tmp_path / "out"], check=True, capture_output=True, text=True)

    (row,) = csv.DictReader((tmp_path / "out" / "grades.csv").read_text().splitlines())
    assert (row["status"], row["score"], row["max_score"]) == ("graded", "100", "100")
    assert "CIFAR" not in done.stdout


def test_with_stubs_the_notebook_stops_at_the_first_question_with_one_sentence(begun):
    rules.stopped_at_the_first_question(begun, "add_bias", "loss", at="bias-column", language="vi")


def test_nothing_sticks_out_of_the_page_and_figures_are_as_wide_as_they_can_be(finished):
    rules.fits_the_page(finished, "finished", FIGURES)
