"""A sealed hint opens for the answers of its mistake, also computed otherwise, and for no other answers."""

import base64
import copy
import json

import numpy as np
import pytest

from colab_setup.checking.hinting import hints
from colab_setup.checking.hinting.answers import Answers
from colab_setup.checking.hinting.measured import Comparison, sentence

HINT = {"en": "Divide by N.", "vi": "Hãy chia cho N."}


def answers(*values, args=(), dtype=np.float64):
    noted = Answers()
    for value in values:
        value = value.astype(dtype) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
        noted.returned("svm_loss", value, args, {}, noted.before(args, {}))
        noted.end()
    return noted.found


def values(seed, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return [(scale * rng.standard_normal((4, 3))).astype(dtype) for scale in (1.0, 1e-3, 1e4)] + [
        2.9,
        0.0,
        True,
    ]


KEY = b"\0\0" + b"key of the text."


def seal(found, dtypes=False, key=KEY):
    return hints.sealed(key, "salt", "svm_loss", found, dtypes=dtypes)


@pytest.mark.slow
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-6), (np.float32, 1e-4)])
def test_it_opens_for_the_same_to_a_checks_tolerance_and_not_for_what_is_a_hundred_of_them_away(
    dtype, tolerance
):
    rng = np.random.default_rng(0)
    for seed in range(200):
        found = values(seed, dtype)
        entry = seal(answers(*found, dtype=dtype))
        if entry is None:  # one of the numbers is next to nothing
            continue
        nearly = [
            (value * (1 + tolerance * rng.uniform(-1, 1, value.shape))).astype(dtype) for value in found[:3]
        ]
        assert (
            hints.opened(entry, "salt", "svm_loss", answers(*nearly, 2.9 * (1 + 1e-6), 0.0, 1, dtype=dtype))
            == KEY
        )
        other = [found[0] * (1 + 300 * tolerance), *found[1:]]
        assert hints.opened(entry, "salt", "svm_loss", answers(*other, dtype=dtype)) is None


def test_it_opens_for_no_other_shape_place_of_nan_exception_question_or_salt():
    found = values(1)
    entry = seal(answers(*found))
    broken = found[0].copy()
    broken[1, 1] = np.nan
    for other in (
        [found[0].T, *found[1:]],
        [broken, *found[1:]],
        found[::-1],
        found[:-1],
        [*found, 1.0],
        [None],
    ):
        assert hints.opened(entry, "salt", "svm_loss", answers(*other)) is None
    assert hints.opened(entry, "salt", "softmax_loss", answers(*found)) is None
    assert hints.opened(entry, "pepper", "svm_loss", answers(*found)) is None
    raised = Answers()
    raised.raised("svm_loss", ValueError("no"))
    other = copy.deepcopy(raised)
    other.found[0].exact[1] += "!"
    assert hints.opened(seal(raised.found), "salt", "svm_loss", raised.found) == KEY
    assert hints.opened(seal(raised.found), "salt", "svm_loss", other.found) is None


def test_dtypes_are_told_apart_only_where_they_are_the_mistake():
    single, double = (
        answers(*values(2)[:3], 1.0, args=(np.ones(2, np.float32),), dtype=d)
        for d in (np.float32, np.float64)
    )
    assert hints.opened(seal(single), "salt", "svm_loss", double) == KEY
    assert hints.opened(seal(single, dtypes=True), "salt", "svm_loss", double) is None


def test_an_argument_that_is_changed_is_part_of_an_answer():
    W = np.arange(4.0)
    noted, kept = Answers(), Answers()
    for each, change in ((noted, 2.0), (kept, 1.0)):
        given = W.copy()
        before = each.before([given], {})
        given *= change
        each.returned("l2", 1.0, [given], {}, before)
    assert len(noted.found[0].numbers) == 2
    assert len(kept.found[0].numbers) == 1


class Hostile:
    def __eq__(self, other):
        raise RuntimeError("no")

    def __len__(self):
        raise SystemExit


@pytest.mark.parametrize("value", [Hostile(), {}, "0", 1j, np.array([None]), np.ma.ones(3), [Hostile()]])
def test_what_is_no_number_leaves_the_question_without_hints(value):
    assert answers(1.0, value) is None


OTHER_KEY = b"\0\1" + b"key of another.."


def catalogue(tmp_path, entries):
    file = tmp_path / hints.FILE
    texts = [hints.sealed_text(HINT, KEY[2:]), hints.sealed_text({"en": "Or so."}, OTHER_KEY[2:])]
    file.write_text(
        json.dumps({"salt": "salt", "questions": {"svm_loss": {"texts": texts, "entries": entries}}})
    )
    return hints.Catalogue(file)


def test_a_catalogue_tells_in_the_language_and_nothing_where_two_hints_open(tmp_path):
    found = answers(*values(3))
    told = catalogue(tmp_path, [seal(answers(*values(4))), seal(found), seal(found)])
    assert told.hint("svm_loss", found, "vi") == HINT["vi"]
    assert told.hint("svm_loss", found, "fr") == HINT["en"]
    assert told.hint("svm_loss", answers(1.0), "en") == ""
    assert told.hint("l2", found, "en") == ""
    assert told.hint("svm_loss", None, "en") == told.hint("svm_loss", [], "en") == ""
    assert catalogue(tmp_path, [seal(found, key=OTHER_KEY)]).hint("svm_loss", found, "en") == "Or so."
    assert catalogue(tmp_path, [seal(found), seal(found, key=OTHER_KEY)]).hint("svm_loss", found, "en") == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"salt": 1, "questions": {"svm_loss": {"texts": [3], "entries": [{"grids": ""}, 3, null, "01:0:QQ=="]}}}',
        '{"salt": 1, "questions": {"svm_loss": {"entries": null}}}',
        '{"salt": 1, "questions": {"svm_loss": [1]}}',
    ],
)
def test_a_damaged_catalogue_holds_no_hints(tmp_path, text):
    (tmp_path / hints.FILE).write_text(text)
    assert hints.Catalogue(tmp_path / hints.FILE).hint("svm_loss", answers(1.0, 2.0), "en") == ""


def test_nothing_of_a_hint_can_be_read_in_it_and_its_length_tells_nothing():
    text = hints.sealed_text(HINT, KEY[2:])
    assert len(text) == len(hints.sealed_text({"en": "x" * 150, "vi": "y"}, KEY[2:]))
    held = base64.b64decode(text)
    assert not any(word.encode() in held for hint in HINT.values() for word in hint.split())
    entry = seal(answers(*values(5)))
    assert hints.ENTRY.fullmatch(entry)
    assert KEY not in base64.b64decode(entry.rpartition(":")[2])


def compared(values, expected, given=None, atol=1e-8):
    given = given or [
        {"W": np.ones((2, 3)) * n, "X": np.ones((n, 2)), "y": np.zeros(n, int)} for n in range(1, 9)
    ]
    return [Comparison(g, v, e, atol, 1e-6) for g, v, e in zip(given, values, expected, strict=False)]


RIGHT = [2.5, 0.75, 1.25, 8.0]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([3 * value for value in RIGHT], "Your result is 3 times the expected one."),
        ([-value for value in RIGHT], "Your result has the wrong sign, and is right otherwise."),
        ([0.5] * 4, "Your function returns 0.5 whatever it is given: is it finished?"),
        (
            [n * value for n, value in enumerate(RIGHT, 1)],
            "Your result is N times the expected one, N being the number of examples.",
        ),
        ([*RIGHT[:3], 3 * RIGHT[3]], None),
        (RIGHT, None),
        (["2.5", *RIGHT[1:]], None),
    ],
)
def test_what_nobody_has_written_down_is_measured(values, told):
    found = sentence(compared(values, RIGHT), 4)
    assert (found and found.text(str)) == told


@pytest.mark.parametrize(
    ("values", "is_told"),
    [
        ([np.full(3, value) for value in RIGHT], True),
        ([np.full(3, value) for value in RIGHT[:3]] + [np.array([8.0, 16.0, 0.0])], False),  # one is right
        ([np.full(3, value) for value in RIGHT[:3]] + [np.array([8.0, 8.0, 8.5])], False),
    ],
)
def test_results_without_differences_are_told_where_none_should_be_so(values, is_told):
    expected = [np.array([value, 2 * value, 0]) for value in RIGHT]
    found = sentence(compared(values, expected), 4)
    assert (
        found is not None and found.template.startswith("All numbers in your result are equal")
    ) == is_told


def test_nothing_is_measured_where_a_call_was_not_compared_or_what_is_expected_is_not_exact():
    thrice = [3 * value for value in RIGHT]
    assert sentence(compared(thrice, RIGHT), 5) is None
    assert sentence(compared(thrice, RIGHT, atol=1e-3), 4) is None
    assert sentence([], 0) is None
