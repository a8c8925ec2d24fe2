"""Geary's C, global and local: how much neighbours differ."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spatial.statistics.adjust import bonferroni, fdr
from spatial.statistics.admission import DEFAULT_SEED, MINIMUM_GLOBAL, MINIMUM_LOCAL, admit, inside_among, styled
from spatial.statistics.attainable import smallest_attainable_p
from spatial.statistics.errors import UnknownOption
from spatial.statistics.moran import CLUSTER_LEVEL, quadrants
from spatial.statistics.permutation import TailCounts, generator, tail_counts_of_squared_gaps
from spatial.statistics.results import (
    ISOLATED,
    NOT_SIGNIFICANT,
    UNDEFINED,
    Assumption,
    GlobalResult,
    LocalResult,
    named,
    standardised,
)
from spatial.statistics.shuffling import cross_products, simulate_global, tail_counts
from spatial.statistics.weights import FloatArray, Style, Weights, summed

#: Classes of the local Geary: by quadrant where neighbours are alike (0 to 4), then the others.
_NAMES = (
    "other-positive",
    "high-high",
    "other-positive",
    "low-low",
    "other-positive",
    "negative",
    NOT_SIGNIFICANT,
    ISOLATED,
    UNDEFINED,
)
_UNLIKE, _NOT_CALLED, _ISOLATED, _UNDEFINED = 5, 6, 7, 8


def geary(
    values: ArrayLike,
    weights: Weights,
    *,
    permutations: int = 9999,
    seed: int = DEFAULT_SEED,
    style: Style = "R",
    assumption: Assumption = "randomisation",
) -> GlobalResult:
    """Geary's C: global spatial autocorrelation by differences between neighbours.

    ``C = (n - 1) Σ_i Σ_j w_ij (x_i - x_j)² / (2 S0 Σ_i z_i²)``. Null hypothesis: the values are spread over
    the areas at random; then ``E[C] = 1``. Below 1, neighbours resemble each other: the sign of ``z`` is
    opposite to Moran's.

    Parameters
    ----------
    values, weights, permutations, seed, style, assumption
        As for `moran`.

    Returns
    -------
    GlobalResult
        ``method="geary"``.

    Raises
    ------
    TooFewAreas, NoVariance, TooFewDistinctValues, MissingValues, InfiniteValues, NoLinks, LengthMismatch
        As for `moran`.
    UnknownOption, OptionOutOfRange
        As for `moran`.

    References
    ----------
    Geary (1954), The Incorporated Statistician 5, 115-145; Cliff and Ord (1981), Spatial
    Processes, 2.40-2.43.
    """
    array = admit(values, weights, MINIMUM_GLOBAL)
    rng = generator(seed, permutations)
    used = styled(weights, style)
    z = array - array.mean()
    value = geary_value(z, used)
    variance = geary_variance(z, used, assumption)
    matrix, factor = used.sparse(), (len(z) - 1) / (2 * used.s0 * float(z @ z))
    ends = used.row_sums + used.column_sums

    def simulated(shuffled: FloatArray) -> FloatArray:
        return np.asarray(factor * (ends @ shuffled**2 - 2 * cross_products(matrix, shuffled)))

    counts = tail_counts(value, simulate_global(simulated, z, used, permutations, rng), 1.0)
    return GlobalResult(
        method="geary",
        value=value,
        expectation=1.0,
        variance=variance,
        variance_assumption=assumption,
        p=float(counts.p),
        permutations=permutations,
        seed=seed,
        weights=used,
    )


def geary_value(z: FloatArray, weights: Weights) -> float:
    """C of deviations from the mean."""
    gaps = (z[weights.focal] - z[weights.indices]) ** 2
    return float((len(z) - 1) * (weights.data @ gaps) / (2 * weights.s0 * (z @ z)))


def geary_variance(z: FloatArray, weights: Weights, assumption: Assumption) -> float:
    """Variance of C (Cliff and Ord 1981, 2.42 and 2.43)."""
    n, s0, s1, s2 = len(z), weights.s0, weights.s1, weights.s2
    if assumption == "normality":
        return ((2 * s1 + s2) * (n - 1) - 4 * s0 * s0) / (2 * (n + 1) * s0 * s0)
    if assumption != "randomisation":
        raise UnknownOption("assumption", assumption, ("randomisation", "normality"))
    kurtosis = float((z**4).mean() / (z**2).mean() ** 2)
    first = (n - 1) * s1 * (n * n - 3 * n + 3 - (n - 1) * kurtosis)
    second = (n - 1) * s2 * (n * n + 3 * n - 6 - (n * n - n + 2) * kurtosis) / 4
    third = s0 * s0 * (n * n - 3 - (n - 1) ** 2 * kurtosis)
    return (first - second + third) / (n * (n - 2) * (n - 3) * s0 * s0)


def geary_local(
    values: ArrayLike,
    weights: Weights,
    *,
    permutations: int = 9999,
    seed: int = DEFAULT_SEED,
    style: Style = "R",
    inside: ArrayLike | None = None,
) -> LocalResult:
    """Local Geary: areas that resemble their neighbours, or differ from them, more than by chance.

    ``c_i = Σ_j w_ij (z_i - z_j)²`` with ``z`` standardised by the population standard deviation; with
    row-standardised weights the mean of the ``c_i`` is ``2 n / (n - 1)`` times Geary's C where there are no
    isolates. Null hypothesis of each area: given its own value, the other values are spread over the other
    areas at random.

    Parameters
    ----------
    values, weights, permutations, seed, style, inside
        As for `moran_local`.

    Returns
    -------
    LocalResult
        ``method="local-geary"``. Where ``p_fdr <= 0.05``: a small ``c_i`` gives ``high-high`` or ``low-low``
        by the quadrant of the Moran scatter plot and ``other-positive`` in the other quadrants; a large one
        ``negative``.

    Raises
    ------
    TooFewAreas, NoVariance, TooFewDistinctValues, MissingValues, InfiniteValues, NoLinks, LengthMismatch
        As for `moran_local`.
    OptionOutOfRange
        As for `moran_local`.

    Notes
    -----
    Expectation and variance are those of the conditional permutation distribution: ``w_i.`` times the
    mean, and ``(Σ_j w_ij² - w_i.² / (n - 1))`` times the sample variance, of the other areas' ``(z_i -
    z_j)²``. The classes follow Anselin (2019). Isolates are not tested.

    References
    ----------
    Anselin (1995), Geographical Analysis 27, 93-115; Anselin (2019), Geographical Analysis 51,
    133-150; Sokal, Oden and Thomson (1998), Geographical Analysis 30, 331-354 (conditional moments).
    """
    array = admit(values, weights, MINIMUM_LOCAL)
    rng = generator(seed, permutations)
    used = styled(weights, style)
    z = (array - array.mean()) / array.std()
    gaps = (z[used.focal] - z[used.indices]) ** 2
    statistic = summed(used.focal, used.data * gaps, used.n)
    expectation, variance = _conditional_moments(z, used)
    tested = inside_among(inside, used.n) & ~used.isolate_mask
    counts = tail_counts_of_squared_gaps(z, used, permutations, rng)
    p = np.where(tested, counts.p, np.nan)
    p_fdr = fdr(p)
    quadrant = quadrants(z, used.lag(z), used.row_sums, z)
    # Ties among values are not ties among squared gaps: the bound counts distinct sets of neighbours only.
    bounds = smallest_attainable_p(np.arange(used.n, dtype=np.float64), used, permutations)
    return LocalResult(
        method="local-geary",
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
        classes=_likeness_classes(p_fdr, quadrant, counts, used),
        tested=tested,
        smallest_p_each=np.where(tested, bounds, np.nan),
        permutations=permutations,
        seed=seed,
        weights=used,
    )


def _conditional_moments(z: FloatArray, weights: Weights) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of ``c_i`` over conditional permutations of standardised values."""
    n = len(z)
    squares = n * z**2 + n
    fourths = n * z**4 + 6 * n * z**2 - 4 * z * float((z**3).sum()) + float((z**4).sum())
    mean = squares / (n - 1)
    spread = (fourths - (n - 1) * mean**2) / (n - 2)
    spread[spread <= 1e-12 * fourths] = 0.0
    sums = weights.row_sums
    factor = weights.squared_row_sums - sums**2 / (n - 1)
    factor[factor <= 1e-12 * weights.squared_row_sums] = 0.0
    return sums * mean, factor * spread


def _likeness_classes(
    p_fdr: FloatArray, quadrant: NDArray[np.int8], counts: TailCounts, weights: Weights
) -> tuple[str, ...]:
    """Map classes by adjusted p, tail and quadrant."""
    alike = counts.less_equal < counts.greater_equal
    codes = np.where(alike, quadrant, _UNLIKE)
    codes = np.where(p_fdr <= CLUSTER_LEVEL, codes, np.where(np.isnan(p_fdr), _UNDEFINED, _NOT_CALLED))
    return named(np.where(weights.isolate_mask, _ISOLATED, codes), _NAMES)
