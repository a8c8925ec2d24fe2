"""Profiles over thresholds: where the group is concentrated, and whether those areas lie together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.counts import group_among
from spatial.statistics.errors import LengthMismatch, NoLinks, OptionOutOfRange, TooFewAreas
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.segregation import among
from spatial.statistics.sentences import Sentence, at_least
from spatial.statistics.weights import BoolArray, FloatArray, IntArray, Weights

DEFAULT_THRESHOLDS = 1000
ProfileKind = Literal["concentration", "proximity"]
#: Cells of a matrix of steps held at once (16 MiB of float64).
_CHUNK_CELLS = 2_097_152


@dataclass(frozen=True, eq=False)
class ThresholdProfile(FrozenArrays):
    """A curve over thresholds of the group's share, and its summary.

    Attributes
    ----------
    thresholds : ndarray of float64, shape (m,)
        Shares from 0 to 1 at equal steps.
    curve : ndarray of float64, shape (m,)
        ``concentration``: part of the group that lives in areas whose share reaches the threshold.
        ``proximity``: mean nearness, 1 over the number of steps, among the areas whose share reaches it; 0 if fewer
        than two do, or if they cannot be reached from each other.
    value : float
        ``(P - (mean below P - mean from P on)) / (1 - P)``, where the means count as parts of the whole curve: 0 if the
        curve falls from 1 to 0 at the overall share ``P``, as it does without segregation.
    n : int
        Areas with residents.
    kind : {"concentration", "proximity"}
        What the curve is.
    share : float
        Share ``P`` of the group among all residents.
    """

    thresholds: FloatArray
    curve: FloatArray
    value: float
    n: int
    kind: ProfileKind
    share: float


def concentration_profile(
    group: ArrayLike, total: ArrayLike, *, thresholds: int = DEFAULT_THRESHOLDS
) -> ThresholdProfile:
    """Concentration profile: how much of the group lives where its share is high (Hong and Sadahiro 2014).

    Parameters
    ----------
    group, total : array_like of float, shape (n,)
        Group members and residents.
    thresholds : int
        Number of thresholds, >= 2.

    Returns
    -------
    ThresholdProfile

    Raises
    ------
    TooFewAreas, EmptyGroup, ImpossibleCounts, OptionOutOfRange and the errors of counts
        As for `segregation_indices`.

    References
    ----------
    Hong and Sadahiro (2014), Papers in Regional Science 93, 575-596.

    Examples
    --------
    >>> round(concentration_profile([80, 20, 0, 100], [100, 100, 100, 200]).value, 2)
    0.38
    """
    x, t, _ = _inhabited(group, total)
    grid = _grid(thresholds)
    place = _reached(x / t, grid)
    # An area counts at every threshold up to its own share.
    curve = np.cumsum(np.bincount(place, weights=x, minlength=thresholds + 1)[::-1])[::-1][1:] / x.sum()
    return _profiled("concentration", curve, grid, (x, t))


def proximity_profile(
    group: ArrayLike, total: ArrayLike, neighbours: Weights, *, thresholds: int = DEFAULT_THRESHOLDS
) -> ThresholdProfile:
    """Proximity profile: whether the areas with a high share lie together (Hong and Sadahiro 2014).

    At a threshold that ``k`` areas reach the curve is ``(k² - k) / Σ_i Σ_j δ_ij``, with ``δ_ij`` the number of steps
    from neighbour to neighbour between two of them.

    Parameters
    ----------
    group, total : array_like of float, shape (n,)
        Group members and residents.
    neighbours : Weights
        Neighbours of the n areas; a link in either direction counts.
    thresholds : int
        Number of thresholds, >= 2.

    Returns
    -------
    ThresholdProfile

    Raises
    ------
    NoLinks, LengthMismatch
        If no area has a neighbour, or the weights are those of other areas.
    TooFewAreas, EmptyGroup, ImpossibleCounts, OptionOutOfRange and the errors of counts
        As for `segregation_indices`.

    References
    ----------
    Hong and Sadahiro (2014), Papers in Regional Science 93, 575-596.

    Examples
    --------
    >>> from spatial.statistics import weights_from_pairs
    >>> row = weights_from_pairs([("a", "b"), ("b", "c"), ("c", "d")], "abcd")
    >>> proximity_profile([80, 70, 0, 10], [100, 100, 100, 100], row).curve[[0, 500, 750]].tolist()
    [0.6, 1.0, 0.0]
    """
    x, t, inhabited = _inhabited(group, total)
    grid = _grid(thresholds)
    if neighbours.n != len(inhabited):
        raise LengthMismatch(Sentence("Gebiete mit Nachbarn", "areas with neighbours"), neighbours.n, len(inhabited))
    links = among(neighbours, inhabited)
    if links is None or not links.links:
        raise NoLinks(len(x))
    place = _reached(x / t, grid)
    steps = _steps_by_place(links, place, thresholds)
    count = np.cumsum(np.bincount(place, minlength=thresholds + 1)[::-1])[::-1][1:]
    curve = np.where(steps > 0, (count * count - count) / np.where(steps > 0, steps, 1.0), 0.0)
    return _profiled("proximity", curve, grid, (x, t))


def _inhabited(group: ArrayLike, total: ArrayLike) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Counts of the areas with residents, and which they are."""
    members, residents = group_among(group, total)
    some = residents > 0
    if some.sum() < 2:
        raise TooFewAreas(int(some.sum()), 2)
    return members[some], residents[some], some


def _grid(thresholds: int) -> FloatArray:
    """Thresholds from 0 to 1."""
    if thresholds < 2:
        raise OptionOutOfRange("thresholds", thresholds, at_least(2))
    return np.linspace(0.0, 1.0, thresholds)


def _reached(share: FloatArray, grid: FloatArray) -> IntArray:
    """Number of thresholds that each share reaches."""
    return np.asarray(np.searchsorted(grid, share, side="right"), dtype=np.int64)


def _steps_by_place(links: Weights, place: IntArray, thresholds: int) -> FloatArray:
    """Sum of the steps between all areas that reach each threshold; infinite if some cannot be reached."""
    from scipy.sparse.csgraph import dijkstra

    matrix, sums = links.sparse(), np.zeros(thresholds + 1)
    size = max(1, _CHUNK_CELLS // links.n)
    for start in range(0, links.n, size):
        rows = np.arange(start, min(start + size, links.n))
        steps = dijkstra(matrix, directed=False, indices=rows, unweighted=True)
        both = np.minimum(place[rows][:, None], place)
        sums += np.bincount(both.ravel(), weights=steps.ravel(), minlength=thresholds + 1)
    return np.cumsum(sums[::-1])[::-1][1:]


def _profiled(
    kind: ProfileKind, curve: FloatArray, grid: FloatArray, counts: tuple[FloatArray, FloatArray]
) -> ThresholdProfile:
    """A curve with its summary; counts of members and residents."""
    share = float(counts[0].sum() / counts[1].sum())
    return ThresholdProfile(grid, curve, _summary(curve, grid, share), len(counts[0]), kind, share)


def _summary(curve: FloatArray, grid: FloatArray, share: float) -> float:
    """One number of a curve."""
    below = grid < share
    return float((share - (curve[below].sum() - curve[~below].sum()) / len(grid)) / (1 - share))
