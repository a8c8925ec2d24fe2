"""Geometry of coverages: areas that share their borders exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import numpy.typing as npt
import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from boundaries.areas import as_multipolygon

PROJECTED_CRS = "EPSG:25832"

Geometries = npt.NDArray[np.object_]


def is_coverage(geometries: Geometries) -> bool:
    """Tell whether polygons cover their union without overlaps and with matching borders.

    Parameters
    ----------
    geometries : ndarray of shape (n,), dtype object
        Polygons or MultiPolygons.

    Returns
    -------
    bool
        True where no two interiors overlap and shared borders have the same vertices. Holes between areas
        that are closed by matching borders are allowed: they may be real.
    """
    return bool(shapely.coverage_is_valid(list(geometries)))


def union_of_whole_areas(geometries: Sequence[BaseGeometry]) -> MultiPolygon:
    """Unite whole areas so that no vertex moves.

    Parameters
    ----------
    geometries : sequence of Polygon or MultiPolygon
        Areas with matching borders. Where the borders do not match, the areas are overlaid instead.

    Returns
    -------
    shapely.MultiPolygon
        Valid union in a normalised order of parts and vertices, so equal input gives equal bytes.
    """
    parts = list(geometries)
    if is_coverage(np.array(parts, dtype=object)):
        united = shapely.coverage_union_all(parts)
    else:
        united = shapely.union_all(parts)
    return as_multipolygon(shapely.normalize(united))


def simplify(geometries: Geometries, tolerance_m: float) -> Geometries:
    """Simplify areas so that shared borders stay shared.

    Vertices go by the area of the triangle with their neighbours (Visvalingam and Whyatt), each shared
    border once, so no gap and no overlap opens.

    Parameters
    ----------
    geometries : ndarray of shape (n,), dtype object
        A coverage (see `is_coverage`), for example ``AreaSet.geometries``.
    tolerance_m : float
        Length in units of the coordinates (metres); a vertex goes where its triangle is smaller than about
        the square of it. At least 0.

    Returns
    -------
    ndarray of shape (n,), dtype object
        Simplified geometries in the same order; the input is not changed.

    Raises
    ------
    ValueError
        The tolerance is negative or no number.

    References
    ----------
    Visvalingam, M. and Whyatt, J. D. (1993): Line generalisation by repeated elimination of points.
    The Cartographic Journal 30(1), 46-51.
    """
    if not tolerance_m >= 0:
        raise ValueError(f"tolerance_m is {tolerance_m}; it must be a number of at least 0")
    return cast("Geometries", np.asarray(shapely.coverage_simplify(geometries, tolerance_m), dtype=object))


def reproject(geometries: Geometries, source: str, target: str) -> Geometries:
    """Transform every vertex on its own, so that equal vertices stay equal and a coverage stays one.

    Parameters
    ----------
    geometries : ndarray of shape (n,), dtype object
        Geometries in the coordinate system ``source``.
    source, target : str
        Coordinate systems as PROJ understands them; longitude comes before latitude.

    Returns
    -------
    ndarray of shape (n,), dtype object
        New geometries; no vertex is added or removed. Vertices that cannot be transformed are infinite.
    """
    from pyproj import Transformer

    transformer = Transformer.from_crs(source, target, always_xy=True)

    def transform(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(coordinates[:, 0], coordinates[:, 1]))

    return cast("Geometries", np.asarray(shapely.transform(geometries, transform), dtype=object))
