"""Interlocking: how loaded figures of different levels, vintages and files hang together.

Areas lie in each other, fill each other together, or tile the same land in different ways: whatever of it readers can
see on a map is an equation between the counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from spatial.indicators.composites import Composite
from spatial.indicators.nesting import Nesting, tilings
from spatial.indicators.protection import CellId, Relation, TableCell
from spatial.indicators.raw import Collection
from spatial.indicators.territory import DISSOLVED_LEVELS, MUNICIPAL, Territory

_COVERED = 0.9  # part of an area from which on its inner ones count as all of it
_MARGINAL = 0.05  # part of a figure up to which what its inner areas leave counts as known
_OFFICIAL = (MUNICIPAL, "verband", *DISSOLVED_LEVELS)  # whose areas cross no border of each other

Nest = Callable[[Collection, Collection], Nesting]


@dataclass
class Interlocking:
    """Links between the loaded figures of one count.

    Parameters
    ----------
    territory : Territory
    indicator : str
        Id of the count.
    nest : callable
        Nesting of the areas of one collection in those of another.
    cells : mapping of cell id to TableCell
        Of the loaded figures, ``(indicator, level, key, vintage)``.

    Attributes
    ----------
    composites : list of Composite
        Figures that are the sum of others.
    rests : list of TableCell
        What areas that fill a part of a larger one leave of it.
    relations : list of Relation
        Of those parts and rests, and of groups of areas that tile the same land.
    """

    territory: Territory
    indicator: str
    nest: Nest
    cells: Mapping[CellId, TableCell]
    composites: list[Composite] = field(default_factory=list)
    rests: list[TableCell] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)

    def link(self, collections: Sequence[Collection]) -> None:
        """Find all links between some collections."""
        for outer in collections:
            inners = [each for each in collections if each is not outer]
            filled = self._link_several(inners, outer)
            for inner in inners:
                self._link(inner, outer, filled)
        for one, other in combinations(collections, 2):
            self._link_tilings(one, other)

    def _link_tilings(self, one: Collection, other: Collection) -> None:
        """Link groups of areas that fill the same land, though they cross each other's borders."""
        places = [(each.vintage, each.level) for each in (one, other)]
        is_own = one.level not in _OFFICIAL or other.level not in _OFFICIAL
        if not is_own or not all(self.territory.has(*place) for place in places):
            return
        for groups in tilings(*(self.territory.at(*place) for place in places)):
            terms: dict[CellId, float] = {}
            for (vintage, level), rows, sign in zip(places, groups, (1.0, -1.0), strict=True):
                keys = self.territory.keys(vintage, level)
                terms |= {(self.indicator, level, keys[row], vintage.isoformat()): sign for row in rows}
            if terms.keys() <= self.cells.keys():
                self.relations.append(Relation(terms))

    def _link(
        self,
        inner: Collection,
        outer: Collection,
        filled: frozenset[int],
    ) -> None:
        """Link each area with those of one collection in it; ``filled`` are rows that several fill together."""
        nesting = self.nest(inner, outer)
        inner_keys = self.territory.keys(inner.vintage, inner.level)
        for row, key in enumerate(self.territory.keys(outer.vintage, outer.level)):
            whole = self.cells.get((self.indicator, outer.level, key, outer.vintage.isoformat()))
            names = [
                (self.indicator, inner.level, inner_keys[each], inner.vintage.isoformat())
                for each in nesting.inside(row).tolist()
            ]
            parts = [self.cells[name] for name in names if name in self.cells]
            if whole is None or not parts:
                continue
            if row not in filled and self._is_all_of(whole, parts, float(nesting.coverage[row])):
                self.composites.append(Composite(whole.id, {part.id: 1.0 for part in parts}))
            else:
                rest = TableCell((*names[0][:1], outer.level, key, outer.vintage.isoformat(), "rest", inner.level,
                                  inner.vintage.isoformat()), None)  # fmt: skip
                self.rests.append(rest)
                self.relations.append(Relation.total(whole.id, [*(part.id for part in parts), rest.id]))

    def _link_several(self, inners: Sequence[Collection], outer: Collection) -> frozenset[int]:
        """Link areas with those of several levels or vintages that fill them where none does alone; their rows."""
        linked: set[int] = set()
        if len(inners) < 2:
            return frozenset()
        nestings = [self.nest(inner, outer) for inner in inners]
        coverages = np.array([nesting.coverage for nesting in nestings])
        gaps = (coverages < _COVERED).all(axis=0) & ((coverages > 0).sum(axis=0) > 1)
        keys = self.territory.keys(outer.vintage, outer.level)
        for row in np.flatnonzero(gaps).tolist():
            whole = self.cells.get((self.indicator, outer.level, keys[row], outer.vintage.isoformat()))
            taken: list[tuple[Collection, set[int]]] = []
            filled = 0.0
            for inner, nesting in zip(inners, nestings, strict=True):
                inside = set(nesting.inside(row).tolist())
                fresh = inside - self._overlapping(inner, taken)
                filled += float(nesting.coverage[row]) if fresh == inside else 0.0
                if fresh:
                    taken.append((inner, fresh))
            names = [
                (self.indicator, inner.level, self.territory.keys(inner.vintage, inner.level)[each],
                 inner.vintage.isoformat())
                for inner, rows in taken for each in sorted(rows)
            ]  # fmt: skip
            parts = [self.cells[name] for name in names if name in self.cells]
            if whole is not None and len(taken) > 1 and self._is_all_of(whole, parts, filled):
                self.composites.append(Composite(whole.id, {part.id: 1.0 for part in parts}))
                linked.add(row)
        return frozenset(linked)

    def _overlapping(self, inner: Collection, taken: Sequence[tuple[Collection, set[int]]]) -> set[int]:
        """Rows of the areas that lie in one of those taken, or hold one."""
        found: set[int] = set()
        for other, rows in taken:
            inside, around = self.nest(inner, other), self.nest(other, inner)
            found |= {area for area, holder in zip(inside.inner.tolist(), inside.outer.tolist(), strict=True)
                      if holder in rows}  # fmt: skip
            found |= {holder for area, holder in zip(around.inner.tolist(), around.outer.tolist(), strict=True)
                      if area in rows}  # fmt: skip
        return found

    @staticmethod
    def _is_all_of(whole: TableCell, parts: Sequence[TableCell], coverage: float) -> bool:
        """Whether readers may take some areas for all of another one."""
        if coverage >= _COVERED:
            return True
        if whole.value is None or any(part.value is None for part in parts):
            return False
        left = whole.value - math.fsum(part.value or 0.0 for part in parts)
        return left <= max(whole.threshold, _MARGINAL * abs(whole.value))
