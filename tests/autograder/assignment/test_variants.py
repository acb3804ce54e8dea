"""Variants are read from their files without running them, and make submissions like a student's."""

import pytest

from autograder.assignment.variants import (
    Variant,
    apply,
    load_variants,
    misconception,
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

FILE = '''"""Wrong ways."""

import numpy as np

from autograder.variants import misconception, style

raise SystemExit("read, never run")


@misconception(module="double", function="double", hint="Multiply instead of adding.")
def adds_two(x):
    # two more
    return x + 2


@misconception(
    module="other", function="third", questions=("third", "sixth"), hint="Three.", imports=("import math",)
)
def third_of_pi(x):
    return math.pi / 3


@style("adding", module="double", function="double")
def adding_double(x):
    return x + x


@style("adding", module="double", function="half")
def adding_half(x):
    return x - x / 2


def helper_of_nobody(x):
    return x
'''


@pytest.fixture
def variants(tmp_path):
    path = tmp_path / "misconceptions.py"
    path.write_text(FILE)
    return load_variants(path)


def test_variants_are_read_in_order_and_without_running_the_file(variants):
    assert variants == [
        Variant(
            name="adds_two",
            module="double",
            function="double",
            questions=("double",),
            hint="Multiply instead of adding.",
            source="def double(x):\n    # two more\n    return x + 2",
        ),
        Variant(
            name="third_of_pi",
            module="other",
            function="third",
            questions=("third", "sixth"),
            hint="Three.",
            source="def third(x):\n    return math.pi / 3",
            imports=("import math",),
        ),
        Variant("adding", "double", "double", (), "", "def double(x):\n    return x + x"),
        Variant("adding", "double", "half", (), "", "def half(x):\n    return x - x / 2"),
    ]


def test_a_submission_holds_the_variant_and_otherwise_the_reference(variants):
    submission = apply(variants[:1], REFERENCE)

    assert submission == {
        "double": '''"""Doubling."""

import numpy as np


def double(x):
    # two more
    return x + 2


def half(x):
    return x / 2
''',
        "other": REFERENCE["other"],
    }


def test_several_variants_make_one_submission_and_imports_come_first(variants):
    submission = apply(variants[1:], REFERENCE)

    assert submission["other"] == "import math\ndef third(x):\n    return math.pi / 3\n"
    assert "    return x + x\n" in submission["double"]
    assert "    return x - x / 2\n" in submission["double"]


def test_no_variants_give_the_reference_without_its_markers():
    assert apply([], REFERENCE)["double"] == without_markers(REFERENCE["double"])
    assert "SOLUTION" not in apply([], REFERENCE)["double"]
    assert "    return 2 * x  # of any shape\n" in apply([], REFERENCE)["double"]


def test_two_variants_of_one_function_are_refused(variants):
    with pytest.raises(ValueError, match="double already has another variant"):
        apply([variants[0], variants[2]], REFERENCE)


def test_a_variant_of_an_unknown_function_is_refused():
    with pytest.raises(ValueError, match=r"other\.py has no function double"):
        apply([Variant("lost", "other", "double", (), "", "def double(x):\n    return x")], REFERENCE)


@pytest.mark.parametrize(
    ("decorator", "reason"),
    [
        ("@misconception(module='m', function=NAME, hint='')", "malformed node"),
        ("@misconception(module='m', function='f')", "hint"),
        ("@misconception('m', 'f', 'hint')", "positional"),
        ("@functools.cache", "only @misconception"),
        ("@other(module='m')", "only @misconception"),
        ("@style(module='m', function='f')", "name"),
    ],
)
def test_an_unreadable_variant_is_refused_with_its_line(tmp_path, decorator, reason):
    path = tmp_path / "styles.py"
    path.write_text(f"{decorator}\ndef wrong(x):\n    return x\n")
    with pytest.raises(ValueError, match=rf"styles\.py, line 2: wrong: .*{reason}"):
        load_variants(path)


def test_a_name_that_comes_twice_is_refused(tmp_path):
    path = tmp_path / "styles.py"
    path.write_text("@style('s', module='m', function='f')\ndef a(x):\n    return x\n" * 2)
    with pytest.raises(ValueError, match="line 5: s comes twice"):
        load_variants(path)


def test_the_decorators_leave_functions_as_they_are():
    def double(x):
        return 2 * x

    assert misconception(module="m", function="f", hint="h")(double) is double
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
@misconception(module="double", function="Double", hint="Twice, not thrice.", imports=("import math",))
class TripleInstead(Function):
    @staticmethod
    def forward(ctx, x):
        return 3 * x


@style("adding", module="double", function="Double")
class AddingDouble(Function):
    @staticmethod
    def forward(ctx, x):
        return x + x
"""


def test_a_class_stands_for_a_class(tmp_path):
    path = tmp_path / "misconceptions.py"
    path.write_text(CLASSES)
    triple, adding = load_variants(path)

    assert (triple.name, triple.function, triple.questions) == ("TripleInstead", "Double", ("Double",))
    assert (adding.name, adding.function, adding.questions) == ("adding", "Double", ())
    assert apply([triple], {"double": OPERATIONS})["double"] == (
        "import math\n"
        "class Double(Function):\n"
        "    @staticmethod\n"
        "    def forward(ctx, x):\n"
        "        return 3 * x\n"
        "\n\n"
        "def half(x):\n"
        "    return x / 2\n"
    )
    with pytest.raises(ValueError, match="Double already has another variant"):
        apply([triple, adding], {"double": OPERATIONS})
