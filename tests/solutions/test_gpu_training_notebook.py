"""The notebook of the PyTorch assignment runs as a student runs it, here on the CPU and on synthetic images."""

import csv
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from colab_setup.data.loading import synthetic
from tests.solutions import notebook_rules as rules
from tests.solutions.notebook_runs import REPOSITORY, on_laptop, said_between_saves, unpack

pytestmark = pytest.mark.slow


ASSIGNMENT = "gpu_training"
SOLUTIONS = REPOSITORY / "solutions" / ASSIGNMENT
MODULES = ("loss", "gradient", "regularization", "sgd", "model")
FIGURES = 14
AUTOGRADER = Path(sys.executable).parent / "autograder"


def test_with_right_modules_the_notebook_runs_to_its_end_and_all_checks_pass(finished):
    rules.all_checks_passed(finished)


def test_every_figure_has_titles_labels_and_legends_in_readable_type(finished):
    rules.figures_are_readable(finished, FIGURES)


def test_every_figure_has_an_alternative_text(finished):
    rules.every_figure_can_be_heard(finished)


def test_every_cell_that_draws_shows_one_figure(finished):
    rules.every_cell_that_draws_shows_one_figure(finished)


def test_with_stubs_the_notebook_stops_at_the_first_question_with_one_sentence(begun):
    rules.stopped_at_the_first_question(begun, "cross_entropy", "loss", at="log-sum-exp", language="vi")


@pytest.mark.parametrize("which", ["finished", "begun"])
def test_nothing_sticks_out_of_the_page_and_figures_are_as_wide_as_they_can_be(which, request):
    rules.fits_the_page(request.getfixturevalue(which), which, {"finished": FIGURES, "begun": 1}[which])


def numbers(text):
    return [float(x) for x in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?!\w)", text)]


def second_column(run, name):
    """What a cell's table holds beside the names of its rows."""
    rows = [line.split("|") for line in run.said(name).splitlines() if line.startswith("|")]
    return [row[2].strip() for row in rows[2:]]


@pytest.mark.parametrize(
    ("name", "text"), [("smoothing", "about-smoothing-values"), ("penalty-values", "about-penalty-values")]
)
def test_the_numbers_to_expect_are_those_of_the_reference(finished, name, text):
    found = second_column(finished, name)

    assert found
    assert {float(value) for value in found} <= set(numbers(finished.cell(text).source))


def test_a_run_that_was_cut_off_ends_with_the_same_bits(finished):
    assert second_column(finished, "resume") == ["0", "0"]


def test_the_two_layers_backwards_by_hand_agree_with_autograd(finished):
    assert finished.said("by-hand").count(" yes ") == 4


def test_predictions_come_true_and_are_told_why(finished):
    rules.all_predictions_came_true(finished)


def test_batch_normalisation_helps_most_in_a_short_training(finished):
    rows = [line.split("|") for line in finished.said("regularised").splitlines() if line.startswith("| ")]
    right = {row[1].strip(): float(row[3]) for row in rows[2:]}

    assert right["batch norm"] > right["none"] + 20
    assert right["batch norm"] > max(right["and dropout"], right["and depth"])


def test_only_log_sum_exp_has_a_loss_for_large_logits(finished):
    assert second_column(finished, "log-sum-exp") == ["10000", "inf"]


def test_in_the_valley_momentum_gets_as_far_as_told(finished):
    told = numbers(finished.cell("about-valley").source)
    plain, momentum, nesterov = map(float, second_column(finished, "valley"))

    assert plain in told
    assert round(momentum, 2) in told
    assert 0.01 in told
    assert nesterov < 0.01


def test_the_gradients_agree_with_autograd_in_the_notebooks_own_check(finished):
    rows = [row.split("|")[2:4] for row in finished.said("gradient-check").splitlines() if " True " in row]

    assert len(rows) == 2
    assert all(float(difference) < 1e-15 for difference, _ in rows)
    assert "Second derivative: CrossEntropy has no second derivative" in finished.said("gradient-check")


def test_the_training_reaches_the_accuracy_to_expect(finished):
    lowest, highest = re.findall(r"(\d+) %", finished.cell("about-accuracy").source)[:2]
    accuracies = [float(x) for x in re.findall(r"([\d.]+) %", finished.said("accuracy"))]

    assert len(accuracies) == 3
    assert all(float(lowest) <= accuracy <= float(highest) for accuracy in accuracies)


def test_the_log_tells_what_the_weights_give(finished, load):
    log = json.loads((finished.folder / "training_log.json").read_text())
    reference = load({module: (SOLUTIONS / f"{module}.py").read_text() for module in MODULES})
    model = reference.build_model(**log["model"])
    model.load_state_dict(torch.load(finished.folder / "weights.pt", weights_only=True))
    data = synthetic()

    assert (log["data"], log["device"]) == ("synthetic", "cpu")
    assert log["seconds"] > 0
    assert len(log["history"]) > 50
    assert log["history"][0] > 2 > 1 > log["history"][-1]
    right = np.mean(reference.predict(model, data.X_test).numpy() == data.y_test)
    assert log["test_accuracy"] == pytest.approx(100 * right)
    with torch.no_grad():
        logits = torch.cat(
            [model.eval()(part) for part in torch.tensor(data.X_train).permute(0, 3, 1, 2).split(500)]
        )
    loss = reference.cross_entropy(logits, torch.tensor(data.y_train))
    assert log["train_loss"] == pytest.approx(float(loss), rel=1e-4)


def test_the_last_cell_makes_the_zip(finished):
    assert "16 of 16 questions pass their public tests." in finished.said("submit")
    with zipfile.ZipFile(finished.folder / "submission.zip") as archive:
        names = set(archive.namelist())
    files = {
        *(f"{module}.py" for module in MODULES),
        f"{ASSIGNMENT}.ipynb",
        "weights.pt",
        "training_log.json",
    }
    assert names >= files


@pytest.mark.long
def test_the_zip_of_the_last_cell_gets_full_marks(finished, tmp_path):
    command = [AUTOGRADER, "grade", finished.folder / "submission.zip", "--assignment", ASSIGNMENT]
    subprocess.run([*command, "--out", tmp_path / "out"], check=True, capture_output=True)

    (row,) = csv.DictReader((tmp_path / "out" / "grades.csv").read_text().splitlines())
    assert (row["status"], row["score"], row["max_score"]) == ("graded", "100", "100")
    (results,) = (tmp_path / "out").rglob("results.json")
    trainings = json.loads(results.read_text())["extra_data"]["trainings"]
    assert [(run["recipe"], run["device"], run["tier"]) for run in trainings] == [
        ("retrain", "cpu", "high"),
        ("weights", "cpu", "high"),
    ]


@pytest.mark.long
def test_a_saved_module_is_read_anew_without_a_restart(tmp_path, released):
    folder = unpack(released["en"], tmp_path / ASSIGNMENT, solved=False)
    checks = ("CrossEntropy", "MulticlassHinge")

    said = said_between_saves(folder, on_laptop(tmp_path), checks, broken="gradient")
    rules.saved_modules_are_read_anew(said, checks, broken="gradient")
