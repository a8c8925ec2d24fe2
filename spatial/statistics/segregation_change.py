"""Why an index of segregation differs between two years or two regions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics import unevenness
from spatial.statistics.counts import group_among
from spatial.statistics.errors import TooFewAreas, UnknownOption
from spatial.statistics.weights import FloatArray

Counterfactual = Literal["composition", "share"]
Counts = tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class SegregationChange:
    """Difference of an index, split in two.

    Attributes
    ----------
    index : str
        Name of the index.
    counterfactual : {"composition", "share"}
        What was exchanged between the two.
    first, second : float
        The index of each.
    change : float
        ``second - first``; the sum of the next two.
    structure : float
        Part that comes from where and in how large areas people live.
    attributes : float
        Part that comes from the distribution of the group's shares.
    n : int
        Areas with residents in the second year or region.
    """

    index: str
    counterfactual: Counterfactual
    first: float
    second: float
    change: float
    structure: float
    attributes: float
    n: int


def segregation_change(
    first: tuple[ArrayLike, ArrayLike],
    second: tuple[ArrayLike, ArrayLike],
    *,
    index: str = "d",
    counterfactual: Counterfactual = "composition",
) -> SegregationChange:
    """Split the difference between two values of an index (Shapley decomposition).

    With ``S(a, b)`` the index of structure ``a`` and attributes ``b``:
    ``structure = ½ (S(2,1) - S(1,1) + S(2,2) - S(1,2))`` and
    ``attributes = ½ (S(1,2) - S(1,1) + S(2,2) - S(2,1))``.
    The counterfactual ``S(1,2)`` keeps the areas of the first and gives each the value that has the same rank in the
    second: with ``composition`` the group's share in the area, with ``share`` the area's part of the whole group and
    of the whole rest, so that its residents change too.

    Parameters
    ----------
    first, second : tuple of two array_like of float
        Group members and residents, of any number of areas each.
    index : str
        ``"d"``, ``"gini"``, ``"entropy"``, ``"atkinson"``, ``"isolation"``, ``"interaction"`` or
        ``"correlation_ratio"``.
    counterfactual : {"composition", "share"}
        What is exchanged.

    Returns
    -------
    SegregationChange

    Raises
    ------
    UnknownOption
        If the index or the counterfactual is unknown.
    TooFewAreas, EmptyGroup, ImpossibleCounts, MissingValues, InfiniteValues, NegativeValues, LengthMismatch
        If counts are unsuitable.

    Notes
    -----
    Areas without residents are left out. Both years on the same areas, please: with other boundaries the difference
    is one of boundaries.

    References
    ----------
    Shorrocks (2013), Journal of Economic Inequality 11, 99-126; Cortes and others (2020), Journal of Computational
    Social Science 3, 129-166.

    Examples
    --------
    >>> change = segregation_change(([10, 20, 30], [100, 100, 100]), ([10, 20, 60], [100, 100, 120]))
    >>> round(change.change, 4) == round(change.structure + change.attributes, 4)
    True
    """
    if index not in unevenness.FORMULAS:
        raise UnknownOption("index", index, tuple(unevenness.FORMULAS))
    if counterfactual not in get_args(Counterfactual):
        raise UnknownOption("counterfactual", counterfactual, get_args(Counterfactual))
    one, two = _inhabited(*first), _inhabited(*second)
    exchange = _EXCHANGES[counterfactual]
    s11, s22 = unevenness.one(index, *one), unevenness.one(index, *two)
    s12, s21 = unevenness.one(index, *exchange(one, two)), unevenness.one(index, *exchange(two, one))
    return SegregationChange(
        index=index,
        counterfactual=counterfactual,
        first=s11,
        second=s22,
        change=s22 - s11,
        structure=(s21 - s11 + s22 - s12) / 2,
        attributes=(s12 - s11 + s22 - s21) / 2,
        n=len(two[1]),
    )


def _inhabited(group: ArrayLike, total: ArrayLike) -> Counts:
    """Group members and residents of the areas that have any."""
    members, residents = group_among(group, total)
    some = residents > 0
    if some.sum() < 2:
        raise TooFewAreas(int(some.sum()), 2)
    return members[some], residents[some]


def _with_composition(structure: Counts, attributes: Counts) -> Counts:
    """Areas of the one with the group shares of the other, rank by rank."""
    members, residents = structure
    share = _same_rank(members / residents, attributes[0] / attributes[1])
    return share * residents, residents


def _with_shares(structure: Counts, attributes: Counts) -> Counts:
    """Areas of the one with the parts of group and rest of the other, rank by rank."""
    parts = []
    for mine, theirs in ((structure[0], attributes[0]), (structure[1] - structure[0], attributes[1] - attributes[0])):
        taken = _same_rank(mine / mine.sum(), theirs / theirs.sum())
        parts.append(taken / taken.sum() * mine.sum())
    total = parts[0] + parts[1]
    some = total > 0
    return parts[0][some], total[some]


def _same_rank(mine: FloatArray, theirs: FloatArray) -> FloatArray:
    """Values of the one distribution at the ranks of the other; ties share their mean rank."""
    _, inverse, counts = np.unique(mine, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return np.asarray(np.quantile(theirs, ranks / len(mine)))


_EXCHANGES: dict[Counterfactual, Callable[[Counts, Counts], Counts]] = {
    "composition": _with_composition,
    "share": _with_shares,
}
