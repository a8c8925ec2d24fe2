"""Repair of boundaries: only what cannot change the meaning of an area; everything else is reported.

Invalid rings are rebuilt, and borders that miss each other by less than a sliver are joined. A sliver is a
thousandth of the side of a middle-sized area, at most one metre: far below what any of these boundaries can show, and
far above the rounding of coordinates.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from boundaries.file_errors import InvalidGeometries
from boundaries.findings import Finding, FindingKind, Treatment
from boundaries.geometry import Geometries
from boundaries.sentences import Sentence

_WIDEST_SLIVER_M = 1.0
_SLIVER_SHARE = 1e-3
# More overlaps than this are no coverage with mistakes but areas that overlap on purpose.
_MOST_OVERLAPS = 10_000
_CHUNK = 50
# Borders that agree to this share of the extent are one border, drawn with other last digits.
_ROUNDING = 1e-8


@dataclass(frozen=True, slots=True)
class _Spot:
    """An overlap or a gap: the areas concerned, its size, and its mean width (twice the area by the border)."""

    keys: tuple[str, ...]
    size_m2: float
    width_m: float


def sliver_width(geometries: Geometries) -> float:
    """Return the width in metres below which gaps and overlaps of these areas are mistakes of drawing."""
    if geometries.size == 0:
        return 0.0
    return min(_WIDEST_SLIVER_M, _SLIVER_SHARE * float(np.sqrt(np.median(shapely.area(geometries)))))


def repair_rings(path: str, geometries: Geometries, keys: Sequence[str]) -> tuple[Geometries, list[Finding]]:
    """Rebuild polygons whose rings cross or touch themselves.

    Parameters
    ----------
    path : str
        The file, for messages.
    geometries : ndarray of shape (n,), dtype object
        Polygons and MultiPolygons.
    keys : sequence of str
        Keys in the order of the geometries.

    Returns
    -------
    tuple of (ndarray, list of Finding)
        Valid geometries in the same order, and one finding for each that was rebuilt, with the change of its area.

    Raises
    ------
    InvalidGeometries
        Nothing is left of a polygon when it is rebuilt.

    Notes
    -----
    ``make_valid`` with the structure method: rings are made valid, then holes are taken out of shells. Vertices stay
    where they are.
    """
    invalid = np.flatnonzero(~shapely.is_valid(geometries))
    if invalid.size == 0:
        return geometries, []
    rebuilt = shapely.make_valid(geometries[invalid], method="structure", keep_collapsed=False)
    lost = [keys[row] for row, shape in zip(invalid.tolist(), rebuilt, strict=True) if shapely.area(shape) == 0]
    if lost:
        raise InvalidGeometries(
            path,
            lost,
            Sentence(
                "nichts bleibt übrig, wenn die Ringe berichtigt werden",
                "nothing is left when its rings are put right",
            ),
        )
    changes = shapely.area(rebuilt) - shapely.area(geometries[invalid])
    repaired = geometries.copy()
    repaired[invalid] = rebuilt
    return repaired, [
        Finding(FindingKind.INVALID_RING, keys[row], Treatment.REPAIRED, float(change))
        for row, change in zip(invalid.tolist(), changes, strict=True)
    ]


def join_borders(geometries: Geometries, keys: Sequence[str]) -> tuple[Geometries, list[Finding]]:
    """Find overlaps, gaps and borders that do not match; join those that miss each other by less than a sliver.

    Parameters
    ----------
    geometries : ndarray of shape (n,), dtype object
        Valid polygons in a projected coordinate system in metres.
    keys : sequence of str
        Keys in the order of the geometries.

    Returns
    -------
    tuple of (ndarray, list of Finding)
        Geometries in the same order. They are a coverage if no overlap is wider than a sliver; else they are what came
        in, and every finding is kept. Gaps that are wider may be real: a lake, or the land of others.

    Notes
    -----
    The width of an overlap or a gap is twice its area by the length of its border, the width of a long thin one. What
    agrees to 1e-8 of the extent is told as an unmatched border and not as an overlap. More than 10 000 overlaps are not
    told one by one.
    """
    width = sliver_width(geometries)
    doubles = _same_geometries(geometries, keys)
    edges = shapely.coverage_invalid_edges(geometries, gap_width=width)
    touched = np.flatnonzero(~(shapely.is_missing(edges) | shapely.is_empty(edges)))
    if touched.size == 0:
        gaps = _gaps(_united(geometries), geometries, keys)
        return geometries, [*doubles, *_told(FindingKind.GAP, gaps, Treatment.KEPT)]
    overlaps = _overlaps(geometries, touched, keys, {finding.key for finding in doubles})
    narrow = all(overlap.width_m <= width for overlap in overlaps)
    cleaned = _cleaned(geometries, touched, width) if narrow else None
    treatment = Treatment.KEPT if cleaned is None else Treatment.REPAIRED
    rounding = _ROUNDING * _extent(geometries)
    overlaps = [overlap for overlap in overlaps if overlap.width_m > rounding]
    if cleaned is None:
        gaps = [gap for gap in _gaps(shapely.union_all(geometries), geometries, keys) if gap.width_m > rounding]
    else:
        near = _gaps(shapely.union_all(geometries[_near(geometries, touched)]), geometries, keys)
        gaps = [gap for gap in near if rounding < gap.width_m <= width]
    named = {key for spot in (*overlaps, *gaps) for key in spot.keys} | {finding.key for finding in doubles}
    found = [
        *doubles,
        *_told(FindingKind.OVERLAP, overlaps, treatment),
        *_told(FindingKind.GAP, gaps, treatment),
        *(
            Finding(FindingKind.UNMATCHED_BORDER, keys[row], treatment, float(shapely.length(edges[row])))
            for row in touched.tolist()
            if keys[row] not in named
        ),
    ]
    if cleaned is None:
        return geometries, found
    left = _gaps(_united(cleaned), cleaned, keys)
    return cleaned, [*found, *_told(FindingKind.GAP, left, Treatment.KEPT)]


def _united(coverage: Geometries) -> BaseGeometry:
    """Unite a coverage; where GEOS finds it not noded well enough for the fast way, by the slow one."""
    try:
        return shapely.coverage_union_all(coverage)
    except GEOSException:
        return shapely.union_all(coverage)


def _extent(geometries: Geometries) -> float:
    """Return the longer side of the box around all geometries, in metres."""
    west, south, east, north = shapely.total_bounds(geometries)
    return max(float(east - west), float(north - south))


def _told(kind: FindingKind, spots: Sequence[_Spot], treatment: Treatment) -> list[Finding]:
    return [Finding(kind, spot.keys[0], treatment, spot.size_m2, spot.keys[1:]) for spot in spots]


def _cleaned(geometries: Geometries, touched: NDArray[np.intp], width: float) -> Geometries | None:
    """Join the borders of some areas; None where that would cost an area more than a sliver along its border.

    Where it is enough, only these areas and their neighbours are cleaned: cleaning a whole country takes long.
    """
    for rows in (_near(geometries, touched), np.arange(geometries.size)):
        cleaned = geometries.copy()
        try:
            cleaned[rows] = shapely.coverage_clean(geometries[rows], gap_width=width)  # type: ignore[attr-defined]  # younger than the stubs
        except GEOSException:
            continue
        changed = np.abs(shapely.area(cleaned[rows]) - shapely.area(geometries[rows]))
        small = bool((changed <= width * shapely.length(geometries[rows])).all())
        if small and shapely.is_valid(cleaned[rows]).all() and shapely.coverage_is_valid(cleaned):
            return cleaned
    return None


def _near(geometries: Geometries, touched: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the rows of some areas and of those that touch them."""
    _, near = shapely.STRtree(geometries).query(geometries[touched], predicate="intersects")
    return np.unique(near)


def _same_geometries(geometries: Geometries, keys: Sequence[str]) -> list[Finding]:
    """Return areas that have the geometry of an earlier one."""
    marks = np.column_stack([shapely.bounds(geometries), shapely.area(geometries)])
    first: dict[bytes, int] = {}
    findings = []
    for row, mark in enumerate(marks):
        other = first.setdefault(mark.tobytes(), row)
        if other != row and shapely.equals(geometries[row], geometries[other]):
            size = float(mark[-1]) / 1e6
            findings.append(Finding(FindingKind.SAME_GEOMETRY, keys[row], Treatment.KEPT, size, (keys[other],)))
    return findings


def _overlaps(
    geometries: Geometries, touched: NDArray[np.intp], keys: Sequence[str], doubles: Collection[str]
) -> list[_Spot]:
    """Return the overlaps of some areas with any others; those that repeat the geometry of another are passed over."""
    single = np.array([key not in doubles for key in keys], bool)
    tree = shapely.STRtree(_only(geometries, single))
    touched = touched[single[touched]]
    found: dict[tuple[int, int], _Spot] = {}
    for start in range(0, touched.size, _CHUNK):
        chunk = touched[start : start + _CHUNK]
        places, others = tree.query(geometries[chunk], predicate="intersects")
        pairs = np.sort(np.column_stack([chunk[places], others]), axis=1)
        left, right = pairs[pairs[:, 0] != pairs[:, 1]].T
        shared = shapely.intersection(geometries[left], geometries[right])
        sizes, borders = shapely.area(shared), shapely.length(shared)
        for a, b, size, border in zip(left.tolist(), right.tolist(), sizes, borders, strict=True):
            if size > 0:
                found[a, b] = _Spot((keys[a], keys[b]), float(size), 2 * float(size) / float(border))
        if len(found) > _MOST_OVERLAPS:
            break
    return [found[pair] for pair in sorted(found)]


def _only(geometries: Geometries, wanted: NDArray[np.bool_]) -> Geometries:
    """Return the geometries in their places, None where they are not wanted."""
    kept = geometries.copy()
    kept[~wanted] = None
    return kept


def _gaps(united: BaseGeometry, geometries: Geometries, keys: Sequence[str]) -> list[_Spot]:
    """Return the holes of a union, with the areas around them."""
    rings = [ring for part in shapely.get_parts(united) for ring in part.interiors]
    if not rings:
        return []
    holes = np.asarray(shapely.polygons(rings), dtype=object)
    sizes, borders = shapely.area(holes), shapely.length(holes)
    tree = shapely.STRtree(geometries)
    around: list[set[str]] = [{keys[row]} for row in tree.nearest(holes).tolist()]
    for place, row in zip(*tree.query(holes, predicate="intersects").tolist(), strict=True):
        around[place].add(keys[row])
    return [
        _Spot(tuple(sorted(near)), float(size), 2 * float(size) / float(border))
        for near, size, border in zip(around, sizes, borders, strict=True)
    ]
