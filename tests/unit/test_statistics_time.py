"""Trends, emerging hot spots, Markov chains and scans: awkward series, places and options."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from spatial.statistics import (
    EmptyGroup,
    ImpossibleCounts,
    InfiniteValues,
    LengthMismatch,
    MissingValues,
    NoLinks,
    NoVariance,
    OptionOutOfRange,
    TooFewAreas,
    TooFewPeriods,
    UnknownOption,
    Weights,
    emerging_hot_spots,
    lisa_markov,
    read_result,
    spatial_markov,
    spatial_scan,
    transitions,
    trends,
    weights_from_pairs,
)
from spatial.statistics.emerging import _history

NAN = float("nan")
Floats = NDArray[np.float64]


def chain(n: int, *isolates: str) -> Weights:
    keys = [f"{i:03}" for i in range(n)]
    return weights_from_pairs(pairwise(keys), [*keys, *isolates])


class TestTrends:
    def test_a_constant_series(self) -> None:
        result = trends(np.full((5, 1), 3.0))
        assert (result.s[0], result.p[0], result.slope[0], result.z[0]) == (0, 1, 0, 0)
        assert trends(np.full((14, 1), 3.0)).p[0] == 1

    def test_missing_values_shorten_only_their_own_series(self) -> None:
        result = trends(np.array([[1, 1, NAN], [2, NAN, NAN], [3, 3, NAN], [4, 4, 4], [5, 5, 5]]))
        assert result.periods.tolist() == [5, 4, 2]
        assert result.defined.tolist() == [True, True, False]
        assert result.p[:2].tolist() == pytest.approx([2 / 120, 2 / 24])
        assert result.slope[1] == pytest.approx(1.0)
        assert np.isnan([result.p[2], result.slope[2], result.tau[2]]).all()
        assert result.p_method == ("exact", "exact", "")
        assert result.smallest_p == pytest.approx(2 / 120)

    def test_unequal_times(self) -> None:
        result = trends([[0.0], [2.0], [10.0]], [2000, 2001, 2005])
        assert result.slope[0] == pytest.approx(2.0)

    def test_smallest_p_of_longer_and_of_no_series(self) -> None:
        series = np.arange(24.0)[:, None]
        assert trends(series).p[0] == trends(series).smallest_p
        assert 0 < trends(series).smallest_p < 1e-6
        assert trends(np.full((3, 1), NAN)).smallest_p == 1

    def test_no_area(self) -> None:
        assert trends(np.empty((4, 0))).n == 0
        assert trends(np.empty((14, 0)), correction="hamed-rao").n == 0

    def test_the_correction_makes_false_trends_rarer_where_periods_resemble_those_before(self) -> None:
        noise = np.random.default_rng(3).normal(size=(60, 400))
        alike = np.empty_like(noise)
        alike[0] = noise[0]
        for period in range(1, len(noise)):
            alike[period] = 0.6 * alike[period - 1] + noise[period]
        plain, corrected = trends(alike), trends(alike, correction="hamed-rao")
        assert (plain.p <= 0.05).mean() > 0.25, "without the correction, one in four is a false trend"
        assert (corrected.p <= 0.05).mean() < 0.7 * (plain.p <= 0.05).mean()
        assert (corrected.p >= plain.p).all()
        assert (trends(noise, correction="hamed-rao").p <= 0.05).mean() < 0.08

    def test_the_correction_leaves_short_and_constant_series_alone(self) -> None:
        short = np.array([[1.0, 2], [2, 3], [3, 1], [4, 9], [5, 8]])
        assert trends(short, correction="hamed-rao").p.tolist() == trends(short).p.tolist()
        assert trends(short, correction="hamed-rao").p_method == ("exact", "exact")
        constant = trends(np.full((14, 1), 3.0), correction="hamed-rao")
        assert (constant.p[0], constant.variance_factor[0], constant.p_method[0]) == (1, 1, "hamed-rao")

    def test_a_gap_makes_a_lag_longer(self) -> None:
        wave = np.sin(np.arange(30.0) / 3)[:, None]
        gappy = wave.copy()
        gappy[[7, 8, 19]] = NAN
        closed_up = trends(wave[~np.isnan(gappy[:, 0])], correction="hamed-rao")
        result = trends(gappy, correction="hamed-rao")
        assert result.periods[0] == 27
        assert result.variance_factor[0] > 1
        assert result.variance_factor[0] != closed_up.variance_factor[0]

    def test_refusals(self) -> None:
        with pytest.raises(TooFewPeriods):
            trends([[1.0], [2.0]])
        with pytest.raises(LengthMismatch):
            trends([1.0, 2.0, 3.0])
        with pytest.raises(LengthMismatch):
            trends([[1.0], [2.0], [3.0]], [1, 2])
        with pytest.raises(OptionOutOfRange):
            trends([[1.0], [2.0], [3.0]], [1, 1, 2])
        with pytest.raises(OptionOutOfRange):
            trends([[1.0], [2.0], [3.0]], level=1)
        with pytest.raises(UnknownOption):
            trends([[1.0], [2.0], [3.0]], correction="yue")  # type: ignore[arg-type]  # what is tested
        with pytest.raises(InfiniteValues):
            trends([[1.0], [np.inf], [3.0]])


HISTORIES = [
    ("0000000001", 0, "new"),
    ("0000000111", 0, "consecutive"),
    ("1111111111", 1, "intensifying"),
    ("0111111111", 0, "persistent"),
    ("1111111111", -1, "diminishing"),
    ("0101000001", 0, "sporadic"),
    ("0-00000001", 0, "new"),
    ("01-0000001", 0, "oscillating"),
    ("0-00000111", 0, "consecutive"),
    ("1111111110", 0, "historical"),
    ("1111111100", 0, None),
    ("0000000000", 0, None),
    ("000000000-", 0, None),
]


@pytest.mark.parametrize(("history", "trend", "name"), HISTORIES)
def test_histories(history: str, trend: int, name: str | None) -> None:
    hot, cold = (np.array([mark == sign for mark in history]) for sign in "1-")
    assert _history(hot, cold, trend) == name


class TestEmerging:
    def values(self, periods: int = 10, n: int = 30) -> Floats:
        return np.asarray(10 + np.random.default_rng(4).random((periods, n)))

    def test_noise_has_no_pattern(self) -> None:
        result = emerging_hot_spots(self.values(), chain(30))
        assert set(result.classes) == {"no-pattern"}

    def test_isolates_and_gaps_are_told_apart_and_spoil_nothing(self) -> None:
        values = self.values(10, 31)
        values[:, 10:13] += 50
        values[2, 20] = NAN
        result = emerging_hot_spots(values, chain(30, "x"))
        assert result.classes[30] == "isolated"
        assert result.classes[20] == "undefined"
        assert result.classes[11] == "persistent-hot"
        assert result.classes[21] == "no-pattern"
        assert np.isnan(result.trend_p[20])
        assert result.class_counts()["isolated"] == 1

    def test_refusals(self) -> None:
        with pytest.raises(TooFewPeriods):
            emerging_hot_spots(self.values(7), chain(30))
        with pytest.raises(TooFewAreas):
            emerging_hot_spots(self.values(10, 14), chain(14))
        with pytest.raises(NoVariance):
            emerging_hot_spots(np.full((10, 30), 2.0), chain(30))
        with pytest.raises(NoLinks):
            emerging_hot_spots(self.values(), weights_from_pairs([], chain(30).keys))
        with pytest.raises(LengthMismatch):
            emerging_hot_spots(self.values(10, 29), chain(30))
        with pytest.raises(OptionOutOfRange):
            emerging_hot_spots(self.values(), chain(30), level=0)
        infinite = self.values()
        infinite[0, 0] = np.inf
        with pytest.raises(InfiniteValues):
            emerging_hot_spots(infinite, chain(30))


class TestMarkov:
    def panel(self) -> Floats:
        return np.asarray(np.random.default_rng(5).random((6, 20)))

    def test_a_class_that_nobody_leaves_has_no_probabilities(self) -> None:
        result = transitions([[0, 0], [0, 1]], 3)
        assert np.isnan(result.probabilities[1]).all()
        assert result.steady_state is None

    def test_two_closed_classes_have_no_single_steady_state(self) -> None:
        assert transitions([[0, 1], [0, 1]], 2).steady_state is None

    def test_isolates_are_left_out(self) -> None:
        values = self.panel()
        plain = spatial_markov(values, chain(20), k=2)
        beside = spatial_markov(np.column_stack([values, np.full(6, 9.0)]), chain(20, "x"), k=2)
        assert (beside.n, beside.q) == (20, plain.q)
        assert lisa_markov(np.column_stack([values, np.full(6, 9.0)]), chain(20, "x")).n == 20

    def test_surroundings_that_do_not_matter(self) -> None:
        rng = np.random.default_rng(6)
        p = [spatial_markov(rng.random((8, 60)), chain(60), k=2).p_q for _ in range(200)]
        assert 0.01 < np.mean(np.array(p) < 0.05) < 0.11

    def test_refusals(self) -> None:
        values = self.panel()
        with pytest.raises(TooFewPeriods):
            spatial_markov(values[:1], chain(20))
        with pytest.raises(LengthMismatch):
            spatial_markov(values, chain(19))
        with pytest.raises(LengthMismatch):
            transitions([0, 1], 2)
        with pytest.raises(OptionOutOfRange):
            transitions([[0, 2], [1, 1]], 2)
        for options in ({"k": 1}, {"k": 11}, {"lag_k": 1}):
            with pytest.raises(OptionOutOfRange):
                spatial_markov(values, chain(20), **options)
        with pytest.raises(NoVariance):
            spatial_markov(np.full((6, 20), 1.0), chain(20))
        for statistic in (spatial_markov, lisa_markov):
            with pytest.raises(NoLinks):
                statistic(values, weights_from_pairs([], chain(20).keys))
            missing = values.copy()
            missing[3, 7] = NAN
            with pytest.raises(MissingValues):
                statistic(missing, chain(20))
            missing[3, 7] = np.inf
            with pytest.raises(InfiniteValues):
                statistic(missing, chain(20))


class TestScan:
    where = np.column_stack([np.arange(36) % 6, np.arange(36) // 6]) * 1000.0
    people = np.full(36, 500.0)

    def cases(self, *hot: int) -> Floats:
        cases = np.full(36, 3.0)
        cases[list(hot)] = 15
        return cases

    def test_the_cluster_is_found(self) -> None:
        result = spatial_scan(self.cases(0, 1, 6), self.people, self.where)
        top = result.clusters[0]
        assert sorted(top.members.tolist()) == [0, 1, 6]
        assert top.radius_m == 1000
        assert top.relative_risk == pytest.approx(5)
        assert top.p == result.smallest_p

    def test_two_clusters(self) -> None:
        result = spatial_scan(self.cases(0, 1, 6, 35, 34, 29), self.people, self.where)
        assert sorted(sorted(cluster.members.tolist()) for cluster in result.clusters) == [[0, 1, 6], [29, 34, 35]]

    def test_nobody_lives_there(self) -> None:
        cases, people = self.cases(0, 1, 6), self.people.copy()
        cases[20], people[20] = 0, 0
        result = spatial_scan(cases, people, self.where)
        assert result.n == 35
        assert sorted(result.clusters[0].members.tolist()) == [0, 1, 6]

    def test_a_city_larger_than_any_circle_is_no_centre(self) -> None:
        people = self.people.copy()
        people[14] = 60_000
        result = spatial_scan(self.cases(0, 1, 6), people, self.where)
        assert all(14 not in cluster.members for cluster in result.clusters)

    def test_low_rates(self) -> None:
        cases = np.full(36, 12.0)
        cases[[0, 1, 6]] = 0
        result = spatial_scan(cases, self.people, self.where, scan_for="low")
        assert sorted(result.clusters[0].members.tolist()) == [0, 1, 6]
        assert result.clusters[0].relative_risk == 0
        both = spatial_scan(cases, self.people, self.where, scan_for="both")
        assert both.clusters[0].log_likelihood_ratio == pytest.approx(result.clusters[0].log_likelihood_ratio)

    def test_all_events_in_one_area(self) -> None:
        cases = np.zeros(36)
        cases[8] = 9
        top = spatial_scan(cases, self.people, self.where).clusters[0]
        assert top.members.tolist() == [8]
        assert top.relative_risk is None

    def test_even_events_have_no_cluster(self) -> None:
        result = spatial_scan(np.full(36, 10.0), self.people, self.where)
        assert result.clusters == ()
        assert "keiner" in read_result(result).de

    def test_rounding_is_no_cluster(self) -> None:
        people = 400 + 37 * (np.arange(36.0) % 11)
        assert spatial_scan(people, people, self.where).clusters == ()

    def test_no_circle_is_larger_than_allowed(self) -> None:
        result = spatial_scan(self.cases(*range(18)), self.people, self.where, maximum_share=0.1)
        assert len(result.clusters[0].members) <= 3

    def test_uniform_p_without_clusters(self) -> None:
        rng = np.random.default_rng(7)
        p = [
            spatial_scan(rng.multinomial(150, np.full(36, 1 / 36)), self.people, self.where, permutations=39, seed=i)
            .clusters[0]
            .p
            for i in range(120)
        ]
        assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.1, abs=0.08)
        assert np.mean(p) == pytest.approx(0.5, abs=0.1)

    def test_seeds(self) -> None:
        cases = self.cases(3)
        first = spatial_scan(cases, self.people, self.where, seed=1).clusters[0]
        assert first.p == spatial_scan(cases, self.people, self.where, seed=1).clusters[0].p
        other = spatial_scan(cases, self.people, self.where, seed=2).clusters[0]
        assert first.log_likelihood_ratio == other.log_likelihood_ratio

    @pytest.mark.parametrize(
        "options", [{"scan_for": "any"}, {"maximum_share": 0.0}, {"maximum_share": 0.6}, {"permutations": 0}]
    )
    def test_options(self, options: dict[str, Any]) -> None:
        with pytest.raises((UnknownOption, OptionOutOfRange)):
            spatial_scan(self.cases(), self.people, self.where, **options)

    def test_refusals(self) -> None:
        with pytest.raises(EmptyGroup):
            spatial_scan(np.zeros(36), self.people, self.where)
        with pytest.raises(ImpossibleCounts):
            spatial_scan(self.cases() + 0.5, self.people, self.where)
        with pytest.raises(TooFewAreas):
            spatial_scan(np.ones(9), np.ones(9), self.where[:9])
        with pytest.raises(LengthMismatch):
            spatial_scan(self.cases(), self.people, self.where[:9])
        nowhere = self.where.copy()
        nowhere[4] = NAN
        with pytest.raises(MissingValues) as caught:
            spatial_scan(self.cases(), self.people, nowhere)
        assert caught.value.positions == (4,)


def test_words() -> None:
    rising = read_result(trends(np.arange(5.0)[:, None] * [1, -1, 1]))
    assert "2 von 3 Gebieten" in rising.de
    assert "0.0167" in rising.en
    values = 10 + np.random.default_rng(4).random((10, 30))
    values[:, 10:13] += 50
    assert "3 of 30 areas" in read_result(emerging_hot_spots(values, chain(30))).en
    panel = np.random.default_rng(5).random((6, 20))
    assert "nicht erkennbar" in read_result(spatial_markov(panel, chain(20), k=2)).de
    assert "ohne erkennbaren" in read_result(lisa_markov(panel, chain(20))).de
    scan = read_result(spatial_scan(TestScan().cases(0, 1, 6), TestScan.people, TestScan.where))
    assert "circle of 3 areas: 45 events where" in scan.en
    assert "explorativ" in scan.de


def test_results_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        trends(np.arange(5.0)[:, None]).slope[0] = 3
    assert_allclose(trends(np.arange(5.0)[:, None]).slope, 1)
