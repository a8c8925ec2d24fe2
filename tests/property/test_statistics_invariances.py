"""Laws that hold for any data: order of areas, units of values, bounds, reproducibility, and the null distribution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy.stats import kstest

from spatial.statistics import (
    GlobalResult,
    LocalResult,
    Weights,
    bonferroni,
    class_breaks,
    class_numbers,
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
    weights_from_pairs,
    weights_kernel,
    weights_knn,
)

Floats = NDArray[np.float64]
N = 24


def beside(values: Floats) -> Floats:
    """Another indicator, which follows its area wherever that is listed."""
    return np.sin(values)


def bivariate(values: Floats, weights: Weights, **options: Any) -> GlobalResult:
    return moran_bivariate(values, beside(values), weights, **options)


def smoothed_pairs(values: Floats, weights: Weights, **options: Any) -> GlobalResult:
    return lee(values, beside(values), weights, **options)


def eb_rates(values: Floats, weights: Weights, **options: Any) -> GlobalResult:
    return moran_eb(values, 2000 + 1000 * beside(values), weights, **options)


def bivariate_local(values: Floats, weights: Weights, **options: Any) -> LocalResult:
    return moran_bivariate_local(values, beside(values), weights, **options)


def eb_rates_local(values: Floats, weights: Weights, **options: Any) -> LocalResult:
    return moran_eb_local(values, 2000 + 1000 * beside(values), weights, **options)


def without_self(values: Floats, weights: Weights, **options: Any) -> LocalResult:
    return getis_ord_local(values, weights, star=False, **options)


#: p of these has steps too small to matter; join counts are discrete.
CONTINUOUS: list[Callable[..., GlobalResult]] = [moran, geary, getis_ord_general, bivariate, smoothed_pairs, eb_rates]
CONTINUOUS_LOCAL: list[Callable[..., LocalResult]] = [
    moran_local,
    getis_ord_local,
    without_self,
    geary_local,
    bivariate_local,
    eb_rates_local,
]
GLOBAL = [*CONTINUOUS, join_counts]
LOCAL = [*CONTINUOUS_LOCAL, join_counts_local]

values_of_areas = st.one_of(
    arrays(np.float64, N, elements=st.integers(0, 10**6).map(lambda cents: cents / 1000)),
    arrays(np.float64, N, elements=st.integers(0, 6).map(float)),
).filter(lambda values: len(np.unique(values)) >= 3 and np.ptp(values) > 1e-3)
seeds = st.integers(0, 2**32)
relaxed = settings(deadline=None, max_examples=20, derandomize=True)


def contiguity(seed: int) -> Weights:
    """Random symmetric neighbours, now and then with isolates."""
    rng = np.random.default_rng(seed)
    keys = [f"{i:02}" for i in range(N)]
    first, second = np.nonzero(np.triu(rng.random((N, N)) < 0.15, 1))
    pairs = [(keys[a], keys[b]) for a, b in zip(first, second, strict=True)]
    return weights_from_pairs([*pairs, ("00", "01")], keys)


def reordered(weights: Weights, order: NDArray[np.intp]) -> Weights:
    pairs = [(weights.keys[int(i)], weights.keys[int(j)]) for i, j in zip(weights.focal, weights.indices, strict=True)]
    return weights_from_pairs(pairs, [weights.keys[int(i)] for i in order], symmetric=False)


@pytest.mark.parametrize("statistic", GLOBAL)
@given(values=values_of_areas, seed=seeds)
@relaxed
def test_global_result_does_not_depend_on_the_order_of_areas(
    statistic: Callable[..., GlobalResult], values: Floats, seed: int
) -> None:
    weights, order = contiguity(seed), np.random.default_rng(seed).permutation(N)
    one = statistic(values, weights, permutations=199, seed=3)
    other = statistic(values[order], reordered(weights, order), permutations=199, seed=3)
    assert_allclose([other.value, other.variance], [one.value, one.variance], rtol=1e-9, atol=1e-12)
    assert other.p == one.p


@pytest.mark.parametrize("statistic", LOCAL)
@given(values=values_of_areas, seed=seeds)
@relaxed
def test_local_result_does_not_depend_on_the_order_of_areas(
    statistic: Callable[..., LocalResult], values: Floats, seed: int
) -> None:
    weights, order = contiguity(seed), np.random.default_rng(seed).permutation(N)
    one = statistic(values, weights, permutations=199, seed=3)
    other = statistic(values[order], reordered(weights, order), permutations=199, seed=3)
    assert_allclose(other.statistic, one.statistic[order], rtol=1e-9, atol=1e-12)
    assert_allclose(other.z, one.z[order], rtol=1e-6, atol=1e-9)
    assert (np.nan_to_num(other.p, nan=-1) == np.nan_to_num(one.p[order], nan=-1)).all()
    assert other.classes == tuple(one.classes[int(i)] for i in order)


@pytest.mark.parametrize("statistic", LOCAL)
@given(values=values_of_areas, seed=seeds, style=st.sampled_from(["O", "R"]))
@relaxed
def test_local_result_does_not_depend_on_the_order_of_areas_where_neighbours_weigh_differently(
    statistic: Callable[..., LocalResult], values: Floats, seed: int, style: str
) -> None:
    rng = np.random.default_rng(seed)
    points, order = rng.random((N, 2)), rng.permutation(N)
    keys = [f"{i:02}" for i in range(N)]
    weights, listed_otherwise = (
        weights_kernel(points[places], [keys[int(i)] for i in places], 5, function="triangular")
        for places in (np.arange(N), order)
    )
    one = statistic(values, weights, permutations=199, seed=3, style=style)
    other = statistic(values[order], listed_otherwise, permutations=199, seed=3, style=style)
    assert_allclose(other.z, one.z[order], rtol=1e-6, atol=1e-9)
    assert (np.nan_to_num(other.p, nan=-1) == np.nan_to_num(one.p[order], nan=-1)).all()
    assert other.classes == tuple(one.classes[int(i)] for i in order)


@pytest.mark.parametrize("statistic", [moran, geary, moran_local, geary_local])
@given(values=values_of_areas, seed=seeds, scale=st.floats(0.01, 100), shift=st.floats(-500, 500))
@relaxed
def test_units_of_the_values_do_not_matter(
    statistic: Callable[..., GlobalResult | LocalResult], values: Floats, seed: int, scale: float, shift: float
) -> None:
    weights = contiguity(seed)
    one = statistic(values, weights, permutations=99)
    other = statistic(scale * values + shift, weights, permutations=99)
    assert_allclose(other.z, one.z, rtol=1e-5, atol=1e-6)
    assert_allclose(np.nan_to_num(other.p, nan=-1), np.nan_to_num(one.p, nan=-1))


@given(values=values_of_areas, seed=seeds, shift=st.floats(-500, 500))
@relaxed
def test_spots_do_not_depend_on_the_origin_and_mirror_with_the_sign(values: Floats, seed: int, shift: float) -> None:
    weights = contiguity(seed)
    one = getis_ord_local(values, weights, permutations=99)
    assert_allclose(getis_ord_local(values + shift, weights, permutations=99).z, one.z, rtol=1e-5, atol=1e-6)
    mirrored = getis_ord_local(-values, weights, permutations=99)
    assert_allclose(mirrored.z, -one.z, rtol=1e-6, atol=1e-9)
    assert_allclose(mirrored.p, one.p)
    swapped = {"hot": "cold", "cold": "hot"}
    expected = [swapped.get(name[:-3], name[:-3]) + name[-3:] for name in one.classes]
    assert list(mirrored.classes) == expected


@pytest.mark.parametrize("statistic", LOCAL)
@given(values=values_of_areas, seed=seeds, permutations=st.integers(1, 300))
@relaxed
def test_bounds_of_local_p(statistic: Callable[..., LocalResult], values: Floats, seed: int, permutations: int) -> None:
    result = statistic(values, contiguity(seed), permutations=permutations)
    p, p_fdr, p_bonferroni = (a[result.tested] for a in (result.p, result.p_fdr, result.p_bonferroni))
    assert ((p >= min(1, 2 / (permutations + 1))) & (p <= 1)).all()
    assert ((p_fdr >= p) & (p_fdr <= 1)).all()
    assert (p_bonferroni >= p_fdr - 1e-12).all()
    bounds = result.smallest_p_each[result.tested]
    assert ((bounds >= 2 / (permutations + 1) - 1e-15) & (bounds <= 1)).all() or permutations == 1


@pytest.mark.parametrize("statistic", GLOBAL)
@given(values=values_of_areas, seed=seeds, permutations=st.integers(1, 300))
@relaxed
def test_bounds_of_global_p(
    statistic: Callable[..., GlobalResult], values: Floats, seed: int, permutations: int
) -> None:
    result = statistic(values, contiguity(seed), permutations=permutations)
    assert result.smallest_p <= result.p <= 1
    # One area above the mean has no joins, wherever it lies.
    assert result.variance > 0 or (statistic is join_counts and result.companions["black"] == 1)


@pytest.mark.parametrize("statistic", LOCAL)
@given(values=values_of_areas, seed=seeds)
@relaxed
def test_same_seed_same_bytes_and_another_seed_same_statistic(
    statistic: Callable[..., LocalResult], values: Floats, seed: int
) -> None:
    weights = contiguity(seed)
    one = statistic(values, weights, permutations=99, seed=seed)
    again = statistic(values.copy(), weights, permutations=99, seed=seed)
    other = statistic(values, weights, permutations=99, seed=seed + 1)
    for name in ("statistic", "expectation", "variance", "z", "p", "p_fdr", "p_bonferroni", "quadrant"):
        assert getattr(one, name).tobytes() == getattr(again, name).tobytes()
    assert one.statistic.tobytes() == other.statistic.tobytes()
    assert one.z.tobytes() == other.z.tobytes()


@given(values=values_of_areas, seed=seeds)
@relaxed
def test_local_statistics_sum_to_global_ones(values: Floats, seed: int) -> None:
    weights = weights_knn(np.random.default_rng(seed).random((N, 2)), contiguity(0).keys, 4)
    assert_allclose(
        moran_local(values, weights, permutations=9).statistic.mean(),
        moran(values, weights, permutations=9).value,
        rtol=1e-9,
        atol=1e-9,
    )
    assert_allclose(
        geary_local(values, weights, permutations=9).statistic.mean(),
        2 * N / (N - 1) * geary(values, weights, permutations=9).value,
        rtol=1e-9,
    )


@pytest.mark.parametrize("statistic", CONTINUOUS)
def test_global_p_is_uniform_when_nothing_is_there(statistic: Callable[..., GlobalResult]) -> None:
    rng = np.random.default_rng(21)
    weights = weights_knn(rng.random((30, 2)), [f"{i:02}" for i in range(30)], 4)
    p = [statistic(rng.gamma(2.0, 1.0, 30), weights, permutations=199, seed=run).p for run in range(300)]
    assert kstest(p, "uniform").pvalue > 0.001


@pytest.mark.parametrize("statistic", CONTINUOUS_LOCAL)
def test_local_p_is_uniform_when_nothing_is_there(statistic: Callable[..., LocalResult]) -> None:
    # One area of each random map, so that the p are independent.
    rng = np.random.default_rng(22)
    weights = weights_knn(rng.random((30, 2)), [f"{i:02}" for i in range(30)], 4)
    p = [float(statistic(rng.gamma(4.0, 1.0, 30), weights, permutations=199, seed=run).p[7]) for run in range(300)]
    assert kstest(p, "uniform").pvalue > 0.001


@pytest.mark.parametrize("level", [0.05, 0.2, 0.5])
def test_p_of_join_counts_is_never_too_small_when_nothing_is_there(level: float) -> None:
    # Few values are possible and ties count in both tails, so p lies above a uniform one, never below.
    rng = np.random.default_rng(23)
    weights = weights_knn(rng.random((30, 2)), [f"{i:02}" for i in range(30)], 4)
    maps = [rng.permutation(np.arange(30.0)) for _ in range(300)]
    p = np.array([join_counts(values, weights, permutations=199, seed=run).p for run, values in enumerate(maps)])
    local = [join_counts_local(values, weights, permutations=199, seed=run).p[7] for run, values in enumerate(maps)]
    for sample in (p, np.array(local)[np.isfinite(local)]):
        assert (sample <= level).mean() <= level + 3 * np.sqrt(level * (1 - level) / len(sample))


@given(p=arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 1)))
@relaxed
def test_fdr_keeps_the_order_and_lies_between_p_and_bonferroni(p: Floats) -> None:
    adjusted = fdr(p)
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
    assert ((adjusted >= p) & (adjusted <= bonferroni(p) + 1e-15)).all()
    # The rule as published: the largest k with p(k) <= k a / m.
    for level in (0.01, 0.05, 0.2):
        ascending = np.sort(p)
        passing = np.flatnonzero(ascending <= (np.arange(len(p)) + 1) * level / len(p) * (1 - 1e-12))
        count = 0 if not len(passing) else passing[-1] + 1
        assert (adjusted <= level).sum() >= count
        assert (adjusted <= level * (1 - 1e-9)).sum() <= max(count, (ascending <= level).sum())


@given(
    values=arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e6, 1e6, width=32)),
    k=st.integers(1, 9),
    method=st.sampled_from(["quantiles", "equal", "fisher-jenks", "head-tail"]),
)
@relaxed
def test_every_value_has_exactly_one_class(values: Floats, k: int, method: str) -> None:
    result = class_breaks(values, method, k)  # type: ignore[arg-type]
    numbers = class_numbers(values, result.breaks)
    assert ((numbers >= 0) & (numbers < result.k)).all()
    assert np.bincount(numbers, minlength=result.k).tolist() == list(result.counts)
    assert result.k <= k
