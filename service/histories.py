"""What the areas of a vintage were before and became afterwards, as a release tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

from boundaries import AreaSet, ChangeEvent, parent_key
from spatial.indicators.territory import MUNICIPAL, Territory

Histories = dict[str, dict[str, list[dict[str, Any]]]]

_DISTRICT = "kreis"
_WHOLE = 1 - 1e-9  # shares of whole areas, but for rounding


@dataclass(frozen=True, slots=True)
class _Step:
    """What an area was made of on one day.

    Attributes
    ----------
    day : datetime.date
        First day of the area as it is then.
    key, name : str
    parts : tuple of str
        Keys of the day before; its own is among them where the area went on with more or less territory.
    estimated : bool
        Whether parts of areas changed hands.
    source : str
        Where the fact is from.
    """

    day: date
    key: str
    name: str
    parts: tuple[str, ...]
    estimated: bool
    source: str

    @property
    def is_new_key(self) -> bool:
        """Whether the territory stayed what it was."""
        return len(self.parts) == 1 and not self.estimated


def histories(territory: Territory, areas: AreaSet) -> Histories:
    """Changes of the areas of one vintage, by key.

    Changes are followed over new keys and over several changes: an area that was merged and got another key later, and
    one that was merged from merged areas, have all of them.

    Parameters
    ----------
    territory : Territory
    areas : AreaSet
        Of any level; only municipalities and districts have changes of their own.

    Returns
    -------
    dict
        ``formed``: the changes up to the vintage that made the area, by day, each with ``date``, ``parts`` (key and
        name of the areas before), ``source``, ``estimated``, which is true if parts of areas changed hands, and ``of``,
        the name of the part of the area that was made by it, where that is not all of it.
        ``became``: the changes after it, each with ``date``, ``key`` and ``name`` of the area afterwards, ``source``.
    """
    if areas.level not in (MUNICIPAL, _DISTRICT):
        return {}
    steps = _municipal_steps(territory) if areas.level == MUNICIPAL else _district_steps(territory)
    days = [(day, list(group)) for day, group in groupby(sorted(steps, key=attrgetter("day")), attrgetter("day"))]
    found: Histories = defaultdict(dict)
    _add_formed(found, territory, areas, [todays for day, todays in days if day <= areas.vintage])
    _add_became(found, areas, [todays for day, todays in days if day > areas.vintage])
    return dict(found)


def _add_formed(found: Histories, territory: Territory, areas: AreaSet, days: Sequence[list[_Step]]) -> None:
    """Note what the areas were before each day, the last one first."""
    # Which areas of the vintage hold the territory of a key of the time, and whether they were all of it then.
    holders: dict[str, dict[str, bool]] = {key: {key: True} for key in areas.keys}
    for todays in reversed(days):
        steps = [step for step in todays if step.key in holders]
        after = {key: holders.pop(key) for key in {step.key for step in steps}}
        for step in steps:
            for key, is_all in after[step.key].items():
                if not step.is_new_key:
                    found[key].setdefault("formed", []).insert(0, _formed(territory, areas.level, step, is_all))
                for part in step.parts:
                    holders.setdefault(part, {})[key] = is_all and step.is_new_key


def _formed(territory: Territory, level: str, step: _Step, is_all: bool) -> dict[str, Any]:
    """A change that made an area, or a part of it."""
    before = _vintage_before(territory, step.day)
    return {
        "date": step.day.isoformat(),
        "parts": [{"key": part, "name": _name(territory, level, before, part)} for part in step.parts],
        "source": step.source,
        "estimated": step.estimated,
        **({} if is_all else {"of": step.name}),
    }


def _add_became(found: Histories, areas: AreaSet, days: Sequence[list[_Step]]) -> None:
    """Note what becomes of the areas on each day."""
    origins: dict[str, set[str]] = {key: {key} for key in areas.keys}
    for todays in days:
        steps = [step for step in todays if not origins.keys().isdisjoint(step.parts)]
        before = {part: origins.pop(part) for step in steps for part in step.parts if part in origins}
        for step in steps:
            held = set().union(*(before.get(part, set()) for part in step.parts))
            origins[step.key] = origins.get(step.key, set()) | held
            if step.is_new_key or step.parts == (step.key,):
                continue
            for key in sorted(held):
                found[key].setdefault("became", []).append(
                    {"date": step.day.isoformat(), "key": step.key, "name": step.name, "source": step.source}
                )


# -- municipalities ------------------------------------------------------------------------------------------


def _municipal_steps(territory: Territory) -> Iterator[_Step]:
    """What municipalities were made of, as changes tell it."""
    events = [event for event in territory.events if event.level == MUNICIPAL and event.kind != "rename"]
    for day, changes in groupby(sorted(events, key=attrgetter("date")), attrgetter("date")):
        before = _vintage_before(territory, day)
        known = frozenset(territory.keys(before, MUNICIPAL)) if before is not None else frozenset()
        yield from _steps_of(day, list(changes), known, territory)


def _steps_of(
    day: date, changes: Sequence[ChangeEvent], known: frozenset[str], territory: Territory
) -> Iterator[_Step]:
    """What municipalities were made of on one day; ``known`` are those of before."""
    targets: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        for key in change.from_keys:
            targets[key].add(change.to_key)
    names, sources = {each.to_key: each.to_name for each in changes}, {each.to_key: each.source for each in changes}
    parts: dict[str, list[str]] = defaultdict(list)
    estimated: set[str] = set()
    for change in changes:
        goes_on = (change.to_key in change.parts or change.to_key in known) and change.kind != "merger"
        parts[change.to_key].extend([*([change.to_key] if goes_on else []), *change.from_keys])
        if change.kind in ("transfer", "split") or any(len(targets[key]) > 1 for key in change.from_keys):
            estimated.add(change.to_key)
        if change.kind == "transfer":
            for key in change.from_keys:
                parts[key].append(key)
                estimated.add(key)
                names.setdefault(key, _name(territory, MUNICIPAL, day, key))
                sources.setdefault(key, change.source)
    for key, several in parts.items():
        once = tuple(dict.fromkeys(several))
        name = names[key] or _name(territory, MUNICIPAL, day, key)
        yield _Step(day, key, name, once, key in estimated, sources[key])


# -- districts -----------------------------------------------------------------------------------------------


def _district_steps(territory: Territory) -> Iterator[_Step]:
    """What districts were made of, between vintages on which they or the districts of municipalities changed.

    Where the boundaries of a day could not be drawn, the vintages span several changes: a step is of the last of them
    that concerns its district.
    """
    drawn = [vintage for vintage in territory.vintages if territory.has(vintage, _DISTRICT)]
    changes = _changes_of_districts(territory.events)
    for before, day in pairwise(drawn):
        told = [change for change in changes if before < change.day <= day]
        if not told:
            continue
        walk = territory.correspondence(before, day, _DISTRICT)
        old, new = territory.keys(before, _DISTRICT), territory.keys(day, _DISTRICT)
        parts: Mapping[int, list[tuple[int, float]]] = defaultdict(list)
        for target, source, share in zip(*(each.tolist() for each in walk.entries()), strict=True):
            parts[target].append((source, share))
        for target, held in parts.items():
            estimated = any(share < _WHOLE for _, share in held)
            keys = tuple(old[source] for source, _ in held)
            if estimated or keys != (new[target],):
                name = _name(territory, _DISTRICT, day, new[target])
                last = max(told, key=lambda change: (not change.keys.isdisjoint((new[target], *keys)), change.day))
                yield _Step(last.day, new[target], name, keys, estimated, last.source)


@dataclass(frozen=True, slots=True)
class _DistrictChange:
    """Districts that changed, or municipalities theirs, on one day, with the source that tells it."""

    day: date
    keys: frozenset[str]
    source: str


def _changes_of_districts(events: Iterable[ChangeEvent]) -> list[_DistrictChange]:
    found = []
    for event in events:
        keys = {*event.parts, event.to_key}
        if event.level == MUNICIPAL:
            keys = {above[0] for key in keys if (above := parent_key(key, MUNICIPAL)) is not None}
        if event.kind != "rename" and (event.level == _DISTRICT or len(keys) > 1):
            found.append(_DistrictChange(event.date, frozenset(keys), event.source))
    return found


# -- names ---------------------------------------------------------------------------------------------------


def _vintage_before(territory: Territory, day: date) -> date | None:
    """The vintage in force until a day; None where no keys of that time are known."""
    earlier = [vintage for vintage in (*territory.early_vintages, *territory.vintages) if vintage < day]
    return max(earlier, default=None)


def _name(territory: Territory, level: str, vintage: date | None, key: str) -> str:
    """Name of an area at a vintage, or at the first that has it; its key where nobody names it."""
    for other in (vintage, *territory.vintages):
        if other is not None and territory.has(other, level) and key in territory.at(other, level).by_key:
            return territory.at(other, level).by_key[key].name
    return key
