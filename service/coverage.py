"""Coverages of whole coordinates: snapping areas together to the grid of the tiles."""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt
import shapely
from shapely import GeometryType, MultiPolygon

Geometries = npt.NDArray[np.object_]

_SAME_AREA = 1e-6


def contains_levels(upper: Geometries, lower: Geometries) -> npt.NDArray[np.intp] | None:
    """Tell which upper area each lower one belongs to, where the upper ones are made of whole lower ones.

    Parameters
    ----------
    upper, lower : ndarray of shape (m,) and (n,), dtype object
        Areas of two levels in the same coordinates.

    Returns
    -------
    ndarray of shape (n,), dtype intp, or None
        Row in ``upper`` for each row of ``lower``; None where the upper areas are not made of whole lower
        ones.
    """
    points = shapely.point_on_surface(lower)
    lower_rows, upper_rows = shapely.STRtree(upper).query(points, predicate="within")
    if not np.array_equal(lower_rows, np.arange(lower.size)):
        return None
    sums = np.bincount(upper_rows, weights=shapely.area(lower), minlength=upper.size)
    if not np.allclose(sums, shapely.area(upper), rtol=_SAME_AREA, atol=0.0):
        return None
    return cast("npt.NDArray[np.intp]", upper_rows)


def dissolve_groups(lower: Geometries, members: npt.NDArray[np.intp]) -> Geometries:
    """Unite lower areas into upper ones; the lower ones are a coverage."""
    return _united(lower, members, int(members.max()) + 1)


def _united(pieces: Geometries, owners: npt.NDArray[np.intp], count: int) -> Geometries:
    """Unite the pieces of each owner 0 to count - 1; owners without pieces become empty."""
    order = np.argsort(owners, kind="stable")
    cuts = np.searchsorted(owners[order], np.arange(count + 1))
    united = np.empty(count, dtype=object)
    for row in range(count):
        own = pieces[order[cuts[row] : cuts[row + 1]]]
        united[row] = own[0] if own.size == 1 else shapely.coverage_union_all(own)
    return united


def _polygons_only(geometries: Geometries) -> Geometries:
    """Return the polygons of mixed collections."""
    polygons = geometries.copy()
    for row in np.flatnonzero(
        ~np.isin(shapely.get_type_id(geometries), (GeometryType.POLYGON, GeometryType.MULTIPOLYGON))
    ):
        parts = shapely.get_parts(geometries[row])
        polygons[row] = MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
    return polygons


def snap(geometries: Geometries, coverage: bool) -> Geometries:
    """Move all vertices to whole coordinates so that the result is valid.

    Rounding keeps shared borders shared, but a narrow place may fold over. Where it does, the borders are
    snap-rounded together, the faces between them found anew, and each given to the area it came from.

    Parameters
    ----------
    geometries : ndarray of shape (n,), dtype object
        Areas.
    coverage : bool
        Whether they are a coverage. Areas that overlap anyway are only made valid, each on its own.

    Returns
    -------
    ndarray of shape (n,), dtype object
        Valid areas with whole coordinates in the same order; empty where an area is smaller than the grid.
        No two overlap and no gap opens where the input is a coverage.

    References
    ----------
    Hobby, J. D. (1999): Practical segment intersection with finite precision output. Computational
    Geometry 13(4), 199-214.
    """
    polygons = _polygons_only(geometries)
    rounded = np.asarray(shapely.transform(polygons, np.round), dtype=object)
    if shapely.is_valid(rounded).all() and (not coverage or shapely.coverage_is_valid(rounded)):
        return np.asarray(shapely.remove_repeated_points(rounded, 0.0), dtype=object)
    if not coverage:
        return _polygons_only(np.asarray(shapely.set_precision(polygons, 1.0), dtype=object))
    lines = shapely.union_all(shapely.boundary(rounded), grid_size=1.0)
    faces = np.asarray(shapely.get_parts(shapely.polygonize([lines])), dtype=object)
    return _polygons_only(_united(faces, _owners(faces, polygons), polygons.size))


def snap_each(geometries: Geometries, places: npt.NDArray[np.intp], distance: float, coverage: bool) -> Geometries:
    """Snap the parts of several tiles, those of each tile on their own, as :func:`snap` does.

    Nearly all tiles only have to be rounded. That is found out for all of them together.

    Parameters
    ----------
    geometries : ndarray of shape (n,), dtype object
        Areas, cut to the tiles.
    places : ndarray of shape (n,), dtype intp
        Rank of the tile of each, ascending; the tiles lie in one column, one below the other.
    distance : float
        At least twice what two tiles of the column share.
    coverage : bool
        Whether the parts of a tile are a coverage.

    Returns
    -------
    ndarray of shape (n,), dtype object
        As :func:`snap` gives them.
    """
    polygons = _polygons_only(geometries)
    rounded = np.asarray(shapely.transform(polygons, np.round), dtype=object)
    good = ~np.isin(places, places[~shapely.is_valid(rounded)])
    if coverage:
        good[good] = ~_clashes(rounded[good], places[good], distance)
    snapped = np.empty(polygons.size, dtype=object)
    snapped[good] = shapely.remove_repeated_points(rounded[good], 0.0)
    for place in np.unique(places[~good]):
        own = places == place
        snapped[own] = snap(polygons[own], coverage)
    return snapped


def _clashes(geometries: Geometries, places: npt.NDArray[np.intp], distance: float) -> npt.NDArray[np.bool_]:
    """Mask of the parts of tiles that are no coverage."""
    coordinates, rows = shapely.get_coordinates(geometries, return_index=True)
    coordinates[:, 1] += places[rows] * distance  # tiles overlap; apart, they can be checked as one coverage
    apart = shapely.set_coordinates(geometries.copy(), coordinates)
    if shapely.coverage_is_valid(apart):
        return np.zeros(places.size, dtype=bool)
    return np.isin(places, places[~shapely.is_empty(shapely.coverage_invalid_edges(apart))])


def _owners(faces: Geometries, areas: Geometries) -> npt.NDArray[np.intp]:
    """Return the row of the area that each face belongs to; -1 for holes that belong to none."""
    owners = np.full(faces.size, -1, dtype=np.intp)
    if faces.size:
        face_rows, area_rows = shapely.STRtree(areas).query(shapely.point_on_surface(faces), predicate="intersects")
        owners[face_rows] = area_rows
    return owners
