"""Moran's I, global and local: whether neighbours resemble each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spatial.statistics.adjust import bonferroni, fdr
from spatial.statistics.admission import DEFAULT_SEED, MINIMUM_GLOBAL, MINIMUM_LOCAL, admit, inside_among, styled
from spatial.statistics.attainable import smallest_attainable_p
from spatial.statistics.errors import UnknownOption
from spatial.statistics.permutation import TIE_TOLERANCE, generator, tail_counts_of_sums
from spatial.statistics.results import (
    ISOLATED,
    NOT_SIGNIFICANT,
    QUADRANTS,
    UNDEFINED,
    Assumption,
    GlobalResult,
    LocalResult,
    named,
    standardised,
)
from spatial.statistics.shuffling import cross_products, simulate_global, tail_counts
from spatial.statistics.weights import FloatArray, Style, Weights

#: Adjusted p up to which an area belongs to a cluster class.
CLUSTER_LEVEL = 0.05
_CLUSTER_NAMES = (UNDEFINED, *QUADRANTS[1:], NOT_SIGNIFICANT, ISOLATED)
_UNDEFINED, _NOT_CALLED, _ISOLATED = 0, len(QUADRANTS), len(QUADRANTS) + 1


def moran(
    values: ArrayLike,
    weights: Weights,
    *,
    permutations: int = 9999,
    seed: int = DEFAULT_SEED,
    style: Style = "R",
    assumption: Assumption = "randomisation",
) -> GlobalResult:
    """Moran's I: global spatial autocorrelation.

    ``I = n / S0 · Σ_i Σ_j w_ij z_i z_j / Σ_i z_i²`` with ``z`` the deviations from the mean. Null hypothesis:
    the values are spread over the areas at random; then ``E[I] = -1 / (n - 1)``. Above it, neighbours
    resemble each other.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        One finite value for each area, in the order of ``weights.keys``; any unit.
    weights : Weights
        Neighbours of the n areas.
    permutations : int
        Random permutations of the values, >= 1.
    seed : int
        Seed of the random numbers, >= 0.
    style : {"R", "B", "O"}
        Row-standardise the weights (default), make them binary, or take them as they are.
    assumption : {"randomisation", "normality"}
        What the analytic variance assumes.

    Returns
    -------
    GlobalResult
        ``method="moran"``.

    Raises
    ------
    TooFewAreas
        If n < 10.
    NoVariance, TooFewDistinctValues
        If all values are equal, or fewer than three different.
    MissingValues, InfiniteValues
        If a value is NaN or infinite.
    NoLinks, LengthMismatch, UnknownOption, OptionOutOfRange
        If no area has a neighbour, lengths differ, or an option is impossible.

    Notes
    -----
    Isolates stay in n and in the mean and contribute nothing to the sum over pairs.

    References
    ----------
    Moran (1950), Biometrika 37, 17-23; Cliff and Ord (1981), Spatial Processes, 2.34-2.37.

    Examples
    --------
    >>> from spatial.statistics import weights_from_pairs
    >>> keys = [f"{i:02}" for i in range(12)]
    >>> ring = weights_from_pairs(zip(keys, keys[1:] + keys[:1]), keys)
    >>> result = moran([1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1], ring, permutations=999)
    >>> round(result.value, 4), result.p < 0.01
    (0.8571, True)
    """
    z = deviations(admit(values, weights, MINIMUM_GLOBAL))
    return moran_of("moran", z, styled(weights, style), permutations=permutations, seed=seed, assumption=assumption)


def moran_of(
    method: str,
    z: FloatArray,
    weights: Weights,
    *,
    permutations: int,
    seed: int,
    assumption: Assumption,
    companions: Mapping[str, float] | None = None,
) -> GlobalResult:
    """Moran's I of deviations from the mean that a statistic of this name has admitted; ``weights`` as used."""
    rng = generator(seed, permutations)
    value = moran_value(z, weights)
    variance = moran_variance(z, weights, assumption)
    matrix, factor = weights.sparse(), len(z) / weights.s0 / float(z @ z)

    def simulated(shuffled: FloatArray) -> FloatArray:
        return factor * cross_products(matrix, shuffled)

    counts = tail_counts(value, simulate_global(simulated, z, weights, permutations, rng), 1.0)
    return GlobalResult(
        method=method,
        value=value,
        expectation=-1.0 / (len(z) - 1),
        variance=variance,
        variance_assumption=assumption,
        p=float(counts.p),
        permutations=permutations,
        seed=seed,
        weights=weights,
        companions=companions or {},
    )


def moran_value(z: FloatArray, weights: Weights) -> float:
    """I of deviations from the mean."""
    return float(len(z) / weights.s0 * (z @ weights.lag(z)) / (z @ z))


def moran_variance(z: FloatArray, weights: Weights, assumption: Assumption) -> float:
    """Variance of I (Cliff and Ord 1981, 2.36 and 2.37)."""
    n, s0, s1, s2 = len(z), weights.s0, weights.s1, weights.s2
    expectation_squared = 1.0 / (n - 1) ** 2
    if assumption == "normality":
        return (n * n * s1 - n * s2 + 3 * s0 * s0) / (s0 * s0 * (n * n - 1)) - expectation_squared
    if assumption != "randomisation":
        raise UnknownOption("assumption", assumption, ("randomisation", "normality"))
    kurtosis = float((z**4).mean() / (z**2).mean() ** 2)
    plain = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0)
    peaked = kurtosis * ((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0)
    return (plain - peaked) / ((n - 1) * (n - 2) * (n - 3) * s0 * s0) - expectation_squared


def moran_local(
    values: ArrayLike,
    weights: Weights,
    *,
    permutations: int = 9999,
    seed: int = DEFAULT_SEED,
    style: Style = "R",
    inside: ArrayLike | None = None,
) -> LocalResult:
    """Local Moran: areas in clusters of similar values, and areas that stand out from their surroundings.

    ``I_i = z_i / m2 · Σ_j w_ij z_j`` with ``m2 = Σ z² / n``; with row-standardised weights the mean of the
    ``I_i`` is Moran's I where there are no isolates. Null hypothesis of each area: given its own value, the
    other values are spread over the other areas at random.

    Parameters
    ----------
    values, weights, permutations, seed, style
        As for `moran`.
    inside : array_like of bool, shape (n,), optional
        True for the areas to be tested. The others count as neighbours and in the mean, as the municipalities around a
        district do; they have no p and the class ``undefined``. By default all areas are tested.

    Returns
    -------
    LocalResult
        ``method="local-moran"``; classes ``high-high low-low high-low low-high not-significant isolated
        undefined``. ``class`` is the quadrant where ``p_fdr <= 0.05``.

    Raises
    ------
    TooFewAreas
        If n < 15.
    NoVariance, TooFewDistinctValues, MissingValues, InfiniteValues, NoLinks, LengthMismatch, OptionOutOfRange
        As for `moran`.

    Notes
    -----
    Expectation and variance are those of the conditional permutation distribution: ``E = -w_i. z_i² /
    ((n - 1) m2)`` and ``Var = (z_i / m2)² · n / (n - 2) · (m2 - z_i² / (n - 1)) · (Σ_j w_ij² - w_i.² / (n -
    1))``. Isolates count in the mean, are not tested and get the class ``isolated``. An area exactly on the
    mean has ``I_i = 0`` under every permutation: p is 1 and the quadrant 0. With fewer neighbours an area can
    reach only larger p; see ``smallest_p_each``. esda's values are these times ``(n - 1) / n``.

    References
    ----------
    Anselin (1995), Geographical Analysis 27, 93-115, eq. 12; Sokal, Oden and Thomson (1998),
    Geographical Analysis 30, 331-354 (conditional moments).
    """
    array = admit(values, weights, MINIMUM_LOCAL)
    z = deviations(array)
    return local_products(
        "local-moran",
        array,
        (z, z),
        styled(weights, style),
        permutations=permutations,
        seed=seed,
        rng=generator(seed, permutations),
        inside=inside,
    )


def local_products(
    method: str,
    values: FloatArray,
    deviations: tuple[FloatArray, FloatArray],
    weights: Weights,
    *,
    permutations: int,
    seed: int,
    rng: np.random.Generator,
    companions: Mapping[str, float] | None = None,
    inside: ArrayLike | None = None,
) -> LocalResult:
    """Local products ``x_i Σ_j w_ij y_j / √(m2(x) m2(y))`` of deviations from two means, tested conditionally.

    Parameters
    ----------
    method : str
        Name of the statistic.
    values : ndarray of float64, shape (n,)
        What the result shows as the areas' values.
    deviations : pair of ndarray of float64, shape (n,) each
        ``x`` of the area itself and ``y`` of its surroundings; for the local Moran the same.
    weights : Weights
        Weights as used.
    permutations, seed, rng, companions
        How p is simulated, and what the result carries.
    inside : array_like of bool, shape (n,), optional
        True for the areas to be tested.
    """
    own, around = deviations
    on_mean = np.abs(own) <= TIE_TOLERANCE * np.abs(own).max()
    own = np.where(on_mean, 0.0, own)
    lag = weights.lag(around)
    scale = own / float(np.sqrt((own**2).mean() * (around**2).mean()))
    lag_expectation, lag_variance = conditional_lag_moments(around, weights)
    statistic, expectation, variance = scale * lag, scale * lag_expectation, scale**2 * lag_variance
    tested = inside_among(inside, weights.n) & ~weights.isolate_mask
    p = tail_counts_of_sums(around, weights, permutations, rng).p
    p = np.where(tested, np.where(on_mean, 1.0, p), np.nan)
    p_fdr = fdr(p)
    quadrant = quadrants(own, lag, weights.row_sums, around)
    bounds = np.where(on_mean, 1.0, smallest_attainable_p(around, weights, permutations))
    return LocalResult(
        method=method,
        values=values,
        statistic=statistic,
        expectation=expectation,
        variance=variance,
        variance_assumption="conditional randomisation",
        z=np.where(tested, standardised(statistic, expectation, variance), np.nan),
        p=p,
        p_fdr=p_fdr,
        p_bonferroni=bonferroni(p),
        quadrant=quadrant,
        classes=_cluster_classes(p_fdr, quadrant, weights),
        tested=tested,
        smallest_p_each=np.where(tested, bounds, np.nan),
        permutations=permutations,
        seed=seed,
        weights=weights,
        companions=companions or {},
    )


def conditional_lag_moments(deviations: FloatArray, weights: Weights) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of ``Σ_j w_ij y_j`` if the other areas' values are spread over the other areas at random.

    Parameters
    ----------
    deviations : ndarray of float64, shape (n,)
        Deviations ``y`` from the mean.
    weights : Weights
        Weights as used.

    Returns
    -------
    expectation, variance : ndarray of float64, shape (n,)
        ``-w_i. y_i / (n - 1)`` and ``n / (n - 2) · (m2 - y_i² / (n - 1)) · (Σ_j w_ij² - w_i.² / (n - 1))``;
        exactly 0 where every arrangement gives the same sum.

    References
    ----------
    Sokal, Oden and Thomson (1998), Geographical Analysis 30, 331-354.
    """
    n, m2 = len(deviations), float((deviations**2).mean())
    sums, squares = weights.row_sums, weights.squared_row_sums
    spread = np.maximum(squares - sums**2 / (n - 1), 0.0) * (m2 - deviations**2 / (n - 1)) * n / (n - 2)
    return -sums * deviations / (n - 1), np.where(spread <= 1e-12 * squares * m2, 0.0, spread)


def quadrants(own: FloatArray, lag: FloatArray, sums: FloatArray, around: FloatArray) -> NDArray[np.int8]:
    """Quadrants of the Moran scatter plot by the signs of a deviation and of its lag; 0 where either is zero.

    ``around`` holds the deviations that were lagged, whose size tells rounding from a sign.
    """
    limit, lag_limit = TIE_TOLERANCE * np.abs(own).max(), TIE_TOLERANCE * np.abs(around).max() * sums
    above, below = own > limit, own < -limit
    lag_above, lag_below = lag > lag_limit, lag < -lag_limit
    return np.asarray(
        1 * (above & lag_above) + 2 * (below & lag_above) + 3 * (below & lag_below) + 4 * (above & lag_below),
        dtype=np.int8,
    )


def _cluster_classes(p_fdr: FloatArray, quadrant: NDArray[np.int8], weights: Weights) -> tuple[str, ...]:
    """Map classes: the quadrant where the adjusted p is small enough."""
    called = p_fdr <= CLUSTER_LEVEL
    codes = np.where(called, quadrant, np.where(np.isnan(p_fdr), _UNDEFINED, _NOT_CALLED))
    return named(np.where(weights.isolate_mask, _ISOLATED, codes), _CLUSTER_NAMES)


def deviations(values: FloatArray) -> FloatArray:
    """Deviations from the mean."""
    return np.asarray(values - values.mean())
