"""Numbers in sentences."""

from autograder.text import counted, order, order_of_person


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
