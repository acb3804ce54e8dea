"""No text is a formula in a spreadsheet, and none loses a character that is harmless where it stands."""

import csv
import io

import pytest

from autograder.cells import harmless, number, table


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        '"=1',
        " \u200b=1",
        "\ufeff=1",
        "＝1+1",
        "x;=1+1",
        'x,"=1',
        "x|@y",
        "a\n=1",
        "=cmd|' /C calc'!'A1'",
    ],
)
def test_no_cell_begins_with_a_formula_in_any_program(text):
    made = harmless(text)
    for separator in ",;|":
        for cell in made.split(separator):
            assert cell.lstrip(' "\u200b\ufeff')[:1] not in set("=+-@＝＋－＠\t\r\n")
    assert harmless(made) == made


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Văn An",
        "Anne-Marie O'Neil",
        "an+b@hust.example",
        "Lê, Thị - Hoa",
        "x = y",
        "-",
        "12",
        "C. d'Arc (2021)",
        "李雷",
        "",
    ],
)
def test_what_is_harmless_stays_as_it_is(text):
    assert harmless(text) == text


def test_a_table_is_read_by_excel_and_python_with_numbers_as_numbers():
    data = table(["name", "grade"], [["Trần Thị Bình", 7.25], ["=1", 0.1 + 0.2], ["a\r\nb", 10.0]])
    assert data.startswith(b"\xef\xbb\xbfname,grade")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[1:] == [["Trần Thị Bình", "7.25"], ["'=1", "0.3"], ["a b", "10"]]


def test_numbers_have_no_exponent_and_no_sign_without_reason():
    assert [number(value) for value in (0.0, 1e-9, 100.0, 1e7, 33.333333)] == [
        "0",
        "0",
        "100",
        "10000000",
        "33.33333",
    ]
