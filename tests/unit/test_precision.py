"""Estimates have no more digits than they can have; exact figures keep all of theirs."""

from __future__ import annotations

import numpy as np
import pytest

from spatial.indicators.columns import APPORTIONED, CODE, COMBINED, Column
from spatial.indicators.observations import Status
from spatial.indicators.precision import round_estimates


def _column(*values: float, flags: int = APPORTIONED) -> Column:
    size = len(values)
    status = np.array([CODE[Status.OK if np.isfinite(value) else Status.SECRET] for value in values], np.uint8)
    return Column(np.array(values, float), status, np.full(size, flags, np.uint8))


@pytest.mark.parametrize(("value", "decimals", "expected"), [
    (45.283746, 0, 45.28),
    (45.283746, 1, 45.3),
    (34567.8, 0, 34570.0),
    (34567.8, 2, 34570.0),
    (0.0123456, 0, 0.01235),
    (-0.123456, 2, -0.12),
    (999.96, 0, 1000.0),
    (0.0, 2, 0.0),
])  # fmt: skip
def test_four_digits_or_as_many_decimals_as_are_shown(value: float, decimals: int, expected: float) -> None:
    assert round_estimates(_column(value), decimals=decimals).values[0] == expected


@pytest.mark.parametrize(("cases", "people", "expected"), [
    (17, 975, 1.7),  # one case more is 0.1 percentage points more
    (29, 333, 8.7),
    (2, 9, 20.0),
    (1546, 3115, 49.63),
])  # fmt: skip
def test_a_rate_is_no_finer_than_one_case(cases: float, people: float, expected: float) -> None:
    rate = _column(100 * cases / people)
    assert round_estimates(rate, denominator=_column(people), factor=100).values[0] == expected


@pytest.mark.parametrize("flags", [0, COMBINED])
def test_exact_figures_stay_as_they_are(flags: int) -> None:
    exact = _column(100 / 3, float("nan"), flags=flags)
    assert round_estimates(exact, decimals=1, denominator=_column(3, 3), factor=100) is exact


def test_what_is_not_known_stays_so() -> None:
    rounded = round_estimates(_column(float("nan"), 100 / 3), decimals=1, denominator=_column(float("nan"), 0))
    assert np.isnan(rounded.values[0])
    assert rounded.values[1] == 33.3
    assert rounded.status.tolist() == [CODE[Status.SECRET], CODE[Status.OK]]
