"""How small a permutation p can become at all."""

from __future__ import annotations

from math import lgamma

import numpy as np

from spatial.statistics.weights import FloatArray, IntArray, Weights


def smallest_attainable_p(values: FloatArray, weights: Weights, permutations: int) -> FloatArray:
    """Bound the two-sided p that each area could reach, whatever its neighbours' values.

    An area with ``k`` neighbours has only ``C(n - 1, k)`` different sets of them: with one neighbour among 28
    areas no two-sided p can lie below 2/27 = 0.074. Where the most extreme values are tied, more sets reach
    the extreme sum, and the bound is higher. The number of permutations sets a second bound, ``2 / (R + 1)``.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Values.
    weights : Weights
        Weights; for unequal weights within a row only the number of ordered draws is counted.
    permutations : int
        Number of simulations.

    Returns
    -------
    ndarray of float64, shape (n,)
        Bounds of the exact conditional p; NaN for isolates. A simulated p may fall below its bound by chance.
    """
    cardinalities, others = weights.cardinalities, max(weights.n - 1, 0)
    # An isolate draws nobody; it takes part as if it drew one and is left out at the end.
    kinds, kind = np.unique(np.maximum(cardinalities, 1), return_inverse=True)
    if weights.n < 2:
        return np.full(weights.n, np.nan)
    if weights.equal_within_rows:
        fewest = np.minimum(_log_extreme_sets(values, kinds, kind), _log_extreme_sets(-values, kinds, kind))
        log_p = fewest - _log_sets(np.full(len(kinds), others), kinds)[kind]
    else:
        log_p = (_log_factorial(others - kinds) - _log_factorial(np.full(len(kinds), others)))[kind]
    bound = np.clip(2.0 * np.exp(np.minimum(log_p, 0.0)), 2.0 / (permutations + 1), 1.0)
    bound[weights.isolate_mask] = np.nan
    return np.asarray(bound)


def areas_needed(bounds: FloatArray, level: float) -> int | None:
    """How many areas must reach their smallest p together before any of them passes the false discovery rate.

    Parameters
    ----------
    bounds : ndarray of float64, shape (m,)
        Smallest p of each of m tested areas.
    level : float
        Adjusted p up to which an area is called.

    Returns
    -------
    int or None
        1 if a single area can be called; None if not even all of them together can.
    """
    steps = np.arange(1, len(bounds) + 1)
    passing = np.flatnonzero(np.sort(bounds) * len(bounds) / steps <= level)
    return int(passing[0]) + 1 if len(passing) else None


def _log_extreme_sets(values: FloatArray, kinds: IntArray, kind: IntArray) -> FloatArray:
    """Logarithm of the number of sets of ``k`` other areas that reach the largest sum, for each area.

    With ``t`` of the others' values tied at the k-th largest, of which the set needs ``m``, there are C(t, m). Both
    follow from ``k`` and from where the area's own value lies, which is missing among the others: below the k-th
    largest of all values; above the value behind it; or tied with that.
    """
    ascending = np.sort(values)
    n = len(values)
    kth, behind = ascending[n - kinds], ascending[np.maximum(n - kinds - 1, 0)]

    def above_and_tied(threshold: FloatArray) -> tuple[IntArray, IntArray]:
        reach = np.searchsorted(ascending, threshold, side="right")
        return n - reach, reach - np.searchsorted(ascending, threshold, side="left")

    above, tied = above_and_tied(kth)
    above_behind, tied_behind = above_and_tied(behind)
    sets = np.stack(
        [
            _log_sets(tied, kinds - above),
            _log_sets(tied_behind, kinds - above_behind + 1),
            _log_sets(tied_behind - 1, kinds - above_behind),
        ]
    )
    position = np.where(values < kth[kind], 0, np.where(values > behind[kind], 1, 2))
    return np.asarray(sets[position, kind])


def _log_sets(pool: IntArray, chosen: IntArray) -> FloatArray:
    """Logarithm of ``C(pool, chosen)``; positions that no area has may ask for the impossible and get anything."""
    chosen = np.clip(chosen, 0, pool)
    return _log_factorial(pool) - _log_factorial(chosen) - _log_factorial(pool - chosen)


def _log_factorial(numbers: IntArray) -> FloatArray:
    return np.array([lgamma(number + 1) for number in numbers.tolist()])
