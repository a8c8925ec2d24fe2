"""Periods: German and English writing in, one form on the wire out."""

from __future__ import annotations

from datetime import date

import pytest

from spatial.indicators import (
    MalformedPeriod,
    parse_period,
    period_end,
    period_kind,
    period_of_day,
    period_sort_key,
    period_start,
    year_before,
)


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("2022", "2022"),
        (" 2022 ", "2022"),
        ("Jahr: 2016", "2016"),
        ("31.12.2022", "2022-12-31"),
        ("1.3.2022", "2022-03-01"),
        ("Stichtag: 31.12.2022", "2022-12-31"),
        ("2022-12-31", "2022-12-31"),
        ("2022-12-31 00:00:00", "2022-12-31"),
        ("Dezember 2022", "2022-12"),
        ("Dez. 2022", "2022-12"),
        ("March 2021", "2021-03"),
        ("März 2021", "2021-03"),
        ("12/2022", "2022-12"),
        ("2022-12", "2022-12"),
        ("1. Quartal 2020", "2020-Q1"),
        ("Q3 2020", "2020-Q3"),
        ("2020-Q4", "2020-Q4"),
        ("2022/23", "2022-2023"),
        ("1999/00", "1999-2000"),
        ("2022/2023", "2022-2023"),
        ("2022-2023", "2022-2023"),
        ("2011-12", "2011-12"),
    ],
)
def test_writings(text: str, wire: str) -> None:
    assert parse_period(text) == wire


@pytest.mark.parametrize(
    "text",
    ["", "22", "06633", "31.02.2022", "2022-13", "13/2022", "2022/24", "2022-2024", "Smarch 2022", "5. Quartal 2020",
     "2022-02-30", "2022-00", "insgesamt", "99.99.2022", "2022-Q5", "31.12.22"],
)  # fmt: skip
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(MalformedPeriod):
        parse_period(text)


@pytest.mark.parametrize(
    ("period", "kind", "start", "end"),
    [
        ("2022", "year", date(2022, 1, 1), date(2022, 12, 31)),
        ("2022-Q2", "quarter", date(2022, 4, 1), date(2022, 6, 30)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("2022-12-31", "day", date(2022, 12, 31), date(2022, 12, 31)),
        ("2022-2023", "school-year", date(2022, 8, 1), date(2023, 7, 31)),
    ],
)
def test_kind_start_and_end(period: str, kind: str, start: date, end: date) -> None:
    assert (period_kind(period), period_start(period), period_end(period)) == (kind, start, end)


@pytest.mark.parametrize("text", ["31.12.2022", "2022/23", "2022-02-30", "Dezember 2022", "2022-2024"])
def test_only_the_wire_form_has_a_kind(text: str) -> None:
    with pytest.raises(MalformedPeriod):
        period_kind(text)


def test_order_and_the_year_before() -> None:
    periods = ["2022", "2021-12-31", "2022-03", "2021", "2022-Q1"]
    assert sorted(periods, key=period_sort_key) == ["2021", "2021-12-31", "2022-Q1", "2022-03", "2022"]
    assert [year_before(p) for p in ("2022", "2022-03", "2022-Q1", "2022-2023", "2024-02-29")] == [
        "2021", "2021-03", "2021-Q1", "2021-2022", "2023-02-28",
    ]  # fmt: skip
    assert period_of_day(date(2022, 3, 1)) == "2022-03-01"
