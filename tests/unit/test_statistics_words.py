"""Every result that is no test of autocorrelation has words of its own, in both languages."""

from __future__ import annotations

import numpy as np
import pytest

from spatial import statistics
from spatial.statistics import read_crude_ratios, read_result

EVENTS, PEOPLE = np.array([0.0, 3.0, 40.0]), np.array([100.0, 300.0, 400.0])


def test_intervals_name_their_confidence() -> None:
    words = read_result(statistics.rate_intervals(EVENTS, PEOPLE, level=0.95))
    assert words.de.startswith("Raten von 3 Gebieten mit 95-%-Vertrauensbereich")
    assert "overlap do not differ for certain" in words.en
    assert "99,80-%" in read_result(statistics.rate_intervals(EVENTS, PEOPLE, level=0.998)).de


def test_pooled_rates_count_the_areas_that_have_one() -> None:
    series = np.array([EVENTS, EVENTS])
    series[0, 1] = np.nan
    words = read_result(statistics.pooled_rates(series, np.array([PEOPLE, PEOPLE])))
    assert "2 periods together for 2 of 3 areas" in words.en


def test_a_probability_map_says_that_it_is_not_corrected() -> None:
    words = read_result(statistics.choynowski(EVENTS, PEOPLE))
    assert "3 von 3" in words.de
    assert "not corrected for the number of areas" in words.en


@pytest.mark.parametrize(("standard", "named"), [(None, "of all areas"), ("06611", "of the area 06611")])
def test_ratios_of_one_rate_do_not_claim_to_account_for_age(standard: str | None, named: str) -> None:
    ratios = statistics.standardised_ratios(EVENTS, PEOPLE * EVENTS.sum() / PEOPLE.sum())
    words = read_crude_ratios(ratios, standard)
    assert named in words.en
    assert "Age and make-up of the population are not accounted for" in words.en
    assert "In 1 of 3 areas there were more, in 2 fewer" in words.en
