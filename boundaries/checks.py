"""Checks of areas against what is known from elsewhere: the areas above them, and their official size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from boundaries.areas import Area, AreaSet, areas_above
from boundaries.findings import Finding, FindingKind, Treatment
from boundaries.geometry import Geometries
from boundaries.keys import parent_key

AREA_TOLERANCE_PERCENT = 3.0
"""By how much an area may differ from its official one. Drawing at 1:250 000 alone makes 2 of 100 municipalities differ
by more (VG250 of 2016-01-01 against the official areas of 2015-12-31, the 426 municipalities of Sachsen)."""

_OUTSIDE_PERCENT = 1.0
_DISTORTED_PERCENT = 2.0
_UNFILLED_PERCENT = 0.5


def check_official_areas(
    areas: AreaSet, official_km2: Mapping[str, float], tolerance_percent: float
) -> tuple[list[Finding], int, float | None]:
    """Compare the areas of geometries with the official ones.

    Parameters
    ----------
    areas : AreaSet
        The areas; where one has its own official area (KFL) that holds.
    official_km2 : mapping of str to float
        Official areas by key, in km².
    tolerance_percent : float
        Difference in per cent of the official area up to which nothing is found.

    Returns
    -------
    tuple of (list of Finding, int, float or None)
        One finding for each larger difference (per cent, positive where the geometry is too large); the number of areas
        that were compared; the median of the absolute differences.
    """
    findings = []
    differences = []
    for area in areas.areas:
        official = area.official_km2 if area.official_km2 is not None else official_km2.get(area.key)
        if official is None or official <= 0:
            continue
        difference = 100 * (area.area_km2 - official) / official
        differences.append(abs(difference))
        if abs(difference) > tolerance_percent:
            findings.append(Finding(FindingKind.AREA_DIFFERS, area.key, Treatment.KEPT, difference))
    median = float(np.median(differences)) if differences else None
    return findings, len(differences), median


def check_distortion(geometries: Geometries, crs: str, keys: Sequence[str]) -> list[Finding]:
    """Tell areas whose size the projected coordinate system does not show: it is made for another part of the world.

    Parameters
    ----------
    geometries : ndarray of shape (n,), dtype object
        Areas in the coordinate system.
    crs : str
        Projected coordinate system in metres.
    keys : sequence of str
        Keys in the order of the geometries.

    Returns
    -------
    list of Finding
        One for each area that is drawn more than two per cent too large or too small, with the difference; without it
        where the coordinate system cannot even tell. Inside Germany EPSG:25832 differs by less than one per cent.
    """
    import pyproj

    centres = shapely.centroid(geometries)
    x, y = shapely.get_x(centres), shapely.get_y(centres)
    projection = pyproj.Proj(crs)
    longitude, latitude = projection(x, y, inverse=True)
    percents = 100 * (np.asarray(projection.get_factors(longitude, latitude).areal_scale) - 1)
    return [
        Finding(FindingKind.DISTORTED, keys[row], Treatment.KEPT, float(percents[row]) if known else None)
        for row, known in enumerate(np.isfinite(percents).tolist())
        if not known or abs(percents[row]) > _DISTORTED_PERCENT
    ]


def check_hierarchy(areas: AreaSet, above: Sequence[AreaSet]) -> list[Finding]:
    """Compare areas with those above them.

    Parameters
    ----------
    areas : AreaSet
        The areas; those without a parent are passed over.
    above : sequence of AreaSet
        Sets of other levels of the same day, in the same coordinate system.

    Returns
    -------
    list of Finding
        Parents that no set holds (where a set of their level is there); areas that lie outside their parent by more
        than one per cent; parents that the areas leave unfilled or overfill by more than half a per cent.
    """
    others = [each for each in above if each.level != areas.level]
    missing: list[Finding] = []
    placed: list[tuple[Area, Area]] = []
    for area in areas.areas:
        if area.parent is None:
            continue
        parents = areas_above(area, others)
        if parents:
            placed.append((area, parents[0]))
        elif _is_expected(area, others):
            missing.append(Finding(FindingKind.MISSING_PARENT, area.key, Treatment.KEPT, None, (area.parent,)))
    return [*missing, *_outside(placed), *_unfilled(placed)]


def _is_expected(area: Area, others: Sequence[AreaSet]) -> bool:
    """Tell whether the parent would have to be in one of the sets."""
    above = parent_key(area.key, area.level)
    return bool(others) if above is None else any(each.level == above[1] for each in others)


def _outside(placed: Sequence[tuple[Area, Area]]) -> list[Finding]:
    shapes = np.array([area.geometry for area, _ in placed], dtype=object)
    outer = np.array([parent.geometry for _, parent in placed], dtype=object)
    shapely.prepare(outer)
    doubtful = np.flatnonzero(~shapely.covers(outer, shapes))
    shared = shapely.area(shapely.intersection(shapes[doubtful], outer[doubtful]))
    percents = 100 * (1 - shared / shapely.area(shapes[doubtful]))
    return [
        Finding(FindingKind.OUTSIDE_PARENT, area.key, Treatment.KEPT, float(percent), (parent.key,))
        for (area, parent), percent in zip([placed[row] for row in doubtful.tolist()], percents, strict=True)
        if percent > _OUTSIDE_PERCENT
    ]


def _unfilled(placed: Sequence[tuple[Area, Area]]) -> list[Finding]:
    filled: dict[tuple[str, str], float] = {}
    for area, parent in placed:
        filled[parent.key, parent.level] = filled.get((parent.key, parent.level), 0.0) + area.area_km2
    sizes = {(parent.key, parent.level): parent.area_km2 for _, parent in placed}
    differences = {place: 100 * (size / sizes[place] - 1) for place, size in sorted(filled.items())}
    return [
        Finding(FindingKind.INCOMPLETE_PARENT, key, Treatment.KEPT, difference)
        for (key, _), difference in differences.items()
        if abs(difference) > _UNFILLED_PERCENT
    ]
