"""One source becomes a notebook in each language; where a text lacks one, a sentence says at which line."""

import json

import nbformat
import pytest

from autograder.assignment.generating.notebooks import make_notebooks

SOURCE = """# %% title [markdown] lang="en" tags=["first"]
# # Title

# %% [markdown] lang="vi"
# # Tiêu đề

# %%
# %autoreload 2
x = 1  # SOLUTION

# %% [markdown] lang="vi"
# Viết trước.

# %% [markdown] lang="en"
# Written second.

# %%
grader.check("l2_gradient")
"""


def made(source):
    return {
        language: [(cell.id, cell.source, cell.metadata) for cell in nbformat.reads(text, as_version=4).cells]
        for language, text in make_notebooks(source, "a_b").items()
    }


def test_code_is_in_every_notebook_and_a_text_in_that_of_its_language():
    code = ("a-b-01", "%autoreload 2\nx = ...", {})
    check = ("check-l2-gradient", 'grader.check("l2_gradient")', {})
    tags = {"tags": ["first"]}

    assert made(SOURCE) == {
        "en": [("title", "# Title", tags), code, ("a-b-02", "Written second.", {}), check],
        "vi": [("title", "# Tiêu đề", tags), code, ("a-b-02", "Viết trước.", {}), check],
    }


def test_notebooks_have_no_outputs_and_are_the_same_every_time():
    notebooks = make_notebooks(SOURCE, "a_b")

    assert notebooks == make_notebooks(SOURCE, "a_b")
    for text in notebooks.values():
        assert json.loads(text)["nbformat_minor"] == 5
        assert all(cell.get("outputs", []) == [] for cell in json.loads(text)["cells"])


def test_a_named_cell_keeps_its_id_when_others_come_before_it():
    def ids(source):
        return [name for name, _, _ in made(source)["en"]]

    assert ids("# %% loss-curves\nplot()\n") == ["loss-curves"]
    assert ids("# %%\nx = 1\n\n# %% loss-curves\nplot()\n") == ["a-b-00", "loss-curves"]


def test_texts_in_one_language_alone_make_one_notebook():
    assert list(made('# %% [markdown] lang="vi"\n# Chữ\n\n# %%\nx = 1\n')) == ["vi"]


def test_blank_lines_below_a_cell_leave_nothing_in_the_notebook():
    assert made("# %%\ndef f():\n    pass\n\n# %%\nx = 1\n")["en"][0][2] == {}


def text(head, body="# Text\n\n"):
    return f"# %% {head}\n{body}"


ENGLISH, VIETNAMESE = text('a [markdown] lang="en"'), text('[markdown] lang="vi"')


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            ENGLISH + VIETNAMESE + text('b [markdown] lang="en"') + "# %%\nx = 1\n",
            r"line 7: this text lacks vi\. .*: `# %% \[markdown\] lang=\"vi\"`",
        ),
        (ENGLISH + VIETNAMESE + text('b [markdown] lang="vi"'), "line 7: this text lacks en"),
        (ENGLISH + "# %%\nx = 1\n\n" + VIETNAMESE, "line 1: this text lacks vi"),
        (ENGLISH + text('a [markdown] lang="vi"'), "line 1: this text lacks vi"),
        (ENGLISH + VIETNAMESE + text('[markdown] lang="vi"'), "line 7: this text lacks en"),
        (
            ENGLISH + text('[markdown] lang="fr"'),
            'line 4: there is no language "fr" here: lang= one of en, vi',
        ),
        (ENGLISH + text("[markdown]"), "line 4: a text needs its language"),
        ('# %%\nx = 1\n\n# %% lang="en"\nx = 2\n', "line 4: code is for every language"),
        (ENGLISH + text('[markdown] lang="vi" tags=["x"]'), r"line 4: tags of a text stand .* \(line 1\)"),
        ("x = 1\n\n# %%\ny = 2\n", "it begins with `# %%`"),
        ("# %% plot\nx\n\n# %% plot\ny\n", r"Several cells of solutions/a_b/notebook\.py are called plot"),
    ],
)
def test_a_source_that_does_not_hold_together_is_refused_by_file_and_line(source, reason):
    with pytest.raises(ValueError, match=r"solutions/a_b/notebook\.py") as refused:
        make_notebooks(source, "a_b")
    assert refused.match(reason)
