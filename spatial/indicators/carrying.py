"""Carrying figures from the areas they were collected for to other areas, by the rule of their indicator.

Over whole areas nothing is lost: counts are added, means weighted. Where an area was divided, each of its parts
receives a share: of a count a whole number, such that the parts add up to what was divided; the results are marked
as apportioned. What can be neither added nor averaged, a median or an index, breaks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.columns import APPORTIONED, Column
from spatial.indicators.combine import keep_single_parts, mean_parts, sum_parts, wholes_of
from spatial.indicators.correspondence import Correspondence
from spatial.indicators.indicator import Harmonise
from spatial.indicators.observations import Status


def combine(
    parts: Column, whole_of: NDArray[np.intp], wholes: int, harmonise: Harmonise, weights: Column | None = None
) -> Column:
    """Put whole areas together from whole parts.

    Parameters
    ----------
    parts : Column
        Length n.
    whole_of : ndarray of int, shape (n,)
        Position of the whole that each part belongs to; -1 leaves the part out.
    wholes : int
        Number of wholes.
    harmonise : {"sum", "ratio", "wmean", "none"}
        Rule of the indicator: counts are added, means weighted. Anything else is kept where a whole is a single
        part, and a ``BREAK`` where it is several.
    weights : Column, optional
        Length n, the weights of means; without them a mean is treated like a median.

    Returns
    -------
    Column
        Length ``wholes``.
    """
    if harmonise == "sum":
        return sum_parts(parts, whole_of, wholes)
    if harmonise == "wmean" and weights is not None:
        return mean_parts(parts, weights, whole_of, wholes)
    return keep_single_parts(parts, whole_of, wholes)


def carry(
    column: Column, correspondence: Correspondence, harmonise: Harmonise, weights: Column | None = None
) -> Column:
    """Carry figures from one vintage to another.

    Parameters
    ----------
    column : Column
        Length n, figures on the areas of the first vintage.
    correspondence : Correspondence
        How those areas make up the m areas of the second vintage.
    harmonise, weights
        As in :func:`combine`; the weights are of the first vintage, like the figures.

    Returns
    -------
    Column
        Length m. An area that cannot be made up is a ``BREAK``; one of which a part is secret or missing is so as
        well; one made up with estimated shares has the flag ``APPORTIONED``.
    """
    if not correspondence.estimated.any():
        carried = combine(column, correspondence.whole_of, len(correspondence.broken), harmonise, weights)
    else:
        carried = _apportioned(column, correspondence, harmonise, weights)
    # A new area is still without figures where its source had none: only known figures can break.
    lost = correspondence.broken & (carried.known | bool(column.known.any()))
    return carried.with_status(lost, Status.BREAK)


def _apportioned(column: Column, walk: Correspondence, harmonise: Harmonise, weights: Column | None) -> Column:
    """Figures of areas of which some are made of estimated shares."""
    target, source, share = walk.entries()
    if harmonise == "sum":
        values = np.zeros(len(walk.broken))
        np.add.at(values, target, _flows(column.values[source], source, share))
    elif harmonise == "wmean" and weights is not None:
        values = _means(column.values[source], np.where(weights.known, weights.values, np.nan)[source], target, walk)
    else:
        values = np.full(len(walk.broken), np.nan)
        values[target] = column.values[source]
    carried = wholes_of(column, source, target, values)
    carried = carried.with_status(carried.known & ~np.isfinite(carried.values), Status.BREAK)
    if harmonise != "sum" and (harmonise != "wmean" or weights is None):
        carried = carried.with_status(carried.known & ~_kept(target, share, len(values)), Status.BREAK)
    marked = np.where(walk.estimated & carried.known, carried.flags | APPORTIONED, carried.flags)
    return Column(carried.values, carried.status, marked.astype(np.uint8))


def _kept(target: NDArray[np.intp], share: NDArray[np.float64], wholes: int) -> NDArray[np.bool_]:
    """Mask of the areas that are one area of before and gained and lost nobody."""
    single = np.bincount(target, minlength=wholes) == 1
    divided = np.zeros(wholes, bool)
    divided[target[share < 1]] = True
    return np.asarray(single & ~divided)


def _means(
    values: NDArray[np.float64], weights: NDArray[np.float64], target: NDArray[np.intp], walk: Correspondence
) -> NDArray[np.float64]:
    """Weighted mean of the parts of each area; a part of an area has its mean, and its share of its weight."""
    _, _, share = walk.entries()
    alone = np.bincount(target, minlength=len(walk.broken))[target] == 1
    mass = np.where(alone, 1.0, weights * share)
    moments, masses = np.zeros(len(walk.broken)), np.zeros(len(walk.broken))
    np.add.at(moments, target, values * mass)
    np.add.at(masses, target, mass)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(moments / masses)


def _flows(values: NDArray[np.float64], source: NDArray[np.intp], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each pair of areas receives of the count of its source; whole numbers are divided into whole numbers.

    The parts of a whole number are rounded down, and the largest remainders are rounded up until they add up to it
    again (method of Hare and Niemeyer); of equal remainders the first.
    """
    flows = values * share
    whole = np.isfinite(values) & (values == np.floor(values))
    divided = np.flatnonzero(whole & (share < 1))
    flows[divided] = np.floor(flows[divided])
    for area in np.unique(source[divided]):
        pairs = divided[source[divided] == area]
        exact = values[pairs] * share[pairs]
        missing = round(float(exact.sum() - flows[pairs].sum()))
        order = np.argsort(flows[pairs] - exact, kind="stable")
        flows[pairs[order[:missing]]] += 1
    return flows
