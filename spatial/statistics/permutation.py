"""Permutation tests: how often chance alone gives a result as extreme as the observed one.

The conditional test of a local statistic asks, for an area with ``k`` neighbours, how often ``k`` values
drawn without replacement from the other ``n - 1`` areas give a statistic at least as extreme as the observed
one. For equal weights the answer depends on the area only through ``k`` and through the one value that must
not be drawn. So ONE table of random draws serves all areas: its partial sums are sorted once for each
distinct ``k``, and every area's rank is found by binary search. Rows in which an area was drawn for itself
are corrected exactly: its place goes to that row's next draw, for which every row holds one draw more than
needed. Each area's null distribution is then exactly the conditional permutation distribution. Because the
draws are shared, the Monte Carlo errors of different areas are correlated.

Draws follow the sorted keys, so a result depends on seed and data, never on the order in which areas are
listed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.errors import OptionOutOfRange
from spatial.statistics.weights import FloatArray, IntArray, Weights, summed

if TYPE_CHECKING:
    from scipy.sparse import csr_array

#: Simulated and observed statistics that differ by less than this share of their scale are tied.
TIE_TOLERANCE = 1e-9
#: Numbers held at once by a simulation (32 MiB of float64).
_CHUNK_CELLS = 4_194_304
#: Most rows of the table that are searched at once for areas that drew themselves.
_ROWS_AT_ONCE = 65_536


@dataclass(frozen=True)
class TailCounts:
    """How many simulations lie in each tail; ties count in both.

    Attributes
    ----------
    greater_equal, less_equal : ndarray of int64
        Simulations at least as large, and at most as large, as the observed statistic.
    permutations : int
        Number of simulations.
    """

    greater_equal: IntArray
    less_equal: IntArray
    permutations: int

    @property
    def p(self) -> FloatArray:
        """Two-sided p: ``min(1, 2 (b + 1) / (R + 1))`` with ``b`` the smaller tail."""
        smaller = np.minimum(self.greater_equal, self.less_equal)
        return np.minimum(1.0, 2.0 * (smaller + 1) / (self.permutations + 1))


def generator(seed: int, permutations: int) -> np.random.Generator:
    """Make a generator for a seed, after checking seed and number of permutations."""
    if permutations < 1:
        raise OptionOutOfRange("permutations", permutations, "at least 1")
    if seed < 0:
        raise OptionOutOfRange("seed", seed, "a whole number of at least 0")
    return np.random.Generator(np.random.PCG64(seed))


def draw_table(n: int, size: int, permutations: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """Rows of ``size`` different numbers below ``n``, every ordered selection equally likely.

    Parameters
    ----------
    n, size, permutations : int
        Numbers to draw from, draws per row (<= n), rows.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of int32, shape (permutations, size)
    """
    if size * (size - 1) <= 2 * n:
        return _draw_by_rejection(n, size, permutations, rng)
    table = np.empty((permutations, size), dtype=np.int32)
    rows = max(1, _CHUNK_CELLS // n)
    for start in range(0, permutations, rows):
        part = table[start : start + rows]
        part[:] = rng.permuted(np.tile(np.arange(n, dtype=np.int32), (len(part), 1)), axis=1)[:, :size]
    return table


def _draw_by_rejection(n: int, size: int, permutations: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """Draw whole rows again until none holds a number twice."""
    table = rng.integers(0, n, size=(permutations, size), dtype=np.int32)
    pending = np.arange(permutations)
    while len(pending):
        ordered = np.sort(table[pending], axis=1)
        pending = pending[(ordered[:, 1:] == ordered[:, :-1]).any(axis=1)]
        table[pending] = rng.integers(0, n, size=(len(pending), size), dtype=np.int32)
    return table


def tail_counts_of_sums(
    values: FloatArray, weights: Weights, permutations: int, rng: np.random.Generator
) -> TailCounts:
    """Rank each area's sum over its neighbours among conditional permutations.

    The counts hold for every statistic that grows with the neighbours' weighted sum (local Moran of an area
    above the mean, Gi, Gi*).

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Values; only differences between them matter.
    weights : Weights
        Weights; equal weights within a row take the fast path, which ignores their size.
    permutations : int
        Number of simulations.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    TailCounts
        Arrays of shape (n,). For isolates every simulation is tied, so their p is 1; callers leave them
        untested.
    """
    order = weights.key_order
    size = int(weights.cardinalities.max(initial=0)) + 1
    table = draw_table(weights.n, size, permutations, rng)
    if weights.equal_within_rows:
        return _shared_counts(values, weights, order, table)
    return _general_counts(values, weights, table, np.ones(weights.n), np.zeros(weights.n))


def tail_counts_of_squared_gaps(
    values: FloatArray, weights: Weights, permutations: int, rng: np.random.Generator
) -> TailCounts:
    """Rank each area's ``Σ_j w_ij (x_i - x_j)²`` among conditional permutations (local Geary).

    Parameters and result as for `tail_counts_of_sums`; any weights.
    """
    table = draw_table(weights.n, int(weights.cardinalities.max(initial=0)) + 1, permutations, rng)
    return _general_counts(values, weights, table, -2.0 * values, np.ones(weights.n))


def _shared_counts(values: FloatArray, weights: Weights, order: IntArray, table: NDArray[np.int32]) -> TailCounts:
    """Count for equal weights: sort the partial sums once per cardinality, then search."""
    drawn = values[order]
    cardinalities = weights.cardinalities
    observed = summed(weights.focal, values[weights.indices], weights.n)
    slack = TIE_TOLERANCE * (np.abs(observed) + float(np.abs(drawn).max(initial=0.0)) * cardinalities)
    low, high = observed - slack, observed + slack
    permutations = len(table)
    greater = np.full(weights.n, permutations, dtype=np.int64)
    less = greater.copy()
    kinds = np.unique(cardinalities[cardinalities > 0])
    sums = _partial_sums(drawn, table, kinds)
    for column, k in enumerate(kinds):
        members = np.flatnonzero(cardinalities == k)
        ascending = np.sort(sums[column])
        greater[members] = permutations - np.searchsorted(ascending, low[members], side="left")
        less[members] = np.searchsorted(ascending, high[members], side="right")
    column_of = np.zeros(int(cardinalities.max(initial=0)) + 1, dtype=np.int64)
    column_of[kinds] = np.arange(len(kinds))
    for start in range(0, permutations, _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        _correct_self_draws(
            table[rows],
            sums[:, rows],
            column_of,
            _Bounds(order, drawn, cardinalities, low, high),
            greater,
            less,
        )
    return TailCounts(greater, less, permutations)


def _partial_sums(drawn: FloatArray, table: NDArray[np.int32], kinds: IntArray) -> FloatArray:
    """Sum of each row's first ``k`` draws for each distinct ``k``, shape (kinds, rows)."""
    sums = np.empty((len(kinds), len(table)))
    running = np.zeros(len(table))
    done = 0
    for column, k in enumerate(kinds):
        for place in range(done, int(k)):
            running += drawn[table[:, place]]
        done = int(k)
        sums[column] = running
    return sums


@dataclass(frozen=True)
class _Bounds:
    """What the correction needs of each area: its place among the drawn values and its two search bounds."""

    order: IntArray
    drawn: FloatArray
    cardinalities: IntArray
    low: FloatArray
    high: FloatArray


def _correct_self_draws(
    table: NDArray[np.int32],
    sums: FloatArray,
    column_of: IntArray,
    bounds: _Bounds,
    greater: IntArray,
    less: IntArray,
) -> None:
    """In rows where an area drew itself, count the sum with the row's next draw in its place instead.

    The area ``i`` at a place before ``k_i`` is replaced by the draw at place ``k_i``.
    """
    cardinality_drawn = bounds.cardinalities[bounds.order].astype(np.int32)
    for place in range(table.shape[1] - 1):
        number = table[:, place]
        rows = np.flatnonzero(cardinality_drawn[number] > place)
        drawn_self = number[rows]
        area = bounds.order[drawn_self]
        k = bounds.cardinalities[area]
        plain = sums[column_of[k], rows]
        mended = plain - bounds.drawn[drawn_self] + bounds.drawn[table[rows, k]]
        low, high = bounds.low[area], bounds.high[area]
        _add_at(greater, area, (mended >= low).astype(np.int64) - (plain >= low))
        _add_at(less, area, (mended <= high).astype(np.int64) - (plain <= high))


def _add_at(counts: IntArray, area: IntArray, change: IntArray) -> None:
    """Add changes, several of which may meet the same area."""
    changed = change != 0
    counts += np.bincount(area[changed], weights=change[changed], minlength=len(counts)).astype(np.int64)


def _general_counts(
    values: FloatArray,
    weights: Weights,
    table: NDArray[np.int32],
    linear: FloatArray,
    quadratic: FloatArray,
) -> TailCounts:
    """Count for any weights, in matrix products of cost ``O(n R k)``.

    The statistic is ``Σ_p w_ip (a_i v_p + b_i v_p²)`` over an area's ``p``-th neighbours or draws ``v_p``.
    The table's first ``k_i`` draws meet the area's weights in order.
    """
    order = weights.key_order
    rank = np.empty(weights.n, dtype=np.int64)
    rank[order] = np.arange(weights.n)
    drawn = values[order][table]
    squares = drawn**2 if quadratic.any() else None
    sightings = _Sightings.of(table, weights.n)
    permutations = len(table)
    greater = np.full(weights.n, permutations, dtype=np.int64)
    less = greater.copy()
    largest = float(np.abs(values).max(initial=0.0))
    for k in np.unique(weights.cardinalities[weights.cardinalities > 0]):
        members = np.flatnonzero(weights.cardinalities == k)
        step = max(1, _CHUNK_CELLS // permutations)
        for start in range(0, len(members), step):
            areas = members[start : start + step]
            links = weights.indptr[areas][:, None] + np.arange(k)
            amounts, a, b = weights.data[links], linear[areas], quadratic[areas]
            neighbours = values[weights.indices[links]]
            observed = a * (amounts * neighbours).sum(axis=1) + b * (amounts * neighbours**2).sum(axis=1)
            simulated = (amounts @ drawn[:, :k].T) * a[:, None]
            if squares is not None:
                simulated += (amounts @ squares[:, :k].T) * b[:, None]
            for row, area in enumerate(areas):
                rows, places = sightings.before(int(rank[area]), int(k))
                own, stand_in = values[area], drawn[rows, k]
                change = a[row] * (stand_in - own) + b[row] * (stand_in**2 - own**2)
                simulated[row, rows] += amounts[row, places] * change
            scale = amounts.sum(axis=1) * (np.abs(a) * largest + np.abs(b) * largest**2)
            slack = TIE_TOLERANCE * (np.abs(observed) + scale)
            greater[areas] = (simulated >= (observed - slack)[:, None]).sum(axis=1)
            less[areas] = (simulated <= (observed + slack)[:, None]).sum(axis=1)
    return TailCounts(greater, less, permutations)


@dataclass(frozen=True)
class _Sightings:
    """Where each number occurs in the table: rows and places, grouped by number."""

    starts: IntArray
    rows: IntArray
    places: IntArray

    @classmethod
    def of(cls, table: NDArray[np.int32], n: int) -> _Sightings:
        """Index a table of numbers below ``n``."""
        flat = table.ravel()
        by_number = np.argsort(flat, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=n))])
        rows, places = np.divmod(by_number, table.shape[1])
        return cls(starts, rows, places)

    def before(self, number: int, k: int) -> tuple[IntArray, IntArray]:
        """Rows, and places below ``k``, at which a number occurs."""
        found = slice(int(self.starts[number]), int(self.starts[number + 1]))
        early = self.places[found] < k
        return self.rows[found][early], self.places[found][early]


def simulate_global(
    statistic: Callable[[FloatArray], FloatArray],
    values: FloatArray,
    weights: Weights,
    permutations: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Compute a global statistic of randomly permuted values.

    Parameters
    ----------
    statistic : callable
        Takes permuted values, shape (m, n) with areas in the weights' order, and returns m statistics.
    values : ndarray of float64, shape (n,)
        Observed values.
    weights : Weights
        Give the order of the keys.
    permutations : int
        Number of simulations.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of float64, shape (permutations,)
    """
    order = weights.key_order
    canonical = values[order]
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    simulated = np.empty(permutations)
    rows = max(1, _CHUNK_CELLS // max(1, len(values)))
    for start in range(0, permutations, rows):
        part = simulated[start : start + rows]
        shuffled = rng.permuted(np.tile(canonical, (len(part), 1)), axis=1)
        part[:] = statistic(shuffled[:, back])
    return simulated


def cross_products(matrix: csr_array[Any, Any], shuffled: FloatArray) -> FloatArray:
    """Compute ``Σ_i Σ_j w_ij x_i x_j`` of each row of values, shape (m, n); gives shape (m,)."""
    across = np.ascontiguousarray(shuffled.T)
    return np.asarray(np.einsum("ij,ij->j", matrix @ across, across))


def tail_counts(observed: float, simulated: FloatArray, scale: float) -> TailCounts:
    """Count the tails of one global statistic; ``scale`` is the size of which a billionth still counts as a tie."""
    slack = TIE_TOLERANCE * max(abs(observed), scale)
    return TailCounts(
        np.array((simulated >= observed - slack).sum(), dtype=np.int64),
        np.array((simulated <= observed + slack).sum(), dtype=np.int64),
        len(simulated),
    )


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
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, weights.n + 1)))])

    def log_sets(pool: IntArray, chosen: IntArray) -> FloatArray:
        return np.asarray(log_factorial[pool] - log_factorial[chosen] - log_factorial[pool - chosen])

    k = weights.cardinalities
    others = np.full(weights.n, max(weights.n - 1, 0), dtype=np.int64)
    if weights.equal_within_rows:
        top = _extreme_ties(values, weights.cardinalities)
        bottom = _extreme_ties(-values, weights.cardinalities)
        reachable = np.minimum(log_sets(*top), log_sets(*bottom))
        log_p = reachable - log_sets(others, k)
    else:
        log_p = log_factorial[others - k] - log_factorial[others]
    bound = np.clip(2.0 * np.exp(np.minimum(log_p, 0.0)), 2.0 / (permutations + 1), 1.0)
    bound[weights.isolate_mask] = np.nan
    return np.asarray(bound)


def _extreme_ties(values: FloatArray, cardinalities: IntArray) -> tuple[IntArray, IntArray]:
    """Among the others' values: how many equal the k-th largest, and how many of those the k largest need."""
    ascending = np.sort(values)
    n, k = len(values), np.maximum(cardinalities, 1)
    # Leaving out the area itself shifts the k-th largest by one place if the area is among them.
    own_is_larger = values >= ascending[n - k]
    threshold = np.where(own_is_larger, ascending[np.maximum(n - k - 1, 0)], ascending[n - k])
    above = n - np.searchsorted(ascending, threshold, side="right") - (values > threshold)
    tied = (
        np.searchsorted(ascending, threshold, side="right")
        - np.searchsorted(ascending, threshold, side="left")
        - (values == threshold)
    )
    return tied, k - above
