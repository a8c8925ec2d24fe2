"""Combining areas: sums and weighted means over whole areas, rates from counts.

The same arithmetic serves two ends: a merged municipality from its parts (harmonising over boundary changes) and
a district from its municipalities. A part that is secret or missing makes the whole so; nothing is estimated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.columns import CODE, COMBINED, STATUSES, Column, empty_column
from spatial.indicators.observations import Status

# What a whole is when its parts differ: the first of these that any part has.
_PRECEDENCE = (
    Status.BREAK,
    Status.SECRET,
    Status.SECRET_OR_UNKNOWN,
    Status.SECRET_OR_NONE,
    Status.UNRELIABLE,
    Status.PENDING,
    Status.NOT_MEANINGFUL,
    Status.SMALL_BASE,
    Status.EMPTY,
    Status.NOT_APPLICABLE,
    Status.LOW_RELIABILITY,
    Status.OK,
    Status.LT_HALF_UNIT,
    Status.ZERO,
    Status.ZERO_EXACT,
)
_RANK: NDArray[np.uint8] = np.zeros(len(STATUSES), np.uint8)
_RANK[[CODE[status] for status in _PRECEDENCE]] = np.arange(len(_PRECEDENCE))
_BY_RANK: NDArray[np.uint8] = np.array([CODE[status] for status in _PRECEDENCE], np.uint8)

Combiner = Callable[[Column, NDArray[np.intp], int], Column]


def sum_parts(parts: Column, whole_of: NDArray[np.intp], wholes: int) -> Column:
    """Sum the parts of each whole: ``y[w] = sum of x[i] over i with whole_of[i] == w``.

    Parameters
    ----------
    parts : Column
        Length n, an additive quantity.
    whole_of : ndarray of int, shape (n,)
        Position of the whole that each part belongs to; -1 leaves the part out.
    wholes : int
        Number of wholes.

    Returns
    -------
    Column
        Length ``wholes``. A whole with a part that has no value has none either; a whole without parts is
        ``EMPTY``. The flags of the parts are joined; ``COMBINED`` marks wholes of several parts.
    """
    rows = np.flatnonzero(whole_of >= 0)
    target = whole_of[rows]
    totals = np.zeros(wholes)
    np.add.at(totals, target, parts.values[rows])
    return wholes_of(parts, rows, target, totals)


def mean_parts(parts: Column, weights: Column, whole_of: NDArray[np.intp], wholes: int) -> Column:
    """Mean of the parts of each whole, weighted: ``y[w] = sum(x*g) / sum(g)``.

    Parameters
    ----------
    parts, weights : Column
        Length n; the weights are counts, for example inhabitants.
    whole_of, wholes
        As in :func:`sum_parts`.

    Returns
    -------
    Column
        As in :func:`sum_parts`. A whole of one part keeps that part's figure whatever its weight is; where the
        weights of several parts are not known, or sum to zero, the whole is a ``BREAK``.
    """
    rows = np.flatnonzero(whole_of >= 0)
    target = whole_of[rows]
    weight = np.where(weights.known, weights.values, np.nan)[rows]
    value = parts.values[rows]
    count = np.bincount(target, minlength=wholes)
    alone = count[target] == 1
    weight = np.where(alone, 1.0, weight)
    moment, mass = np.zeros(wholes), np.zeros(wholes)
    np.add.at(moment, target, value * weight)
    np.add.at(mass, target, weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = wholes_of(parts, rows, target, moment / mass)
    return whole.with_status(whole.known & ~np.isfinite(whole.values), Status.BREAK)


def keep_single_parts(parts: Column, whole_of: NDArray[np.intp], wholes: int) -> Column:
    """Carry a figure over where the whole is one part; a whole of several parts is a ``BREAK``.

    For medians, indices and rates whose parts are not known: they can be neither added nor averaged.
    """
    rows = np.flatnonzero(whole_of >= 0)
    target = whole_of[rows]
    count = np.bincount(target, minlength=wholes)
    last = np.full(wholes, np.nan)
    last[target] = parts.values[rows]
    whole = wholes_of(parts, rows, target, last)
    return whole.with_status(whole.known & (count > 1), Status.BREAK)


def ratio(numerator: Column, denominator: Column, *, factor: float, min_denominator: float | None = None) -> Column:
    """Rate from counts: ``factor * numerator / denominator``.

    Parameters
    ----------
    numerator, denominator : Column
        Length n, the same areas in the same order.
    factor : float
        For example 100 for percent, 1000 for a rate per 1 000.
    min_denominator : float, optional
        Below it a rate is ``SMALL_BASE``: too few people for a reliable figure.

    Returns
    -------
    Column
        A cell whose numerator or denominator has no value has none either and inherits the status; a denominator
        of zero makes it ``NOT_APPLICABLE``.
    """
    rank = np.minimum(_RANK[numerator.status], _RANK[denominator.status])
    status = _BY_RANK[rank]
    flags = (numerator.flags | denominator.flags).astype(np.uint8)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = factor * numerator.values / denominator.values
    known = numerator.known & denominator.known
    # A numerator of exactly nothing gives a rate of exactly nothing.
    zero = known & (numerator.values == 0)
    status = np.where(zero, numerator.status, np.where(known & (status == CODE[Status.ZERO]), CODE[Status.OK], status))
    rate = Column(np.where(known, values, np.nan), status.astype(np.uint8), flags)
    rate = rate.with_status(known & (denominator.values == 0), Status.NOT_APPLICABLE)
    if min_denominator:
        small = known & (denominator.values > 0) & (denominator.values < min_denominator)
        rate = rate.with_status(small, Status.SMALL_BASE)
    return rate


def strictest_status(columns: Sequence[Column]) -> NDArray[np.uint8]:
    """Status that weighs most in each cell: a break before a secret, a secret before a gap, a gap before a value.

    Parameters
    ----------
    columns : sequence of Column
        One or more, of length n.

    Returns
    -------
    ndarray of uint8, shape (n,)
        Positions in ``STATUSES``.
    """
    return _BY_RANK[np.minimum.reduce([_RANK[column.status] for column in columns])]


def wholes_of(parts: Column, rows: NDArray[np.intp], target: NDArray[np.intp], values: NDArray[np.float64]) -> Column:
    """Give computed values the status and the flags that follow from their parts.

    Parameters
    ----------
    parts : Column
        Length n.
    rows, target : ndarray of int, shape (k,)
        Pairs of a part (position in ``parts``) and the whole that it belongs to.
    values : ndarray of float64, shape (m,)
        Values of the wholes.

    Returns
    -------
    Column
        Length m. A whole with a part that has no value has none either; a whole without parts is ``EMPTY``.
    """
    wholes = len(values)
    rank = np.full(wholes, len(_PRECEDENCE), np.uint8)
    np.minimum.at(rank, target, _RANK[parts.status[rows]])
    count = np.bincount(target, minlength=wholes)
    flags = np.zeros(wholes, np.uint8)
    np.bitwise_or.at(flags, target, parts.flags[rows])
    flags = np.where(count > 1, flags | COMBINED, flags).astype(np.uint8)
    some = count > 0
    blank = empty_column(wholes)
    status = np.where(some, _BY_RANK[np.minimum(rank, len(_PRECEDENCE) - 1)], blank.status).astype(np.uint8)
    column = Column(values, status, flags)
    return Column(np.where(column.known & some, values, np.nan), status, flags)
