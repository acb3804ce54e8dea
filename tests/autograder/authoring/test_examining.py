"""What is wrong with an assignment's files is found before anything is run, each in a sentence with its file."""

import sys

import pytest
from typer.testing import CliRunner

from autograder.assignment import read_course
from autograder.assignment import settings as assignments
from autograder.authoring.examining import examine
from autograder.authoring.new import new_assignment
from autograder.cli import app

TESTS, SUITE, SOLUTIONS = "suites/trees/tests/centre.py", "suites/trees/assignment.toml", "solutions/trees"
MISTAKES = [
    (TESTS, "def two_columns(centre):", "def two_columns(centre) -> (:", "centre.py, line 13: "),
    (TESTS, "def two_columns(centre):", "def two_columns(center):", "line 13: two_columns asks for 'center', which nothing gives. Did you mean 'centre'?"),
    (TESTS, "def two_columns(centre):", "def two_columns(centre, check):", "two_columns is public, and students have no 'check'"),
    (TESTS, "def other_shapes(centre, reference, check):", "def other_shapes(centre, referenc, check):", "asks for 'referenc', which nothing gives. Did you mean 'reference'?"),
    (TESTS, "def other_shapes(centre, reference, check):", "def other_shapes(centre, reference, check, training):", "asks for 'training', and"),
    (TESTS, ', points=4)', ")", "line 13: two_columns says nothing of points"),
    (TESTS, "points=4", "points=5", "points = 10, and the cases add up to 11 (centre 11)."),
    (TESTS, "hidden=True", "hidden=HIDDEN", "other_shapes: write hidden=True or hidden=False out."),
    (TESTS, 'name = "centre"', 'name = "center"', "line 8: the question is called 'center' and its file 'centre'"),
    (TESTS, "import numpy as np", "import numpyy as np", "line 3: it cannot be read as a test: ModuleNotFoundError"),
    (TESTS, 'name="centre: two columns"', 'name="centre: other shapes"', "there is a case 'centre: other shapes' already"),
    (f"{SOLUTIONS}/preparing.py", "return X", "return X +* ", "preparing.py, line 12: "),
    (f"{SOLUTIONS}/preparing.py", "import numpy as np", "import numpyy", "preparing.py, line 3: the reference cannot be imported: ModuleNotFoundError"),
    (f"{SOLUTIONS}/preparing.py", "# END SOLUTION", "# END", "preparing.py, line 11: BEGIN SOLUTION without END SOLUTION."),
    (f"{SOLUTIONS}/misconceptions.toml", "[preparing.centre.", "[preparing.center.", "misconceptions.toml, line 2: centre_by_one_mean_for_all: preparing.py has no function or class center."),
    (f"{SOLUTIONS}/misconceptions.toml", '"np.mean(X, axis=0)"', '"mean(X, axis=1)"', "'mean(X, axis=1)' does not stand in centre of preparing.py"),
    (f"{SOLUTIONS}/misconceptions.toml", "[preparing.", '[preparing.centre]\nquestions = ["centr"]\n[preparing.', "'centr', which is no question. Did you mean 'centre'?"),
    (f"{SOLUTIONS}/styles.py", 'function="centre"', "function=CENTRE", "styles.py, line 9: loops_centre: the arguments of @style are literals."),
    (f"{SOLUTIONS}/notebook.py", 'grader.check("centre")', 'grader.check("center")', 'has no cell grader.check("centre")'),
    (f"{SOLUTIONS}/notebook.py", "from preparing import centre", "import preparing", "imports no centre, which its check needs: from preparing import centre."),
    (f"{SOLUTIONS}/notebook.py", 'grader.check("centre")', 'grader.check("centre")\n\n# %% p\nkit.predict("start", ...)', 'predicts "start", of which'),
    (f"{SOLUTIONS}/notebook.py", '# %% [markdown] lang="vi"\n# ## 1', '# %% [markdown] lang="en"\n# ## 1', "notebook.py, line "),
    (TESTS, "hidden=True", "hiden=True", "line 18: @test_case knows no 'hiden'. Did you mean 'hidden'?"),
    (TESTS, "points=4", 'points="4"', "line 12: points are a number of 0 or more, and here they are '4'."),
    (TESTS, "points=4", 'points=float("nan")', "the case 'centre: two columns' is worth nan"),
    (TESTS, 'name="centre: two columns", ', "", "line 12: give the case a name"),
    (TESTS, '@test_case(name="centre: two columns", points=4)', "@test_case", "two_columns: write what it is called and worth"),
    (TESTS, "def two_columns(centre):", "def two_columns(*, centre):", "write its parameters without *, / and defaults"),
    (TESTS, "def two_columns(centre):", "def two_columns():", "two_columns asks for nothing"),
    (TESTS, "def two_columns(centre):", "async def two_columns(centre):", "two_columns is never run"),
    (TESTS, "def other_shapes(", "def two_columns(", "two_columns: another case has this name, and only the last one is run."),
    (TESTS, "OK_FORMAT = False", "OK_FORMAT = False\nimport sys\nsys.exit(3)", "centre.py, line 8: it cannot be read as a test: SystemExit: 3."),
    (SUITE, '["preparing"]', '["preparing", "preparing"]', "line 3: modules: 'preparing' is there twice: write it once."),
    (SUITE, '["preparing"]', '["preparing.py"]', "line 3: modules: 'preparing.py' is no module"),
    (SUITE, '["preparing"]', '["preparing", "random"]', "modules: 'random' is the name of another module in Python"),
    (SUITE, "points = 10", "points = 10\n[limits]\ncall_seconds = -3", "line 9: limits.call_seconds is -3, and must be more than 0."),
    (SUITE, "points = 10", 'points = 10\nleft_out = ["centre"]', "left_out leaves no question that is asked."),
    (SUITE, "points = 10", 'points = 10\n[manual.why]\npoints = 4\nrubric = ""\ntitle = { en = "Why" }', 'has no cell with the tag "answer:why"'),
    (SUITE, "points = 10", 'points = 10\n[manual.why]\npoints = 4\nrubric = ""\ntitle = { vi = "Vì sao" }', "line 11: manual.why.title: it needs its English words"),
    (f"{SOLUTIONS}/preparing.py", "# BEGIN SOLUTION", "# begin solution", "preparing.py, line 13: END SOLUTION without BEGIN SOLUTION."),
    (f"{SOLUTIONS}/preparing.py", '    """Subtract', '    X = X\n    """', "line 6: centre has no docstring"),
    (f"{SOLUTIONS}/preparing.py", "import numpy as np", "import numpy as np\n\n\ndef scale(X):\n    return X", "line 6: scale is to be written, and no case asks for it"),
    (f"{SOLUTIONS}/misconceptions.toml", 'en = "Every', 'en = 5 # "', "line 2: centre_by_one_mean_for_all: en is a text, and is 5."),
    (f"{SOLUTIONS}/misconceptions.toml", "[preparing.centre.centre_by_one_mean_for_all]", "[preparing.centre]", "line 2: a misconception's heading is [module.function.name], and 'centre' is not below one."),
    (f"{SOLUTIONS}/misconceptions.toml", "[preparing.", '[preparing.centre]\nquestions = "centre"\n[preparing.', "questions is a list, such as"),
    (f"{SOLUTIONS}/misconceptions.toml", "[preparing.", "x = 1\n[preparing.", "heading is [module.function.name], and 'x' is not"),
    (f"{SOLUTIONS}/misconceptions.toml", 'en = "Every', 'imports = ["imprt math"]\nen = "Every', "imports holds 'imprt math', which is no import."),
    (f"{SOLUTIONS}/misconceptions.toml", 'en = "Every', 'en = Every', "misconceptions.toml, line 4: this is no TOML: Invalid value."),
    (f"{SOLUTIONS}/styles.py", 'function="centre"', 'function="center"', "loops: preparing.py has no function center."),
    (f"{SOLUTIONS}/styles.py", '@style("loops", module="preparing", function="centre")\n', "", "line 8: loops_centre is no variant"),
    (f"{SOLUTIONS}/notebook.py", "from preparing import centre\n", "from preparing import centre\nx = (\n", "'(' was never closed"),
    (f"{SOLUTIONS}/notebook.py", 'setup("trees")', 'setup("tree")', "this notebook is that of trees, and not of tree."),
    (f"{SOLUTIONS}/notebook.py", 'grader.check("centre")', 'need("center")\ngrader.check("centre")', 'need("center") is about no question. Did you mean \'centre\'?'),
    (f"{SOLUTIONS}/notebook.py", 'grader.check("centre")', 'kit.predict("sum", ...)\n\n# %%\ngrader.check("centre")', "does not say what is right."),
    (f"{SOLUTIONS}/notebook.py", 'grader, need = kit.grader, kit.grader.need\n', "", "uses grader, and no cell makes it: grader = kit.grader."),
    (f"{SOLUTIONS}/notebook.py", "colab_setup.submit()", "", "has no cell colab_setup.submit()"),
    (SUITE, "points = 10", 'points = 10\n[manual.p]\npoints = 4\nrubric = ""\ntitle = { en = "P" }\n[manual.p.predictions.sum]\nanswer = "d"\nwhy.en = "x"', "line 13: manual.p.predictions.sum.answer: 'd' is no answer: \"a\", \"b\", \"c\" or a number."),
    (f"{SOLUTIONS}/notebook.py", '# %% setup\n', '# %% setup tags=["answer:why"]\n', "nobody would mark this answer"),
    (f"{SOLUTIONS}/misconceptions.toml", "edit.", 'questions = ["centre"]\nedit.', "has no 'questions'. That stands below [preparing.centre]."),
    (f"{SOLUTIONS}/misconceptions.toml", "edit.", 'only_hiden = "x"\nedit.', "has no 'only_hiden'. Did you mean 'only_hidden'?"),
    (f"{SOLUTIONS}/preparing.py", "def centre(X):", "# BEGIN SOLUTION\ndef centre(X):", "stands between the markers as a whole"),
    (f"{SOLUTIONS}/notebook.py", '# %% about-centre [markdown] lang="en"', '# %% về centre [markdown] lang="en" tags=["about:center"]', 'the tag "about:center" is about no question. Did you mean \'centre\'?'),
    (f"{SOLUTIONS}/notebook.py", "# ## 1. Centring", "# ## 1. Centring ({points} points)", "{points} stands in a text about no written question"),
    (f"{SOLUTIONS}/handout.vi.md", "# trees", "<!-- about: center -->\n# trees", "line 1: this is about 'center', which is no question. Did you mean 'centre'?"),
    (TESTS, 'check.rng("centre", n, d)', "np.random.default_rng()", "line 26: np.random.default_rng draws anew each time"),
    (SUITE, '["preparing"]', '["preparing", "notebook"]', "modules: 'notebook' is the name of another module"),
    (f"{SOLUTIONS}/preparing.py", "def centre(X):", "class centre:\n  def __init__(self, X):", "line 13: two_columns asks for the class centre: cases call functions"),
    ("suites/trees/vi.po", "charset=utf-8", "charset=utf-9", "vi.po is no text in UTF-8"),
]  # fmt: skip


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A new assignment in a folder of a course's own."""
    folder = tmp_path_factory.mktemp("own")
    new_assignment("trees", folder)
    return folder


@pytest.fixture
def edited(fresh):
    """Edits a file of it until the test is over."""
    before = {}

    def edit(file, old, new):
        path = fresh / file
        before[path] = path.read_text(encoding="utf-8")
        assert old in before[path]
        path.write_text(before[path].replace(old, new, 1), encoding="utf-8")

    yield edit
    for path, text in before.items():
        path.write_text(text, encoding="utf-8")


def complaints(folder):
    try:
        return list(examine(assignments.load_from(assignments.own_rooms(folder, "trees"))))
    except assignments.AssignmentError as error:
        return [str(error)]


def test_of_a_new_assignment_nothing_is_complained_of(fresh):
    assert complaints(fresh) == []


@pytest.mark.slow
@pytest.mark.parametrize("assignment", assignments.names())
def test_of_the_kits_own_nothing_is_complained_of(assignment):
    assert list(examine(assignments.load(assignment))) == []


@pytest.mark.parametrize(("file", "old", "new", "told"), MISTAKES)
def test_a_mistake_is_told_with_its_file(fresh, edited, file, old, new, told):
    edited(file, old, new)
    found = complaints(fresh)
    assert any(told in line for line in found), found
    assert len({line.split(":")[0] for line in found}) == len(found), found  # each thing is told once
    assert all(str(fresh) in line and "\n" not in line and "Traceback" not in line for line in found)


def test_two_files_of_one_question_and_a_handout_that_is_not_there(fresh):
    second = fresh / "suites/trees/tests/again.py"
    handout = fresh / "solutions/trees/handout.vi.md"
    text = handout.read_text(encoding="utf-8")
    try:
        second.write_text((fresh / TESTS).read_text())
        handout.unlink()
        found = complaints(fresh)
    finally:
        second.unlink()
        handout.write_text(text, encoding="utf-8")
    assert any("the question is called 'centre' and its file 'again'" in line for line in found)
    assert any(line.startswith(f"There is no {handout}") for line in found)


def test_a_recipe_or_tier_that_is_not_there_is_told(fresh, edited):
    edited(
        TESTS,
        "def other_shapes(centre, reference, check):",
        "def other_shapes(centre, training):\n    training.reaches(centre, recipe='sdg', tier='low')\n    training.reaches(centre, recipe='sgd', tier='lowest')\n\n\ndef _(centre, reference, check):",
    )
    edited(
        SUITE,
        "points = 10",
        'points = 10\n[training]\nfunctions = ["centre"]\nunit = { en = "%" }\n[recipes.own.sgd]\narguments = {}\nsd = 1\ntiers = { low = 1, high = 2 }',
    )
    found = "\n".join(complaints(fresh))
    assert "there is no [recipes.own.sdg]. Did you mean 'sgd'?" in found
    assert "[recipes.own.sgd] has no tier 'lowest'. Did you mean 'low'?" in found
    assert "measure.py" in found


@pytest.mark.slow
def test_validate_is_quiet_where_all_is_well_and_tells_of_variants_when_asked(fresh, monkeypatch):
    monkeypatch.chdir(fresh)
    quiet = CliRunner().invoke(app, ["validate"])
    assert quiet.exit_code == 0
    assert quiet.output.splitlines() == [
        "centre: 1 of 1 misconceptions lose points, 1 right style tried",
        "Pass all public tests: 0 of 1 misconceptions.",
        "1 misconception, 1 named by their hints; 0 complaints.",
    ]
    told = CliRunner().invoke(app, ["validate", "--verbose"])
    assert "what the suite makes of right and wrong modules" in told.output


def test_what_survives_is_told_with_its_line(fresh, edited, monkeypatch):
    edited(f"{SOLUTIONS}/misconceptions.toml", '"np.mean(X)"', '"X.mean(axis=0)"')
    monkeypatch.chdir(fresh)
    result = CliRunner().invoke(app, ["validate"])
    assert result.exit_code == 1
    assert (
        "misconceptions.toml, line 2: centre_by_one_mean_for_all: It survives: it loses no points."
        in result.output
    )


def test_names_that_cannot_be_or_are_taken_are_refused(fresh, monkeypatch):
    monkeypatch.chdir(fresh)
    for name, told in (
        ("decision-trees", "cannot be called"),
        ("trees", "is there already"),
        ("class", "cannot be called"),
    ):
        result = CliRunner().invoke(app, ["new", name])
        assert result.exit_code == 2
        assert told in result.output


def test_what_cannot_be_written_whole_is_not_begun(tmp_path):
    (tmp_path / "solutions").write_text("")
    result = CliRunner().invoke(app, ["new", "trees", "--folder", str(tmp_path)])
    assert result.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["solutions"]


def test_a_release_tells_of_all_that_it_lacks_at_once(fresh, tmp_path, monkeypatch):
    monkeypatch.chdir(fresh)
    kept = {name: (fresh / SOLUTIONS / name).read_text("utf-8") for name in ("notebook.py", "handout.en.md")}
    for name in kept:
        (fresh / SOLUTIONS / name).unlink()
    try:
        refused = CliRunner().invoke(app, ["release", "--out", str(tmp_path)])
    finally:
        for name, text in kept.items():
            (fresh / SOLUTIONS / name).write_text(text, encoding="utf-8")
    assert refused.exit_code == 2
    assert "There is no notebook of trees in 'en'" in refused.output
    assert "handout.en.md: it becomes the README" in refused.output
    assert "trees.ipynb is not on the list" in refused.output
    assert list(tmp_path.iterdir()) == []


def test_what_trains_nothing_has_nothing_to_calibrate_and_takes_no_data(fresh, tmp_path, monkeypatch):
    monkeypatch.chdir(fresh)
    result = CliRunner().invoke(app, ["calibrate"])
    assert result.exit_code == 2
    assert "trees trains nothing" in result.output
    assert "assignment.toml has no table [training]" in result.output
    given = CliRunner().invoke(app, ["calibrate", "--data", str(tmp_path)])
    assert "trees trains on no images: leave the data out." in given.output


def test_a_second_assignment_in_the_folder_gets_a_course_file_of_its_own(fresh, monkeypatch):
    monkeypatch.chdir(fresh)
    made = CliRunner().invoke(app, ["new", "shrubs"])
    assert "autograder course shrubs --folder . --to shrubs.toml" in made.output
    assert "autograder validate shrubs --course shrubs.toml" in made.output
    refused = CliRunner().invoke(app, ["validate", "shrubs"])
    assert (refused.exit_code, "is about trees, and not about shrubs" in refused.output) == (2, True)
    assert "autograder course shrubs --folder . --to shrubs.toml" in refused.output
    assert (
        CliRunner().invoke(app, ["course", "shrubs", "--folder", ".", "--to", "shrubs.toml"]).exit_code == 0
    )
    assert 'folders = ["."]' in (fresh / "shrubs.toml").read_text()
    loaded = assignments.load("shrubs", read_course(fresh / "shrubs.toml"))
    assert loaded.suite == fresh / "suites/shrubs"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (TESTS, "    X = np.array", "    X = nump.array", "centre.py, line 14: NameError: name 'nump' is not defined"),
        (TESTS, "[-1.0, -20.0]", "[-1.0, -21.0]", "centre.py, line 15: Not equal to tolerance"),
        (f"{SOLUTIONS}/misconceptions.toml", '"np.mean(X)"', '"mean(X)"', "It fails for another reason than its mistake: name 'mean'"),
        (f"{SOLUTIONS}/misconceptions.toml", 'en = "E', 'imports = ["import mathh"]\nen = "E', "It cannot be tried: ModuleNotFoundError"),
        (f"{SOLUTIONS}/misconceptions.toml", 'edit."np.mean(X, axis=0)" = "np.mean(X)"', "whole = \"\"\"\ndef centre(X):\n    while True: pass\n\"\"\"", "It has not ended after 1 s."),
        (f"{SOLUTIONS}/styles.py", "    return result", "    raise SystemExit", "SystemExit"),
    ],
)  # fmt: skip
def test_what_only_running_shows_is_told_with_its_reason(fresh, edited, monkeypatch, file, old, new, told):
    edited(file, old, new)
    monkeypatch.setattr("autograder.authoring.proving.suite_runs.VARIANT_SECONDS", 1)
    monkeypatch.chdir(fresh)
    result = CliRunner().invoke(app, ["validate"])
    assert (result.exit_code, told in result.output) == (1, True), result.output


def test_files_of_windows_editors_are_read_and_others_told(fresh, edited):
    for file in (SUITE, TESTS, f"{SOLUTIONS}/preparing.py", f"{SOLUTIONS}/misconceptions.toml"):
        path = fresh / file
        text = path.read_bytes()
        try:
            path.write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
            found = complaints(fresh)
            assert [line for line in found if "begins with a byte order mark" not in line] == [], file
            assert bool(found) == (file == TESTS)  # which Otter reads
            path.write_bytes(text + "# ä".encode("latin-1"))
            assert complaints(fresh) == [f"{path} is no text in UTF-8: save it so."]
        finally:
            path.write_bytes(text)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'msgid "two columns"\nmsgstr "{0} c\xc3\xb4t"\n', "'two columns' has other places for values than its translation"),
        (b'msgid "two columns"\nmsgstr "\xe4"\n', "is no text in UTF-8: save it so."),
        (b"hello\n", "vi.po, line 1: this is no catalogue of gettext"),
    ],
)  # fmt: skip
def test_a_catalogue_that_cannot_be_used_is_told(fresh, content, told):
    catalogue = fresh / SOLUTIONS / "vi.po"
    try:
        catalogue.write_bytes(content)
        (line,) = complaints(fresh)
    finally:
        catalogue.unlink()
    assert str(catalogue) in line
    assert told in line


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        ("return 1 / 0", "measure.py, line 5: prepare: ZeroDivisionError"),
        ("return SimpleNamespace(dataset='own', files=())", "of what prepare returns source is missing (a text), device is missing (a text), files is a tuple and has to be"),
        ("return SimpleNamespace(**DATA | {'measure': lambda *given: 3.0})", "measure returned float, and has to return Measured"),
        ("return SimpleNamespace(**DATA | {'measure': lambda *given: Measured(1.5)})", "own, the model gives 1.5 %; this tier asks for 2 or more."),
        ("return SimpleNamespace(**DATA | {'dataset': 'others'})", "no recipes for the data 'others'"),
    ],
)  # fmt: skip
def test_a_measure_is_tried_on_the_reference(fresh, edited, monkeypatch, measure, told):
    edited(
        SUITE,
        "points = 10",
        'points = 10\n[training]\nfunctions = ["centre"]\nunit = { en = "%" }\n[recipes.own.sgd]\narguments = {}\nsd = 0\ntiers = { low = 1, high = 2 }',
    )
    file = fresh / "suites/trees/measure.py"
    file.write_text(
        "from types import SimpleNamespace\nfrom autograder.checks import Measured\n"
        "DATA = dict(dataset='own', source='own', device='cpu', files={}, hidden=(), given=dict, measure=len)\n"
        f"def prepare(dataset, seed, folder):\n    {measure}\n"
    )
    monkeypatch.delitem(sys.modules, "autograder.suites.trees.measure", raising=False)
    monkeypatch.chdir(fresh)
    try:
        result = CliRunner().invoke(app, ["validate"])
    finally:
        file.unlink()
    assert told in result.output, result.output
    assert result.exit_code in (1, 2)


def test_a_function_that_makes_a_class_of_the_students_may_be_given(fresh, edited):
    edited(
        f"{SOLUTIONS}/preparing.py",
        "def centre(X):",
        'class Mean:\n    def __init__(self, X):\n        # BEGIN SOLUTION\n        self.X = X\n        # END SOLUTION\n\n\ndef centre(X):\n    """Given."""\n    X = Mean(X).X\n    return X - np.mean(X, axis=0)\n\n\ndef _old(X):',
    )
    assert complaints(fresh) == []
