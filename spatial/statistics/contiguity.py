"""Contiguity: neighbours are areas that touch.

Real boundary files are not exact: a border may have a vertex on one side only (a T-junction), or the two
sides may differ in the last digits. Touching therefore means "within a tolerance", a small part of the extent
of all areas.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.errors import LengthMismatch, OptionOutOfRange, UnusableGeometry
from spatial.statistics.pairs import from_undirected
from spatial.statistics.sentences import Sentence
from spatial.statistics.shared_vertices import shared_edges
from spatial.statistics.touching import Areas, among, pairs_touching
from spatial.statistics.weights import Weights

#: A shared border must be longer than this many tolerances; shorter contacts are corners.
_CORNER_TOLERANCES = 100.0

GeometryArray = NDArray[np.object_]


def weights_queen(
    geometries: Sequence[Any] | GeometryArray, keys: Sequence[str], *, tolerance: float | None = 1e-8
) -> Weights:
    """Queen contiguity: areas that share a border or a corner are neighbours.

    ``w_ij = 1`` if the distance between ``i`` and ``j`` is at most ``tolerance`` times the extent of all
    areas (the longer side of their bounding box). Overlapping areas and an enclave with its surrounding area
    are neighbours too.

    Parameters
    ----------
    geometries : sequence of shapely geometries, length n
        Polygons or multipolygons in a projected CRS, *not simplified*.
    keys : sequence of str, length n
        Unique keys in the same order.
    tolerance : float or None
        Share of the extent, 0 <= tolerance < 0.01. ``None`` measures nothing: neighbours are areas that share a
        vertex, as in GeoDa. That is quicker, and takes areas for separate that meet in a T-junction or a gap.

    Returns
    -------
    Weights
        Binary, symmetric, ``spec="queen"``. Areas that touch no other are isolates.

    Raises
    ------
    UnusableGeometry
        If a geometry is missing, empty or has infinite coordinates.
    LengthMismatch, DuplicateKeys, OptionOutOfRange

    Examples
    --------
    >>> import shapely
    >>> boxes = [shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2), shapely.box(5, 5, 6, 6)]
    >>> w = weights_queen(boxes, ["a", "b", "c"])
    >>> w.neighbour_keys(0), w.isolates
    (('b',), ('c',))
    """
    areas, distance = _prepare(geometries, keys, tolerance or 0.0)
    return from_undirected(keys, pairs_touching(areas, None if tolerance is None else distance), "queen")


def weights_rook(geometries: Sequence[Any] | GeometryArray, keys: Sequence[str], *, tolerance: float = 1e-8) -> Weights:
    """Rook contiguity: areas that share a border, not only a corner, are neighbours.

    Two areas that touch as for `weights_queen` share a border if their outlines coincide on a length of more
    than one tolerance, or run beside each other within the tolerance on a length of more than 100 tolerances
    (a border whose two sides differ in the last digits; a corner is shorter than that).

    Parameters
    ----------
    geometries, keys, tolerance
        As for `weights_queen`.

    Returns
    -------
    Weights
        Binary, symmetric, ``spec="rook"``.

    Raises
    ------
    UnusableGeometry, LengthMismatch, DuplicateKeys, OptionOutOfRange
        As for `weights_queen`.
    """
    import shapely

    areas, distance = _prepare(geometries, keys, tolerance)
    shapes, pairs = areas.shapes, pairs_touching(areas, distance)
    if not len(pairs):
        return from_undirected(keys, pairs, "rook")
    codes, common = shared_edges(shapes, distance)
    shares_border = among(pairs[:, 0] * len(shapes) + pairs[:, 1], codes[common > 1])
    open_ = np.flatnonzero(~shares_border)
    first, second = (np.asarray(shapely.boundary(shapes[pairs[open_, side]])) for side in (0, 1))
    shares_border[open_] = shapely.length(shapely.intersection(first, second)) > distance
    doubtful = np.flatnonzero(~shares_border[open_])
    if len(doubtful) and distance > 0:
        beside = _length_beside(first[doubtful], second[doubtful], distance)
        shares_border[open_[doubtful]] = beside > _CORNER_TOLERANCES * distance
    return from_undirected(keys, pairs[shares_border], "rook")


def _prepare(geometries: Sequence[Any] | GeometryArray, keys: Sequence[str], tolerance: float) -> tuple[Areas, float]:
    """Geometries as an array, and the tolerance in units of the coordinates."""
    if not 0 <= tolerance < 0.01:
        raise OptionOutOfRange(
            "tolerance",
            tolerance,
            Sentence(
                "0 <= tolerance < 0,01, ein Anteil der Ausdehnung", "0 <= tolerance < 0.01, a share of the extent"
            ),
        )
    shapes = np.empty(len(geometries), dtype=object)
    shapes[:] = geometries if isinstance(geometries, np.ndarray) else list(geometries)
    if len(shapes) != len(keys):
        raise LengthMismatch(Sentence("Geometrien", "geometries"), len(shapes), len(keys))
    # Missing and empty geometries have no finite bounds either.
    areas = Areas.of(shapes)
    bounds = areas.bounds
    unusable = ~np.isfinite(bounds).all(axis=1)
    if unusable.any():
        raise UnusableGeometry([keys[int(i)] for i in np.flatnonzero(unusable)])
    if not len(shapes):
        return areas, 0.0
    extent = float((bounds[:, 2:].max(axis=0) - bounds[:, :2].min(axis=0)).max())
    return areas, tolerance * extent


def _length_beside(first: GeometryArray, second: GeometryArray, distance: float) -> NDArray[np.float64]:
    """Length on which the first outline of each pair runs within ``distance`` of the second."""
    import shapely

    a, b = shapely.bounds(first), shapely.bounds(second)
    low = np.maximum(a[:, :2], b[:, :2]) - 2 * distance
    high = np.minimum(a[:, 2:], b[:, 2:]) + 2 * distance
    # Where the bounding boxes meet in little more than a point, no border can be.
    large = np.flatnonzero((high - low).max(axis=1) > 10 * distance)
    beside = np.zeros(len(first))
    if len(large):
        window = shapely.box(low[large, 0], low[large, 1], high[large, 0], high[large, 1])
        near_first, near_second = (shapely.intersection(shapes[large], window) for shapes in (first, second))
        reached = shapely.buffer(near_second, distance)
        beside[large] = shapely.length(shapely.intersection(near_first, reached))
    return beside
