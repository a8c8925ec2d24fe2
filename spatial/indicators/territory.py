"""Territory: every area of every vintage, and how areas of different vintages correspond."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries import (
    AreaSet,
    ChangeEvent,
    Link,
    Size,
    UpperName,
    UpperNames,
    areas_above,
    concerning,
    crosswalk,
    derive,
    dissolve,
    division,
    first_changes,
    keys_before,
    parent_key,
    vintages_of,
)
from spatial.indicators.correspondence import Correspondence, correspond
from spatial.indicators.sentences import Sentence

MUNICIPAL = "gemeinde"
DISSOLVED_LEVELS = ("kreis", "regierungsbezirk", "land")
_LARGER = 1.001  # beyond what two digitisations of one area differ
_CROSSWALK_LEVELS = (MUNICIPAL, "kreis")


@dataclass(frozen=True)
class Territory:
    """Areas by vintage and level.

    Attributes
    ----------
    areas : mapping of date to mapping of str to AreaSet
        Every level of every vintage.
    events : tuple of ChangeEvent
        What changed between them.
    populations : mapping of date to mapping of str to int
        Inhabitants of municipalities by day; they weigh the parts of divided areas.
    undrawn : tuple of Sentence
        Why there are no boundaries after some of the changes; for messages.
    """

    areas: Mapping[date, Mapping[str, AreaSet]]
    events: tuple[ChangeEvent, ...]
    populations: Mapping[date, Mapping[str, int]] = field(default_factory=dict)
    undrawn: tuple[Sentence, ...] = ()
    _known: dict[tuple[date, date, str], Correspondence] = field(default_factory=dict, compare=False)
    _parents: dict[tuple[date, str, str], NDArray[np.intp]] = field(default_factory=dict, compare=False)
    _holders: dict[tuple[date, str, date, str], NDArray[np.intp]] = field(default_factory=dict, compare=False)

    @cached_property
    def vintages(self) -> tuple[date, ...]:
        """Vintages, oldest first."""
        return tuple(sorted(self.areas))

    @cached_property
    def _early(self) -> Mapping[date, tuple[str, ...]]:
        """Keys of the municipalities by the days before the oldest boundaries on which they changed."""
        drawn = [vintage for vintage in self.vintages if self.has(vintage, MUNICIPAL)]
        return keys_before(self.at(drawn[0], MUNICIPAL).keys, drawn[0], self.events) if drawn else {}

    @cached_property
    def _sources(self) -> Mapping[str, tuple[date, ...]]:
        """Vintages by the levels whose keys they have, drawn or not; oldest first."""
        drawn = {level: {day for day in self.vintages if self.has(day, level)} for level in self.levels()}
        if MUNICIPAL in drawn:
            drawn[MUNICIPAL] |= set(self._early)
        return {level: tuple(sorted(days)) for level, days in drawn.items()}

    @property
    def early_vintages(self) -> tuple[date, ...]:
        """Vintages of municipalities up to the oldest that can be drawn; empty where no earlier keys are known."""
        drawn = [vintage for vintage in self.vintages if self.has(vintage, MUNICIPAL)]
        return (*sorted(self._early), drawn[0]) if self._early else ()

    def snap(self, day: date) -> date:
        """The vintage that was in force on a day; the oldest one for days before it."""
        position = bisect_right(self.vintages, day)
        return self.vintages[max(position - 1, 0)]

    def source_vintage(self, day: date, level: str) -> date:
        """The vintage whose keys of a level were in force on a day.

        As :meth:`snap`, but of the vintages that have the level: areas of the oldest one are taken to have been there
        before. Municipalities have vintages before their oldest boundaries too, if changes tell which keys there
        were: figures can be carried forward from them, though they cannot be drawn.
        """
        vintages = self.source_vintages(level)
        return vintages[max(bisect_right(vintages, day) - 1, 0)]

    def source_vintages(self, level: str) -> tuple[date, ...]:
        """Every vintage that :meth:`source_vintage` can return for a level, oldest first."""
        return self._sources.get(level, self.vintages)

    def keys(self, vintage: date, level: str) -> tuple[str, ...]:
        """Keys of one level of one vintage, of one that cannot be drawn too; empty where there is no such level."""
        if vintage in self.areas and level in self.areas[vintage]:
            return self.areas[vintage][level].keys
        return self._early.get(vintage, ()) if level == MUNICIPAL else ()

    def has(self, vintage: date, level: str) -> bool:
        """Whether a vintage has drawn areas of a level."""
        return vintage in self.areas and level in self.areas[vintage]

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
        order = [levels[name] for name in dict.fromkeys((*DISSOLVED_LEVELS, *levels)) if name in levels]
        for _ in levels:
            found = [] if area is None else areas_above(area, order)
            if any(each.level == upper for each in found):
                return found[0].key
            area = found[0] if found else None
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
        if not self.has(source, level):
            return self._holders_of_early(source, level, target, upper)
        inner, outer = self.at(source, level), self.at(target, upper)
        sizes, outer_sizes = shapely.area(inner.geometries), shapely.area(outer.geometries)
        places, rows = shapely.STRtree(outer.geometries).query(
            shapely.point_on_surface(inner.geometries), predicate="within"
        )
        larger = outer_sizes[rows] > sizes[places] * _LARGER
        found = np.full(len(sizes), -1, np.intp)
        found[places[larger]] = rows[larger]
        return found

    def _holders_of_early(self, source: date, level: str, target: date, upper: str) -> NDArray[np.intp]:
        """By keys: what an area became lies in, or is, the larger one."""
        first = next(vintage for vintage in self.vintages if self.has(vintage, level))
        became = self.correspondence(source, first, level).whole_of
        holders = self.holders(first, level, target, upper)
        if upper == level:
            merged = np.bincount(became[became >= 0], minlength=len(holders)) > 1
            same = self.correspondence(first, target, level).whole_of
            holders = np.where((holders < 0) & merged, same, holders)
        return np.where(became >= 0, holders[became], -1)

    def correspondence(self, source: date, target: date, level: str) -> Correspondence:
        """How areas of a level at vintage ``source`` make up those at ``target``."""
        known = self._known.get((source, target, level))
        if known is None:
            known = self._known[source, target, level] = self._correspond(source, target, level)
        return known

    def _correspond(self, source: date, target: date, level: str) -> Correspondence:
        sources, targets = self.keys(source, level), self.keys(target, level)
        if source == target or level not in _CROSSWALK_LEVELS:
            return correspond(sources, targets, _same_key, complete=False)
        sizes = self._sizes(min(source, target))
        walk = crosswalk(source, target, level=level, events=self.events, sizes=sizes)
        return correspond(sources, targets, walk.parts, complete=True)

    def _sizes(self, vintage: date) -> Mapping[str, Size] | None:
        """Inhabitants and areas of the municipalities of a vintage, as far as known; None where there are none."""
        if not self.has(vintage, MUNICIPAL):
            return {key: Size() for key in self.keys(vintage, MUNICIPAL)} or None
        people = self._population(vintage)
        return {
            area.key: Size(
                people.get(area.key, None if area.populated else 0.0),
                area.official_km2 or area.area_km2,
            )
            for area in self.at(vintage, MUNICIPAL).areas
        }

    def _population(self, vintage: date) -> Mapping[str, float]:
        """Inhabitants of the municipalities of a vintage, by the newest counts from before the next change.

        Areas that changes link are counted on the same day, so that their shares are of one time. Where there is no
        such count, the last one before the vintage is taken.
        """
        areas = self.at(vintage, MUNICIPAL).areas
        people = {area.key: float(area.population) for area in areas if area.population is not None}
        sources = {day: self.source_vintage(day, MUNICIPAL) for day in sorted(self.populations)}
        before = [day for day, source in sources.items() if source < vintage]
        if before:
            people |= self._united(self.populations[before[-1]], sources[before[-1]], vintage)
        changing = first_changes(self.events, vintage)
        keys = frozenset(area.key for area in areas)
        for day in (day for day, source in sources.items() if source >= vintage):
            counts = self.populations[day].items()
            people |= {key: float(n) for key, n in counts if key in keys and day < changing.get(key, date.max)}
        return people

    def _united(self, people: Mapping[str, int], source: date, target: date) -> dict[str, float]:
        """Inhabitants on later boundaries, of the areas whose parts all have a count."""
        links = self.correspondence(source, target, MUNICIPAL)
        counts = np.array([people.get(key, np.nan) for key in self.keys(source, MUNICIPAL)])
        # A product with zeros would spread what is not known over all areas.
        # No links at all would give whole numbers.
        united = np.bincount(links.target, counts[links.source] * links.share, len(links.broken)).astype(float)
        united[links.broken | ~np.isin(np.arange(len(united)), links.target)] = np.nan
        keys = self.keys(target, MUNICIPAL)
        return {key: float(count) for key, count in zip(keys, united, strict=True) if np.isfinite(count)}


def _same_key(key: str) -> tuple[Link, ...]:
    return (Link(key, key, 1.0, exact=True, whole=True, basis="whole"),)


def build_territory(
    editions: Sequence[AreaSet],
    events: tuple[ChangeEvent, ...],
    names: Sequence[UpperName],
    populations: Mapping[date, Mapping[str, int]] | None = None,
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
    populations : mapping of date to mapping of str to int, optional
        Inhabitants of municipalities by day.

    Returns
    -------
    Territory
        With one vintage for each date on which an edition or an event takes effect. Each vintage holds, for each
        level, the newest edition that is not younger, carried forward by the events since; districts, regions
        and Laender that no edition holds are dissolved from the municipalities. After a change that divides a
        municipality there are no vintages until the next edition: nobody knows where the new border runs.
    """
    by_level: dict[str, list[AreaSet]] = {}
    for edition in sorted(editions, key=lambda each: each.vintage):
        by_level.setdefault(edition.level, []).append(edition)
    municipal = by_level.get(MUNICIPAL, [])
    dates, undrawn = _drawable(
        vintages_of([edition.vintage for edition in editions], _concerning(municipal, events)), municipal, events
    )
    areas: dict[date, dict[str, AreaSet]] = {}
    for vintage in dates:
        areas[vintage] = {}
        for level, candidates in by_level.items():
            base = [edition for edition in candidates if edition.vintage <= vintage]
            if base:
                areas[vintage][level] = _carry_forward(base[-1], events, vintage, dates)
        if MUNICIPAL in areas[vintage]:
            areas[vintage] = {**_upper_levels(areas[vintage], names), **areas[vintage]}
    return Territory(areas, events, populations or {}, undrawn)


def _upper_levels(levels: Mapping[str, AreaSet], names: Sequence[UpperName]) -> dict[str, AreaSet]:
    """Kreise, Regierungsbezirke and Laender of a vintage; dissolved only where not all of them were loaded."""
    if levels.keys() >= set(DISSOLVED_LEVELS):
        return {level: levels[level] for level in DISSOLVED_LEVELS}
    return dissolve(levels[MUNICIPAL], _complete_names(levels[MUNICIPAL], names))


def check_changes(editions: Sequence[AreaSet], events: tuple[ChangeEvent, ...]) -> None:
    """Refuse changes that the loaded municipalities cannot have gone through.

    Parameters
    ----------
    editions : sequence of AreaSet
        As loaded, any number of levels and vintages.
    events : tuple of ChangeEvent
        All changes.

    Raises
    ------
    ChangeDoesNotFit
        Naming day and area.
    """
    municipal = sorted((each for each in editions if each.level == MUNICIPAL), key=lambda each: each.vintage)
    days, _ = _drawable(
        vintages_of([each.vintage for each in municipal], _concerning(municipal, events)), municipal, events
    )
    for base, end in _with_ends(municipal):
        derive(base, events, max(day for day in days if base.vintage <= day < end))


def _with_ends(editions: Sequence[AreaSet]) -> Iterator[tuple[AreaSet, date]]:
    """Editions of one level, oldest first, with the day on which the next one takes over."""
    ends = [*(edition.vintage for edition in editions[1:]), date.max]
    return zip(editions, ends, strict=False)


def _concerning(editions: Sequence[AreaSet], events: tuple[ChangeEvent, ...]) -> list[ChangeEvent]:
    """Changes that the municipalities of an edition go through before the next edition takes over."""
    return [event for base, end in _with_ends(editions) for event in concerning(base, events, end - timedelta(days=1))]


def _drawable(
    dates: Sequence[date], editions: Sequence[AreaSet], events: tuple[ChangeEvent, ...]
) -> tuple[list[date], tuple[Sentence, ...]]:
    """Days whose municipalities follow from an edition by whole areas, and why others are left out."""
    loaded = {edition.vintage for edition in editions}
    found: list[date] = []
    reasons: list[Sentence] = []
    divided = False
    for day in dates:
        base = [edition for edition in editions if edition.vintage <= day]
        if day in loaded or not base:
            divided = False
        elif not divided:
            split = division(base[-1], events, day)
            divided = split is not None
            if split is not None:
                reasons.append(split)
        if not divided:
            found.append(day)
    return found, tuple(reasons)


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


def _carry_forward(base: AreaSet, events: tuple[ChangeEvent, ...], vintage: date, dates: Sequence[date]) -> AreaSet:
    """Areas of a vintage under the names that they had at its end."""
    if base.level != MUNICIPAL:
        return AreaSet(base.level, vintage, base.crs, base.areas)
    areas = derive(base, events, vintage)
    end = next((day for day in dates if day > vintage), date.max)
    names = [event for event in events if event.kind == "rename" and event.date < end]
    return AreaSet(MUNICIPAL, vintage, base.crs, derive(areas, names, date.max).areas)
