"""Class breaks of a map: where one colour ends and the next begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.admission import finite_values
from spatial.statistics.errors import OptionOutOfRange, TooFewAreas, UnknownOption
from spatial.statistics.weights import FloatArray, IntArray

BreakMethod = Literal["quantiles", "equal", "fisher-jenks", "head-tail"]


@dataclass(frozen=True)
class ClassBreaks:
    """Breaks ``b0 <= b1 < ... < bk`` of k classes: ``[b0, b1]``, ``(b1, b2]``, ..., ``(bk-1, bk]``.

    ``b0 = b1`` means that the smallest value is a class of its own, such as the zeros of a rare event.

    Attributes
    ----------
    method : str
        How they were found.
    breaks : tuple of float, length k + 1
        ``b0`` is the smallest and ``bk`` the largest value. Constant values have one class with ``b0 = b1``.
    counts : tuple of int, length k
        Number of the values in each class.
    requested : int
        Number of classes asked for.
    """

    method: BreakMethod
    breaks: tuple[float, ...]
    counts: tuple[int, ...]
    requested: int

    @property
    def k(self) -> int:
        """Number of classes."""
        return len(self.breaks) - 1

    @property
    def collapsed(self) -> bool:
        """Whether ties left fewer classes than asked for."""
        return self.method != "head-tail" and self.k < self.requested


def class_breaks(values: ArrayLike, method: BreakMethod = "quantiles", k: int = 5) -> ClassBreaks:
    """Class breaks of values.

    * ``quantiles``: about as many values in each class; linear interpolation between order statistics.
    * ``equal``: classes of equal width.
    * ``fisher-jenks``: the classes with the least sum of squared deviations from their means, found exactly;
      a class ends at its largest value.
    * ``head-tail``: repeatedly the mean of the values above the last break, until one value or k classes are left; for
      skewed values. The number of classes follows from the values, ``k`` is only its upper limit.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Finite values, n >= 1.
    method : str
        One of the above.
    k : int
        Number of classes, 1 to 20.

    Returns
    -------
    ClassBreaks
        Breaks that are equal because of ties are merged; then there are fewer classes and ``collapsed`` is
        true.

    Raises
    ------
    TooFewAreas
        If there is no value.
    MissingValues, InfiniteValues
        If a value is NaN or infinite.
    UnknownOption, OptionOutOfRange
        If the method is unknown or k impossible.

    References
    ----------
    Fisher (1958), Journal of the American Statistical Association 53, 789-798; Jenks (1977), Optimal data
    classification for choropleth maps; Jiang (2013), The Professional Geographer 65, 482-494.

    Examples
    --------
    >>> class_breaks([1, 2, 3, 4, 10, 11, 12], "fisher-jenks", 2)
    ClassBreaks(method='fisher-jenks', breaks=(1.0, 4.0, 12.0), counts=(4, 3), requested=2)
    >>> class_breaks([0, 0, 0, 0, 0, 0, 5], "quantiles", 5).breaks
    (0.0, 0.0, 5.0)
    """
    array = np.sort(finite_values(values))
    if not len(array):
        raise TooFewAreas(0, 1)
    if method not in get_args(BreakMethod):
        raise UnknownOption("method", method, get_args(BreakMethod))
    if not 1 <= k <= 20:
        raise OptionOutOfRange("k", k, "1 to 20 classes")
    if array[0] == array[-1]:
        breaks = array[[0, -1]]
    elif method == "quantiles":
        breaks = np.quantile(array, np.linspace(0, 1, k + 1))
    elif method == "equal":
        breaks = np.linspace(array[0], array[-1], k + 1)
    elif method == "fisher-jenks":
        breaks = _fisher_jenks(array, k)
    else:
        breaks = _head_tail(array, k)
    if array[0] < array[-1]:
        # The smallest value may be a class of its own, so only equal upper bounds are merged.
        breaks[-1] = array[-1]
        breaks = np.concatenate([array[:1], np.unique(breaks[1:])])
    counts = np.bincount(class_numbers(array, breaks), minlength=len(breaks) - 1)
    return ClassBreaks(method, tuple(breaks.tolist()), tuple(counts.tolist()), k)


def class_numbers(values: FloatArray, breaks: ArrayLike) -> IntArray:
    """Class of each value, counted from 0: intervals closed on the right, the first one on both sides.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Finite values.
    breaks : array_like of float, shape (k + 1,)
        Ascending breaks.

    Returns
    -------
    ndarray of int64, shape (n,)
        0 to k - 1; -1 and k for values below the first and above the last break.
    """
    edges = np.asarray(breaks, dtype=np.float64)
    numbers = np.searchsorted(edges, values, side="left") - 1
    numbers[values == edges[0]] = 0
    return numbers.astype(np.int64)


def _head_tail(ascending: FloatArray, k: int) -> FloatArray:
    """Head/tail breaks (Jiang 2013)."""
    breaks, head = [float(ascending[0])], ascending
    while len(breaks) < k and head[0] < head[-1]:
        mean = float(head.mean())
        breaks.append(mean)
        head = head[head > mean]
    return np.array([*breaks, float(ascending[-1])])


def _fisher_jenks(ascending: FloatArray, k: int) -> FloatArray:
    """Exact optimal classes by dynamic programming over the distinct values.

    The cost of a class satisfies the quadrangle inequality, so the best last cut moves monotonically with the
    end of the values; divide and conquer then needs ``O(k n log n)`` instead of ``O(k n²)`` steps.
    """
    distinct, multiplicity = np.unique(ascending, return_counts=True)
    m, k = len(distinct), min(k, len(distinct))
    centred = distinct - ascending.mean()
    sums = _Prefix(*(np.concatenate([[0.0], np.cumsum(multiplicity * centred**power)]) for power in (0, 1, 2)))
    best = np.concatenate([[np.inf], sums.cost(np.zeros(m, dtype=np.int64), np.arange(1, m + 1))])
    cuts = np.zeros((k, m + 1), dtype=np.int64)
    for used in range(1, k):
        best, cuts[used] = _best_cuts(best, sums, used)
    ends, last = [], m
    for used in range(k - 1, 0, -1):
        last = int(cuts[used, last])
        ends.append(last)
    return np.array([distinct[0], *(distinct[end - 1] for end in reversed(ends)), distinct[-1]])


@dataclass(frozen=True)
class _Prefix:
    """Prefix sums of multiplicity, value and squared value."""

    count: FloatArray
    first: FloatArray
    second: FloatArray

    def cost(self, start: IntArray, end: IntArray) -> FloatArray:
        """Sum of squared deviations of the distinct values ``start`` to ``end - 1``."""
        count = self.count[end] - self.count[start]
        first = self.first[end] - self.first[start]
        return np.asarray(self.second[end] - self.second[start] - first * first / np.maximum(count, 1.0))


def _best_cuts(previous: FloatArray, sums: _Prefix, used: int) -> tuple[FloatArray, IntArray]:
    """Least cost of one class more, and its last cut, for every number of leading values.

    All ends of one level of the recursion are settled together in flat arrays.
    """
    m = len(previous) - 1
    best, cut = np.full(m + 1, np.inf), np.zeros(m + 1, dtype=np.int64)
    low, high = np.array([used + 1]), np.array([m])
    left, right = np.array([used]), np.array([m - 1])
    while len(low):
        middle = (low + high) // 2
        furthest = np.minimum(right, middle - 1)
        width = furthest - left + 1
        starts = np.concatenate([[0], np.cumsum(width)[:-1]])
        owner = np.repeat(np.arange(len(low)), width)
        candidate = np.arange(int(width.sum())) - starts[owner] + left[owner]
        cost = previous[candidate] + sums.cost(candidate, middle[owner])
        least = np.minimum.reduceat(cost, starts)
        is_least = np.flatnonzero(cost == least[owner])
        _, first = np.unique(owner[is_least], return_index=True)
        chosen = candidate[is_least[first]]
        best[middle], cut[middle] = least, chosen
        low, high = np.concatenate([low, middle + 1]), np.concatenate([middle - 1, high])
        left, right = np.concatenate([left, chosen]), np.concatenate([chosen, right])
        some = low <= high
        low, high, left, right = low[some], high[some], left[some], right[some]
    return best, cut
