"""Texts of unknown origin, numbers in sentences, names in order."""

import time
import unicodedata

import pytest

from autograder.desk.sources import Code, part_of
from autograder.report.prints import parsed
from autograder.submissions.archive import normal
from autograder.text import composed, counted, is_writing, order, order_of_person

HEAP = "x" + "\u0301\u0323" * 100_000
"""A letter with more marks than can be put in order in a minute."""


@pytest.mark.parametrize("text", ["", "Nguyễn Văn Ẩn", "שָׁלוֹם", "ภาษาไทย", "Z\u0334\u0301\u0323algo" * 50])
def test_what_people_write_is_composed(text):
    parted = unicodedata.normalize("NFD", text)
    assert is_writing(text)
    assert is_writing(parted)
    assert composed(parted) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "read", [normal, lambda text: parsed(f"{text} = 1"), lambda text: part_of(Code({"m": text}), "m", "f")]
)
def test_a_heap_of_marks_takes_no_time(read):
    began = time.process_time()
    assert read(HEAP) in (HEAP, None)
    assert time.process_time() - began < 2


def test_one_is_not_many():
    assert [counted(number, "submission") for number in (0, 1, 2)] == [
        "0 submissions",
        "1 submission",
        "2 submissions",
    ]


def test_names_are_sorted_as_a_vietnamese_reader_looks_for_them():
    names = [
        "Ê A",
        "Dũng",
        "Đào",
        "Ân",
        "An",
        "Ăn",
        "Ãn",
        "Áo",
        "Eo",
        "10",
        "Zoë",
        "Ông",
        "Ơn",
        "Oanh",
        "dung",
    ]
    assert sorted(names, key=order) == [
        "10", "An", "Ãn", "Áo", "Ăn", "Ân", "dung", "Dũng", "Đào", "Eo", "Ê A", "Oanh", "Ông", "Ơn", "Zoë",
    ]  # fmt: skip


def test_vietnamese_people_are_looked_for_by_the_given_name():
    names = ["Đỗ Đức Đạt", "Nguyễn Văn An", "Lê Ân", "Trần An", "Dũng, Đoàn Lê", "Phước"]
    assert sorted(names, key=lambda name: order_of_person(name, "vi")) == [
        "Nguyễn Văn An", "Trần An", "Lê Ân", "Dũng, Đoàn Lê", "Đỗ Đức Đạt", "Phước",
    ]  # fmt: skip
    assert sorted(names, key=lambda name: order_of_person(name, "en"))[0] == "Dũng, Đoàn Lê"
