"""The projected coordinate system in which areas are kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from boundaries.geometry import PROJECTED_CRS, Geometries, reproject
from boundaries.position_errors import CoordinatesOutOfRange, NoCrs

# Longitude and latitude around Germany, generously.
_GERMANY = (5.5, 47.0, 15.5, 55.5)
_WEB_MERCATOR = "EPSG:3857"
_LONGITUDE_LATITUDE = "OGC:CRS84"
_CONFIDENCE = 70
_DEGREES = (-180.0, -90.0, 180.0, 90.0)
_METRES = (-1e8, -1e8, 1e8, 1e8)


def _bounds(geometries: Geometries) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.total_bounds(geometries)
    return float(west), float(south), float(east), float(north)


def _first_outside(geometries: Geometries, limits: tuple[float, float, float, float]) -> list[int]:
    """Return the rows whose coordinates leave the limits or are not finite."""
    bounds = shapely.bounds(geometries)
    inside = (bounds[:, :2] >= limits[:2]).all(axis=1) & (bounds[:, 2:] <= limits[2:]).all(axis=1)
    return [int(row) for row in np.flatnonzero(~inside)]


def _fitting_crs(geographic: Geometries) -> str:
    """Return EPSG:25832 inside the bounds of Germany, elsewhere the UTM zone of the middle."""
    west, south, east, north = _bounds(geographic)
    if west >= _GERMANY[0] and south >= _GERMANY[1] and east <= _GERMANY[2] and north <= _GERMANY[3]:
        return PROJECTED_CRS
    longitude, latitude = (west + east) / 2, (south + north) / 2
    zone = min(int((longitude + 180) // 6) + 1, 60)
    return f"EPSG:{(32600 if latitude >= 0 else 32700) + zone}"


def to_projected(
    path: str, geometries: Geometries, crs: str | None, keys: Sequence[str], *, target: str | None = None
) -> tuple[Geometries, str]:
    """Bring geometries into a projected coordinate system in metres.

    Parameters
    ----------
    path : str
        The file, for messages.
    geometries : ndarray of shape (n,), dtype object
        Geometries as they stand in the file.
    crs : str or None
        Coordinate system of the file as PROJ understands it.
    keys : sequence of str
        Keys in the order of the geometries, for messages.
    target : str, optional
        Projected coordinate system that is wanted. By default a projected system of the EPSG in metres is kept, except
        the web projection, whose areas are wrong; everything else goes to EPSG:25832 or the UTM zone that fits.

    Returns
    -------
    tuple of (ndarray, str)
        The geometries and their coordinate system.

    Raises
    ------
    NoCrs
        The file has no coordinate system, or none that PROJ knows.
    CoordinatesOutOfRange
        The coordinates cannot be in that coordinate system.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if not crs:
        raise NoCrs(path)
    try:
        system = CRS.from_user_input(crs)
    except CRSError as error:
        raise NoCrs(path) from error
    authority = system.to_authority(min_confidence=_CONFIDENCE)
    name = ":".join(authority) if authority else system.to_wkt()
    _refuse_lost(path, name, geometries, keys)
    in_metres = all(axis.unit_conversion_factor == 1.0 for axis in system.axis_info[:2])
    suitable = system.is_projected and in_metres and name.startswith("EPSG:") and name != _WEB_MERCATOR
    if system.is_projected:
        _refuse_degrees(path, name, geometries, keys)
    if suitable and target in (None, name):
        _refuse(path, name, geometries, keys, _METRES)
        return geometries, name
    if system.is_geographic:
        _refuse(path, name, geometries, keys, _DEGREES)
    geographic = reproject(geometries, crs, _LONGITUDE_LATITUDE)
    _refuse(path, name, geographic, keys, _DEGREES)
    target = target or _fitting_crs(geographic)
    projected = reproject(geometries, crs, target)
    _refuse(path, name, projected, keys, _METRES)
    return projected, target


def _refuse_lost(path: str, crs: str, geometries: Geometries, keys: Sequence[str]) -> None:
    """Refuse coordinates that are no numbers."""
    coordinates, rows = shapely.get_coordinates(geometries, return_index=True)
    lost = np.unique(rows[~np.isfinite(coordinates).all(axis=1)])
    if lost.size:
        raise CoordinatesOutOfRange(path, _short(crs), [keys[row] for row in lost.tolist()])


def _refuse_degrees(path: str, crs: str, geometries: Geometries, keys: Sequence[str]) -> None:
    """Refuse longitude and latitude that are declared as metres: everything would lie within a few steps of nothing."""
    if not _first_outside(geometries, _DEGREES):
        raise CoordinatesOutOfRange(path, _short(crs), keys)


def _short(crs: str) -> str:
    return crs if len(crs) <= 40 else f"{crs[:39]}…"


def _refuse(
    path: str,
    crs: str,
    geometries: Geometries,
    keys: Sequence[str],
    limits: tuple[float, float, float, float],
) -> None:
    """Refuse coordinates outside the limits."""
    outside = _first_outside(geometries, limits)
    if outside:
        raise CoordinatesOutOfRange(path, _short(crs), [keys[row] for row in outside])
