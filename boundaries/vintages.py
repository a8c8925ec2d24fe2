"""Vintages (Gebietsstände): later ones derived from a base by whole changes, upper levels by dissolving."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from itertools import groupby

from boundaries.areas import Area, AreaSet, UpperNames, square_kilometres, sum_of_all
from boundaries.changes import ChangeEvent
from boundaries.errors import ChangeDoesNotFit, UnknownLevel, VintageNotDerivable
from boundaries.geometry import union_of_whole_areas
from boundaries.keys import parent_key
from boundaries.moves import History
from boundaries.sentences import Sentence, german_day


def _apply(areas: dict[str, Area], day: date, events: list[ChangeEvent]) -> None:
    """Replace the areas that change on one day; all changes start from the day before."""
    begun = {event.to_key for event in events if event.kind != "dissolution"}
    changing = [
        _without_gone(event, areas)
        for event in events
        if event.kind != "rename" and not _is_done(event, areas.keys() | begun, areas)
    ]
    _check(areas, day, changing)
    past = History(known=frozenset(areas))
    past.apply(day, changing)
    goes = {old: _whole_target(old, tuple(parts), day) for old, parts in past.passage.items() if old in areas}
    for event in changing:
        stays = event.to_key in areas and goes.get(event.to_key, event.to_key) == event.to_key
        if stays and event.kind in ("merger", "key-change") and event.to_key not in event.from_keys:
            raise ChangeDoesNotFit(
                event.to_key,
                day,
                Sentence(
                    "besteht schon und gehört nicht zu den Gebieten, die enden; Art oder Schlüssel berichtigen",
                    "exists already and is not among the areas that end; correct the kind or the keys",
                ),
            )
    before = {old: areas.pop(old) for old in goes}
    parts_of: dict[str, list[Area]] = {}
    for old, new in goes.items():
        parts_of.setdefault(new, []).append(before[old])
    by_target = {event.to_key: event for event in changing}
    for new, parts in parts_of.items():
        unchanged = len(parts) == 1 and parts[0].key == new
        areas[new] = parts[0] if unchanged else _formed(by_target[new], parts, before.get(new))
    for event in events:
        if event.kind == "rename" and event.to_key in areas:
            area = areas[event.to_key]
            areas[event.to_key] = replace(area, name=event.to_name, kind=event.to_kind or area.kind)


def _is_done(event: ChangeEvent, targets: AbstractSet[str], areas: Mapping[str, Area]) -> bool:
    """Whether the boundaries show a change already: what ended is gone, what it became part of is there."""
    return event.to_key in targets and bool(event.from_keys) and not any(key in areas for key in event.from_keys)


def _without_gone(event: ChangeEvent, areas: Mapping[str, Area]) -> ChangeEvent:
    """A dissolution without the areas that ended before: not every source knows their day."""
    if event.kind != "dissolution" or all(key in areas for key in event.from_keys):
        return event
    present = [place for place, key in enumerate(event.from_keys) if key in areas]
    return replace(
        event,
        from_keys=tuple(event.from_keys[place] for place in present),
        moved=tuple(event.moved[place] for place in present) if event.moved else (),
        from_names=tuple(event.from_names[place] for place in present) if event.from_names else (),
    )


def _check(areas: dict[str, Area], day: date, events: list[ChangeEvent]) -> None:
    """Check that every area that changes exists, or begins on the same day."""
    begins = {event.to_key for event in events}
    for event in events:
        for key in event.parts:
            if key not in areas and (key not in begins or key == event.to_key):
                raise ChangeDoesNotFit(
                    key,
                    day,
                    Sentence(
                        "besteht am Tag davor nicht; zuerst die Änderungen bis dahin laden, oder den Schlüssel "
                        "berichtigen",
                        "does not exist on the day before; load the changes up to then first, or correct the key",
                    ),
                )


def division(base: AreaSet, events: Iterable[ChangeEvent], vintage: date) -> Sentence | None:
    """Tell which change after a set of areas divides one of them; None where all areas stay whole.

    Parameters
    ----------
    base : AreaSet
        Municipalities.
    events : iterable of ChangeEvent
        Changes.
    vintage : datetime.date
        Last day.

    Returns
    -------
    Sentence or None
        The change in words, and what to do.
    """
    keys = frozenset(base.keys)
    past = History(known=keys)
    for day, group in groupby(concerning(base, events, vintage), key=lambda event: event.date):
        past.apply(day, [event for event in group if event.kind != "rename"])
        for key, parts in past.passage.items():
            if key in keys and len(parts) > 1 and key not in parts:
                among = ", ".join(sorted(parts))
                return Sentence(
                    f"{key} wird am {german_day(day)} auf {among} aufgeteilt: Grenzen von diesem Tag oder später laden",
                    f"{key} is divided among {among} on {day}: load boundaries of that day or later",
                )
    return None


def keys_before(keys: Iterable[str], vintage: date, events: Iterable[ChangeEvent]) -> dict[date, tuple[str, ...]]:
    """Work out which municipalities there were before the oldest boundaries.

    Parameters
    ----------
    keys : iterable of str
        Keys on the day ``vintage``.
    vintage : datetime.date
        Day of the oldest boundaries.
    events : iterable of ChangeEvent
        Changes; those of other areas and after that day are passed over.

    Returns
    -------
    dict of date to tuple of str
        Keys by the day from which they hold, the first of them ``date.min``; empty without earlier changes.
    """
    current = set(keys)
    earlier = [
        event
        for event in events
        if event.date <= vintage and event.level == "gemeinde" and event.kind not in ("rename", "transfer")
    ]
    found: dict[date, tuple[str, ...]] = {}
    for day, group in groupby(
        sorted(earlier, key=lambda event: event.date, reverse=True), key=lambda event: event.date
    ):
        changes = [event for event in group if event.to_key in current]
        if not changes:
            continue
        if day < vintage:
            found[day] = tuple(sorted(current))
        begun = {event.to_key for event in changes if event.kind in ("merger", "split", "key-change")}
        current = (current - begun) | {key for event in changes for key in event.from_keys}
        found[date.min] = tuple(sorted(current))
    return found


def _whole_target(key: str, targets: tuple[str, ...], day: date) -> str:
    """Where an area goes as a whole; one that only cedes territory stays what it is."""
    if len(targets) == 1:
        return targets[0]
    if key in targets:
        return key
    listed = ", ".join(sorted(targets))
    raise ChangeDoesNotFit(
        key,
        day,
        Sentence(
            f"wird auf {listed} aufgeteilt; Grenzen eines späteren Tages laden",
            f"is divided among {listed}; load boundaries of a later day",
        ),
    )


def _formed(event: ChangeEvent, parts: list[Area], before: Area | None) -> Area:
    """The area after an event, as the union of its parts."""
    parent = parent_key(event.to_key, "gemeinde")
    if len(parts) == 1:
        geometry, area_km2 = parts[0].geometry, parts[0].area_km2
    else:
        geometry = union_of_whole_areas([part.geometry for part in parts])
        area_km2 = square_kilometres(geometry)
    return Area(
        event.to_key,
        "gemeinde",
        event.to_name or _name_without_source(event.to_key, parts, before),
        event.to_kind or (before.kind if before is not None else "Gemeinde"),
        parent[0] if parent else None,
        any(part.populated for part in parts),
        area_km2,
        geometry,
        sum_of_all([part.official_km2 for part in parts]),
        sum_of_all([part.population for part in parts]),
        dict(set.intersection(*(set(part.groups.items()) for part in parts))),
    )


def _name_without_source(key: str, parts: list[Area], before: Area | None) -> str:
    """Name of an area whose change tells none: the one it had, that of its only part, else its key."""
    if before is not None:
        return before.name
    return parts[0].name if len(parts) == 1 else key


def derive(base: AreaSet, events: Iterable[ChangeEvent], vintage: date) -> AreaSet:
    """Derive the municipalities of a later day from those of an earlier one.

    Every area afterwards is a union of whole areas before, so nothing is estimated. A transfer of territory leaves
    the borders as they are: the changes do not tell where the new border runs. Names follow the changes; where one
    tells no name, the area keeps the one it had, takes that of its only part, or has its key. Inhabitants and official
    areas are summed where every part has them; a group is kept where all parts belong to it.

    Parameters
    ----------
    base : AreaSet
        Municipalities (level ``gemeinde``).
    events : iterable of ChangeEvent
        Changes; those with ``base.vintage < date <= vintage`` are applied in order of their days. Those of Kreise
        that the base has nothing of are passed over.
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
        An event names an area that does not exist on the day before, would overwrite one, or divides one.
    """
    if base.level != "gemeinde":
        raise UnknownLevel(base.level, ("gemeinde",))
    if vintage < base.vintage:
        raise VintageNotDerivable(vintage, base.vintage)
    areas = dict(base.by_key)
    for day, group in groupby(concerning(base, events, vintage), key=lambda event: event.date):
        _apply(areas, day, list(group))
    return replace(base, vintage=vintage, areas=tuple(areas.values()))


def concerning(base: AreaSet, events: Iterable[ChangeEvent], vintage: date) -> list[ChangeEvent]:
    """Return the municipal changes after a set of areas that concern it, up to a day, in their order.

    Parameters
    ----------
    base : AreaSet
        Municipalities.
    events : iterable of ChangeEvent
        In any order.
    vintage : datetime.date
        Last day.

    Returns
    -------
    list of ChangeEvent
        Those of the Kreise that the set holds areas of.
    """
    kreise = {key[:5] for key in base.keys}
    found: list[ChangeEvent] = []
    for event in sorted(events, key=lambda event: (event.date, event.kind, event.to_key)):
        later = base.vintage < event.date <= vintage and event.level == "gemeinde"
        if later and not kreise.isdisjoint(key[:5] for key in (event.to_key, *event.from_keys)):
            found.append(event)
            kreise.add(event.to_key[:5])
    return found


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
    """Return the days on which the set of areas differs from the day before; a new name makes no difference.

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
    later = {event.date for event in events if event.date > first and event.level == "gemeinde" and _shows(event)}
    return tuple(sorted(bases | later))


def _shows(event: ChangeEvent) -> bool:
    """Whether a change makes other areas out of those before."""
    return event.kind not in ("rename", "transfer")
