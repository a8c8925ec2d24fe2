"""Common borders of areas and their lengths, from full-detail geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.errors import LengthMismatch, OptionOutOfRange, UnusableGeometry
from spatial.statistics.sentences import Sentence, at_least
from spatial.statistics.weights import FloatArray, IntArray, Weights, assemble


@dataclass(frozen=True)
class _Edges:
    """Straight pieces of outlines: numbers of both end points, area and length of each."""

    first: IntArray
    second: IntArray
    area: IntArray
    length: FloatArray

    def of(self, chosen: NDArray[Any]) -> _Edges:
        return _Edges(self.first[chosen], self.second[chosen], self.area[chosen], self.length[chosen])


def weights_borders(
    geometries: Sequence[Any] | NDArray[np.object_], keys: Sequence[str], *, tolerance: float = 0.05
) -> Weights:
    """Length of the common border of each two areas.

    Pieces of outline that two areas have in common count with their length. Where one side of a border has vertices
    that the other lacks, or their vertices differ by up to the tolerance, the pieces are cut at these vertices first.

    Parameters
    ----------
    geometries : sequence of shapely polygons, length n
        In a projected system, in metres.
    keys : sequence of str, length n
    tolerance : float
        Metres by which two sides of a border may differ, at least 0.

    Returns
    -------
    Weights
        Metres, symmetric, ``spec="borders"``. Areas that meet in points alone are no neighbours.

    Raises
    ------
    UnusableGeometry, LengthMismatch, DuplicateKeys, OptionOutOfRange
        If a geometry is missing or empty, numbers differ, a key occurs twice, or the tolerance is negative.

    Notes
    -----
    Of areas that overlap, only the coinciding pieces of outline count.

    Examples
    --------
    >>> import shapely
    >>> boxes = [shapely.box(0, 0, 10, 20), shapely.box(10, 0, 20, 5), shapely.box(10, 5, 20, 20)]
    >>> weights_borders(boxes, "abc").sparse().toarray().tolist()
    [[0.0, 5.0, 15.0], [5.0, 0.0, 10.0], [15.0, 10.0, 0.0]]
    """
    import shapely

    if not 0 <= tolerance < np.inf:
        raise OptionOutOfRange("tolerance", tolerance, at_least(0, "Meter", "metres"))
    shapes = np.empty(len(geometries), dtype=object)
    shapes[:] = list(geometries)
    if len(shapes) != len(keys):
        raise LengthMismatch(Sentence("Geometrien", "geometries"), len(shapes), len(keys))
    unusable = ~np.isfinite(shapely.bounds(shapes)).all(axis=1) if len(shapes) else np.zeros(0, bool)
    if unusable.any():
        raise UnusableGeometry([keys[int(i)] for i in np.flatnonzero(unusable)])
    edges, points = _edges(shapes)
    whole, lonely = _common(edges)
    cut, _ = _common(_cut(edges.of(lonely), points, tolerance))
    one, other, metres = (np.concatenate(both) for both in zip(whole, cut, strict=True))
    codes, place = np.unique(one * len(shapes) + other, return_inverse=True)
    first, second = np.divmod(codes, max(len(shapes), 1))
    sums = np.bincount(place, metres, minlength=len(codes))
    rows, columns = np.concatenate([first, second]), np.concatenate([second, first])
    return assemble(keys, rows, columns, np.concatenate([sums, sums]), spec="borders", style="O")


def _edges(shapes: NDArray[np.object_]) -> tuple[_Edges, FloatArray]:
    """All pieces of all outlines, and the points that they number."""
    import shapely

    parts, area = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    following = ring[1:] == ring[:-1]
    distinct, number = np.unique(points[:, 0] + 1j * points[:, 1], return_inverse=True)
    first, second = number[:-1][following], number[1:][following]
    length = np.abs(distinct[first] - distinct[second])
    owner = area[part[ring[:-1][following]]]
    return _Edges(first, second, owner, length), np.column_stack([distinct.real, distinct.imag])


def _common(edges: _Edges) -> tuple[tuple[IntArray, IntArray, FloatArray], IntArray]:
    """Both areas (the smaller number first) and length of each piece that two have in common; the other pieces."""
    low, high = np.minimum(edges.first, edges.second), np.maximum(edges.first, edges.second)
    order = np.lexsort((edges.area, high, low))
    one, other = order[:-1], order[1:]
    shared = (low[one] == low[other]) & (high[one] == high[other]) & (edges.area[one] != edges.area[other])
    one, other = one[shared], other[shared]
    alone = np.ones(len(order), bool)
    alone[one] = alone[other] = False
    return (edges.area[one], edges.area[other], edges.length[one]), np.flatnonzero(alone)


def _cut(edges: _Edges, points: FloatArray, tolerance: float) -> _Edges:
    """Pieces cut at the vertices of other pieces that lie on them; points within the tolerance become one."""
    import shapely

    used = np.unique(np.concatenate([edges.first, edges.second]))
    if not len(used):
        return edges
    same = _merged(points[used], tolerance)
    number = np.zeros(len(points), np.int64)
    number[used] = same
    places = np.empty((same.max() + 1, 2))
    places[same[::-1]] = points[used][::-1]
    first, second = number[edges.first], number[edges.second]
    start, along = places[first], places[second] - places[first]
    lines: Any = shapely.linestrings(np.stack([start, places[second]], axis=1))
    node, piece = shapely.STRtree(lines).query(shapely.points(places), predicate="dwithin", distance=tolerance)
    between = (node != first[piece]) & (node != second[piece])
    node, piece = node[between], piece[between]
    squared = np.maximum((along**2).sum(axis=1), np.finfo(float).tiny)
    share = ((places[node] - start[piece]) * along[piece]).sum(axis=1) / squared[piece]
    every = np.arange(len(first))
    station = np.concatenate([first, second, node])
    belongs = np.concatenate([every, every, piece])
    order = np.lexsort((np.concatenate([np.zeros(len(first)), np.ones(len(first)), share]), belongs))
    station, belongs = station[order], belongs[order]
    inner = (belongs[1:] == belongs[:-1]) & (station[1:] != station[:-1])
    one, other = station[:-1][inner], station[1:][inner]
    length = np.hypot(*(places[one] - places[other]).T)
    return _Edges(one, other, edges.area[belongs[:-1][inner]], length)


def _merged(points: FloatArray, tolerance: float) -> IntArray:
    """Number of each point; those within the tolerance of each other have one number."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    close = cKDTree(points).query_pairs(tolerance, output_type="ndarray")
    graph = coo_array((np.ones(len(close)), (close[:, 0], close[:, 1])), shape=(len(points), len(points)))
    _, number = connected_components(graph, directed=False)
    return np.asarray(number, dtype=np.int64)
