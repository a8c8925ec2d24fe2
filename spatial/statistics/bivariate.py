"""Bivariate Moran: whether an indicator goes with another one in the neighbouring areas."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.admission import DEFAULT_SEED, MINIMUM_GLOBAL, MINIMUM_LOCAL, admit, styled
from spatial.statistics.moran import deviations, local_products
from spatial.statistics.permutation import generator
from spatial.statistics.results import GlobalResult, LocalResult
from spatial.statistics.shuffling import simulate_global, tail_counts
from spatial.statistics.weights import FloatArray, Style, Weights, summed


def moran_bivariate(
    values: ArrayLike,
    others: ArrayLike,
    weights: Weights,
    *,
    permutations: int = 9999,
    seed: int = DEFAULT_SEED,
    style: Style = "R",
) -> GlobalResult:
    """Bivariate Moran's I: whether high values have neighbours with high values of another indicator.

    ``I_xy = n / S0 · Σ_i Σ_j w_ij x_i y_j / √(Σ x² Σ y²)`` with ``x`` and ``y`` the deviations from the means; for
    ``y = x`` this is Moran's I. Null hypothesis: the values of the other indicator are spread over the areas at
    random, whatever the first one does; then ``E[I_xy] = 0``.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Indicator of the area itself, ``x``.
    others : array_like of float, shape (n,)
        Indicator of its surroundings, ``y``.
    weights, permutations, seed, style
        As for `moran`.

    Returns
    -------
    GlobalResult
        ``method="bivariate-moran"``; ``companions`` holds ``pearson`` and ``spearman``, the correlations of both
        indicators within the areas.

    Raises
    ------
    TooFewAreas, NoVariance, TooFewDistinctValues, MissingValues, InfiniteValues, NoLinks, LengthMismatch
        As for `moran`, for each of the two indicators.
    UnknownOption, OptionOutOfRange
        If an option is impossible.

    Notes
    -----
    ``I_xy`` leaves out how the indicators go together within an area. Where they do, and one of them is spatially
    autocorrelated, ``I_xy`` differs from 0 without any influence between neighbours: read it beside the correlations.
    The variance is exact: ``I_xy`` is linear in ``y``.

    References
    ----------
    Wartenberg (1985), Geographical Analysis 17, 263-283; Anselin, Syabri and Smirnov (2002), Visualizing multivariate
    spatial correlation with dynamically linked windows.
    """
    own, around = admit_pair(values, others, weights, MINIMUM_GLOBAL)
    rng = generator(seed, permutations)
    used = styled(weights, style)
    n = used.n
    size = float(np.sqrt((own @ own) * (around @ around)))
    pull = n / used.s0 / size * summed(used.indices, used.data * own[used.focal], n)
    value = float(pull @ around)

    def simulated(shuffled: FloatArray) -> FloatArray:
        return np.asarray(pull @ shuffled)

    counts = tail_counts(value, simulate_global(simulated, around, used, permutations, rng), 1.0)
    return GlobalResult(
        method="bivariate-moran",
        value=value,
        expectation=0.0,
        variance=float(((pull - pull.mean()) ** 2).sum() * (around @ around) / (n - 1)),
        variance_assumption="randomisation",
        p=float(counts.p),
        permutations=permutations,
        seed=seed,
        weights=used,
        companions=correlations(own, around),
    )


def moran_bivariate_local(
    values: ArrayLike,
    others: ArrayLike,
    weights: Weights,
    *,
    permutations: int = 9999,
    seed: int = DEFAULT_SEED,
    style: Style = "R",
    inside: ArrayLike | None = None,
) -> LocalResult:
    """Local bivariate Moran: areas whose value goes with another indicator in their surroundings.

    ``I_i = x_i Σ_j w_ij y_j / √(m2(x) m2(y))`` with ``m2`` the mean squared deviation; with row-standardised weights
    the mean of the ``I_i`` is the bivariate Moran's I where there are no isolates. Null hypothesis of each area: the
    other areas' ``y`` are spread over the other areas at random.

    Parameters
    ----------
    values, others
        As for `moran_bivariate`.
    weights, permutations, seed, style, inside
        As for `moran_local`.

    Returns
    -------
    LocalResult
        ``method="local-bivariate-moran"``; classes as for `moran_local`: the first word tells the area's own
        indicator, the second the other indicator of the neighbours. ``values`` are those of the area's own indicator;
        ``companions`` as for `moran_bivariate`.

    Raises
    ------
    TooFewAreas, NoVariance, TooFewDistinctValues, MissingValues, InfiniteValues, NoLinks, LengthMismatch
        As for `moran_local`, for each of the two indicators.
    UnknownOption, OptionOutOfRange
        If an option is impossible.

    Notes
    -----
    As for `moran_local`: isolates are not tested, an area exactly on the mean has p 1 and the quadrant 0.

    References
    ----------
    Anselin, Syabri and Smirnov (2002), Visualizing multivariate spatial correlation with dynamically linked windows.
    """
    pair = admit_pair(values, others, weights, MINIMUM_LOCAL)
    return local_products(
        "local-bivariate-moran",
        np.array(values, dtype=np.float64),
        pair,
        styled(weights, style),
        permutations=permutations,
        seed=seed,
        rng=generator(seed, permutations),
        inside=inside,
        companions=correlations(*pair),
    )


def admit_pair(values: ArrayLike, others: ArrayLike, weights: Weights, minimum: int) -> tuple[FloatArray, FloatArray]:
    """Deviations of two indicators of the same areas from their means; each passes `admit` on its own."""
    return deviations(admit(values, weights, minimum)), deviations(admit(others, weights, minimum))


def correlations(first: FloatArray, second: FloatArray) -> dict[str, float]:
    """Pearson's and Spearman's correlation of two indicators within the areas; ties get their mean rank.

    Both indicators vary.
    """
    return {"pearson": _pearson(first, second), "spearman": _pearson(_ranks(first), _ranks(second))}


def _pearson(first: FloatArray, second: FloatArray) -> float:
    x, y = deviations(first), deviations(second)
    return float(np.clip((x @ y) / np.sqrt((x @ x) * (y @ y)), -1.0, 1.0))


def _ranks(values: FloatArray) -> FloatArray:
    """Ranks from 1; equal values share the mean of their ranks."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[place], dtype=np.float64)
