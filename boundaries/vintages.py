"""Vintages (Gebietsstände): later ones derived from a base by whole changes, upper levels by dissolving."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from boundaries.areas import Area, AreaSet, UpperNames, square_kilometres
from boundaries.changes import ChangeEvent
from boundaries.errors import ChangeDoesNotFit, UnknownLevel, VintageNotDerivable
from boundaries.geometry import union_of_whole_areas
from boundaries.keys import parent_key


def _apply(areas: dict[str, Area], event: ChangeEvent) -> None:
    """Replace the parts of one event by the area afterwards."""
    missing = [key for key in event.parts if key not in areas]
    if missing:
        raise ChangeDoesNotFit(missing[0], event.date, "does not exist on the day before")
    parts = [areas.pop(key) for key in event.parts]
    if event.to_key in areas:
        raise ChangeDoesNotFit(event.to_key, event.date, "exists already and is not among the areas that end")
    parent = parent_key(event.to_key, "gemeinde")
    if len(parts) == 1:
        geometry, area_km2 = parts[0].geometry, parts[0].area_km2
    else:
        geometry = union_of_whole_areas([part.geometry for part in parts])
        area_km2 = square_kilometres(geometry)
    areas[event.to_key] = Area(
        event.to_key,
        "gemeinde",
        event.to_name,
        event.to_kind,
        parent[0] if parent else None,
        any(part.populated for part in parts),
        area_km2,
        geometry,
    )


def derive(base: AreaSet, events: Iterable[ChangeEvent], vintage: date) -> AreaSet:
    """Derive the municipalities of a later day from those of an earlier one.

    Every area afterwards is a union of whole areas before, so nothing is estimated.

    Parameters
    ----------
    base : AreaSet
        Municipalities (level ``gemeinde``).
    events : iterable of ChangeEvent
        Changes; those with ``base.vintage < date <= vintage`` are applied in order of their days. Events of
        Laender that the base does not hold are passed over.
    vintage : datetime.date
        The day asked for.

    Returns
    -------
    AreaSet
        Areas of that day; the sum of the areas is that of the base.

    Raises
    ------
    UnknownLevel
        The base is not of the level ``gemeinde``.
    VintageNotDerivable
        The day lies before the base.
    ChangeDoesNotFit
        An event names an area that does not exist on the day before, or would overwrite one.
    """
    if base.level != "gemeinde":
        raise UnknownLevel(base.level, ("gemeinde",))
    if vintage < base.vintage:
        raise VintageNotDerivable(vintage, base.vintage)
    areas = dict(base.by_key)
    laender = {key[:2] for key in areas}
    for event in sorted(events, key=lambda event: event.date):
        if base.vintage < event.date <= vintage and event.to_key[:2] in laender:
            _apply(areas, event)
    return replace(base, vintage=vintage, areas=tuple(areas.values()))


def dissolve(gemeinden: AreaSet, names: UpperNames) -> dict[str, AreaSet]:
    """Unite municipalities into Kreise, Regierungsbezirke and Laender.

    Parameters
    ----------
    gemeinden : AreaSet
        All municipalities of the areas above, unpopulated ones included.
    names : UpperNames
        Names and kinds of the upper areas on that day.

    Returns
    -------
    dict of str to AreaSet
        ``kreis``, ``regierungsbezirk`` (absent where no Land has one) and ``land``.

    Raises
    ------
    UnknownLevel
        The set is not of the level ``gemeinde``.
    MissingName
        An upper area has no name on that day.
    """
    if gemeinden.level != "gemeinde":
        raise UnknownLevel(gemeinden.level, ("gemeinde",))
    members: dict[str, dict[str, list[Area]]] = {"kreis": {}, "regierungsbezirk": {}, "land": {}}
    for area in gemeinden.areas:
        above = parent_key(area.key, area.level)
        while above is not None:
            key, level = above
            members[level].setdefault(key, []).append(area)
            above = parent_key(key, level)
    return {
        level: AreaSet(
            level,
            gemeinden.vintage,
            gemeinden.crs,
            tuple(_united(key, level, parts, names, gemeinden.vintage) for key, parts in groups.items()),
        )
        for level, groups in members.items()
        if groups
    }


def _united(key: str, level: str, parts: list[Area], names: UpperNames, day: date) -> Area:
    """Unite the municipalities of one upper area."""
    name, kind = names.on(key, level, day)
    geometry = union_of_whole_areas([part.geometry for part in parts])
    parent = parent_key(key, level)
    populated = any(part.populated for part in parts)
    return Area(key, level, name, kind, parent[0] if parent else None, populated, square_kilometres(geometry), geometry)


def vintages_of(base_dates: Iterable[date], events: Iterable[ChangeEvent]) -> tuple[date, ...]:
    """Return the days on which the set of areas differs from the day before.

    Parameters
    ----------
    base_dates : iterable of datetime.date
        Days for which boundaries were loaded.
    events : iterable of ChangeEvent
        Changes; those up to the first base date are passed over.

    Returns
    -------
    tuple of datetime.date
        Sorted, distinct; empty without base dates.
    """
    bases = set(base_dates)
    if not bases:
        return ()
    first = min(bases)
    return tuple(sorted(bases | {event.date for event in events if event.date > first}))
