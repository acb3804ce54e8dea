"""A misconception is an edit of the reference, and is refused where the reference has moved from under it."""

import textwrap

import pytest

from autograder.assignment import AssignmentError, Variant, apply, load_misconceptions

REFERENCE = '''"""Losses."""

import numpy as np


def mean(X):
    """The mean: the sum / the number."""
    # BEGIN SOLUTION
    total = 0.0  # a comment: total = 0.0
    # one row at a time
    for x in X:
        total += x
    return total / len(X)
    # END SOLUTION


class Double(Function):
    """Twice x."""

    @staticmethod
    def forward(ctx, x):
        """2 * x."""
        return 2 * x  # SOLUTION
'''


@pytest.fixture
def read(tmp_path):
    """Reads one misconception, or several, of that reference."""
    (tmp_path / "loss.py").write_text(REFERENCE)

    def read(catalogue):
        (tmp_path / "misconceptions.toml").write_text(textwrap.dedent(catalogue))
        return load_misconceptions(tmp_path)

    return read


def body(variant):
    return variant.source.partition(":\n")[2]


def test_an_edit_is_made_in_the_code_of_its_function(read):
    (variant,) = read(
        """
        [loss.mean.sum_for_mean]
        edit." / len(X)" = ""
        en = "Divide by N."
        vi = "Chia cho N."
        """
    )
    assert variant == Variant(
        name="sum_for_mean",
        module="loss",
        function="mean",
        questions=("mean",),
        hint="Divide by N.",
        source="def mean(X):\n    total = 0.0\n    for x in X:\n        total += x\n    return total",
        translations={"en": "Divide by N.", "vi": "Chia cho N."},
    )
    assert variant.hint_in("vi") == "Chia cho N."
    assert apply([variant], {"loss": REFERENCE})["loss"].startswith(
        '"""Losses."""\n\nimport numpy as np\n\n\ndef mean(X):\n    total = 0.0\n    for x in X:\n'
    )


def test_several_edits_may_swap_what_they_find_and_add_and_remove_lines(read):
    (variant,) = read(
        r"""
        [loss.mean.forgetful]
        edit."total = 0.0" = ""
        edit."total += x" = "total = 0.0\n        total += x"
        edit."total / len(X)" = "len(X) / total"
        en = "Once."
        """
    )
    assert body(variant) == (
        "    for x in X:\n        total = 0.0\n        total += x\n    return len(X) / total"
    )


def test_classes_whole_functions_questions_and_imports(read):
    double, mean = read(
        """
        [loss.Double.triple]
        edit."2 * x" = "3 * x"
        en = "Twice."

        [loss.mean]
        questions = ["accuracy"]

        [loss.mean.median]
        whole = '''
        def mean(X):
            return statistics.median(X)
        '''
        imports = ["import statistics"]
        en = "Sum up."
        """
    )
    assert double.source.endswith("@staticmethod\n    def forward(ctx, x):\n        return 3 * x")
    assert (double.function, double.questions, double.hint_in("vi")) == ("Double", ("Double",), "Twice.")
    assert (mean.questions, mean.imports) == (("accuracy",), ("import statistics",))
    assert mean.source == "def mean(X):\n    return statistics.median(X)"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ('edit."/ N" = ""', r"'/ N' does not stand in mean of loss\.py, and must stand there once"),
        ('edit."the sum / the number" = "a"', "does not stand in mean"),
        ('edit."one row" = "two rows"', "does not stand in mean"),
        ('edit."2 * x" = "3 * x"', "does not stand in mean"),
        ('edit."" = "x"', "does not stand in mean"),
        ('edit."X" = "Y"', r"'X' stands 3 times in mean of loss\.py"),
        ('edit."/ len(X)" = ""\nedit."total / len" = "len"', "overlaps with another edit"),
        ('edit."/ len(X)" = "/"', "what it makes of mean is no Python: invalid syntax"),
        ('edit."total / len" = "total  /  len"', "leaves mean as it is"),
        ("edit = {}", "leaves mean as it is"),
        ('edit."def mean(" = "def median("', "one definition, of mean"),
        ('whole = "def median(X): return X"', "one definition, of mean"),
        (
            'whole = "def mean(X): return X"\nedit."total" = "t"',
            "it has whole, edit, en; it needs edit or whole",
        ),
        ('edit = ["/ len(X)", ""]', "edit is a table of texts, one for each text that it replaces"),
        ("edit.total = 1", "edit is a table of texts, one for each text that it replaces"),
        ('hint = "No."', "a misconception has no 'hint'. It may have edit, en, imports"),
        ("imports = []", "it has imports, en; it needs edit or whole"),
        ('edit."/ len(X)" = ""\nvn = "Chia."', "a misconception has no 'vn'. .* vi, whole"),
    ],
)
def test_what_cannot_be_made_is_refused_by_name(read, lines, reason):
    with pytest.raises(AssignmentError, match=rf"misconceptions\.toml, line 1: wrong_mean: .*{reason}"):
        read(f"[loss.mean.wrong_mean]\n{lines}\nen = 'Divide by N.'\n")


def test_a_hint_is_needed(read):
    with pytest.raises(
        AssignmentError, match="wrong_mean: it has edit; it needs edit or whole, and en, its hint"
    ):
        read("[loss.mean.wrong_mean]\nedit.'/ len(X)' = ''\n")


def test_unknown_places_are_refused(read):
    with pytest.raises(AssignmentError, match=r"sums: loss\.py has no function or class sum"):
        read("[loss.sum.sums]\nedit.'a' = 'b'\nen = 'No.'\n")
    with pytest.raises(AssignmentError, match=r"sums: sgd\.py has no function or class sum"):
        read("[sgd.sum.sums]\nedit.'a' = 'b'\nen = 'No.'\n")
    with pytest.raises(AssignmentError, match=r"question: it is no table, such as \[loss\.mean\.question\]"):
        read("[loss.mean]\nquestion = 'accuracy'\n")
    with pytest.raises(AssignmentError, match=r"misconceptions\.toml, line 3: this is no TOML: .*twice"):
        read("[loss.sum.sums]\nen = 'No.'\n[loss.sum.sums]\nen = 'No.'\n")


def test_an_assignment_without_a_catalogue_has_none(tmp_path):
    assert load_misconceptions(tmp_path) == []
