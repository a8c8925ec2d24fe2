"""Checks of areas against what is known from elsewhere: the areas above them, and their official size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from boundaries.areas import Area, AreaSet
from boundaries.findings import Finding, FindingKind, Treatment
from boundaries.keys import parent_key

AREA_TOLERANCE_PERCENT = 3.0
"""By how much an area may differ from its official one. Drawing at 1:250 000 alone makes 2 of 100 municipalities differ
by more (VG250 of 2016-01-01 against the official areas of 2015-12-31, the 426 municipalities of Sachsen)."""

_OUTSIDE_PERCENT = 1.0
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
        key = area.parent
        if key is None:
            continue
        parent = next((each.by_key[key] for each in others if key in each.by_key), None)
        if parent is not None:
            placed.append((area, parent))
        elif _is_expected(area, others):
            missing.append(Finding(FindingKind.MISSING_PARENT, area.key, Treatment.KEPT, None, (key,)))
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
    filled: dict[str, float] = {}
    for area, parent in placed:
        filled[parent.key] = filled.get(parent.key, 0.0) + area.area_km2
    sizes = {parent.key: parent.area_km2 for _, parent in placed}
    differences = {key: 100 * (size / sizes[key] - 1) for key, size in sorted(filled.items())}
    return [
        Finding(FindingKind.INCOMPLETE_PARENT, key, Treatment.KEPT, difference)
        for key, difference in differences.items()
        if abs(difference) > _UNFILLED_PERCENT
    ]
