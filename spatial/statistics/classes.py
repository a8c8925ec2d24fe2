"""Class breaks of a map: where one colour ends and the next begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.admission import finite_values
from spatial.statistics.errors import OptionOutOfRange, TooFewAreas, UnknownOption
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import FloatArray, IntArray

BreakMethod = Literal["quantiles", "equal", "fisher-jenks", "head-tail", "standard-deviation"]


@dataclass(frozen=True)
class ClassBreaks:
    """Breaks ``b0 <= b1 < ... < bk`` of k classes: ``[b0, b1]``, ``(b1, b2]``, ..., ``(bk-1, bk]``.

    ``b0 = b1`` means that the smallest value is a class of its own, such as the zeros of a rare event; for the
    symmetric methods and given breaks it means that the first class is empty.

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

    method: BreakMethod | Literal["manual", "diverging"]
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

    @property
    def empty(self) -> int:
        """Number of classes without a value."""
        return self.counts.count(0)


def class_breaks(values: ArrayLike, method: BreakMethod = "quantiles", k: int = 5) -> ClassBreaks:
    """Class breaks of values.

    * ``quantiles``: about as many values in each class; linear interpolation between order statistics.
    * ``equal``: classes of equal width.
    * ``fisher-jenks``: the classes with the least sum of squared deviations from their means, found exactly;
      a class ends at its largest value.
    * ``head-tail``: repeatedly the mean of the values above the last break, until one value or k classes are left; for
      skewed values. The number of classes follows from the values, ``k`` is only its upper limit.
    * ``standard-deviation``: classes one population standard deviation wide, symmetric about the mean; for an odd ``k``
      the middle class is the mean plus and minus half a deviation. Classes may be empty.

    Whether breaks hold for one year or for all is the caller's choice of values: breaks of all years together keep the
    colours comparable when the map moves through time.

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
    array = _ascending(values)
    if method not in get_args(BreakMethod):
        raise UnknownOption("method", method, get_args(BreakMethod))
    if not 1 <= k <= 20:
        raise OptionOutOfRange("k", k, Sentence("1 bis 20 Klassen", "1 to 20 classes"))
    if array[0] == array[-1]:
        breaks = array[[0, -1]]
    elif method == "standard-deviation":
        return _symmetric(array, method, k, float(array.mean()), float(array.std()))
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


def class_breaks_around(values: ArrayLike, centre: float, k: int = 5, *, width: float | None = None) -> ClassBreaks:
    """Class breaks symmetric about a given value, for diverging colours.

    For an odd ``k`` the middle class is ``centre ± width / 2``, else the centre is a break. Mostly the centre is the
    rate of the whole district, which is the mean weighted by population and not the mean of the municipalities.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Finite values, n >= 1.
    centre : float
        Finite value about which the classes lie.
    k : int
        Number of classes, 2 to 20.
    width : float, optional
        Width of a class, > 0; without it the root mean squared deviation of the values from the centre.

    Returns
    -------
    ClassBreaks
        Always k classes, ``method="diverging"``; those without a value have a count of 0, so that the colours keep
        their places. Constant values at the centre without a width have one class.

    Raises
    ------
    TooFewAreas, MissingValues, InfiniteValues
        If there is no value, or one is NaN or infinite.
    OptionOutOfRange
        If centre, width or k is impossible.

    Examples
    --------
    >>> result = class_breaks_around([4.0, 5.0, 9.0], 6.0, 4, width=2.0)
    >>> result.breaks, result.counts
    ((4.0, 4.0, 6.0, 8.0, 9.0), (1, 1, 0, 1))
    """
    array = _ascending(values)
    if not 2 <= k <= 20:
        raise OptionOutOfRange("k", k, Sentence("2 bis 20 Klassen", "2 to 20 classes"))
    if not np.isfinite(centre):
        raise OptionOutOfRange("centre", centre, Sentence("eine endliche Zahl", "a finite number"))
    spread = float(np.sqrt(((array - centre) ** 2).mean())) if width is None else width
    if not (np.isfinite(spread) and (spread > 0 or width is None)):
        raise OptionOutOfRange("width", spread, Sentence("größer als 0", "above 0"))
    if spread == 0:
        return ClassBreaks("diverging", (centre, centre), (len(array),), k)
    return _symmetric(array, "diverging", k, centre, spread)


def class_breaks_given(values: ArrayLike, inner: ArrayLike) -> ClassBreaks:
    """Class breaks at given values.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Finite values, n >= 1.
    inner : array_like of float, shape (k - 1,)
        Ascending breaks between the classes; the outer ones follow from the values.

    Returns
    -------
    ClassBreaks
        Always k classes, ``method="manual"``; those without a value have a count of 0.

    Raises
    ------
    TooFewAreas, MissingValues, InfiniteValues
        If there is no value, or a value or break is NaN or infinite.
    OptionOutOfRange
        If the breaks do not ascend or are more than 19.

    Examples
    --------
    >>> class_breaks_given([1.0, 5.0, 7.0], [5, 10]).breaks, class_breaks_given([1.0, 5.0, 7.0], [5, 10]).counts
    ((1.0, 5.0, 10.0, 10.0), (2, 1, 0))
    """
    array, limits = _ascending(values), finite_values(inner)
    if len(limits) > 19:
        raise OptionOutOfRange(
            Sentence("Zahl der Klassengrenzen", "number of breaks"), len(limits), Sentence("höchstens 19", "at most 19")
        )
    if (np.diff(limits) <= 0).any():
        raise OptionOutOfRange("breaks", float(limits[0]), Sentence("aufsteigende Zahlen", "ascending numbers"))
    return _between(array, "manual", limits)


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


def _ascending(values: ArrayLike) -> FloatArray:
    """At least one finite value, sorted."""
    array = np.sort(finite_values(values))
    if not len(array):
        raise TooFewAreas(0, 1)
    return array


def _symmetric(
    ascending: FloatArray, method: Literal["standard-deviation", "diverging"], k: int, centre: float, width: float
) -> ClassBreaks:
    """Classes of one width about a centre; the outer ones are open."""
    return _between(ascending, method, np.asarray(centre + (np.arange(1, k) - k / 2) * width, dtype=np.float64))


def _between(
    ascending: FloatArray, method: Literal["standard-deviation", "diverging", "manual"], inner: FloatArray
) -> ClassBreaks:
    """Classes between inner breaks and the outermost values; empty classes stay."""
    lowest, highest = np.minimum(ascending[0], inner[:1]), np.maximum(ascending[-1], inner[-1:])
    edges = np.concatenate([lowest if len(inner) else ascending[:1], inner, highest if len(inner) else ascending[-1:]])
    numbers = np.searchsorted(inner, ascending, side="left")
    counts = np.bincount(numbers, minlength=len(inner) + 1)
    return ClassBreaks(method, tuple(edges.tolist()), tuple(counts.tolist()), len(inner) + 1)


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
