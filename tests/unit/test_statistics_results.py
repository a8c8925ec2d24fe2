from __future__ import annotations

import warnings
from collections.abc import Callable
from inspect import isclass, ismodule

import numpy as np
import pytest
from numpy.typing import NDArray

import spatial.statistics as statistics
from spatial.statistics import (
    GlobalResult,
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
    Weights,
    bonferroni,
    fdr,
    geary,
    geary_local,
    getis_ord_general,
    getis_ord_local,
    moran,
    moran_local,
    read_global,
    read_local,
    weights_from_pairs,
    weights_knn,
)

Floats = NDArray[np.float64]
Statistic = Callable[..., GlobalResult | LocalResult]
GLOBAL: list[Statistic] = [moran, geary, getis_ord_general]
LOCAL: list[Statistic] = [moran_local, getis_ord_local, geary_local]


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
    assert len(leaves) == 14
    assert len({leaf.reason for leaf in leaves}) == 14


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
