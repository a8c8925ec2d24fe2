"""Bounds that meet: which areas can be neighbours at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.weights import BoolArray, FloatArray, IntArray

#: Areas taken at once: few enough that their vertices stay in a processor's cache.
_AT_ONCE = 128


def boxes_meeting(bounds: FloatArray, margin: float) -> tuple[IntArray, IntArray]:
    """Pairs of boxes that are at most ``margin`` apart in both directions.

    The plane is cut into level strips as high as the boxes are on average, so that all boxes together reach into about
    three strips each at most. Within a strip, a box can only meet those that begin between its own west and east.

    Parameters
    ----------
    bounds : ndarray of float64, shape (n, 4)
        West, south, east and north of each box, finite.
    margin : float
        Largest distance, at least 0, in the unit of the coordinates.

    Returns
    -------
    tuple of ndarray of int64, shape (pairs,)
        ``i`` and ``j`` of each pair, ``i < j``, each pair once.
    """
    west, south, east, north = bounds.T
    east, north = east + margin, north + margin
    bottom, top = south.min(initial=np.inf), north.max(initial=-np.inf)
    # Not more strips than boxes, however low these are.
    height = max(float((north - south).mean()), (top - bottom) / len(bounds)) or 1.0 if len(bounds) else 1.0
    lowest, highest = (np.floor((edge - bottom) / height).astype(np.int64) for edge in (south, north))
    # Ranks instead of coordinates: strips lie one beside the other, and no rounding moves an edge.
    ascending = np.sort(west)
    first, last = np.searchsorted(ascending, west), np.searchsorted(ascending, east, side="right")
    box, strip = _ranges(lowest, highest)
    offset = strip * (len(bounds) + 1)
    begin = offset + first[box]
    order = np.argsort(begin)
    box, strip, begin = box[order], strip[order], begin[order]
    stop = np.searchsorted(begin, offset[order] + last[box])
    entry, later = _ranges(np.arange(len(box)) + 1, stop - 1)
    one, other = box[entry], box[later]
    # Of the strips that both reach into, the lowest counts.
    meet = (south[one] <= north[other]) & (south[other] <= north[one])
    meet &= strip[entry] == np.maximum(lowest[one], lowest[other])
    one, other = one[meet], other[meet]
    return np.minimum(one, other), np.maximum(one, other)


def diagonals_meeting(shapes: NDArray[np.object_], pairs: tuple[IntArray, IntArray], margin: float) -> BoolArray:
    """Whether the bounds of two areas towards north-east and south-east are at most ``margin`` apart.

    Most areas whose boxes meet in a corner only are kept apart by a diagonal.

    Parameters
    ----------
    shapes : ndarray of shapely geometries, shape (n,)
        Areas, none missing or empty.
    pairs : tuple of ndarray of int64, shape (pairs,)
        Positions of the two areas of each pair.
    margin : float
        Largest distance, at least 0, in the unit of the coordinates.

    Returns
    -------
    ndarray of bool, shape (pairs,)
    """
    import shapely

    one, other = pairs
    counts = shapely.get_num_coordinates(shapes)
    low, high = np.empty((2, len(shapes))), np.empty((2, len(shapes)))
    for first in range(0, len(shapes), _AT_ONCE):
        areas = slice(first, first + _AT_ONCE)
        begins = np.cumsum(counts[areas]) - counts[areas]
        x, y = np.ascontiguousarray(shapely.get_coordinates(shapes[areas]).T)
        for diagonal, along in enumerate((x + y, x - y)):
            np.minimum.reduceat(along, begins, out=low[diagonal, areas])
            np.maximum.reduceat(along, begins, out=high[diagonal, areas])
    # A distance changes the sum by at most 1.42 times as much; the rest is room for rounding.
    room = 2 * margin + 1e-12 * float(max(np.abs(low).max(initial=0.0), np.abs(high).max(initial=0.0)))
    apart = (low[:, one] > high[:, other] + room) | (low[:, other] > high[:, one] + room)
    return np.asarray(~apart.any(axis=0))


def _ranges(first: IntArray, last: IntArray) -> tuple[IntArray, IntArray]:
    """All whole numbers from first to last of each range, one range after the other, and the number of the range."""
    counts = np.maximum(last - first + 1, 0)
    before = np.cumsum(counts) - counts
    return np.repeat(np.arange(len(counts)), counts), np.arange(counts.sum()) + np.repeat(first - before, counts)
