"""Properties of cells and periods: numbers survive formatting, and no text yields a value without a status for it."""

from __future__ import annotations

import math
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from spatial.indicators import MalformedCell, MalformedPeriod, parse_cell, parse_period, period_end, period_kind
from spatial.indicators.cells import Decimal

DECIMALS = st.sampled_from((",", "."))
NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, places=3, allow_nan=False, allow_infinity=False)
SIGNS = "0123456789.,-−+–—()/xX*|… \u00a0\u202f'’%prse_eE"


def written(number: str, *, decimal: str, group: str) -> str:
    """A plain number such as -1234.500 in the writing of a language."""
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    whole, _, fraction = digits.partition(".")
    grouped = f"{int(whole):,}".replace(",", group)
    return sign + grouped + (decimal + fraction if fraction else "")


@given(number=NUMBERS, group=st.sampled_from(("", ".", "\u00a0", "\u202f", "\u2009", " ", "'")))
def test_german_numbers_survive(number: object, group: str) -> None:
    cell = parse_cell(written(str(number), decimal=",", group=group), decimal=",")
    assert cell.value == float(str(number))
    assert cell.status.carries_value


@given(number=NUMBERS, group=st.sampled_from(("", ",", "\u00a0", " ", "'")))
def test_english_numbers_survive(number: object, group: str) -> None:
    cell = parse_cell(written(str(number), decimal=".", group=group), decimal=".")
    assert cell.value == float(str(number))
    assert cell.status.carries_value


@given(text=st.one_of(st.text(max_size=30), st.text(alphabet=SIGNS, max_size=12)), decimal=DECIMALS)
def test_any_text_is_refused_or_consistent(text: str, decimal: Decimal) -> None:
    try:
        cell = parse_cell(text, decimal=decimal)
    except MalformedCell:
        return
    assert (cell.value is not None) == cell.status.carries_value
    assert cell.value is None or math.isfinite(cell.value)


@given(text=st.text(alphabet="0123456789,.", min_size=1, max_size=8))
def test_both_readings_of_a_text_differ_or_agree_by_the_grammar(text: str) -> None:
    """Whatever both languages can read has no separator, or one that stands before three digits."""
    values = []
    decimals: tuple[Decimal, ...] = (",", ".")
    for decimal in decimals:
        try:
            values.append(parse_cell(text, decimal=decimal).value)
        except MalformedCell:
            return
    separators = [character for character in text if not character.isdigit()]
    if separators and text.strip(".,"):
        assert values[0] != values[1]
        assert len(text) - text.index(separators[0]) == 4
    else:
        assert values[0] == values[1]


@given(day=st.dates(min_value=date(1850, 1, 1), max_value=date(2150, 12, 31)))
def test_days_survive_both_writings(day: date) -> None:
    german = f"{day.day}.{day.month}.{day.year}"
    assert parse_period(german) == parse_period(day.isoformat()) == day.isoformat()
    assert period_end(day.isoformat()) == day


@given(text=st.text(alphabet="0123456789-/.Q ", max_size=12))
def test_a_parsed_period_is_on_the_wire(text: str) -> None:
    try:
        wire = parse_period(text)
    except MalformedPeriod:
        return
    period_kind(wire)
    assert parse_period(wire) == wire
