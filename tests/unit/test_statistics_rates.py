"""Rates, funnels, ratios and local change: what they answer for awkward counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from spatial.statistics import (
    EmptyGroup,
    ImpossibleCounts,
    InfiniteValues,
    LengthMismatch,
    MissingValues,
    NegativeValues,
    OptionOutOfRange,
    TooFewAreas,
    UnknownOption,
    choynowski,
    empirical_bayes,
    funnel,
    funnel_curves,
    indirectly_expected,
    local_change,
    pooled_rates,
    rate_intervals,
    read_result,
    standard_rates,
    standardised_ratios,
    weights_from_pairs,
)

NAN, INF = float("nan"), float("inf")
Rates = Callable[[Any, Any], object]
OF_COUNTS: list[Rates] = [
    empirical_bayes,
    funnel,
    rate_intervals,
    choynowski,
    standardised_ratios,
    lambda events, population: rate_intervals(events, population, method="byar"),
    lambda events, population: local_change((events, population), ([1, 2, 3, 4], [10, 10, 10, 10])),
]


@pytest.mark.parametrize("statistic", OF_COUNTS)
class TestRefusals:
    def test_missing_counts_are_refused_and_located(self, statistic: Rates) -> None:
        with pytest.raises(MissingValues) as caught:
            statistic([1, NAN, 2, 3], [10, 10, 10, 10])
        assert caught.value.positions == (1,)
        with pytest.raises(MissingValues):
            statistic([1, 2, 2, 3], [10, NAN, 10, 10])

    def test_infinite_and_negative_counts(self, statistic: Rates) -> None:
        with pytest.raises(InfiniteValues):
            statistic([1, 2, 2, 3], [10, INF, 10, 10])
        with pytest.raises(NegativeValues):
            statistic([1, -2, 2, 3], [10, 10, 10, 10])

    def test_events_without_a_population(self, statistic: Rates) -> None:
        with pytest.raises(ImpossibleCounts) as caught:
            statistic([1, 2, 2, 3], [10, 10, 0, 10])
        assert caught.value.positions == (2,)

    def test_lengths(self, statistic: Rates) -> None:
        with pytest.raises(LengthMismatch):
            statistic([1, 2, 3], [10, 10, 10, 10])

    def test_arguments_stay_as_they_are(self, statistic: Rates) -> None:
        events, population = np.array([1.0, 0, 2, 3]), np.array([10.0, 0, 10, 10])
        statistic(events, population)
        assert events.tolist() == [1, 0, 2, 3]
        assert population.tolist() == [10, 0, 10, 10]

    def test_an_area_without_people_spoils_only_itself(self, statistic: Rates) -> None:
        result = statistic([1, 0, 2, 3], [10, 0, 10, 10])
        floats = [value for value in vars(result).values() if isinstance(value, np.ndarray) and value.dtype == float]
        assert floats
        for array in floats:
            assert not np.isnan(array[[0, 2, 3]]).any()


class TestEmpiricalBayes:
    def test_rates_that_differ_as_chance_would_all_become_the_common_one(self) -> None:
        result = empirical_bayes([9, 11, 10, 10], [1000, 1000, 1000, 1000])
        assert_allclose(result.smoothed, 0.01)
        assert_allclose(result.shrinkage, 0)

    def test_the_smaller_the_population_the_stronger_the_pull(self) -> None:
        result = empirical_bayes([3, 250, 100, 900], [10, 1000, 2000, 3000])
        pull = np.abs(result.smoothed - result.raw) / np.abs(result.raw - result.prior_mean)
        assert pull[0] == max(pull)
        assert result.shrinkage[0] < result.shrinkage[1]
        assert ((result.smoothed - result.prior_mean) * (result.raw - result.prior_mean) >= 0).all()

    def test_no_event_at_all(self) -> None:
        result = empirical_bayes([0, 0, 0], [10, 20, 0])
        assert result.smoothed[:2].tolist() == [0, 0]
        assert result.defined.tolist() == [True, True, False]

    def test_an_isolate_keeps_its_rate_in_the_spatial_estimate(self) -> None:
        keys = ["a", "b", "c", "d"]
        chain = weights_from_pairs([("a", "b"), ("b", "c")], keys)
        result = empirical_bayes([5, 1, 3, 40], [100, 100, 100, 100], weights=chain)
        assert result.smoothed[3] == result.raw[3]
        assert result.shrinkage[3] == 1
        # An empty neighbour is no surroundings either.
        beside_nobody = empirical_bayes(
            [5, 0, 3, 1], [100, 0, 100, 100], weights=weights_from_pairs([("a", "b")], keys)
        )
        assert beside_nobody.smoothed[0] == beside_nobody.raw[0]
        assert np.isnan(beside_nobody.smoothed[1])

    def test_too_few_areas_with_people(self) -> None:
        with pytest.raises(TooFewAreas):
            empirical_bayes([1, 0], [10, 0])

    def test_weights_of_other_areas(self) -> None:
        with pytest.raises(LengthMismatch):
            empirical_bayes([1, 2], [10, 10], weights=weights_from_pairs([("a", "b")], ["a", "b", "c"]))

    def test_results_cannot_be_changed(self) -> None:
        with pytest.raises(ValueError, match="read-only"):
            empirical_bayes([1, 2], [10, 10]).smoothed[0] = 0


class TestFunnel:
    def test_limits_are_nested_and_narrow_with_size(self) -> None:
        sizes = np.array([5, 20, 100, 1000, 50_000])
        curves = funnel_curves(sizes, 0.07)
        assert (curves["lower_998"] <= curves["lower_95"]).all()
        assert (curves["lower_95"] <= 0.07).all()
        assert (curves["upper_95"] >= 0.07).all()
        assert (curves["upper_998"] > curves["upper_95"]).all()
        assert (np.diff(curves["upper_95"]) < 0).all()
        assert (curves["lower_998"] >= 0).all()

    def test_the_target_is_the_common_rate(self) -> None:
        result = funnel([1, 3], [100, 100])
        assert result.target == pytest.approx(0.02)

    def test_no_event_or_nobody(self) -> None:
        with pytest.raises(EmptyGroup):
            funnel([0, 0], [10, 10])
        with pytest.raises(EmptyGroup):
            funnel([0, 0], [0, 0])

    def test_everybody_is_no_share_to_compare(self) -> None:
        with pytest.raises(OptionOutOfRange):
            funnel([10, 20], [10, 20])

    def test_halves_are_no_counts(self) -> None:
        with pytest.raises(ImpossibleCounts):
            funnel([1.5, 2], [10, 10])
        with pytest.raises(ImpossibleCounts):
            funnel([1, 2], [10.5, 10])
        assert funnel([1, 2], [10.5, 10], distribution="poisson").n == 2

    def test_more_events_than_people(self) -> None:
        with pytest.raises(ImpossibleCounts):
            funnel([11, 2], [10, 10])
        assert funnel([11, 2], [10, 10], distribution="poisson").n == 2

    def test_one_area(self) -> None:
        result = funnel([1], [10])
        assert result.classes == ("inside",)
        assert np.isnan(result.dispersion)

    @pytest.mark.parametrize("options", [{"distribution": "normal"}, {"target": 0.0}, {"target": 1.5}])
    def test_options(self, options: dict[str, Any]) -> None:
        with pytest.raises((UnknownOption, OptionOutOfRange)):
            funnel([1, 2], [10, 10], **options)

    def test_impossible_curves(self) -> None:
        with pytest.raises(OptionOutOfRange):
            funnel_curves([0], 0.1)


def test_intervals_of_nothing_and_everything() -> None:
    result = rate_intervals([0, 10], [10, 10])
    assert result.lower[0] == 0
    assert result.upper[1] == 1
    assert rate_intervals([0], [10], method="byar").lower[0] == 0


@pytest.mark.parametrize("options", [{"level": 0.0}, {"level": 1.0}, {"method": "wald"}])
def test_impossible_intervals(options: dict[str, Any]) -> None:
    with pytest.raises((UnknownOption, OptionOutOfRange)):
        rate_intervals([1], [10], **options)
    with pytest.raises(ImpossibleCounts):
        rate_intervals([11], [10])


def test_a_gap_in_the_years_leaves_no_pooled_rate() -> None:
    result = pooled_rates(np.array([[1, 2, 0], [3, NAN, 0]]), [[10, 20, 0], [10, 20, 0]])
    assert result.defined.tolist() == [True, False, False]
    assert result.rate[0] == pytest.approx(0.2)
    assert result.events[0] == 4
    assert np.isnan(result.rate[1:]).all()
    with pytest.raises(LengthMismatch):
        pooled_rates([1, 2], [3, 4])
    with pytest.raises(LengthMismatch):
        pooled_rates([[1, 2]], [[3, 4, 5]])
    with pytest.raises(ImpossibleCounts):
        pooled_rates([[1, 2]], [[0, 4]])


def test_standardising_with_the_own_rates_gives_one() -> None:
    population = np.array([[100, 50], [10, 300]])
    rates = np.array([0.1, 0.3])
    expected = indirectly_expected(population, rates)
    assert_allclose(standardised_ratios(np.rint(expected), expected).ratio, np.rint(expected) / expected)
    with pytest.raises(LengthMismatch):
        indirectly_expected(population, [0.1])
    with pytest.raises(LengthMismatch):
        indirectly_expected([100, 50], rates)


def test_a_standard_without_people_in_a_stratum_has_no_rate_there() -> None:
    assert standard_rates([4, 30], [1000, 600]).tolist() == [0.004, 0.05]
    for events in (0, 3):
        with pytest.raises(EmptyGroup, match="stratum 2 of the standard") as caught:
            standard_rates([4, events], [1000, 0])
        assert not hasattr(caught.value, "positions"), "a stratum is no area"
    with pytest.raises(LengthMismatch):
        standard_rates([4], [1000, 600])


def test_events_that_nothing_leads_one_to_expect_are_called_so() -> None:
    with pytest.raises(ImpossibleCounts, match="events where none are expected at position 1") as caught:
        standardised_ratios([1, 2, 0], [1.0, 0.0, 0.0])
    assert "Ereignisse, wo keine zu erwarten sind, an Stelle 1" in caught.value.render("de")
    assert standardised_ratios([1, 0], [1.0, 0.0]).defined.tolist() == [True, False]


def test_change_without_events_is_no_change() -> None:
    result = local_change(([0, 10], [10, 10]), ([0, 20], [20, 20]))
    assert result.p.tolist() == [1, 1]
    assert result.classes == ("not-significant", "not-significant")
    assert np.isnan(result.relative[0])
    nobody = local_change(([0], [0]), ([0], [0]))
    assert nobody.classes == ("undefined",)
    assert nobody.overall_difference is None
    with pytest.raises(ImpossibleCounts):
        local_change(([11], [10]), ([1], [10]))
    with pytest.raises(LengthMismatch):
        local_change(([1], [10]), ([1, 1], [10, 10]))
    with pytest.raises(OptionOutOfRange):
        local_change(([1], [10]), ([1], [10]), level=2)


def test_words() -> None:
    smoothed = read_result(empirical_bayes([1, 5], [100, 100]))
    assert "2 Gebieten" in smoothed.de
    assert "estimates" in smoothed.en
    surroundings = read_result(
        empirical_bayes([1, 5], [100, 100], weights=weights_from_pairs([("a", "b")], ["a", "b"]))
    )
    assert "Umgebung" in surroundings.de
    scattered = read_result(funnel([10, 500, 3], [1000, 1000, 1000]))
    assert "explorativ" in scattered.de
    assert "for reasons of their own" in scattered.en
    ratios = read_result(standardised_ratios([30, 10], [10.0, 10.0]))
    assert "In 1 of 2 areas there were clearly more, in 0 clearly fewer" in ratios.en
    change = read_result(local_change(([50, 10], [1000, 1000]), ([90, 12], [1000, 1000])))
    assert "In 1 von 2 Gebieten" in change.de


@pytest.mark.parametrize("share", [0.001, 0.5])
def test_funnel_of_populations_beyond_32_bits_is_the_normal_one(share: float) -> None:
    population = np.array([3e9, 5e9, 1e12])
    result = funnel(np.rint(share * population), population)
    normal = result.target + 1.959964 * np.sqrt(result.target * (1 - result.target) / population)
    assert result.upper_95 == pytest.approx(normal, rel=1e-6)
    assert set(result.classes) == {"inside"}
