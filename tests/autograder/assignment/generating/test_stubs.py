"""What students receive is made from the solutions and the suites, says nothing of either, and works."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from otter.test_files import create_test_file

from autograder.assignment import AssignmentError, settings
from autograder.assignment.generating import stubs
from autograder.assignment.generating.notebooks import make_notebooks
from autograder.assignment.generating.public_cases import public_tests

ASSIGNMENTS = settings.names()
SOLVED = '''"""Doubling."""

from halves import half


def double(x):
    """Twice x."""
    # BEGIN SOLUTION
    twice = x + half(2 * x)
    return twice
    # END SOLUTION


def quadruple(x):
    def inner(y):
        # BEGIN SOLUTION
        return 4 * y
        # END SOLUTION

    return inner(x)


class Model:
    def forward(self, x):
        """x, unchanged."""
        return x  # SOLUTION


def given(x: tuple[int, ...]) -> int:
    return x[0]
'''

NOTEBOOK = """# %% [markdown] lang="en"
# Double

# %% [markdown] lang="vi"
# Gấp đôi

# %%
grader.check("double")
"""

SUITE = '''"""The double of a number."""

import os.path
import numpy as np
from math import pi, tau
from otter.test_files import test_case

OK_FORMAT = False
name = "double"
points = 4

# secret: what a hidden case compares with
EXPECTED = {"hidden": tau}
FACTORS = [1, 2]  # two of them


def shared(x):
    return [factor * x for factor in FACTORS]


# a secret helper
def secret(x):
    return EXPECTED, os.path.join(x, "secret")


@test_case(name="of pi", points=1, failure_message="Twice.")
def of_pi(double):
    """Doubling pi."""
    assert double(pi) == shared(pi)[1]  # exactly


@test_case(name="hidden case", points=2, hidden=True)
def hidden_case(double, reference):
    assert np.all(secret(double(1)) == tau)


@test_case(name="of zero", points=1, hidden=False)
def of_zero(double):
    assert double(0) == 0
'''

PUBLIC_SUITE = '''"""The double of a number."""

from math import pi
from otter.test_files import test_case

OK_FORMAT = False
name = "double"
points = 4

FACTORS = [1, 2]  # two of them


def shared(x):
    return [factor * x for factor in FACTORS]


@test_case(name="of pi", points=1, failure_message="Twice.")
def of_pi(double):
    """Doubling pi."""
    assert double(pi) == shared(pi)[1]  # exactly


@test_case(name="of zero", points=1, hidden=False)
def of_zero(double):
    assert double(0) == 0
'''


def test_a_stub_keeps_everything_but_the_solution():
    stub = stubs.make_stub(SOLVED)

    assert "from halves import half\n" in stub
    assert '    """Twice x."""\n    raise NotImplementedError("double: not written yet")\n\n\n' in stub
    assert (
        '        raise NotImplementedError("quadruple.inner: not written yet")\n\n    return inner(x)' in stub
    )
    assert 'raise NotImplementedError("Model.forward: not written yet")' in stub
    assert "def given(x: tuple[int, ...]) -> int:\n    return x[0]\n" in stub
    assert "SOLUTION" not in stub
    assert "twice = " not in stub
    assert "4 * y" not in stub


def test_lines_marked_as_ignored_stay_with_the_staff():
    assert stubs.make_stub("import numpy\nimport torch  # IGNORE\n") == "import numpy\n"


def test_markers_that_do_not_pair_up_are_refused():
    with pytest.raises(AssertionError, match="without END SOLUTION"):
        stubs.make_stub("def f():\n    # BEGIN SOLUTION\n    return 1\n")


def test_public_tests_hold_the_public_cases_and_what_they_use_and_nothing_else():
    assert public_tests(SUITE) == PUBLIC_SUITE


def test_public_tests_of_public_tests_change_nothing():
    assert public_tests(PUBLIC_SUITE) == PUBLIC_SUITE


def test_public_tests_load_in_otter_with_the_points_of_their_cases(tmp_path):
    path = tmp_path / "double.py"
    path.write_text(public_tests(SUITE))
    test_file = create_test_file(str(path), nbmeta_config=None)

    assert [(case.name, case.points, case.hidden) for case in test_file.test_cases] == [
        ("of pi", 1, False),
        ("of zero", 1, False),
    ]


def test_a_suite_of_hidden_cases_only_gives_no_public_file():
    hidden = "@test_case(hidden=True)\ndef accuracy(accuracy):\n    assert accuracy\n"
    assert public_tests(hidden) == ""


@pytest.mark.parametrize(
    "decorator",
    ["@test_case('a', 1, True)", "@otter.test_files.test_case(hidden=True)"],
)
def test_every_spelling_of_hidden_is_seen(decorator):
    public = "@test_case()\ndef one(f):\n    pass\n"
    assert public_tests(public + f"\n\n{decorator}\ndef two(f):\n    pass\n") == public


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("@test_case(hidden=HIDE)\ndef f(): pass\n", "hidden=True or hidden=False"),
        ("@test_case(**settings)\ndef f(): pass\n", "hidden=True or hidden=False"),
        ("points = [1, 2]\n@test_case()\ndef f(): pass\n", "points to each case"),
        ("@test_case()\ndef f(): pass\nprint('secret')\n", "nothing else"),
        ("X = {}\nX['a'] = 'secret'\n@test_case()\ndef f(): pass\n", "nothing else"),
        ("a = 1; b = 2\n@test_case()\ndef f(): return a\n", "one statement a line"),
    ],
)
def test_a_suite_that_cannot_be_split_safely_is_refused(source, reason):
    with pytest.raises(ValueError, match=reason):
        public_tests(source)


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_assignments_are_in_step_with_solutions_and_suites(assignment):
    assert stubs.out_of_step(settings.load(assignment)) == {}, "run: make stubs"


@pytest.fixture
def repository(tmp_path):
    solutions = tmp_path / "solutions" / "doubling"
    suite = tmp_path / "suites" / "doubling" / "tests"
    for folder in (solutions, suite, tmp_path / "assignments" / "doubling"):
        folder.mkdir(parents=True)
    (suite.parent / "assignment.toml").write_text('modules = ["double"]\nseed = 3\n')
    (solutions / "double.py").write_text(SOLVED)
    (solutions / "styles.py").write_text("SECRET = 1\n")
    (solutions / "misconceptions.toml").write_text("[double.double]\n")
    (solutions / "notebook.py").write_text(NOTEBOOK, encoding="utf-8")
    (suite / "double.py").write_text(SUITE)
    return tmp_path


def doubling(repository):
    return settings.load_from(settings.own_rooms(repository, "doubling"))


def test_a_folder_out_of_step_is_noticed_file_by_file(repository):
    folder = repository / "assignments" / "doubling"
    (folder / "double.py").write_text("edited by hand")
    (folder / "left_over.py").write_text("of an older version")
    (folder / "picture.png").write_bytes(b"not generated")

    changes = stubs.out_of_step(doubling(repository))

    notebooks = make_notebooks(NOTEBOOK, "doubling")
    assert changes == {
        folder / "left_over.py": None,
        folder / "double.py": stubs.make_stub(SOLVED),
        folder / "doubling.ipynb": notebooks["en"],
        folder / "vi" / "doubling.ipynb": notebooks["vi"],
        folder / "tests" / "double.py": PUBLIC_SUITE,
        folder / "assignment.json": changes[folder / "assignment.json"],
    }


def test_the_description_names_the_questions_that_have_a_public_case(repository):
    (repository / "suites" / "doubling" / "tests" / "hidden.py").write_text(
        "@test_case(hidden=True)\ndef hidden(double):\n    pass\n"
    )
    assert json.loads(stubs.generate(doubling(repository))["assignment.json"]) == {
        "assignment": "doubling",
        "modules": ["double"],
        "questions": ["double"],
    }


def test_writing_brings_the_folder_in_step(repository):
    stub = repository / "assignments" / "doubling" / "double.py"
    assert stub in stubs.bring_in_step(doubling(repository))
    assert stub.read_text() == stubs.make_stub(SOLVED)
    assert stubs.out_of_step(doubling(repository)) == {}


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("notebook.py", NOTEBOOK + '\n# %% [markdown] lang="vi"\n# Hết\n', "line 10: this text lacks en."),
        (
            "double.py",
            "def double(x):\n    # BEGIN SOLUTION\n    return 1\n",
            "double.py, line 2: BEGIN SOLUTION without END",
        ),
        ("double.py", "def double(x:\n", "double.py, line 1: "),
    ],
)
def test_what_cannot_become_the_students_is_refused_in_one_sentence_with_its_file(
    repository, file, text, told
):
    assignment = doubling(repository)
    (repository / "solutions" / "doubling" / file).write_text(text, encoding="utf-8")
    with pytest.raises(AssignmentError) as refused:
        stubs.generate(assignment)
    assert str(refused.value).startswith(str(repository / "solutions" / "doubling" / file))
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_cells_of_what_is_left_out_go(repository):
    source = (
        NOTEBOOK
        + """
# %% drawing
need("double", "triple")

# %% about-triple [markdown] lang="en" tags=["about:triple"]
# Triples.

# %% [markdown] lang="vi"
# Gấp ba.

# %% answer [markdown] lang="en" tags=["answer:why"]
# Why?

# %% [markdown] lang="vi"
# Vì sao?
"""
    )
    for left_out, ids in (
        ([], ["doubling-00", "check-double", "drawing", "about-triple", "answer"]),
        (["triple"], ["doubling-00", "check-double", "answer"]),
        (["double", "why"], ["doubling-00", "about-triple"]),
    ):
        for notebook in make_notebooks(source, "doubling", left_out).values():
            assert [cell["id"] for cell in json.loads(notebook)["cells"]] == ids


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_stubs_import_and_every_function_names_its_question(assignment):
    folder, modules = settings.load(assignment).rooms.handout, settings.load(assignment).modules
    call_all = (
        "import importlib, inspect, sys\n"
        "for name in sys.argv[1:]:\n"
        "    module = importlib.import_module(name)\n"
        "    for f in vars(module).values():\n"
        "        if inspect.isfunction(f) and f.__module__ == name:\n"
        "            assert f.__doc__, f\n"
        "            try: f(*[None] * len(inspect.getfullargspec(f).args),\n"
        "                   **dict.fromkeys(inspect.getfullargspec(f).kwonlyargs))\n"
        "            except NotImplementedError as error: print(f.__name__, '|', error)\n"
    )
    output = subprocess.run(
        [sys.executable, "-B", "-c", call_all, *modules],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    questions = [
        node.name
        for module in modules
        for node in ast.parse((folder / f"{module}.py").read_text()).body
        if isinstance(node, ast.FunctionDef)
    ]

    assert questions
    assert output.splitlines() == [f"{question} | {question}: not written yet" for question in questions]


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_notebook_checks_every_question_that_has_public_tests(assignment):
    files = stubs.generate(settings.load(assignment))
    questions = [Path(name).stem for name in files if name.startswith("tests/")]
    for name in files:
        if name.endswith(".ipynb"):
            checked = re.findall(r'grader\.check\(\\"(\w+)\\"\)', files[name])
            assert sorted(checked) == sorted(questions), name


def test_what_stands_below_a_constant_goes_where_the_constant_goes():
    source = (
        'OPEN = 1\n"""What students see."""\nCLOSED = 2\n"""The staff\'s alone."""\n\n\n'
        "@test_case()\ndef shown(f):\n    assert f(OPEN)\n\n\n"
        "@test_case(hidden=True)\ndef kept(f):\n    assert f(CLOSED)\n"
    )
    public = public_tests(source)
    assert '"""What students see."""' in public
    assert "alone" not in public
    assert "CLOSED" not in public
