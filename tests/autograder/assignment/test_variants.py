"""Styles are read from their file without running it, and variants make submissions like a student's."""

import pytest

from autograder.assignment.variants import (
    Variant,
    apply,
    load_styles,
    style,
    without_markers,
)

REFERENCE = {
    "double": '''"""Doubling."""

import numpy as np


def double(x):
    """Twice x."""
    # BEGIN SOLUTION
    return 2 * x  # of any shape
    # END SOLUTION


def half(x):
    return x / 2  # SOLUTION
''',
    "other": "def third(x):\n    return x / 3\n",
}

FILE = '''"""Other ways."""

import numpy as np

from autograder.assignment.variants import style

raise SystemExit("read, never run")


@style("adding", module="double", function="double")
def adding_double(x):
    # itself once more
    return x + x


@style("math", module="other", function="third", imports=("import math",))
def third_by_math(x):
    return x * math.exp(-math.log(3))


@style("adding", module="double", function="half")
def adding_half(x):
    return x - x / 2
'''


@pytest.fixture
def variants(tmp_path):
    (tmp_path / "styles.py").write_text(FILE)
    return load_styles(tmp_path)


def test_variants_are_read_in_order_and_without_running_the_file(variants):
    adding = "def double(x):\n    # itself once more\n    return x + x"
    third = "def third(x):\n    return x * math.exp(-math.log(3))"
    assert variants == [
        Variant("adding", "double", "double", (), "", adding),
        Variant("math", "other", "third", (), "", third, ("import math",)),
        Variant("adding", "double", "half", (), "", "def half(x):\n    return x - x / 2"),
    ]


def test_a_submission_holds_the_variant_and_otherwise_the_reference(variants):
    submission = apply(variants[:1], REFERENCE)

    assert submission == {
        "double": '''"""Doubling."""

import numpy as np


def double(x):
    # itself once more
    return x + x


def half(x):
    return x / 2
''',
        "other": REFERENCE["other"],
    }


def test_several_variants_make_one_submission_and_imports_come_first(variants):
    submission = apply(variants, REFERENCE)

    assert submission["other"].startswith("import math\ndef third(x):\n    return x * math.exp(")
    assert "    return x + x\n" in submission["double"]
    assert "    return x - x / 2\n" in submission["double"]


def test_no_variants_give_the_reference_without_its_markers():
    assert apply([], REFERENCE)["double"] == without_markers(REFERENCE["double"])
    assert "SOLUTION" not in apply([], REFERENCE)["double"]
    assert "    return 2 * x  # of any shape\n" in apply([], REFERENCE)["double"]


def test_two_variants_of_one_function_are_refused(variants):
    with pytest.raises(ValueError, match="double already has another variant"):
        apply([variants[0], variants[0]], REFERENCE)


def test_a_variant_of_an_unknown_function_is_refused():
    with pytest.raises(ValueError, match=r"other\.py has no function double"):
        apply([Variant("lost", "other", "double", (), "", "def double(x):\n    return x")], REFERENCE)


@pytest.mark.parametrize(
    ("decorator", "reason"),
    [
        ("@style('s', module='m', function=NAME)", "are literals"),
        ("@style('s', 'm', 'f')", "positional"),
        ("@functools.cache", "only @style"),
        ("@other(module='m')", "only @style"),
        ("@style(module='m', function='f')", "name"),
    ],
)
def test_an_unreadable_variant_is_refused_with_its_line(tmp_path, decorator, reason):
    path = tmp_path / "styles.py"
    path.write_text(f"{decorator}\ndef wrong(x):\n    return x\n")
    with pytest.raises(ValueError, match=rf"styles\.py, line 2: wrong: .*{reason}"):
        load_styles(tmp_path)


def test_a_name_that_comes_twice_is_refused(tmp_path):
    path = tmp_path / "styles.py"
    path.write_text("@style('s', module='m', function='f')\ndef a(x):\n    return x\n" * 2)
    with pytest.raises(ValueError, match="line 5: s comes twice"):
        load_styles(tmp_path)


def test_the_decorator_leaves_functions_as_they_are():
    def double(x):
        return 2 * x

    assert style("s", module="m", function="f")(double) is double


OPERATIONS = '''class Double(Function):
    """Twice x."""

    @staticmethod
    def forward(ctx, x):
        # BEGIN SOLUTION
        return 2 * x
        # END SOLUTION


def half(x):
    return x / 2
'''

CLASSES = """
@style("adding", module="double", function="Double", imports=("import math",))
class AddingDouble(Function):
    @staticmethod
    def forward(ctx, x):
        return x + x
"""


def test_a_class_stands_for_a_class(tmp_path):
    (tmp_path / "styles.py").write_text(CLASSES)
    (adding,) = load_styles(tmp_path)

    assert (adding.name, adding.function, adding.questions) == ("adding", "Double", ())
    assert apply([adding], {"double": OPERATIONS})["double"] == (
        "import math\n"
        "class Double(Function):\n"
        "    @staticmethod\n"
        "    def forward(ctx, x):\n"
        "        return x + x\n"
        "\n\n"
        "def half(x):\n"
        "    return x / 2\n"
    )


def test_an_assignment_without_styles_has_none(tmp_path):
    assert load_styles(tmp_path) == []
