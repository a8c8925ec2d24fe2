"""Permutation tests: how often chance alone gives a result as extreme as the observed one.

The conditional test of a local statistic asks, for an area with ``k`` neighbours, how often ``k`` values drawn without
replacement from the other ``n - 1`` areas give a statistic at least as extreme as the observed one. ONE table of random
draws serves all areas; each area's null distribution is exactly the conditional permutation distribution. Because the
draws are shared, the Monte Carlo errors of different areas are correlated.

Draws follow the sorted keys, so a result depends on seed and data, never on the order in which areas are
listed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatial.statistics.blocks import in_blocks
from spatial.statistics.draws import draw_table
from spatial.statistics.errors import OptionOutOfRange
from spatial.statistics.sentences import Sentence, at_least
from spatial.statistics.shared_draws import shared_counts
from spatial.statistics.weights import FloatArray, IntArray, Weights

#: Simulated and observed statistics that differ by less than this share of their scale are tied.
TIE_TOLERANCE = 1e-9
#: Numbers held at once by a simulation (32 MiB of float64).
_CHUNK_CELLS = 4_194_304
#: Permutations of one block where weights are unequal; such a block of 11 000 areas takes some seconds.
_GENERAL_BLOCK = 10_000


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
        raise OptionOutOfRange("permutations", permutations, at_least(1))
    if seed < 0:
        raise OptionOutOfRange("seed", seed, Sentence("eine ganze Zahl, mindestens 0", "a whole number of at least 0"))
    return np.random.Generator(np.random.PCG64(seed))


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
    if not weights.equal_within_rows:
        return _general_tails(values, weights, permutations, rng, squared_gaps=False)
    return TailCounts(*shared_counts(values, weights, permutations, rng, tolerance=TIE_TOLERANCE), permutations)


def tail_counts_of_squared_gaps(
    values: FloatArray, weights: Weights, permutations: int, rng: np.random.Generator
) -> TailCounts:
    """Rank each area's ``Σ_j w_ij (x_i - x_j)²`` among conditional permutations (local Geary).

    Parameters and result as for `tail_counts_of_sums`; any weights.
    """
    return _general_tails(values, weights, permutations, rng, squared_gaps=True)


def _general_tails(
    values: FloatArray, weights: Weights, permutations: int, rng: np.random.Generator, *, squared_gaps: bool
) -> TailCounts:
    """Count for any weights, block by block."""
    size = int(weights.cardinalities.max(initial=0)) + 1
    linear = -2.0 * values if squared_gaps else np.ones(weights.n)
    quadratic = np.ones(weights.n) if squared_gaps else np.zeros(weights.n)

    def block(rows: int, own_rng: np.random.Generator) -> FloatArray:
        table = draw_table(weights.n, size, rows, own_rng)
        counts = _general_counts(values, weights, table, linear, quadratic)
        return np.stack([counts.greater_equal, counts.less_equal]).astype(np.float64)

    parts = in_blocks(block, permutations, rng, size=_GENERAL_BLOCK)
    greater, less = np.sum(parts, axis=0).astype(np.int64)
    return TailCounts(greater, less, permutations)


def _general_counts(
    values: FloatArray,
    weights: Weights,
    table: IntArray,
    linear: FloatArray,
    quadratic: FloatArray,
) -> TailCounts:
    """Count for any weights, in matrix products of cost ``O(n R k)``.

    The statistic is ``Σ_p w_ip (a_i v_p + b_i v_p²)`` over an area's ``p``-th neighbours or draws ``v_p``.
    The table's first ``k_i`` draws meet the area's weights in the order of its neighbours' keys, so that neither draws
    nor weights depend on the order in which areas are listed.
    """
    order = weights.key_order
    rank = np.empty(weights.n, dtype=np.int64)
    rank[order] = np.arange(weights.n)
    drawn = values[order][table]
    squares = drawn**2 if quadratic.any() else None
    sightings = _Sightings.of(table, weights.n)
    permutations = table.shape[1]
    greater = np.full(weights.n, permutations, dtype=np.int64)
    less = greater.copy()
    largest = float(np.abs(values).max(initial=0.0))
    for k in np.unique(weights.cardinalities[weights.cardinalities > 0]):
        members = np.flatnonzero(weights.cardinalities == k)
        step = max(1, _CHUNK_CELLS // permutations)
        for start in range(0, len(members), step):
            areas = members[start : start + step]
            links = weights.indptr[areas][:, None] + np.arange(k)
            by_key = np.argsort(rank[weights.indices[links]], axis=1)
            links = np.take_along_axis(links, by_key, axis=1)
            amounts, a, b = weights.data[links], linear[areas], quadratic[areas]
            neighbours = values[weights.indices[links]]
            observed = a * (amounts * neighbours).sum(axis=1) + b * (amounts * neighbours**2).sum(axis=1)
            simulated = (amounts @ drawn[:k]) * a[:, None]
            if squares is not None:
                simulated += (amounts @ squares[:k]) * b[:, None]
            for row, area in enumerate(areas):
                rows, places = sightings.before(int(rank[area]), int(k))
                own, stand_in = values[area], drawn[k, rows]
                change = a[row] * (stand_in - own) + b[row] * (stand_in**2 - own**2)
                simulated[row, rows] += amounts[row, places] * change
            scale = amounts.sum(axis=1) * (np.abs(a) * largest + np.abs(b) * largest**2)
            slack = TIE_TOLERANCE * (np.abs(observed) + scale)
            greater[areas] = (simulated >= (observed - slack)[:, None]).sum(axis=1)
            less[areas] = (simulated <= (observed + slack)[:, None]).sum(axis=1)
    return TailCounts(greater, less, permutations)


@dataclass(frozen=True)
class _Sightings:
    """Where each number occurs in the table: permutations (``rows``) and places, grouped by number."""

    starts: IntArray
    rows: IntArray
    places: IntArray

    @classmethod
    def of(cls, table: IntArray, n: int) -> _Sightings:
        """Index a table of numbers below ``n``."""
        flat = table.ravel()
        by_number = np.argsort(flat, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=n))])
        places, rows = np.divmod(by_number, table.shape[1])
        return cls(starts, rows, places)

    def before(self, number: int, k: int) -> tuple[IntArray, IntArray]:
        """Permutations, and places below ``k``, at which a number occurs."""
        found = slice(int(self.starts[number]), int(self.starts[number + 1]))
        early = self.places[found] < k
        return self.rows[found][early], self.places[found][early]
