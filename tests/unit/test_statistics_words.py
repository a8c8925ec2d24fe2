"""Every result that is no test of autocorrelation has words of its own, in both languages."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from spatial import statistics
from spatial.statistics import read_correction, read_crude_ratios, read_global, read_local, read_power, read_result
from spatial.statistics.numerals import english, english_p, fitting_decimals, german, german_p

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


@pytest.mark.parametrize(("standard", "named"), [(None, "of all areas"), ("Kassel", "the rate of Kassel would")])
def test_ratios_of_one_rate_do_not_claim_to_account_for_age(standard: str | None, named: str) -> None:
    ratios = statistics.standardised_ratios(EVENTS, PEOPLE * EVENTS.sum() / PEOPLE.sum())
    words = read_crude_ratios(ratios, standard)
    assert named in words.en
    assert "Age and make-up of the population are not accounted for" in words.en
    assert "In 1 of 3 areas there were clearly more, in 2 clearly fewer" in words.en
    assert "95 % confidence interval lies entirely above or below 1" in words.en
    assert "not corrected for 3 comparisons" in words.en


# -- numbers ---------------------------------------------------------------------------------------------------


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert (english(-0.004), german(-0.004), english(-0.006), german(-12.5, 1)) == (
        "0.00",
        "0,00",
        "\u22120.01",
        "\u221212,5",
    )
    assert english(-0.4, 0) == "0"


def test_p_is_never_zero() -> None:
    assert [german_p(p) for p in (1e-12, 0.0005, 0.0137, 1.0)] == ["p < 0,0001", "p = 0,0005", "p = 0,014", "p = 1,000"]
    assert english_p(1e-12) == "p < 0.0001"


def test_counts_have_no_decimals() -> None:
    assert [fitting_decimals(value) for value in (25.0, 17.33, 0.02, 0.0)] == [0, 2, 3, 3]


# -- segregation -----------------------------------------------------------------------------------------------

RESIDENTS = np.full(30, 1000.0)
APART = np.where(np.arange(30) < 5, 300.0, 0.0)
EVEN = np.full(30, 50.0)
KEYS = [f"{place:02}" for place in range(30)]
CHAIN = statistics.weights_from_pairs(pairwise(KEYS), KEYS)
INDICES = ("d", "gini", "entropy", "atkinson", "isolation", "interaction", "correlation_ratio", "spatial_d")
#: Isolation grows with the size of the group, which the systematic null lets vary.
FIXED_SIZE: dict[str, Any] = {"null": "person-permutation", "neighbours": CHAIN, "permutations": 199}


@pytest.mark.parametrize("index", INDICES)
def test_every_index_tells_a_segregated_group_from_an_even_one(index: str) -> None:
    apart = statistics.segregation_null(APART, RESIDENTS, index=index, **FIXED_SIZE)
    assert apart.is_more_segregated
    assert apart.excess > 0.1
    assert "ungleicher verteilt" in read_result(apart).de
    assert "more unevenly than chance" in read_result(apart).en
    even = statistics.segregation_null(EVEN, RESIDENTS, index=index, **FIXED_SIZE)
    assert not even.is_more_segregated
    assert even.excess < 0
    assert even.p == 0.01
    assert "gleichmäßiger verteilt" in read_result(even).de
    assert "more evenly than chance" in read_result(even).en


@pytest.mark.parametrize("index", INDICES)
def test_greater_means_more_segregation_for_every_index(index: str) -> None:
    def p(members: np.ndarray) -> float:
        return statistics.segregation_null(members, RESIDENTS, index=index, alternative="greater", **FIXED_SIZE).p

    assert p(APART) == 1 / 200
    assert p(EVEN) == 1


def test_the_excess_of_interaction_is_that_of_isolation() -> None:
    isolation, interaction = (
        statistics.segregation_null(APART, RESIDENTS, index=index, permutations=99)
        for index in ("isolation", "interaction")
    )
    assert interaction.excess == pytest.approx(isolation.excess)
    assert interaction.p == isolation.p
    assert "Je kleiner dieser Wert, desto stärker die Trennung." in read_result(interaction).de
    assert "Je kleiner" not in read_result(isolation).de


def test_nothing_conspicuous_among_greater_ones() -> None:
    null = statistics.segregation_null(EVEN, RESIDENTS, alternative="greater", permutations=99)
    assert "Mehr Trennung, als der Zufall ergäbe, ist nicht zu erkennen." in read_result(null).de


def test_areas_that_change_places_are_about_closeness() -> None:
    null = statistics.segregation_null(
        APART, RESIDENTS, index="spatial_d", null="geographic", neighbours=CHAIN, permutations=199
    )
    assert "liegen näher beieinander" in read_result(null).de


@pytest.mark.parametrize("index", [index for index in INDICES if index != "spatial_d"])
def test_two_maps_compared_say_which_is_more_segregated(index: str) -> None:
    even, apart = (EVEN, RESIDENTS), (APART, RESIDENTS)
    more = statistics.segregation_difference(even, apart, index=index, labelling="pairs", permutations=199)
    less = statistics.segregation_difference(apart, even, index=index, labelling="pairs", permutations=199)
    assert (more.is_more_segregated, less.is_more_segregated) == (True, False)
    assert "more segregation than the first" in read_result(more).en
    assert "zeigt weniger Trennung als die erste" in read_result(less).de
    greater = {
        swapped: statistics.segregation_difference(
            *((apart, even) if swapped else (even, apart)),
            index=index,
            labelling="pairs",
            alternative="greater",
            permutations=199,
        ).p
        for swapped in (False, True)
    }
    assert greater[False] < 0.05 < 0.95 < greater[True]


@pytest.mark.parametrize("index", ["d", "interaction"])
def test_a_change_says_in_which_direction(index: str) -> None:
    more = statistics.segregation_change((EVEN, RESIDENTS), (APART, RESIDENTS), index=index)
    assert "das heißt mehr Segregation" in read_result(more).de
    less = statistics.segregation_change((APART, RESIDENTS), (EVEN, RESIDENTS), index=index)
    assert "which means less segregation" in read_result(less).en
    assert "30 areas" in read_result(less).en


def test_a_profile_below_zero_is_explained() -> None:
    where = np.column_stack([np.arange(9) * 1000.0, np.zeros(9)])
    middle = np.array([0, 0, 0, 0, 50, 0, 0, 0, 0.0])
    profile = statistics.segregation_profile(np.column_stack([middle, 100 - middle]), where, [0, 9000])
    assert profile.entropy[-1] < 0
    words = read_result(profile)
    assert "H sinkt von" in words.de
    assert "die Mitte öfter zählen" in words.de
    falling = statistics.segregation_profile(np.column_stack([middle, 100 - middle]), where, [0, 1500])
    assert "Mitte" not in read_result(falling).de


def test_profiles_over_thresholds_say_where_half_of_the_group_lives() -> None:
    words = read_result(statistics.concentration_profile(APART, RESIDENTS))
    assert "Half of the group lives in areas where its share is at least 29.9 %; overall it is 5.0 %" in words.en
    near = read_result(statistics.proximity_profile(APART, RESIDENTS, CHAIN))
    assert "2.0 steps from neighbour to neighbour apart on average; among all areas it is 10.3" in near.en
    scattered = np.where(np.isin(np.arange(30), [0]), 300.0, 0.0)
    assert "cannot be told" in read_result(statistics.proximity_profile(scattered, RESIDENTS, CHAIN)).en


@pytest.mark.parametrize(("members", "warned"), [(1, True), (119, True), (120, False), (29_881, True)])
def test_a_group_too_small_for_the_corrections_is_named(members: int, warned: bool) -> None:
    group = np.zeros(30)
    group += members // 30
    group[: members % 30] += 1
    indices = statistics.segregation_indices(group, RESIDENTS)
    warning = read_correction(indices)
    assert (warning is not None) is warned
    assert warning is None or f"zählt {min(members, 30_000 - members)} in 30 Gebieten" in warning.de


def test_the_corrections_of_tiny_groups_leave_most_of_what_chance_adds() -> None:
    group = np.zeros(30)
    group[[3, 17]] = 1
    corrected = statistics.bias_corrected(group, RESIDENTS, replicates=99)
    assert min(corrected.bootstrap, corrected.density) > 0.8, "what the warning is about"


# -- others ----------------------------------------------------------------------------------------------------


def test_the_funnel_expects_one_in_twenty_of_all_areas() -> None:
    words = read_result(statistics.funnel([10, 500, 3], [1000, 1000, 1000]))
    assert "Durch reinen Zufall läge etwa eines von zwanzig Gebieten außerhalb der 95-%-Grenzen" in words.de
    assert "unter 3 Gebieten 0,1" in words.de or "unter 3 Gebieten 0,2" in words.de
    assert "von diesen" not in words.de


def test_ranks_that_are_close_are_not_neighbours_on_the_map() -> None:
    values = np.random.default_rng(3).random((12, 3))
    words = read_result(statistics.composite_index(values, [1, 1, 1]))
    assert "Gebiete, deren Ränge dicht beieinanderliegen, unterscheiden sich nicht verlässlich." in words.de
    assert "mit fehlendem Indikator" not in words.de
    values[0, 0] = np.nan
    lacking = read_result(statistics.composite_index(values, [1, 1, 1], coverage=0.5))
    assert "1 Gebiet davon mit fehlendem Indikator" in lacking.de


@pytest.mark.parametrize(
    ("periods", "told"), [(3, "kann p nicht unter 0,333 sinken"), (5, "0,0167"), (12, "unter 0,0001")]
)
def test_a_trend_says_how_small_its_p_can_get(periods: int, told: str) -> None:
    words = read_result(statistics.trends(np.arange(float(periods))[:, None] * [1, -1]))
    assert told in words.de
    assert "0,0000" not in words.de


def test_one_circle_is_singular() -> None:
    where, people = np.column_stack([np.arange(20.0), np.zeros(20)]) * 1000, np.full(20, 1000.0)
    cases = np.full(20, 10.0)
    cases[7] = 60
    words = read_result(statistics.spatial_scan(cases, people, where, permutations=99))
    assert "ein Kreis von 1 Gebiet: 60 Fälle" in words.de
    assert "kein weiterer fällt auf" in words.de
    assert "no other stands out" in words.en


# -- spatial autocorrelation -------------------------------------------------------------------------------------

CLUSTERED = np.where(np.arange(30) < 6, 50.0, 0.0) + np.random.default_rng(11).random(30)
WIDE = statistics.higher_order(CHAIN, 3)


def test_hot_spots_have_a_plural() -> None:
    hot = statistics.getis_ord_local(CLUSTERED, WIDE)
    words = read_local(hot)
    assert "Hotspots (" in words.de
    assert "hot spots (" in words.en


def test_join_counts_are_whole_numbers() -> None:
    words = read_global(statistics.join_counts(CLUSTERED, CHAIN, threshold=10.0))
    assert words.en.startswith("Number of borders between two areas above the threshold = 5 over 30 areas")
    assert "the threshold is 10." in words.en


def test_areas_around_the_selection_are_context_and_not_tested() -> None:
    inside = np.arange(30) < 20
    for local in (
        statistics.moran_local(CLUSTERED, WIDE, inside=inside),
        statistics.geary_local(CLUSTERED, WIDE, inside=inside),
        statistics.getis_ord_local(CLUSTERED, WIDE, inside=inside),
        statistics.moran_bivariate_local(CLUSTERED, CLUSTERED[::-1], WIDE, inside=inside),
        statistics.moran_eb_local(CLUSTERED + 1, np.full(30, 1000.0), WIDE, inside=inside),
        statistics.join_counts_local(CLUSTERED, WIDE, threshold=0.5, inside=inside),
    ):
        assert set(local.classes[20:]) == {"undefined"}
        assert np.isnan([local.p[20:], local.p_fdr[20:], local.p_bonferroni[20:], local.smallest_p_each[20:]]).all()
        assert local.n_tested <= 20
        assert np.isfinite(local.statistic[20:]).all(), "they are compared with, and so have a value"
    everywhere, chosen = statistics.moran_local(CLUSTERED, WIDE), statistics.moran_local(CLUSTERED, WIDE, inside=inside)
    assert np.array_equal(everywhere.p[:20], chosen.p[:20]), "the context is the same"
    np.testing.assert_allclose(chosen.p_fdr[:20], statistics.fdr(everywhere.p[:20]))
    words = read_local(chosen, ring=KEYS[20:])
    assert "von 20 geprüften Gebieten" in words.de
    assert "10 Gebiete rund um die Auswahl zählen als Nachbarn" in words.de
    assert "was jenseits der Grenze liegt, fehlt" not in words.de
    assert (
        "30 areas, 10 of them around the selection" in read_global(statistics.moran(CLUSTERED, WIDE), ring=KEYS[20:]).en
    )


def test_flags_of_another_length_are_refused() -> None:
    with pytest.raises(statistics.LengthMismatch):
        statistics.moran_local(CLUSTERED, WIDE, inside=[True, False])


def test_conspicuous_areas_that_hang_on_a_bridge_are_named() -> None:
    local = statistics.moran_local(CLUSTERED, WIDE)
    called = [key for key, name in zip(local.keys, local.classes, strict=True) if name == "high-high"]
    other = next(key for key, name in zip(local.keys, local.classes, strict=True) if name == "not-significant")
    assert "unbewohntes" not in read_local(local, bridged=[(other, "99")]).de
    one = read_local(local, bridged=[(called[0], other)])
    assert "Eines davon zählt auch Gebiete als Nachbarn" in one.de
    two = read_local(local, bridged=[(called[0], called[1])])
    assert "2 of them count areas as neighbours that are reached only across an unpopulated area" in two.en


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (statistics.weights_block([key[0] for key in KEYS], KEYS), None),
        (statistics.weights_knn(np.random.default_rng(1).random((30, 2)) * 1e4, KEYS, 3), "weiter entfernte Gebiete"),
        (CHAIN, "was jenseits der Grenze liegt, fehlt"),
    ],
)
def test_the_edge_matters_by_kind_of_neighbours(weights: statistics.Weights, said: str | None) -> None:
    words = read_local(statistics.moran_local(CLUSTERED, weights, permutations=99)).de
    assert ("Grenze" in words) is (said is not None)
    assert said is None or said in words


def test_no_power_is_told_with_what_helps() -> None:
    lonely = statistics.weights_knn(np.column_stack([np.arange(30) ** 1.1, np.zeros(30)]), KEYS, 1)
    impossible = statistics.moran_local(CLUSTERED, lonely)
    warning = read_power(impossible)
    assert warning is not None
    assert "Kein Gebiet kann hier auffällig werden" in warning.de
    assert "knn:4" in warning.en
    assert "und keines hätte es werden können" in read_local(impossible).de
    few = read_power(statistics.moran_local(CLUSTERED, WIDE, permutations=99))
    assert few is not None
    assert "only 12 or more at a time: 99 permutations are too few for 30 tests" in few.en
    assert "permutations=9999" in few.de
    assert read_power(statistics.moran_local(CLUSTERED, WIDE)) is None


def test_hot_spots_are_called_up_to_a_tenth() -> None:
    few = read_power(statistics.getis_ord_local(CLUSTERED, WIDE, permutations=99))
    assert few is not None
    assert "only 6 or more at a time" in few.en
