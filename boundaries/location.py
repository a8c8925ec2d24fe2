"""Whether areas lie where their keys say: in Germany, in their Land, in the areas above them.

A coordinate system that is declared wrongly moves areas by some hundred kilometres: one zone of UTM by about 400, one
of Gauß and Krüger out of Germany. Where most areas lie elsewhere, the file is refused, and the system in which they
would lie where they belong is named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import shapely

from boundaries.areas import AreaSet, areas_above
from boundaries.findings import Finding, FindingKind, Treatment
from boundaries.geometry import Geometries, reproject
from boundaries.laender import EXTENTS
from boundaries.position_errors import OutsideGermany, OutsideLand, OutsideParents

_LONGITUDE_LATITUDE = "OGC:CRS84"
# Official areas reach out to the limits of the sea.
_AROUND_GERMANY = (3.0, 46.5, 16.0, 56.5)
# Some 20 km by 33 km; the widest Land with it is still narrower than a zone of UTM.
_MARGIN_DEGREES = 0.3
# In the order in which they are named where several fit.
_SYSTEMS = (
    *("EPSG:25832", "EPSG:25833", "EPSG:31467", "EPSG:31468", "EPSG:31466", "EPSG:31469", "EPSG:4326"),
    *("EPSG:3857", "EPSG:3035", "EPSG:4647", "EPSG:5650", "EPSG:25831"),
)
_FITTING_SHARE = 0.9

Masks = npt.NDArray[np.bool_]
#: Tells for each of some points in longitude and latitude whether it is where it belongs.
_Fits = Callable[[Geometries], Masks]


def check_location(
    path: str, given: tuple[Geometries, str], projected: tuple[Geometries, str], keys: Sequence[str]
) -> list[Finding]:
    """Refuse areas with official keys that do not lie in Germany, or mostly in another Land than the keys tell.

    Parameters
    ----------
    path : str
        The file, for messages.
    given : tuple of (ndarray of shape (n,), str)
        Areas as they stand in the file, and the coordinate system that it states.
    projected : tuple of (ndarray of shape (n,), str)
        The areas in a projected coordinate system, and its name.
    keys : sequence of str
        Official keys in the order of the areas.

    Returns
    -------
    list of Finding
        The areas that do not lie in their Land, where these are few.

    Raises
    ------
    OutsideGermany
        The axes are swapped, or the coordinate system is another than the file says.
    OutsideLand
        More than half of the areas lie outside the bounds of their Land.
    """
    places = _geographic(shapely.point_on_surface(projected[0]), projected[1])
    limits = np.array([EXTENTS[key[:2]] for key in keys]) + np.array([-1, -1, 1, 1]) * _MARGIN_DEGREES
    elsewhere = np.flatnonzero(~_within(places, np.array([_AROUND_GERMANY])))
    if elsewhere.size:
        first = places[elsewhere[0]]
        likely = likely_crs(given[0], lambda points: _within(points, limits))
        raise OutsideGermany(path, [keys[row] for row in elsewhere.tolist()], float(first.x), float(first.y), likely)
    apart = [keys[row] for row in np.flatnonzero(~_within(places, limits)).tolist()]
    if len(apart) > len(keys) / 2:
        likely = likely_crs(given[0], lambda points: _within(points, limits))
        raise OutsideLand(path, given[1], apart, len(keys), likely)
    return [Finding(FindingKind.OUTSIDE_LAND, key, Treatment.KEPT) for key in apart]


def check_among_parents(path: str, given: Geometries, areas: AreaSet, above: Sequence[AreaSet]) -> None:
    """Refuse areas of an own level that mostly lie apart from the areas above them.

    Parameters
    ----------
    path : str
        The file, for messages.
    given : ndarray of shape (n,), dtype object
        Areas as they stand in the file, in the order of ``areas``.
    areas : AreaSet
        The areas with their parents.
    above : sequence of AreaSet
        Where the parents are looked for, in the coordinate system of the areas.

    Raises
    ------
    OutsideParents
        More than half of the areas whose parent is known do not touch it.
    """
    known = [(row, parents[0]) for row, area in enumerate(areas.areas) if (parents := areas_above(area, above))]
    if not known:
        return
    rows = np.array([row for row, _ in known], np.intp)
    outer = np.array([parent.geometry for _, parent in known], dtype=object)
    apart = rows[~shapely.intersects(areas.geometries[rows], outer)].tolist()
    if len(apart) > len(known) / 2:

        def fits(points: Geometries) -> Masks:
            moved = reproject(points, _LONGITUDE_LATITUDE, areas.crs)
            return np.asarray(shapely.intersects(moved, outer), bool)

        raise OutsideParents(path, [areas.keys[row] for row in apart], len(known), likely_crs(given[rows], fits))


def likely_crs(given: Geometries, fits: _Fits) -> str | None:
    """Return the coordinate system in which nearly all geometries would be where they belong.

    Parameters
    ----------
    given : ndarray of shape (n,), dtype object
        Geometries as they stand in a file.
    fits : callable
        Tells for an array of n points in longitude and latitude which of them are where they belong.

    Returns
    -------
    str or None
        The first of the systems in use in Germany in which nine of ten fit; None where there is no such.
    """
    middles = shapely.centroid(given)
    for system in _SYSTEMS:
        if fits(_geographic(middles, system)).mean() >= _FITTING_SHARE:
            return system
    return None


def _geographic(points: object, crs: str) -> Geometries:
    return reproject(np.asarray(points, dtype=object), crs, _LONGITUDE_LATITUDE)


def _within(points: Geometries, limits: npt.NDArray[np.float64]) -> Masks:
    """Tell which points lie in the bounds of their row, or of the only one; what is not finite lies in none."""
    x, y = shapely.get_x(points), shapely.get_y(points)
    return (x >= limits[:, 0]) & (y >= limits[:, 1]) & (x <= limits[:, 2]) & (y <= limits[:, 3])
