from __future__ import annotations

import warnings
from collections.abc import Callable
from inspect import isclass, ismodule
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import spatial.statistics as statistics
from spatial.statistics import (
    GlobalResult,
    ImpossibleCounts,
    InfiniteValues,
    LengthMismatch,
    LocalResult,
    MissingValues,
    NegativeValues,
    NoLinks,
    NoVariance,
    OptionOutOfRange,
    StatisticsError,
    TooFewAreas,
    TooFewDistinctValues,
    UnknownOption,
    UnusableScale,
    Weights,
    ZeroDenominator,
    bonferroni,
    fdr,
    geary,
    geary_local,
    getis_ord_general,
    getis_ord_local,
    join_counts,
    join_counts_local,
    lee,
    moran,
    moran_bivariate,
    moran_bivariate_local,
    moran_eb,
    moran_eb_local,
    moran_local,
    read_global,
    read_local,
    standardised_rates,
    weights_from_pairs,
    weights_knn,
)

Floats = NDArray[np.float64]
Statistic = Callable[..., GlobalResult | LocalResult]


def _beside(values: Floats) -> Floats:
    """Another indicator of as many areas."""
    return np.asarray(np.arange(len(values)) ** 2 % 7, dtype=np.float64)


def bivariate(values: Floats, weights: Weights, **options: Any) -> GlobalResult:
    return moran_bivariate(values, _beside(values), weights, **options)


def bivariate_around(values: Floats, weights: Weights, **options: Any) -> GlobalResult:
    return moran_bivariate(_beside(values), values, weights, **options)


def smoothed_pairs(values: Floats, weights: Weights, **options: Any) -> GlobalResult:
    return lee(values, _beside(values), weights, **options)


def eb_rates(values: Floats, weights: Weights, **options: Any) -> GlobalResult:
    return moran_eb(values, 1000.0 + np.zeros(np.shape(values)), weights, **options)


def bivariate_local(values: Floats, weights: Weights, **options: Any) -> LocalResult:
    return moran_bivariate_local(values, 2 * np.asarray(values) + _beside(values), weights, **options)


def eb_rates_local(values: Floats, weights: Weights, **options: Any) -> LocalResult:
    return moran_eb_local(values, 1000.0 + np.zeros(np.shape(values)), weights, **options)


GLOBAL: list[Statistic] = [
    moran,
    geary,
    getis_ord_general,
    bivariate,
    bivariate_around,
    smoothed_pairs,
    eb_rates,
]
#: Those that compare with values of another scale.
WITH_ANOTHER: list[Statistic] = [eb_rates, bivariate_local, eb_rates_local]
LOCAL: list[Statistic] = [moran_local, getis_ord_local, geary_local, bivariate_local, eb_rates_local]


def ring(n: int, *isolates: str) -> Weights:
    keys = [f"{i:03}" for i in range(n)]
    return weights_from_pairs(zip(keys, [*keys[1:], keys[0]], strict=True), [*keys, *isolates])


def wave(n: int) -> Floats:
    return np.asarray(10 + 5 * np.sin(np.arange(n) * 2 * np.pi / n) + np.arange(n) % 3)


@pytest.mark.parametrize("statistic", GLOBAL + LOCAL)
class TestRefusals:
    def test_missing_values_are_refused_and_located(self, statistic: Statistic) -> None:
        values = wave(20)
        values[[3, 7]] = np.nan
        with pytest.raises(MissingValues) as caught:
            statistic(values, ring(20))
        assert caught.value.positions == (3, 7)
        assert caught.value.reason == "missing values"

    def test_infinite_values(self, statistic: Statistic) -> None:
        values = wave(20)
        values[3] = np.inf
        with pytest.raises(InfiniteValues):
            statistic(values, ring(20))

    @pytest.mark.parametrize("scale", [1e300, 1e100, 1e-100, 1e-300])
    def test_a_scale_whose_powers_cannot_be_held(self, statistic: Statistic, scale: float) -> None:
        if scale == 1e-100 and statistic in (eb_rates, eb_rates_local):
            # Standardised by their own variance, rates of this size can be held.
            assert np.isfinite(statistic(wave(20) * scale, ring(20), permutations=99).z).all()
            return
        with pytest.raises(UnusableScale) as caught:
            statistic(wave(20) * scale, ring(20))
        assert caught.value.reason == "unusable scale"

    @pytest.mark.parametrize("scale", [1e55, 1e-55])
    def test_a_scale_that_can_be_held(self, statistic: Statistic, scale: float) -> None:
        found, usual = (statistic(wave(20) * each, ring(20), permutations=99) for each in (scale, 1.0))
        assert np.isfinite(found.z).all()
        if statistic not in WITH_ANOTHER:
            np.testing.assert_allclose(found.z, usual.z, rtol=1e-6, atol=1e-9)

    @pytest.mark.parametrize("constant", [0.0, 7.3, 1e9])
    def test_no_variance(self, statistic: Statistic, constant: float) -> None:
        with pytest.raises(NoVariance) as caught:
            statistic(np.full(20, constant), ring(20))
        assert caught.value.reason == "no variance"

    def test_rounding_is_no_variance(self, statistic: Statistic) -> None:
        values = np.full(20, 0.3)
        values[::2] = 0.1 + 0.2
        with pytest.raises(NoVariance):
            statistic(values, ring(20))

    def test_two_distinct_values(self, statistic: Statistic) -> None:
        with pytest.raises(TooFewDistinctValues) as caught:
            statistic(np.arange(20) % 2, ring(20))
        assert (caught.value.distinct, caught.value.minimum) == (2, 3)

    def test_no_links(self, statistic: Statistic) -> None:
        with pytest.raises(NoLinks):
            statistic(wave(20), weights_from_pairs([], ring(20).keys))

    def test_lengths(self, statistic: Statistic) -> None:
        with pytest.raises(LengthMismatch):
            statistic(wave(19), ring(20))
        with pytest.raises(LengthMismatch):
            statistic(np.ones((20, 1)), ring(20))

    def test_options(self, statistic: Statistic) -> None:
        with pytest.raises(OptionOutOfRange):
            statistic(wave(20), ring(20), permutations=0)
        with pytest.raises(OptionOutOfRange):
            statistic(wave(20), ring(20), seed=-1)
        with pytest.raises(UnknownOption):
            statistic(wave(20), ring(20), style="X")

    def test_arguments_stay_as_they_are(self, statistic: Statistic) -> None:
        values, weights = wave(20), ring(20)
        before = values.copy()
        statistic(values, weights, permutations=99)
        assert (values == before).all()
        assert weights.style == "B"

    def test_global_random_state_is_neither_used_nor_changed(self, statistic: Statistic) -> None:
        np.random.seed(5)  # noqa: NPY002 - the very state that must not move
        statistic(wave(20), ring(20), permutations=99)
        after = np.random.random()  # noqa: NPY002
        np.random.seed(5)  # noqa: NPY002
        assert np.random.random() == after  # noqa: NPY002


@pytest.mark.parametrize(("statistic", "floor"), [(s, 10) for s in GLOBAL] + [(s, 15) for s in LOCAL])
def test_floors(statistic: Statistic, floor: int) -> None:
    assert statistic(wave(floor), ring(floor), permutations=9).n == floor
    with pytest.raises(TooFewAreas) as caught:
        statistic(wave(floor - 1), ring(floor - 1))
    assert (caught.value.n, caught.value.minimum, caught.value.reason) == (floor - 1, floor, "too few areas")


def test_general_g_refuses_negative_values() -> None:
    with pytest.raises(NegativeValues):
        getis_ord_general(wave(20) - 12, ring(20))


def test_unknown_assumption() -> None:
    for statistic in (moran, geary):
        with pytest.raises(UnknownOption):
            statistic(wave(20), ring(20), assumption="guess")  # type: ignore[arg-type]


def test_every_error_has_a_reason_of_its_own() -> None:
    leaves = [
        thing
        for thing in vars(statistics).values()
        if isclass(thing) and issubclass(thing, StatisticsError) and not thing.__subclasses__()
    ]
    assert len(leaves) >= 15
    assert len({leaf.reason for leaf in leaves}) == len(leaves)


def test_public_names_are_exactly_those_listed() -> None:
    offered = {name for name, thing in vars(statistics).items() if not name.startswith("_") and not ismodule(thing)}
    assert offered == set(statistics.__all__)


class TestIsolates:
    @pytest.mark.parametrize("statistic", LOCAL)
    def test_isolates_are_never_tested(self, statistic: Callable[..., LocalResult]) -> None:
        result = statistic(np.append(wave(20), 500.0), ring(20, "zz"), permutations=999)
        assert result.classes[-1] == "isolated"
        assert not result.tested[-1]
        assert result.n_tested == 20
        assert result.n == 21
        for array in (result.p, result.p_fdr, result.p_bonferroni, result.z, result.smallest_p_each):
            assert np.isnan(array[-1])
            assert np.isfinite(array[:-1]).all()
        assert result.quadrant[-1] == 0
        assert result.quadrant_names[-1] is None

    def test_adjustment_counts_tested_areas_only(self) -> None:
        result = moran_local(np.append(wave(20), 12.0), ring(20, "zz"), permutations=999)
        assert (result.p_bonferroni[:-1] == np.minimum(1, 20 * result.p[:-1])).all()

    def test_global_result_names_isolates(self) -> None:
        result = moran(np.append(wave(20), 12.0), ring(20, "zz"), permutations=99)
        assert result.weights.isolates == ("zz",)
        assert result.n == 21


def test_an_area_exactly_on_the_mean_is_in_no_quadrant() -> None:
    values = np.array([-3.0, -2, -1, 0, 1, 2, 3] * 3)
    result = moran_local(values, ring(21), permutations=999)
    on_mean = values == 0
    assert (result.quadrant[on_mean] == 0).all()
    assert (result.statistic[on_mean] == 0).all()
    assert (result.p[on_mean] == 1).all()
    assert {result.classes[i] for i in np.flatnonzero(on_mean)} == {"not-significant"}


def test_rounding_gives_an_area_on_the_mean_no_sign() -> None:
    # The mean is 0.003 but for the last digit; the deviation of the last area but one is rounding.
    values = np.array([0.0] * 22 + [0.003, 0.069])
    for scale in (1.0, 1.5, 7.7):
        result = moran_local(scale * values, ring(24), permutations=99)
        assert result.statistic[22] == result.variance[22] == 0
        assert np.isnan(result.z[22])
        assert result.p[22] == 1
        assert result.quadrant[22] == 0


def test_an_area_equally_far_from_all_others_has_no_local_geary_z() -> None:
    values = np.array([0.0] * 22 + [0.003, 0.006])
    for scale in (1.0, 0.01, 7.7):
        result = geary_local(scale * values, ring(24), permutations=99)
        assert result.variance[22] == 0
        assert np.isnan(result.z[22])
        assert result.p[22] == 1
        assert np.isfinite(result.z[:22]).all()


def test_areas_that_neighbour_everyone_cannot_be_extreme() -> None:
    # Every set of neighbours is the same set: no permutation can differ.
    keys = [f"{i:02}" for i in range(16)]
    everyone = weights_knn(np.random.default_rng(1).random((16, 2)), keys, 15)
    moran_result = moran_local(wave(16), everyone, permutations=99)
    assert (moran_result.p == 1).all()
    assert (moran_result.smallest_p_each == 1).all()
    assert (moran_result.variance == 0).all()
    assert np.isnan(moran_result.z).all()
    spots = getis_ord_local(wave(16), everyone, permutations=99)
    assert set(spots.classes) == {"undefined"}
    assert spots.n_tested == 0
    assert spots.smallest_p == 1


def test_clusters_are_found_and_named() -> None:
    n = 60
    values = np.where(np.arange(n) < 15, 40.0, 10.0) + np.random.default_rng(2).normal(0, 1, n)
    keys = [f"{i:02}" for i in range(n)]
    weights = weights_from_pairs(((keys[i], keys[(i + step) % n]) for i in range(n) for step in (1, 2, 3)), keys)
    local = moran_local(values, weights)
    assert set(local.classes[4:11]) == {"high-high"}
    assert all(c in {"low-low", "not-significant"} for c in local.classes[20:55])
    assert all((local.classes[i] == "not-significant") == (local.p_fdr[i] > 0.05) for i in range(n))
    spots = getis_ord_local(values, weights)
    assert set(spots.classes[4:11]) == {"hot-99"}
    assert not any(name.startswith("hot") for name in spots.classes[20:55])
    likeness = geary_local(values, weights)
    assert "high-high" in likeness.classes[4:11]


def test_areas_unlike_their_neighbours_are_named() -> None:
    # One low area in the middle of the twelve high ones.
    n = 60
    values = 10 + np.random.default_rng(3).normal(0, 1, n)
    values[20:33] += 30
    values[26] = 10.0
    keys = [f"{i:02}" for i in range(n)]
    weights = weights_from_pairs(((keys[i], keys[(i + step) % n]) for i in range(n) for step in (1, 2, 3)), keys)
    assert geary_local(values, weights).classes[26] == "negative"
    assert moran_local(values, weights).classes[26] == "low-high"


def test_spot_steps_follow_the_adjusted_p() -> None:
    rng = np.random.default_rng(5)
    for star in (True, False):
        result = getis_ord_local(np.sort(rng.gamma(2, 2, 40)), ring(40), star=star)
        for name, p, z in zip(result.classes, result.p_fdr, result.z, strict=True):
            level = "99" if p <= 0.01 else "95" if p <= 0.05 else "90" if p <= 0.10 else None
            expected = "not-significant" if level is None else f"{'hot' if z > 0 else 'cold'}-{level}"
            assert name == expected


def test_outlier_among_opposite_neighbours_is_no_hot_spot() -> None:
    # Gi* of the outlier is high because of its own value, while its neighbours are the lowest of all.
    n = 40
    values = np.linspace(20, 30, n)
    values[:8] = np.arange(8.0)
    values[0] = 400.0
    keys = [f"{i:02}" for i in range(n)]
    weights = weights_from_pairs([(keys[0], keys[i]) for i in range(1, 5)] + [("10", "11"), ("20", "21")], keys)
    result = getis_ord_local(values, weights)
    assert result.z[0] > 1.5
    assert result.p[0] < 0.001
    assert result.classes[0] == "undefined"


def test_gi_star_and_gi_share_their_permutation_p() -> None:
    values = wave(30)
    starred, plain = getis_ord_local(values, ring(30)), getis_ord_local(values, ring(30), star=False)
    assert (starred.p == plain.p).all()
    assert (starred.z != plain.z).any()


def test_ratio_is_left_out_where_values_have_no_positive_sum() -> None:
    values = wave(30) - 40
    result = getis_ord_local(values, ring(30), permutations=99)
    assert np.isnan(result.statistic).all()
    assert np.isfinite(result.z).all()
    assert np.allclose(result.z, getis_ord_local(values + 40, ring(30), permutations=99).z)


def test_more_permutations_allow_smaller_p() -> None:
    assert moran(wave(40), ring(40), permutations=99).smallest_p == 0.02
    assert moran(wave(40), ring(40), permutations=9999).smallest_p == 0.0002
    assert moran(wave(40), ring(40), permutations=1).p == 1


def test_unequal_weights_run_through_all_local_statistics() -> None:
    keys = ring(30).keys
    values = np.random.default_rng(4).uniform(0.5, 2, 30)
    weights = weights_from_pairs(zip(keys, [*keys[1:], keys[0]], strict=True), keys, values=values)
    for statistic in LOCAL:
        result = statistic(wave(30), weights, permutations=999, style="O")
        assert isinstance(result, LocalResult)
        assert ((result.p > 0) & (result.p <= 1)).all()
        assert result.smallest_p == pytest.approx(2 / (29 * 28))


class TestAdjustment:
    def test_fdr_ignores_untested(self) -> None:
        p = [0.01, np.nan, 0.02, 0.9]
        assert fdr(p, tested=[True, True, True, False])[[0, 2]].tolist() == [0.02, 0.02]
        assert np.isnan(fdr(p, tested=[True, True, True, False])[[1, 3]]).all()
        assert fdr([]).shape == (0,)
        assert np.isnan(fdr([np.nan, np.nan])).all()

    def test_bonferroni(self) -> None:
        assert bonferroni([0.01, 0.2, 0.9]).tolist() == [0.03, pytest.approx(0.6), 1.0]

    @pytest.mark.parametrize("adjust", [fdr, bonferroni])
    def test_refusals(self, adjust: Callable[..., Floats]) -> None:
        with pytest.raises(OptionOutOfRange):
            adjust([0.5, 1.2])
        with pytest.raises(OptionOutOfRange):
            adjust([-0.1])
        with pytest.raises(LengthMismatch):
            adjust([0.5], tested=[True, False])


class TestReading:
    def test_global_finding_is_worded_with_numbers(self) -> None:
        reading = read_global(moran(np.sort(wave(28)), ring(28)))
        assert "28 Gebieten" in reading.de
        assert "ähneln sich" in reading.de
        assert "28 areas" in reading.en
        assert "more alike" in reading.en
        assert "p = 0,0002" in reading.de
        assert set(reading.to_dict()) == {"de", "en"}

    def test_geary_below_one_means_likeness(self) -> None:
        result = geary(np.sort(wave(28)), ring(28))
        assert result.value < 1
        assert "more alike" in read_global(result).en

    def test_no_finding(self) -> None:
        values = np.random.default_rng(9).permutation(np.arange(28.0))
        result = moran(values, ring(28))
        assert result.p > 0.05
        assert "cannot be told from a random distribution" in read_global(result).en

    def test_general_g_names_the_direction(self) -> None:
        values = np.ones(60)
        values[:6] = [20, 22, 25, 24, 23, 21]
        assert "Hohe Werte" in read_global(getis_ord_general(values, ring(60))).de

    @pytest.mark.parametrize("statistic", LOCAL)
    def test_local_reading_is_exploratory(self, statistic: Callable[..., LocalResult]) -> None:
        n = 40
        values = np.where(np.arange(n) < 12, 40.0, 10.0) + np.arange(n) % 4
        keys = [f"{i:02}" for i in range(n)]
        weights = weights_from_pairs(
            ((keys[i], keys[(i + step) % n]) for i in range(n) for step in (1, 2, 3)), [*keys, "zz"]
        )
        reading = read_local(statistic(np.append(values, 12.5), weights))
        assert "explorativ" in reading.de
        assert "exploratory" in reading.en
        assert "40 geprüften Gebieten" in reading.de
        assert "Rand" in reading.de
        assert "1 Gebiet hat keine Nachbarn." in reading.de
        for forbidden in ("signifikant", "significant"):
            assert forbidden not in (reading.de + reading.en).replace("not-significant", "")

    def test_nothing_conspicuous_proves_nothing(self) -> None:
        values = np.random.default_rng(8).permutation(np.arange(28.0))
        reading = read_local(moran_local(values, ring(28)))
        assert reading.de.startswith("Keines der 28 geprüften Gebiete")
        assert "does not prove" in reading.en


def test_results_are_immutable() -> None:
    result = moran_local(wave(20), ring(20), permutations=9)
    with pytest.raises(ValueError, match="read-only"):
        result.p[0] = 0.0
    with pytest.raises(AttributeError):
        result.n = 3  # type: ignore[misc]


def test_no_warning_on_the_way() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for statistic in GLOBAL + LOCAL:
            statistic(np.append(wave(20), 500.0), ring(20, "zz"), permutations=9)


class TestJoinCounts:
    """Colours need only two values, so the refusals of the others do not all apply."""

    def test_missing_infinite_and_constant_values_are_refused(self) -> None:
        for statistic in (join_counts, join_counts_local):
            for bad, error in ((np.nan, MissingValues), (np.inf, InfiniteValues)):
                values = wave(20)
                values[4] = bad
                with pytest.raises(error):
                    statistic(values, ring(20))
            with pytest.raises(NoVariance):
                statistic(np.ones(20), ring(20))
            with pytest.raises(NoLinks):
                statistic(wave(20), weights_from_pairs([], ring(20).keys))

    @pytest.mark.parametrize("threshold", [-1e9, 1e9])
    def test_a_threshold_that_leaves_one_colour_is_refused(self, threshold: float) -> None:
        for statistic in (join_counts, join_counts_local):
            with pytest.raises(TooFewDistinctValues):
                statistic(wave(20), ring(20), threshold=threshold)
        with pytest.raises(OptionOutOfRange):
            join_counts(wave(20), ring(20), threshold=float("nan"))
        with pytest.raises(UnknownOption):
            join_counts(wave(20), ring(20), sampling="both")  # type: ignore[arg-type]

    @pytest.mark.parametrize(("statistic", "floor"), [(join_counts, 10), (join_counts_local, 15)])
    def test_floors(self, statistic: Statistic, floor: int) -> None:
        assert statistic(wave(floor), ring(floor), permutations=9).n == floor
        with pytest.raises(TooFewAreas):
            statistic(wave(floor - 1), ring(floor - 1))

    def test_joins_add_up_and_colours_may_be_given(self) -> None:
        values = np.append(wave(20), 0)
        colours = (values > values.mean()).astype(np.float64)
        by_value, by_colour = (join_counts(given, ring(20, "zz")) for given in (values, colours))
        assert sum(part.value for part in by_colour.parts.values()) == 20
        assert sum(part.expectation for part in by_colour.parts.values()) == pytest.approx(20)
        assert {kind: part.value for kind, part in by_value.parts.items()} == {
            kind: part.value for kind, part in by_colour.parts.items()
        }
        assert by_colour.companions["black"] + by_colour.companions["white"] == 21
        assert (by_colour.value, by_colour.p) == (by_colour.parts["bb"].value, by_colour.parts["bb"].p)

    def test_one_black_area_has_no_joins_to_test(self) -> None:
        result = join_counts((np.arange(20) == 3).astype(float), ring(20))
        assert (result.value, result.variance, result.p) == (0, 0, 1)
        assert np.isnan(result.z)
        local = join_counts_local((np.arange(20) == 3).astype(float), ring(20))
        assert local.classes[3] == "not-significant"
        assert (local.p[3], local.smallest_p_each[3]) == (1, 1)
        assert np.isnan(local.z[3])

    def test_white_areas_and_isolates_are_not_tested(self) -> None:
        n = 40
        keys = [f"{i:02}" for i in range(n)]
        weights = weights_from_pairs(
            ((keys[i], keys[(i + step) % n]) for i in range(n) for step in (1, 2, 3)), [*keys, "zz"]
        )
        colours = np.append((np.arange(n) < 12).astype(float), 1.0)
        result = join_counts_local(colours, weights)
        assert result.n_tested == 12
        assert set(result.classes[12:n]) == {"undefined"}
        assert result.classes[n] == "isolated"
        assert set(result.classes[3:9]) == {"high-high"}
        assert np.isnan(result.p[12:]).all()
        assert (result.p_bonferroni[:12] == np.minimum(1, 12 * result.p[:12])).all()
        reading = read_local(result)
        assert "über der Schwelle" in reading.de
        assert "exploratory" in reading.en

    def test_a_black_area_among_white_ones_stands_out(self) -> None:
        n = 60
        keys = [f"{i:02}" for i in range(n)]
        weights = weights_from_pairs(((keys[i], keys[(i + step) % n]) for i in range(n) for step in range(1, 6)), keys)
        colours = np.ones(n)
        colours[20:31] = 0.0
        colours[25] = 1.0
        result = join_counts_local(colours, weights)
        assert result.classes[25] == "high-low"
        assert result.statistic[25] == 0


class TestPairsAndRates:
    def test_bivariate_of_the_same_values_is_moran(self) -> None:
        values, weights = wave(20), ring(20)
        assert moran_bivariate(values, values, weights, permutations=9).value == pytest.approx(
            moran(values, weights, permutations=9).value
        )
        one, two = moran_bivariate_local(values, values, weights), moran_local(values, weights)
        assert np.allclose(one.statistic, two.statistic, rtol=1e-12)
        assert one.p.tolist() == two.p.tolist()
        assert one.classes == two.classes

    def test_lee_is_symmetric(self) -> None:
        one, other = (lee(*pair, ring(20)) for pair in ((wave(20), _beside(wave(20))), (_beside(wave(20)), wave(20))))
        assert (one.value, one.variance, one.p) == pytest.approx((other.value, other.variance, other.p), rel=1e-12)

    def test_correlations_stand_beside(self) -> None:
        x, y = np.arange(20.0), np.arange(20.0) ** 3
        result = moran_bivariate(x, y, ring(20), permutations=9)
        assert result.companions["spearman"] == pytest.approx(1)
        assert result.companions["pearson"] == pytest.approx(np.corrcoef(x, y)[0, 1])
        assert "r = 0,9" in read_global(result).de

    def test_a_population_of_zero_is_refused_and_located(self) -> None:
        population = np.full(20, 100.0)
        population[[2, 5]] = 0
        events = np.where(population > 0, np.arange(20.0), 0)
        for statistic in (moran_eb, moran_eb_local):
            with pytest.raises(ZeroDenominator) as caught:
                statistic(events, population, ring(20))
            assert caught.value.positions == (2, 5)
            with pytest.raises(ImpossibleCounts):
                statistic(events + 1, population, ring(20))
            with pytest.raises(NoVariance):
                statistic(np.zeros(20), population + 1, ring(20))
            with pytest.raises(NoVariance):
                statistic(0.1 * np.arange(1, 21), np.arange(1.0, 21), ring(20))

    def test_a_noisy_small_area_weighs_no_more_than_a_large_one(self) -> None:
        rng = np.random.default_rng(1)
        population = np.where(np.arange(40) % 2, 200.0, 50_000.0)
        rates = standardised_rates(rng.poisson(rng.gamma(25, 0.0004, 40) * population), population)
        small, large = rates.z[1::2], rates.z[::2]
        assert 0.5 < small.std() / large.std() < 2
        assert rates.raw[1::2].std() > 2 * rates.raw[::2].std()

    def test_values_of_eb_are_the_raw_rates(self) -> None:
        population = np.arange(100.0, 120)
        result = moran_eb_local(wave(20), population, ring(20))
        assert result.values == pytest.approx(wave(20) / population)
        assert result.companions["overall_rate"] == pytest.approx(wave(20).sum() / population.sum())
