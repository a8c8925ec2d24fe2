"""Getis and Ord's G, global and local: where high values, or low ones, lie together."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.adjust import bonferroni, fdr
from spatial.statistics.admission import DEFAULT_SEED, MINIMUM_GLOBAL, MINIMUM_LOCAL, admit, inside_among, styled
from spatial.statistics.attainable import smallest_attainable_p
from spatial.statistics.errors import NegativeValues
from spatial.statistics.moran import quadrants
from spatial.statistics.permutation import TailCounts, generator, tail_counts_of_sums
from spatial.statistics.results import (
    ISOLATED,
    NOT_SIGNIFICANT,
    UNDEFINED,
    GlobalResult,
    LocalResult,
    named,
)
from spatial.statistics.shuffling import cross_products, simulate_global, tail_counts
from spatial.statistics.weights import FloatArray, Style, Weights

#: Steps of hot and cold spots: adjusted p up to which the name is given.
SPOT_LEVELS = ((0.01, "99"), (0.05, "95"), (0.10, "90"))
_SPOT_NAMES = (
    *(f"hot-{step}" for _, step in SPOT_LEVELS),
    *(f"cold-{step}" for _, step in SPOT_LEVELS),
    NOT_SIGNIFICANT,
    UNDEFINED,
    ISOLATED,
)
_NOT_SIGNIFICANT, _UNDEFINED, _ISOLATED = range(2 * len(SPOT_LEVELS), len(_SPOT_NAMES))


def getis_ord_general(
    values: ArrayLike,
    weights: Weights,
    *,
    permutations: int = 9999,
    seed: int = DEFAULT_SEED,
    style: Style = "B",
) -> GlobalResult:
    """Getis and Ord's general G: whether high values lie together, or low ones.

    ``G = Σ_i Σ_j w_ij x_i x_j / Σ_i Σ_{j≠i} x_i x_j``. Null hypothesis: the values are spread over the areas
    at random; then ``E[G] = S0 / (n (n - 1))``. Above it high values lie together, below it low ones do.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Values >= 0 with a natural origin (rates, counts; no differences or standardised values).
    weights, permutations, seed
        As for `moran`.
    style : {"B", "R", "O"}
        Make the weights binary (default), row-standardise them, or take them as they are.

    Returns
    -------
    GlobalResult
        ``method="getis-ord-g"``.

    Raises
    ------
    NegativeValues
        If a value is negative.
    TooFewAreas, NoVariance, TooFewDistinctValues, MissingValues, InfiniteValues, NoLinks, LengthMismatch
        As for `moran`.
    UnknownOption, OptionOutOfRange
        As for `moran`.

    References
    ----------
    Getis and Ord (1992), Geographical Analysis 24, 189-206, eq. 6-10.
    """
    array = admit(values, weights, MINIMUM_GLOBAL)
    if array.min() < 0:
        raise NegativeValues(float(array.min()))
    rng = generator(seed, permutations)
    used = styled(weights, style)
    value = general_g_value(array, used)
    expectation, variance = general_g_moments(array, used)
    matrix, total = used.sparse(), float(array.sum() ** 2 - array @ array)

    def simulated(shuffled: FloatArray) -> FloatArray:
        return cross_products(matrix, shuffled) / total

    counts = tail_counts(value, simulate_global(simulated, array, used, permutations, rng), expectation)
    return GlobalResult(
        method="getis-ord-g",
        value=value,
        expectation=expectation,
        variance=variance,
        variance_assumption="randomisation",
        p=float(counts.p),
        permutations=permutations,
        seed=seed,
        weights=used,
    )


def general_g_value(values: FloatArray, weights: Weights) -> float:
    """General G."""
    return float(values @ weights.lag(values) / (values.sum() ** 2 - values @ values))


def general_g_moments(values: FloatArray, weights: Weights) -> tuple[float, float]:
    """Give expectation and variance of G under randomisation (Getis and Ord 1992, eq. 8-10)."""
    n, s0, s1, s2 = len(values), weights.s0, weights.s1, weights.s2
    m1, m2, m3, m4 = (float((values**power).sum()) for power in (1, 2, 3, 4))
    b0 = (n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0
    b1 = -((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0)
    b2 = -(2 * n * s1 - (n + 3) * s2 + 6 * s0 * s0)
    b3 = 4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * s0 * s0
    b4 = s1 - s2 + s0 * s0
    expectation = s0 / (n * (n - 1))
    numerator = b0 * m2 * m2 + b1 * m4 + b2 * m1 * m1 * m2 + b3 * m1 * m3 + b4 * m1**4
    square = numerator / ((m1 * m1 - m2) ** 2 * n * (n - 1) * (n - 2) * (n - 3))
    return expectation, square - expectation * expectation


def getis_ord_local(
    values: ArrayLike,
    weights: Weights,
    *,
    star: bool = True,
    permutations: int = 9999,
    seed: int = DEFAULT_SEED,
    style: Style = "B",
    inside: ArrayLike | None = None,
) -> LocalResult:
    """Getis and Ord's Gi* and Gi: hot spots and cold spots.

    ``Gi* = Σ_j w_ij x_j / Σ_j x_j`` with the area itself counted with weight 1; ``z = (Σ_j w_ij x_j - W_i x̄)
    / (s √((n S1_i - W_i²) / (n - 1)))`` with ``W_i = Σ_j w_ij``, ``S1_i = Σ_j w_ij²`` and ``s`` the
    population standard deviation. Gi leaves the area itself out of all sums, so ``n``, mean and standard
    deviation are those of the other areas. Null hypothesis of the permutation p: given the area's own value,
    the other values are spread over the other areas at random.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        One finite value for each area.
    weights, permutations, seed, inside
        As for `moran_local`.
    star : bool
        Gi* (default) or Gi.
    style : {"B", "R", "O"}
        Make the weights binary (default), row-standardise them, or take them as they are. With ``"R"`` Gi*
        standardises the row with the area itself in it, so ``z`` is the same as with ``"B"``.

    Returns
    -------
    LocalResult
        ``method="getis-ord"`` for Gi*, ``"getis-ord-gi"`` for Gi; classes ``hot-99 hot-95 hot-90 cold-99
        cold-95 cold-90 not-significant isolated undefined``. A spot needs ``p_fdr`` at most 0.01, 0.05 or
        0.10.

    Raises
    ------
    TooFewAreas, NoVariance, TooFewDistinctValues, MissingValues, InfiniteValues, NoLinks, LengthMismatch
        As for `moran_local`.
    UnknownOption, OptionOutOfRange
        As for `moran_local`.

    Notes
    -----
    ``statistic``, ``expectation`` and ``variance`` are those of the ratio and NaN where the sum of the
    values is not positive; ``z`` and p need no natural origin and stay. Gi and Gi* of an area have the same
    permutation p, because its own value is held fixed. Where ``z`` and the smaller tail of the permutations
    point in different directions (an outlier among opposite neighbours), the class is ``undefined``. Isolates
    are not tested, though Gi* of an isolate has a ``z`` of its own value, which is given as NaN.

    References
    ----------
    Getis and Ord (1992), Geographical Analysis 24, 189-206; Ord and Getis (1995), Geographical
    Analysis 27, 286-306, eq. 5.
    """
    array = admit(values, weights, MINIMUM_LOCAL)
    rng = generator(seed, permutations)
    used = styled(weights, style)
    counts = tail_counts_of_sums(array - array.mean(), used, permutations, rng)
    parts = _starred(array, used) if star else _unstarred(array, used)
    tested = inside_among(inside, used.n) & ~used.isolate_mask & np.isfinite(parts.z)
    p = np.where(tested, counts.p, np.nan)
    p_fdr = fdr(p)
    z = np.where(tested, parts.z, np.nan)
    deviations = array - array.mean()
    bounds = np.where(tested, smallest_attainable_p(array, used, permutations), np.nan)
    return LocalResult(
        method="getis-ord" if star else "getis-ord-gi",
        values=array,
        statistic=parts.ratio,
        expectation=parts.expectation,
        variance=parts.variance,
        variance_assumption="randomisation",
        z=z,
        p=p,
        p_fdr=p_fdr,
        p_bonferroni=bonferroni(p),
        quadrant=quadrants(deviations, used.lag(deviations), used.row_sums, deviations),
        classes=_spot_classes(p_fdr, z, counts, used),
        tested=tested,
        smallest_p_each=bounds,
        permutations=permutations,
        seed=seed,
        weights=used,
    )


class _Parts:
    """Ratio, its moments and z of Gi or Gi*."""

    def __init__(
        self,
        lag: FloatArray,
        sums: FloatArray,
        squares: FloatArray,
        count: int,
        mean: FloatArray,
        variance: FloatArray,
        largest: float,
    ) -> None:
        factor = (count * squares - sums**2) / (count - 1)
        usable = (factor > 1e-12 * count * squares) & (variance > 1e-24 * largest**2)
        spread = np.where(usable, variance * factor, 0.0)
        self.z = np.where(usable, (lag - sums * mean) / np.sqrt(np.where(usable, spread, 1.0)), np.nan)
        total = count * mean
        positive = total > 1e-12 * count * largest
        divisor = np.where(positive, total, 1.0)
        self.ratio = np.where(positive, lag / divisor, np.nan)
        self.expectation = np.where(positive, sums / count, np.nan)
        self.variance = np.where(positive, spread / divisor**2, np.nan)


def _starred(values: FloatArray, weights: Weights) -> _Parts:
    """Gi*: the area itself counts with weight 1 (row-standardised together with its neighbours)."""
    own = np.ones(weights.n)
    scale = own.copy()
    if weights.style == "R":
        # Equal shares for the area and each neighbour: 1 / (k + 1).
        scale = 1.0 / (weights.cardinalities + 1)
        base = weights.binary()
    else:
        base = weights
    lag = (base.lag(values) + values) * scale
    sums = (base.row_sums + own) * scale
    squares = (base.squared_row_sums + own) * scale**2
    n = weights.n
    mean, variance = np.full(n, values.mean()), np.full(n, values.var())
    return _Parts(lag, sums, squares, n, mean, variance, float(np.abs(values).max()))


def _unstarred(values: FloatArray, weights: Weights) -> _Parts:
    """Gi: everything over the other areas."""
    others = weights.n - 1
    mean = (values.sum() - values) / others
    centred = values - values.mean()
    mean_centred = -centred / others
    variance = ((centred @ centred) - centred**2) / others - mean_centred**2
    return _Parts(
        weights.lag(values),
        weights.row_sums,
        weights.squared_row_sums,
        others,
        mean,
        np.maximum(variance, 0.0),
        float(np.abs(values).max()),
    )


def _spot_classes(p_fdr: FloatArray, z: FloatArray, counts: TailCounts, weights: Weights) -> tuple[str, ...]:
    """Map classes: direction by z, step by the adjusted p."""
    upper, hot = counts.greater_equal < counts.less_equal, z > 0
    level = np.searchsorted([step for step, _ in SPOT_LEVELS], np.where(np.isnan(p_fdr), 1.0, p_fdr), side="left")
    codes = np.where(level == len(SPOT_LEVELS), _NOT_SIGNIFICANT, np.where(hot, level, len(SPOT_LEVELS) + level))
    opposed = (codes != _NOT_SIGNIFICANT) & (upper != hot)
    codes = np.where(opposed | np.isnan(z), _UNDEFINED, codes)
    return named(np.where(weights.isolate_mask, _ISOLATED, codes), _SPOT_NAMES)
