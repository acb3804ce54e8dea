"""What code says in another language: its literals are replaced, and the code does the same."""

import ast

import pytest

from autograder.assignment.generating.wording import reworded, texts
from autograder.assignment.languages import Texts


def vietnamese(**others):
    known = {
        "loss": "mất mát",
        "step {0} of {1}": "bước {0} trên {1}",
        'a cat\'s "score"': "điểm của 'mèo'",
        **others,
    }
    return lambda key: known.get(key, key)


def ran(source, **names):
    exec(source, names)
    return names


def test_texts_are_replaced_where_they_are_said():
    source = 'ylabel, title = "loss", f"step {i + 1} of {n:03}"\nboth = "lo" "ss"\n'
    found = ran(reworded(source, vietnamese()), i=1, n=7)
    assert (found["ylabel"], found["title"], found["both"]) == ("mất mát", "bước 2 trên 007", "mất mát")


def test_values_may_stand_in_another_order_and_keep_their_form():
    source = 'said = f"{name!r} is {share:.0%} right"\n'
    translate = {"{0} is {1} right": "đúng {1}: {0}"}
    found = ran(reworded(source, lambda key: translate.get(key, key)), name="a", share=0.5)
    assert found["said"] == "đúng 50%: 'a'"


@pytest.mark.parametrize(
    "source",
    [
        '"""loss"""\n',
        "def f():\n    'loss'\n",
        "x = settings['loss']\n",
        "x = kind == 'loss'\n",
        "grader.check('loss')\n",
        "plot(color='loss')\n",
        "x = {'loss': 1, 'learning_rate': 2}\n",
        "for name in ('loss', 'sgd'):\n    read(name)\n",
        "x = [read(name) for name in ('loss', 'sgd')]\n",
        "x = 1  # loss\n",
    ],
)
def test_names_docstrings_and_comments_are_left_alone(source):
    assert reworded(source, vietnamese()) == source


def test_quotes_and_letters_beyond_ascii_survive_both_ways():
    source = 'ô = \'a cat\\\'s "score"\'\nx = ô, "loss"\n'
    found = ran(reworded(source, vietnamese()))
    assert found["x"] == ("điểm của 'mèo'", "mất mát")


def test_a_text_within_an_f_string_is_replaced_too():
    found = ran(reworded("said = f\"{'loss' if plain else n} = {n}\"\n", vietnamese()), plain=True, n=3)
    assert found["said"] == "mất mát = 3"


def test_a_translation_with_other_values_is_refused():
    for wrong in ("bước {0}", "bước {0} {2}", "bước {0} {n}"):
        with pytest.raises(ValueError, match="The translation of 'step"):
            reworded('x = f"step {a} of {b}"\n', vietnamese(**{"step {0} of {1}": wrong}))


def test_keys_name_the_expressions_by_their_order():
    assert [key for _, key in texts('f"{a}: {b:.2f} at {{3}} {a}"\n')] == ["{0}: {1} at {{3}} {2}"]
    assert ast.parse(reworded('x = "1.5"\n', vietnamese())) is not None


@pytest.fixture
def filled(tmp_path):
    """Texts of a small catalogue, told with values in their places."""
    entries = {
        "{0} returned None.": "{0} trả về None.",
        "the loss of example {0}": "mất mát của mẫu {0}",
        "other shapes": "kích thước khác",
        "the loss": "mất mát",
    }
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    text = "".join(f'\nmsgid "{key}"\nmsgstr "{said}"\n' for key, said in entries.items())
    (tmp_path / "vi.po").write_text(head + text, encoding="utf-8")
    return Texts("vi", tmp_path)


@pytest.mark.parametrize(
    ("said", "translated"),
    [
        ("the loss of example 3 returned None.", "mất mát của mẫu 3 trả về None."),
        ("svm_loss: other shapes", "svm_loss: kích thước khác"),
        ("3.5 = x\nthe loss\n1", "3.5 = x\nmất mát\n1"),
        ("the loss of example 3\nthe loss of example 4", "mất mát của mẫu 3\nmất mát của mẫu 4"),
        ("what nobody knows", "what nobody knows"),
    ],
)
def test_what_was_said_is_found_by_the_key_that_it_comes_of(filled, said, translated):
    assert filled.filled(said) == translated
