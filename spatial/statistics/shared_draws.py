"""One table of random draws for all areas, where every area gives the same weight to all its neighbours.

The null distribution of the neighbours' sum depends on the area only through the number ``k`` of its neighbours and
through its own value, which must not be drawn. So the sums of the first ``k`` draws are sorted once for each ``k`` and
every area's rank is found by binary search. Where an area was drawn for itself, its place goes to that permutation's
next draw, for which the table holds one draw more than needed; the area's count is corrected by the difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.draws import draw_table
from spatial.statistics.weights import BoolArray, FloatArray, IntArray, Weights, summed

#: Permutations drawn at once: few enough for their draws and sums to stay in a processor's cache.
_AT_ONCE = 8_192
#: So many areas with the same number of neighbours are compared one by one; more make sorting worth its time.
_FEW = 12


def shared_counts(
    values: FloatArray, weights: Weights, permutations: int, rng: np.random.Generator, *, tolerance: float
) -> tuple[IntArray, IntArray]:
    """Count the permutations whose sum is at least, and at most, as large as that of each area's neighbours.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Values.
    weights : Weights
        Neighbours; the size of the weights does not matter.
    permutations : int
        Number of permutations.
    rng : numpy.random.Generator
        Source of randomness.
    tolerance : float
        Sums that differ by less than this share of their scale are tied, and count in both tails.

    Returns
    -------
    greater_equal, less_equal : ndarray of int64, shape (n,)
        For isolates the number of permutations.
    """
    order, cardinalities = weights.key_order, weights.cardinalities
    observed = summed(weights.focal, values[weights.indices], weights.n)
    slack = tolerance * (np.abs(observed) + float(np.abs(values).max(initial=0.0)) * cardinalities)
    search = _Search.of(values, cardinalities, observed - slack, observed + slack, order)
    sums = np.empty((len(search.kinds), permutations))
    change = np.zeros((2, weights.n), dtype=np.int64)
    for start in range(0, permutations, _AT_ONCE):
        width = min(_AT_ONCE, permutations - start)
        table = draw_table(weights.n, search.most + 1, width, rng)
        part = _partial_sums(search, table)
        change += _change_by_self_draws(search, table, part)
        sums[:, start : start + width] = part
    greater, less = np.full(weights.n, permutations, dtype=np.int64), np.full(weights.n, permutations, dtype=np.int64)
    for own_sums, k in zip(sums, search.kinds, strict=True):
        members = np.flatnonzero(search.neighbours == k)
        count = _count_one_by_one if len(members) <= _FEW else _count_by_rank
        greater[members], less[members] = count(own_sums, search.low[members], search.high[members])
    counts = np.empty_like(change)
    counts[:, order] = change + np.stack([greater, less])
    return counts[0], counts[1]


@dataclass(frozen=True)
class _Search:
    """What is counted: for each area, simulated sums of at least ``low`` and of at most ``high``.

    All arrays have shape (n,) and follow the sorted keys, as the numbers in a table of draws do; ``kinds`` holds the
    distinct numbers of neighbours above 0.
    """

    values: FloatArray
    neighbours: NDArray[np.unsignedinteger[Any]]
    low: FloatArray
    high: FloatArray
    kinds: IntArray

    @classmethod
    def of(
        cls, values: FloatArray, cardinalities: IntArray, low: FloatArray, high: FloatArray, order: IntArray
    ) -> _Search:
        """Take arrays in the order of the areas."""
        kinds = np.flatnonzero(np.bincount(cardinalities)[1:]) + 1
        smallest: Any = np.min_scalar_type(int(kinds[-1]) if len(kinds) else 0)
        return cls(values[order], cardinalities[order].astype(smallest), low[order], high[order], kinds)

    @property
    def widest(self) -> float:
        """A little more than any ``high`` lies above its ``low``."""
        return 1.01 * float((self.high - self.low).max(initial=0.0))

    @property
    def most(self) -> int:
        """Largest number of neighbours."""
        return int(self.kinds[-1]) if len(self.kinds) else 0


def _partial_sums(search: _Search, table: IntArray) -> FloatArray:
    """Sum of the first ``k`` draws for each distinct ``k``, shape (kinds, permutations)."""
    sums = np.empty((len(search.kinds), table.shape[1]))
    running = np.zeros(table.shape[1])
    done = 0
    for row, k in enumerate(search.kinds):
        for place in range(done, int(k)):
            running += search.values.take(table[place])
        done = int(k)
        sums[row] = running
    return sums


def _count_one_by_one(sums: FloatArray, low: FloatArray, high: FloatArray) -> tuple[IntArray, IntArray]:
    greater = [np.count_nonzero(sums >= bound) for bound in low]
    less = [np.count_nonzero(sums <= bound) for bound in high]
    return np.array(greater, dtype=np.int64), np.array(less, dtype=np.int64)


def _count_by_rank(sums: FloatArray, low: FloatArray, high: FloatArray) -> tuple[IntArray, IntArray]:
    ascending = np.sort(sums)
    # Searching in ascending order touches the same places of the memory again and again.
    by_size = np.argsort(low)
    below = np.empty(len(low), dtype=np.int64)
    below[by_size] = np.searchsorted(ascending, low[by_size], side="left")
    less = below.copy()
    # Without a tie, what is not greater is less.
    tied = np.flatnonzero(np.append(ascending, np.inf)[below] <= high)
    less[tied] = np.searchsorted(ascending, high[tied], side="right")
    return len(ascending) - below, less


def _change_by_self_draws(search: _Search, table: IntArray, sums: FloatArray) -> IntArray:
    """Change of both counts by replacing an area that drew itself by the permutation's next draw; shape (2, n).

    The area ``i`` at a place before ``k_i`` is replaced by the draw at place ``k_i``.
    """
    width = table.shape[1]
    neighbours = search.neighbours.take(table[:-1])
    drew_itself = neighbours > np.arange(search.most, dtype=neighbours.dtype)[:, None]
    found = np.flatnonzero(drew_itself)
    row_starts = np.arange(0, search.most * width, width)
    column = found - np.repeat(row_starts, np.count_nonzero(drew_itself, axis=1))
    number, k = table.take(found), neighbours.take(found)
    row_of = np.zeros(search.most + 1, dtype=np.int64)
    row_of[search.kinds] = np.arange(len(search.kinds)) * width
    plain = sums.take(row_of.take(k) + column)
    stand_in = table.take(np.multiply(k, width, dtype=np.int64) + column)
    mended = plain + (search.values.take(stand_in) - search.values.take(number))
    low = search.low.take(number)
    before, after = plain >= low, mended >= low
    at_least = _balance(number, before, after, len(search.low))
    # What is not greater is less, and ties are both.
    ties = np.zeros_like(at_least)
    for sums_of, reaches, sign in ((plain, before, -1), (mended, after, 1)):
        close = np.flatnonzero(reaches & (sums_of - low <= search.widest))
        tied = close[sums_of[close] <= search.high.take(number[close])]
        np.add.at(ties, number[tied], sign)
    return np.stack([at_least, ties - at_least])


def _balance(number: IntArray, before: BoolArray, after: BoolArray, n: int) -> IntArray:
    """How many hits of each number were gained, less those that were lost."""
    changed = np.flatnonzero(before != after)
    gained, whose = after[changed], number[changed]
    return np.asarray(np.bincount(whose[gained], minlength=n) - np.bincount(whose[~gained], minlength=n), np.int64)
