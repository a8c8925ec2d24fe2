"""Moran's I, global and local: whether neighbours resemble each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spatial.statistics.adjust import bonferroni, fdr
from spatial.statistics.admission import DEFAULT_SEED, MINIMUM_GLOBAL, MINIMUM_LOCAL, admit, styled
from spatial.statistics.errors import UnknownOption
from spatial.statistics.permutation import (
    TIE_TOLERANCE,
    cross_products,
    generator,
    simulate_global,
    smallest_attainable_p,
    tail_counts,
    tail_counts_of_sums,
)
from spatial.statistics.results import (
    ISOLATED,
    NOT_SIGNIFICANT,
    QUADRANTS,
    UNDEFINED,
    Assumption,
    GlobalResult,
    LocalResult,
    standardised,
)
from spatial.statistics.weights import FloatArray, Style, Weights

#: Adjusted p up to which an area belongs to a cluster class.
CLUSTER_LEVEL = 0.05


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
    array = admit(values, weights, MINIMUM_GLOBAL)
    rng = generator(seed, permutations)
    used = styled(weights, style)
    z = _deviations(array)
    value = moran_value(z, used)
    variance = moran_variance(z, used, assumption)
    expectation = -1.0 / (len(z) - 1)
    matrix, factor = used.sparse(), len(z) / used.s0 / float(z @ z)

    def simulated(shuffled: FloatArray) -> FloatArray:
        return factor * cross_products(matrix, shuffled)

    counts = tail_counts(value, simulate_global(simulated, z, used, permutations, rng), 1.0)
    return GlobalResult(
        method="moran",
        value=value,
        expectation=expectation,
        variance=variance,
        variance_assumption=assumption,
        p=float(counts.p),
        permutations=permutations,
        seed=seed,
        weights=used,
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
) -> LocalResult:
    """Local Moran: areas in clusters of similar values, and areas that stand out from their surroundings.

    ``I_i = z_i / m2 · Σ_j w_ij z_j`` with ``m2 = Σ z² / n``; with row-standardised weights the mean of the
    ``I_i`` is Moran's I where there are no isolates. Null hypothesis of each area: given its own value, the
    other values are spread over the other areas at random.

    Parameters
    ----------
    values, weights, permutations, seed, style
        As for `moran`.

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
    rng = generator(seed, permutations)
    used = styled(weights, style)
    z = _deviations(array)
    on_mean = np.abs(z) <= TIE_TOLERANCE * np.abs(z).max()
    z[on_mean] = 0.0
    n, m2 = len(z), float((z**2).mean())
    lag = used.lag(z)
    sums, squares = used.row_sums, used.squared_row_sums
    statistic = z * lag / m2
    expectation = -sums * z**2 / ((n - 1) * m2)
    spread = np.maximum(squares - sums**2 / (n - 1), 0.0) * (m2 - z**2 / (n - 1)) * n / (n - 2)
    variance = (z / m2) ** 2 * _without_noise(spread, squares * m2)
    tested = ~used.isolate_mask
    p = tail_counts_of_sums(z, used, permutations, rng).p
    p = np.where(tested, np.where(on_mean, 1.0, p), np.nan)
    p_fdr = fdr(p)
    quadrant = quadrants(z, lag, sums)
    bounds = np.where(on_mean & tested, 1.0, smallest_attainable_p(z, used, permutations))
    return LocalResult(
        method="local-moran",
        values=array,
        statistic=statistic,
        expectation=expectation,
        variance=variance,
        variance_assumption="conditional randomisation",
        z=np.where(tested, standardised(statistic, expectation, variance), np.nan),
        p=p,
        p_fdr=p_fdr,
        p_bonferroni=bonferroni(p),
        quadrant=quadrant,
        classes=_cluster_classes(p_fdr, quadrant, used),
        tested=tested,
        smallest_p_each=bounds,
        permutations=permutations,
        seed=seed,
        weights=used,
    )


def quadrants(z: FloatArray, lag: FloatArray, sums: FloatArray) -> NDArray[np.int8]:
    """Quadrants of the Moran scatter plot by the signs of ``z`` and its lag; 0 where either is zero."""
    size = float(np.abs(z).max())
    above, below = z > TIE_TOLERANCE * size, z < -TIE_TOLERANCE * size
    lag_above, lag_below = lag > TIE_TOLERANCE * size * sums, lag < -TIE_TOLERANCE * size * sums
    conditions = [above & lag_above, below & lag_above, below & lag_below, above & lag_below]
    return np.select(conditions, [1, 2, 3, 4], 0).astype(np.int8)


def _cluster_classes(p_fdr: FloatArray, quadrant: NDArray[np.int8], weights: Weights) -> tuple[str, ...]:
    """Map classes: the quadrant where the adjusted p is small enough."""
    called = p_fdr <= CLUSTER_LEVEL
    return tuple(
        ISOLATED if isolated else (QUADRANTS[q] or UNDEFINED) if small else NOT_SIGNIFICANT
        for isolated, small, q in zip(weights.isolate_mask, called, quadrant, strict=True)
    )


def _deviations(values: FloatArray) -> FloatArray:
    """Deviations from the mean."""
    return np.asarray(values - values.mean())


def _without_noise(amounts: FloatArray, scale: FloatArray) -> FloatArray:
    """Amounts, with exact zeros where only rounding is left of the scale."""
    return np.where(np.abs(amounts) <= 1e-12 * scale, 0.0, amounts)
