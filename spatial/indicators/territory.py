"""Territory: every area of every vintage, and how areas of different vintages correspond."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries import (
    AreaSet,
    ChangeEvent,
    UpperName,
    UpperNames,
    crosswalk,
    derive,
    dissolve,
    parent_key,
    vintages_of,
)
from spatial.indicators.areas import AreaIndex, AreaRow

MUNICIPAL = "gemeinde"
DISSOLVED_LEVELS = ("kreis", "regierungsbezirk", "land")
_LARGER = 1.001  # beyond what two digitisations of one area differ
_CROSSWALK_LEVELS = (MUNICIPAL, "kreis")


@dataclass(frozen=True, slots=True)
class Correspondence:
    """How the areas of one vintage make up those of another.

    Attributes
    ----------
    whole_of : ndarray of int, shape (n,)
        Position of the target area that each source area belongs to wholly; -1 for none.
    broken : ndarray of bool, shape (m,)
        Target areas that whole source areas cannot make up.
    """

    whole_of: NDArray[np.intp]
    broken: NDArray[np.bool_]


@dataclass(frozen=True)
class Territory:
    """Areas by vintage and level.

    Attributes
    ----------
    areas : mapping of date to mapping of str to AreaSet
        Every level of every vintage.
    events : tuple of ChangeEvent
        What changed between them.
    """

    areas: Mapping[date, Mapping[str, AreaSet]]
    events: tuple[ChangeEvent, ...]
    _known: dict[tuple[date, date, str], Correspondence] = field(default_factory=dict, compare=False)
    _parents: dict[tuple[date, str, str], NDArray[np.intp]] = field(default_factory=dict, compare=False)
    _holders: dict[tuple[date, str, date, str], NDArray[np.intp]] = field(default_factory=dict, compare=False)

    @cached_property
    def vintages(self) -> tuple[date, ...]:
        """Vintages, oldest first."""
        return tuple(sorted(self.areas))

    def snap(self, day: date) -> date:
        """The vintage that was in force on a day; the oldest one for days before it."""
        position = bisect_right(self.vintages, day)
        return self.vintages[max(position - 1, 0)]

    def has(self, vintage: date, level: str) -> bool:
        """Whether a vintage has areas of a level."""
        return level in self.areas[vintage]

    def at(self, vintage: date, level: str) -> AreaSet:
        """Areas of one level of one vintage."""
        return self.areas[vintage][level]

    def levels(self) -> tuple[str, ...]:
        """Levels of any vintage, official ones first and from small to large."""
        found = {level for levels in self.areas.values() for level in levels}
        official = [level for level in (MUNICIPAL, "verband", *DISSOLVED_LEVELS) if level in found]
        return (*official, *sorted(found - set(official)))

    def populated(self, vintage: date, level: str) -> NDArray[np.bool_]:
        """Mask of the areas in which people may live."""
        return np.array([area.populated for area in self.at(vintage, level).areas], bool)

    def parents(self, vintage: date, level: str, upper: str) -> NDArray[np.intp]:
        """Position of the area of the upper level that each area lies in; -1 where there is none.

        Unpopulated areas belong to nothing here: they are drawn, never counted.
        """
        known = self._parents.get((vintage, level, upper))
        if known is None:
            known = self._parents[vintage, level, upper] = self._find_parents(vintage, level, upper)
        return known

    def _find_parents(self, vintage: date, level: str, upper: str) -> NDArray[np.intp]:
        row_of = {key: row for row, key in enumerate(self.at(vintage, upper).keys)}
        rows = [
            row_of.get(self.ancestor(vintage, level, area.key, upper) or "", -1) if area.populated else -1
            for area in self.at(vintage, level).areas
        ]
        return np.array(rows, np.intp)

    def ancestor(self, vintage: date, level: str, key: str, upper: str) -> str | None:
        """Key of the area of an upper level that holds an area, following the parents."""
        levels = self.areas[vintage]
        if level == upper:
            return key
        area = levels[level].by_key.get(key)
        while area is not None and area.parent is not None:
            holder = next(
                (
                    name
                    for name in (*DISSOLVED_LEVELS, *levels)
                    if name in levels and name != area.level and area.parent in levels[name].by_key
                ),
                None,
            )
            if holder is None:
                return None
            if holder == upper:
                return area.parent
            area = levels[holder].by_key[area.parent]
        return None

    def holders(self, source: date, level: str, target: date, upper: str) -> NDArray[np.intp]:
        """Position of the larger area of another level or vintage that each area lies in; -1 where there is none.

        By geometry, so that it holds for any two levels and vintages: an area lies in the one that has its
        representative point and is not of the same size or smaller.

        Parameters
        ----------
        source, level
            The areas, n of them.
        target, upper
            Vintage and level of the larger areas.

        Returns
        -------
        ndarray of int, shape (n,)
        """
        known = self._holders.get((source, level, target, upper))
        if known is None:
            known = self._holders[source, level, target, upper] = self._find_holders(source, level, target, upper)
        return known

    def _find_holders(self, source: date, level: str, target: date, upper: str) -> NDArray[np.intp]:
        inner, outer = self.at(source, level), self.at(target, upper)
        sizes, outer_sizes = shapely.area(inner.geometries), shapely.area(outer.geometries)
        places, rows = shapely.STRtree(outer.geometries).query(
            shapely.point_on_surface(inner.geometries), predicate="within"
        )
        larger = outer_sizes[rows] > sizes[places] * _LARGER
        found = np.full(len(sizes), -1, np.intp)
        found[places[larger]] = rows[larger]
        return found

    def correspondence(self, source: date, target: date, level: str) -> Correspondence:
        """How areas of a level at vintage ``source`` make up those at ``target``."""
        known = self._known.get((source, target, level))
        if known is None:
            known = self._known[source, target, level] = self._correspond(source, target, level)
        return known

    def _correspond(self, source: date, target: date, level: str) -> Correspondence:
        sources, targets = self.at(source, level).keys, self.at(target, level).keys
        row_of = {key: row for row, key in enumerate(sources)}
        whole_of = np.full(len(sources), -1, np.intp)
        broken = np.zeros(len(targets), bool)
        if source == target or level not in _CROSSWALK_LEVELS:
            parts_of: dict[str, Sequence[str] | None] = {key: (key,) for key in targets}
        else:
            walk = crosswalk(source, target, level=level, events=self.events, keys=sources)
            parts_of = {key: walk.sources(key) for key in targets}
        for row, key in enumerate(targets):
            parts = parts_of[key]
            rows = None if parts is None else [row_of.get(part) for part in parts]
            if rows is None or (None in rows and level in _CROSSWALK_LEVELS):
                broken[row] = True
                continue
            for part in rows:
                if part is not None:
                    whole_of[part] = row
        return Correspondence(whole_of, broken)


def build_territory(
    editions: Sequence[AreaSet], events: tuple[ChangeEvent, ...], names: Sequence[UpperName]
) -> Territory:
    """Derive every vintage of every level from the loaded editions and the change events.

    Parameters
    ----------
    editions : sequence of AreaSet
        As loaded, any number of levels and vintages.
    events : tuple of ChangeEvent
        Municipal changes.
    names : sequence of UpperName
        Names of the areas that are dissolved from municipalities.

    Returns
    -------
    Territory
        With one vintage for each date on which an edition or an event takes effect. Each vintage holds, for each
        level, the newest edition that is not younger, carried forward by the events since; districts, regions
        and Laender that no edition holds are dissolved from the municipalities.
    """
    by_level: dict[str, list[AreaSet]] = {}
    for edition in sorted(editions, key=lambda each: each.vintage):
        by_level.setdefault(edition.level, []).append(edition)
    municipal_events = events if MUNICIPAL in by_level else ()
    dates = vintages_of([edition.vintage for edition in editions], municipal_events)
    areas: dict[date, dict[str, AreaSet]] = {}
    for vintage in dates:
        areas[vintage] = {}
        for level, candidates in by_level.items():
            base = [edition for edition in candidates if edition.vintage <= vintage]
            if base:
                areas[vintage][level] = _carry_forward(base[-1], events, vintage)
        if MUNICIPAL in areas[vintage]:
            dissolved = dissolve(areas[vintage][MUNICIPAL], _complete_names(areas[vintage][MUNICIPAL], names))
            areas[vintage] = {**dissolved, **areas[vintage]}
    return Territory(areas, events)


def _complete_names(municipalities: AreaSet, names: Sequence[UpperName]) -> UpperNames:
    """Names of all upper areas of a vintage; an area that nobody named is called by its key."""
    named = {(name.level, name.key) for name in names if name.holds_on(municipalities.vintage)}
    uppers: set[tuple[str, str]] = set()
    for key in municipalities.keys:
        upper = parent_key(key, MUNICIPAL)
        while upper is not None:
            uppers.add((upper[1], upper[0]))
            upper = parent_key(*upper)
    unnamed = (UpperName(key, level, key, "", None, None) for level, key in sorted(uppers - named))
    return UpperNames((*names, *unnamed))


def _carry_forward(base: AreaSet, events: tuple[ChangeEvent, ...], vintage: date) -> AreaSet:
    if base.level == MUNICIPAL:
        return derive(base, events, vintage)
    return AreaSet(base.level, vintage, base.crs, base.areas)


def area_index(territory: Territory) -> AreaIndex:
    """Index of every key of every vintage, with the days it is valid and what follows it.

    Areas of the oldest vintage of a level count as valid before it as well: nothing is known of earlier changes.
    """
    rows: list[AreaRow] = []
    for level in territory.levels():
        vintages = [vintage for vintage in territory.vintages if territory.has(vintage, level)]
        since: dict[str, date | None] = dict.fromkeys(territory.at(vintages[0], level).keys)
        names = {area.key: area.name for area in territory.at(vintages[0], level).areas}
        for vintage in vintages[1:]:
            areas = territory.at(vintage, level)
            for key in sorted(set(since) - set(areas.keys)):
                successors = _successors(territory, level, key, vintage)
                rows.append(AreaRow(level, key, names[key], since.pop(key), vintage, successors))
            for area in areas.areas:
                since.setdefault(area.key, vintage)
                names[area.key] = area.name
        rows.extend(AreaRow(level, key, names[key], start) for key, start in since.items())
    return AreaIndex(rows)


def _successors(territory: Territory, level: str, key: str, vintage: date) -> tuple[str, ...]:
    if level != MUNICIPAL:
        return ()
    found = [event.to_key for event in territory.events if event.date == vintage and key in event.parts]
    return tuple(found)
