"""Pairs of areas that touch, found with compiled code where there is any, else with numpy and GEOS: the same pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.statistics import outlines
from spatial.statistics.meeting_boxes import boxes_meeting, diagonals_meeting
from spatial.statistics.outlines import GeometryArray, Outlines, PairArray
from spatial.statistics.shared_vertices import shared_vertices
from spatial.statistics.weights import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Areas:
    """Geometries with what is asked of them more than once.

    Attributes
    ----------
    shapes : ndarray of shapely geometries, shape (n,)
    bounds : ndarray of float64, shape (n, 4)
        West, south, east and north; not finite where a geometry is missing or empty.
    outlines : Outlines or None
        Their vertices, where there is compiled code to read them.
    """

    shapes: GeometryArray
    bounds: FloatArray
    outlines: Outlines | None

    @classmethod
    def of(cls, shapes: GeometryArray) -> Areas:
        """Take geometries."""
        import shapely

        library = outlines.compiled()
        if library is None:
            return cls(shapes, shapely.bounds(shapes), None)
        read = Outlines.of(shapes, library)
        return cls(shapes, read.boxes, read)


def pairs_touching(areas: Areas, distance: float | None) -> PairArray:
    """Pairs of areas that touch.

    Parameters
    ----------
    areas : Areas
        None missing or empty.
    distance : float or None
        Areas at most so far apart touch, in the unit of the coordinates; None: only those with a common vertex.

    Returns
    -------
    ndarray of int64, shape (pairs, 2)
        Positions, the smaller one first, each pair once.
    """
    if areas.outlines is not None:
        return _by_outlines(areas, areas.outlines, distance)
    return _sharing(areas.shapes) if distance is None else _by_arrays(areas, distance)


def _by_outlines(areas: Areas, read: Outlines, distance: float | None) -> PairArray:
    first, second = boxes_meeting(areas.bounds, _margin(distance))
    touching, open_ = read.touching(first, second, distance)
    if distance is not None and len(open_):
        near = _measured(areas.shapes, (open_[:, 0], open_[:, 1]), distance)
        touching = np.concatenate([touching, open_[near]])
    return np.sort(touching, axis=1)


def _by_arrays(areas: Areas, distance: float) -> PairArray:
    shapes, n = areas.shapes, len(areas.shapes)
    first, second = boxes_meeting(areas.bounds, _margin(distance))
    codes, common = shared_vertices(shapes)
    # Neighbours of an exact file share vertices. Only the other pairs need geometry: T-junctions, gaps, corners.
    touching = among(first * n + second, codes[common > 1])
    open_ = np.flatnonzero(~touching)
    open_ = open_[diagonals_meeting(shapes, (first[open_], second[open_]), distance)]
    open_ = open_[_both_reach(areas, (first[open_], second[open_]), distance)]
    touching[open_] = _measured(shapes, (first[open_], second[open_]), distance)
    return np.column_stack([first[touching], second[touching]])


def _margin(distance: float | None) -> float:
    # Twice the tolerance, so that no rounding at the edge of a box decides.
    return 2 * (distance or 0.0)


def _measured(shapes: GeometryArray, pairs: tuple[IntArray, IntArray], distance: float) -> BoolArray:
    import shapely

    one, other = shapes[pairs[0]], shapes[pairs[1]]
    shapely.prepare(one)
    near: BoolArray = shapely.dwithin(one, other, distance) if distance > 0 else shapely.intersects(one, other)
    return near


def _sharing(shapes: GeometryArray) -> PairArray:
    """Pairs (i, j), i < j, that share a vertex."""
    import shapely

    n = len(shapes)
    codes, common = shared_vertices(shapes)
    pairs = np.column_stack(np.divmod(codes, max(n, 1)))
    # One equal hash may be an accident.
    doubtful = np.flatnonzero(common == 1)
    accident = ~shapely.intersects(shapes[pairs[doubtful, 0]], shapes[pairs[doubtful, 1]])
    return np.delete(pairs, doubtful[accident], axis=0)


def among(codes: IntArray, ascending: IntArray) -> BoolArray:
    """Whether each code is one of those that ascend."""
    if not len(ascending):
        return np.zeros(len(codes), dtype=np.bool_)
    place = np.minimum(np.searchsorted(ascending, codes), len(ascending) - 1)
    return np.asarray(ascending[place] == codes)


def _both_reach(areas: Areas, pairs: tuple[IntArray, IntArray], distance: float) -> BoolArray:
    """Whether both areas of a pair reach the window in which their bounding boxes meet: nowhere else can they touch."""
    import shapely

    first, second = pairs
    shapes, bounds = areas.shapes, areas.bounds
    low = np.maximum(bounds[first, :2], bounds[second, :2]) - distance
    high = np.minimum(bounds[first, 2:], bounds[second, 2:]) + distance
    windows: Any = shapely.box(*low.T, *high.T)
    reach: NDArray[np.bool_] = shapely.intersects(shapes[first], windows)
    reach[reach] = shapely.intersects(shapes[second[reach]], windows[reach])
    return reach
