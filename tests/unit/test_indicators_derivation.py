"""Derived indicators: formulas by hand, what they inherit, and the periods they exist in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatial.indicators import Flag, Indicator, Status
from spatial.indicators.columns import CODE, COMBINED, STATUSES, Column, flag_bits
from spatial.indicators.derivation import Derived, derive, derived_periods, inputs_at, weighted_sum
from spatial.indicators.indicator import DenominatorAt

Cell = float | Status


def column(*cells: Cell, flags: int = 0) -> Column:
    """Column of numbers and statuses; zero is a zero."""
    values = [np.nan if isinstance(cell, Status) else float(cell) for cell in cells]
    status = [cell if isinstance(cell, Status) else Status.OK if cell else Status.ZERO for cell in cells]
    return Column(
        np.array(values),
        np.array([CODE[each] for each in status], np.uint8),
        np.full(len(cells), flags, np.uint8),
    )


def cells(found: Column) -> list[float | str]:
    """Numbers and statuses of a column."""
    assert np.array_equal(np.isnan(found.values), ~found.known)
    return [
        float(value) if known else STATUSES[code].value
        for value, known, code in zip(found.values, found.known, found.status, strict=True)
    ]


def rate(**fields: Any) -> Indicator:
    return Indicator("r", "rate", "%", **fields)


def fraction(at: DenominatorAt = "same") -> Indicator:
    return Indicator("f", "rate", "%", numerator="n", denominator="d", factor=1000.0, denominator_at=at)


GROWTH = rate(formula="change_relative", of="x", span=5)
POINTS = rate(formula="change_points", of="x", span=1)
ABSOLUTE = Indicator("a", "count", "P", formula="change_absolute", of="x", span=2)
INDEX = Indicator("i", "index", "2018 = 100", formula="index", of="x", base="2018")
MOVING = Indicator("m", "count", "P", formula="moving_sum", of="x", span=3)
BALANCE = Indicator("b", "count", "P", formula="sum", terms=("births", "-deaths", "moves"))


@pytest.mark.parametrize(
    ("indicator", "columns", "expected"),
    [
        (fraction(), [column(5), column(2000)], 2.5),
        (fraction("start"), [column(5), column(1000)], 5.0),
        (fraction("mean"), [column(6), column(1000), column(2000)], 4.0),
        (BALANCE, [column(50), column(80), column(10)], -20.0),
        (MOVING, [column(1), column(2), column(4)], 7.0),
        (ABSOLUTE, [column(110), column(100)], 10.0),
        (POINTS, [column(7.5), column(6.0)], 1.5),
        (GROWTH, [column(5085), column(5265)], 100 * (5085 - 5265) / 5265),
        (INDEX, [column(90), column(120)], 75.0),
    ],
)
def test_formulas_by_hand(indicator: Indicator, columns: list[Column], expected: float) -> None:
    (found,) = derive(indicator, columns).column.values
    assert found == pytest.approx(expected, rel=1e-15)


def test_a_moving_rate_is_the_sum_over_the_sum_and_no_mean_of_rates() -> None:
    deaths = derive(MOVING, [column(3), column(0), column(9)]).column
    people = derive(MOVING, [column(1000), column(3000), column(2000)]).column
    (found,) = derive(fraction(), [deaths, people]).column.values
    assert found == 1000 * 12 / 6000
    assert found != pytest.approx(np.mean([3.0, 0.0, 4.5]))


def test_the_counts_behind_a_rate_and_a_change_come_with_it() -> None:
    derived = derive(GROWTH, [column(110), column(100)])
    assert derived.numerator is not None
    assert derived.denominator is not None
    assert (derived.numerator.values[0], derived.denominator.values[0]) == (10.0, 100.0)
    assert derive(INDEX, [column(110), column(100)]).numerator is None


@pytest.mark.parametrize("indicator", [fraction(), GROWTH, POINTS, ABSOLUTE, INDEX])
@pytest.mark.parametrize("status", [status for status in Status if not status.carries_value])
def test_nothing_is_derived_from_what_has_no_value(indicator: Indicator, status: Status) -> None:
    one, other = column(5, status, 5), column(40, 40, status)
    found = derive(indicator, [one, other]).column
    assert cells(found)[1:] == [status.value, status.value]
    assert found.known[0]


def test_the_weightiest_status_holds() -> None:
    many = [column(Status.EMPTY, Status.SECRET, 1, 0), column(Status.SECRET, Status.BREAK, Status.PENDING, 0)]
    found = weighted_sum([*many, column(1, 1, 1, 0)], [1, 1, 1])
    assert cells(found) == ["SECRET", "BREAK", "PENDING", 0.0]
    assert STATUSES[found.status[3]] is Status.ZERO


def test_a_difference_of_nothing_is_zero_and_an_exact_one_stays_exact() -> None:
    exact = column(0).status * 0 + CODE[Status.ZERO_EXACT]
    nothing = Column(np.zeros(1), exact.astype(np.uint8), np.zeros(1, np.uint8))
    assert STATUSES[derive(ABSOLUTE, [column(7), column(7)]).column.status[0]] is Status.ZERO
    assert STATUSES[derive(ABSOLUTE, [nothing, nothing]).column.status[0]] is Status.ZERO_EXACT
    assert STATUSES[derive(ABSOLUTE, [nothing, column(0)]).column.status[0]] is Status.ZERO


@pytest.mark.parametrize("indicator", [GROWTH, INDEX])
def test_no_base_no_change(indicator: Indicator) -> None:
    found = derive(indicator, [column(5, 5, 0), column(0, -5, 5)]).column
    assert cells(found)[:2] == ["NOT_APPLICABLE", "NOT_MEANINGFUL"]
    assert found.known[2]


def test_a_small_base_is_not_shown() -> None:
    found = derive(GROWTH, [column(10, 40), column(29, 30)], min_denominator=30).column
    assert cells(found) == ["SMALL_BASE", pytest.approx(100 / 3)]


def test_flags_are_joined() -> None:
    estimated, combined = flag_bits([Flag.ESTIMATED]), COMBINED
    found = derive(ABSOLUTE, [column(5, flags=estimated), column(3, flags=combined)]).column
    assert found.flags[0] == estimated | combined


@pytest.mark.parametrize(
    ("indicator", "period", "expected"),
    [
        (fraction(), "2019", [("n", "2019"), ("d", "2019")]),
        (fraction("start"), "2019-Q2", [("n", "2019-Q2"), ("d", "2018-Q2")]),
        (fraction("mean"), "2019", [("n", "2019"), ("d", "2018"), ("d", "2019")]),
        (BALANCE, "2019", [("births", "2019"), ("deaths", "2019"), ("moves", "2019")]),
        (
            replace(MOVING, span_unit="month"),
            "2020-02",
            [("x", "2020-02"), ("x", "2020-01"), ("x", "2019-12")],
        ),
        (replace(MOVING, span_unit="quarter"), "2020-Q1", [("x", "2020-Q1"), ("x", "2019-Q4"), ("x", "2019-Q3")]),
        (MOVING, "2020-2021", [("x", "2020-2021"), ("x", "2019-2020"), ("x", "2018-2019")]),
        (GROWTH, "2022-03", [("x", "2022-03"), ("x", "2017-03")]),
        (INDEX, "2022", [("x", "2022"), ("x", "2018")]),
    ],
)
def test_inputs_of_a_period(indicator: Indicator, period: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.indicator, each.period) for each in inputs_at(indicator, period, lambda _: [period])] == expected


@pytest.mark.parametrize(
    ("at", "period", "expected"),
    [
        ("latest", "2015-12", "2015"),
        ("latest", "2016-03", "2015"),
        ("latest", "2016-Q4", "2016"),
        ("latest", "2016-12-31", "2016"),
        ("latest", "2016-06-30", "2015"),
        ("latest", "2016-2017", "2016"),
        ("latest", "2016", "2016"),
        ("start", "2016-12", "2015"),
        ("start", "2016-Q1", "2015"),
        ("start", "2016", "2015"),
        ("same", "2016-12", "2016-12"),
    ],
)
def test_the_year_that_cases_of_a_month_are_divided_by(at: DenominatorAt, period: str, expected: str) -> None:
    """31.12.t of the cases of December, and never a count that nobody could know yet."""
    known = {"n": [period], "d": ["2014", "2015", "2016", "2017"]}
    assert [each.period for each in inputs_at(fraction(at), period, known.__getitem__)] == [period, expected]
    reached = expected in known["d"]
    assert derived_periods(fraction(at), known.__getitem__) == ({period} if reached else set())


def test_a_denominator_of_the_same_kind_goes_before_the_year() -> None:
    known = {"n": ["2016-03"], "d": ["2015", "2016", "2016-03", "2015-03"]}
    for at, expected in (("latest", "2016-03"), ("start", "2015-03")):
        assert inputs_at(fraction(at), "2016-03", known.__getitem__)[1].period == expected  # type: ignore[arg-type]


def test_no_rate_where_the_year_is_missing() -> None:
    known = {"n": ["2015-12", "2016-12", "2017-01"], "d": ["2015"]}
    assert derived_periods(fraction("latest"), known.__getitem__) == {"2015-12"}


def test_yearly_inhabitants_per_physician_of_a_quarter() -> None:
    physicians = Indicator(
        "f", "rate", "E", numerator="n", denominator="d", factor=1.0, numerator_at="latest", denominator_at="same"
    )
    known = {"n": ["2014", "2015"], "d": ["2015-Q3", "2015-Q4", "2016-Q1", "2017-Q1"]}
    assert derived_periods(physicians, known.__getitem__) == {"2015-Q3", "2015-Q4", "2016-Q1"}
    taken = {each: inputs_at(physicians, each, known.__getitem__)[0].period for each in known["d"][:3]}
    assert taken == {"2015-Q3": "2014", "2015-Q4": "2015", "2016-Q1": "2015"}
    assert derived_periods(fraction(), known.__getitem__) == set()


def test_periods_are_those_with_all_inputs() -> None:
    years = {"x": ["2008", "2010", "2011", "2012", "2013", "2015", "2018"]}
    assert derived_periods(GROWTH, years.__getitem__) == {"2013", "2015", "2018"}
    assert derived_periods(MOVING, years.__getitem__) == {"2012", "2013"}
    assert derived_periods(INDEX, years.__getitem__) == set(years["x"])
    assert derived_periods(rate(formula="index", of="x", base="2009"), years.__getitem__) == set()
    parts = {"n": ["2018", "2019"], "d": ["2018"]}
    assert derived_periods(fraction(), parts.__getitem__) == {"2018"}
    assert derived_periods(fraction("start"), parts.__getitem__) == {"2019"}
    assert derived_periods(fraction("mean"), parts.__getitem__) == set()


def test_moving_sums_and_indices_keep_to_years() -> None:
    months = {"x": ["2018-03", "2019-03", "2020-03", "2018", "2019", "2020"]}
    assert derived_periods(MOVING, months.__getitem__) == {"2020"}
    assert derived_periods(INDEX, months.__getitem__) == {"2018", "2019", "2020"}
    assert derived_periods(POINTS, months.__getitem__) == {"2019-03", "2020-03", "2019", "2020"}


COUNTS = st.lists(st.integers(0, 10**6), min_size=6, max_size=6)


@given(now=COUNTS, before=COUNTS)
def test_absolute_changes_of_areas_add_up_to_that_of_the_whole(now: list[int], before: list[int]) -> None:
    parts = derive(ABSOLUTE, [column(*now), column(*before)]).column
    whole = derive(ABSOLUTE, [column(sum(now)), column(sum(before))]).column
    assert parts.values.sum() == whole.values[0]


@given(now=COUNTS, before=COUNTS, factor=st.integers(1, 1000))
def test_relative_changes_and_indices_do_not_depend_on_the_unit(now: list[int], before: list[int], factor: int) -> None:
    def scaled(indicator: Indicator, scale: int) -> Derived:
        return derive(indicator, [column(*(scale * x for x in now)), column(*(scale * x for x in before))])

    for indicator in (GROWTH, INDEX):
        one, many = scaled(indicator, 1).column, scaled(indicator, factor).column
        assert np.array_equal(one.status, many.status)
        assert np.allclose(one.values, many.values, rtol=1e-12, equal_nan=True)


@given(now=COUNTS, before=COUNTS)
def test_an_index_is_a_hundred_and_the_change(now: list[int], before: list[int]) -> None:
    index = derive(INDEX, [column(*now), column(*before)]).column
    growth = derive(GROWTH, [column(*now), column(*before)]).column
    assert np.allclose(index.values, 100 + growth.values, rtol=1e-12, atol=1e-9, equal_nan=True)
