"""Nesting: which areas of one set lie in which areas of another, whatever levels and vintages the two are of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from boundaries import AreaSet, reproject
from spatial.indicators.territory import MUNICIPAL, Territory

_SAME = 0.999  # two digitisations of one area differ by less
_SLIVER = 0.01  # part of an area up to which overlapping it is no more than a border drawn otherwise
_COMMON = 0.9  # part of the land of two groups of areas from which on they fill the same


@dataclass(frozen=True, slots=True)
class Nesting:
    """Areas that lie in larger or equal ones.

    Attributes
    ----------
    inner, outer : ndarray of int, shape (k,)
        Rows of an area and of the one that it lies in; an area may lie in several.
    coverage : ndarray of float64, shape (m,)
        Part of each outer area, by area, that its inner ones take up.
    """

    inner: NDArray[np.intp]
    outer: NDArray[np.intp]
    coverage: NDArray[np.float64]

    def inside(self, outer: int) -> NDArray[np.intp]:
        """Rows of the areas that lie in one, ascending."""
        return np.sort(self.inner[self.outer == outer])


def nest(inner: AreaSet, outer: AreaSet) -> Nesting:
    """Find the areas that lie in others: those whose representative point does, and that are not larger.

    Parameters
    ----------
    inner, outer : AreaSet
        Of n and m areas; the inner ones are projected to the system of the outer ones where they differ.
    """
    shapes = inner.geometries if inner.crs == outer.crs else reproject(inner.geometries, inner.crs, outer.crs)
    sizes, outer_sizes = shapely.area(shapes), shapely.area(outer.geometries)
    places, rows = shapely.STRtree(outer.geometries).query(shapely.point_on_surface(shapes), predicate="within")
    fitting = outer_sizes[rows] >= sizes[places] * _SAME
    places, rows = places[fitting], rows[fitting]
    filled = np.bincount(rows, sizes[places], minlength=len(outer_sizes))
    with np.errstate(invalid="ignore", divide="ignore"):
        return Nesting(places, rows, np.where(outer_sizes > 0, filled / outer_sizes, 0.0))


def tilings(one: AreaSet, other: AreaSet) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Find groups of areas of two sets that fill the same land together, though no single area is made of others.

    Parameters
    ----------
    one, other : AreaSet

    Returns
    -------
    list of (tuple of int, tuple of int)
        Rows of the first set and of the second: two or more of each, that hang together by overlapping, and of
        whose land all but a tenth is common. The counts of both add up to the same.
    """
    shapes = other.geometries if one.crs == other.crs else reproject(other.geometries, other.crs, one.crs)
    sizes, other_sizes = shapely.area(one.geometries), shapely.area(shapes)
    left, right = shapely.STRtree(shapes).query(one.geometries, predicate="intersects")
    common = shapely.area(shapely.intersection(one.geometries[left], shapes[right]))
    wide = common > _SLIVER * np.minimum(sizes[left], other_sizes[right])
    left, right, common = left[wide], right[wide], common[wide]
    links = sparse.coo_array((np.ones(len(left)), (left, right + len(sizes))), shape=(len(sizes) + len(shapes),) * 2)
    _, group_of = csgraph.connected_components(links, directed=False)
    shared = np.bincount(group_of[left], common, minlength=len(group_of))
    found = []
    for group in np.unique(group_of[left]).tolist():
        rows = np.flatnonzero(group_of == group)
        ones, others = rows[rows < len(sizes)], rows[rows >= len(sizes)] - len(sizes)
        widest = max(sizes[ones].sum(), other_sizes[others].sum())
        if min(len(ones), len(others)) > 1 and shared[group] >= _COMMON * widest:
            found.append((tuple(ones.tolist()), tuple(others.tolist())))
    return found


def nest_levels(territory: Territory, inner: tuple[date, str], outer: tuple[date, str]) -> Nesting:
    """Find which areas of one level and vintage lie in which of another.

    Parameters
    ----------
    territory : Territory
    inner, outer : tuple of (date, str)
        Vintage and level. Municipalities of vintages that cannot be drawn are found by what became of them.
    """
    if territory.has(*inner) and territory.has(*outer):
        return nest(territory.at(*inner), territory.at(*outer))
    drawn = (territory.early_vintages[-1], MUNICIPAL)
    if territory.has(*outer):
        return _through(_of_early(territory, inner[0], drawn[0]), nest(territory.at(*drawn), territory.at(*outer)))
    if not territory.has(*inner):
        return _of_early(territory, inner[0], outer[0])
    return _same(nest(territory.at(*inner), territory.at(*drawn)), _of_early(territory, outer[0], drawn[0]))


def _of_early(territory: Territory, source: date, target: date) -> Nesting:
    """Nesting of municipalities in those that they became part of as a whole."""
    walk = territory.correspondence(source, target, MUNICIPAL)
    inner = np.flatnonzero(walk.whole_of >= 0)
    outer = walk.whole_of[inner]
    made = np.bincount(outer, minlength=len(walk.broken)) > 0
    return Nesting(inner, outer, (made & ~walk.broken & ~walk.estimated).astype(float))


def _through(first: Nesting, second: Nesting) -> Nesting:
    """Nesting of areas in those that hold the ones that hold them."""
    holder = np.full(len(first.coverage), -1, np.intp)
    holder[second.inner] = second.outer
    outer = holder[first.outer]
    found = outer >= 0
    lost = np.bincount(second.outer, first.coverage[second.inner] < 1, minlength=len(second.coverage)) > 0
    return Nesting(first.inner[found], outer[found], np.where(lost, 0.0, second.coverage))


def _same(first: Nesting, second: Nesting) -> Nesting:
    """Nesting in areas of which each, alone, is the one that holds the inner ones today."""
    alone = np.bincount(second.outer, minlength=len(second.coverage)) == 1
    single = alone[second.outer] & (second.coverage[second.outer] == 1)
    early = np.full(len(second.coverage), -1, np.intp)
    early[second.outer[single]] = second.inner[single]
    outer = early[first.outer]
    found = outer >= 0
    coverage = np.zeros(int(second.inner.max(initial=-1)) + 1)
    coverage[second.inner[single]] = first.coverage[second.outer[single]]
    return Nesting(first.inner[found], outer[found], coverage)
