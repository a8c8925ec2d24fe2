"""Cells of official tables: each symbol means what the offices say, and nothing unreadable becomes a number."""

from __future__ import annotations

import pytest

from spatial.indicators import Flag, MalformedCell, Status, parse_cell
from spatial.indicators.cells import parse_flags, parse_number

SYMBOLS = [
    ("-", Status.ZERO_EXACT, 0.0),
    ("—", Status.ZERO_EXACT, 0.0),
    ("0", Status.ZERO, 0.0),
    ("0,0", Status.ZERO, 0.0),
    ("-0", Status.ZERO, 0.0),
    (".", Status.SECRET_OR_UNKNOWN, None),
    ("...", Status.PENDING, None),
    ("…", Status.PENDING, None),
    ("/", Status.UNRELIABLE, None),
    ("()", Status.UNRELIABLE, None),
    ("( )", Status.UNRELIABLE, None),
    ("x", Status.NOT_MEANINGFUL, None),
    ("X", Status.NOT_MEANINGFUL, None),
    ("✕", Status.NOT_MEANINGFUL, None),
    ("*", Status.SECRET, None),
    ("–", Status.SECRET_OR_NONE, None),
    ("|", Status.BREAK, None),
    ("_____", Status.BREAK, None),
    ("", Status.EMPTY, None),
    ("(12,3)", Status.LOW_RELIABILITY, 12.3),
    ("(0)", Status.LOW_RELIABILITY, 0.0),
]
NUMBERS_DE = [
    ("1.234", 1234.0),
    ("1\u00a0234,5", 1234.5),
    ("1 234 567", 1234567.0),
    ("1'234", 1234.0),
    ("12,5 %", 12.5),
    ("12,5%", 12.5),
    ("−4", -4.0),
    ("-1.234,25", -1234.25),
    ("+7", 7.0),
    ("1234567", 1234567.0),
]
UNREADABLE_DE = [
    "1.23", "0.123", "1.2345", "1.234 567", ",5", "5,", "1,2,3", "--", "- 5", "5-", "1e5", "6,63E+10", "nan", "inf",
    "NaN", "n/a", "NULL", "#DIV/0!", "12 Personen", "\u0661\u0662", "6½", "9" * 400, "((3))", "p", "12pp", "?",
]  # fmt: skip


@pytest.mark.parametrize(("text", "status", "value"), SYMBOLS)
@pytest.mark.parametrize("around", ["", " ", "\u00a0", "\u202f", "\t"])
def test_symbols(text: str, status: Status, value: float | None, around: str) -> None:
    cell = parse_cell(f"{around}{text}{around}", decimal=",")
    assert (cell.status, cell.value) == (status, value)


@pytest.mark.parametrize(("text", "value"), NUMBERS_DE)
def test_numbers_with_decimal_comma(text: str, value: float) -> None:
    cell = parse_cell(text, decimal=",")
    assert (cell.value, cell.status) == (value, Status.OK)


def test_the_decimal_sign_decides_what_one_separator_means() -> None:
    assert parse_cell("1.234", decimal=",").value == 1234
    assert parse_cell("1.234", decimal=".").value == 1.234
    assert parse_cell("1,234.5", decimal=".").value == 1234.5


@pytest.mark.parametrize("text", UNREADABLE_DE)
def test_unreadable_text_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(MalformedCell) as caught:
        parse_cell(text, decimal=",")
    assert caught.value.text == text
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize(
    ("text", "value", "flags"),
    [
        ("12p", 12, (Flag.PROVISIONAL,)),
        ("12 r", 12, (Flag.REVISED,)),
        ("s 1.234", 1234, (Flag.ESTIMATED,)),
        ("p12e", 12, (Flag.PROVISIONAL, Flag.FINAL)),
        ("-4p", -4, (Flag.PROVISIONAL,)),
    ],
)
def test_quality_letters_become_flags(text: str, value: float, flags: tuple[Flag, ...]) -> None:
    cell = parse_cell(text, decimal=",")
    assert (cell.value, cell.status, cell.flags) == (value, Status.OK, flags)


def test_a_bracketed_number_may_be_flagged_too() -> None:
    cell = parse_cell("(5)r", decimal=",")
    assert (cell.value, cell.status, cell.flags) == (5, Status.LOW_RELIABILITY, (Flag.REVISED,))


def test_quality_letters_within_brackets() -> None:
    cell = parse_cell("(12,5 p)", decimal=",")
    assert (cell.value, cell.status, cell.flags) == (12.5, Status.LOW_RELIABILITY, (Flag.PROVISIONAL,))


def test_percent_is_a_unit_and_not_a_factor() -> None:
    assert parse_cell("12,5 %", decimal=",").unit == "%"
    assert parse_cell("12,5", decimal=",").unit is None


def test_no_negative_zero() -> None:
    assert str(parse_cell("-0,0", decimal=",").value) == "0.0"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_of_spreadsheets_are_finite(number: float) -> None:
    with pytest.raises(MalformedCell):
        parse_number(number)


def test_flags_by_letter_and_by_name() -> None:
    assert parse_flags("p, REVISED p") == (Flag.PROVISIONAL, Flag.REVISED)
    assert parse_flags("") == ()
    with pytest.raises(MalformedCell):
        parse_flags("q")
