"""What the areas of a vintage were before and became afterwards, as a release tells it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from boundaries import AreaSet, ChangeEvent
from spatial.indicators.territory import MUNICIPAL, Territory

Histories = dict[str, dict[str, list[dict[str, Any]]]]


def histories(territory: Territory, areas: AreaSet) -> Histories:
    """Changes of the areas of one vintage, by key.

    Parameters
    ----------
    territory : Territory
    areas : AreaSet
        Of any level; only municipalities have changes of their own.

    Returns
    -------
    dict
        ``formed``: the changes up to the vintage that made the area, each with ``date``, ``parts`` (key and name
        of the areas before), ``source``, and ``estimated``, which is true if parts of areas changed hands.
        ``became``: the changes after it, each with ``date``, ``key`` and ``name`` of the area afterwards, ``source``.
    """
    if areas.level != MUNICIPAL:
        return {}
    found: Histories = defaultdict(dict)
    events = [event for event in territory.events if event.level == MUNICIPAL and event.kind != "rename"]
    for day in sorted({event.date for event in events}):
        changes = [event for event in events if event.date == day]
        if day <= areas.vintage:
            _add_formed(found, territory, areas, day, changes)
        else:
            _add_became(found, areas, changes)
    return dict(found)


def _add_formed(found: Histories, territory: Territory, areas: AreaSet, day: date, changes: list[ChangeEvent]) -> None:
    """Note what the areas were before the changes of one day."""
    before = _vintage_before(territory, day)
    known = set(territory.keys(before, MUNICIPAL)) if before is not None else set()
    targets: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        for key in change.from_keys:
            targets[key].add(change.to_key)
    parts: dict[str, list[str]] = defaultdict(list)
    estimated: set[str] = set()
    for change in changes:
        if change.to_key not in areas.by_key:
            continue
        own = [change.to_key] if change.to_key in (*change.parts, *known) and change.kind != "merger" else []
        parts[change.to_key].extend([*own, *change.from_keys])
        if change.kind in ("transfer", "split") or any(len(targets[key]) > 1 for key in change.from_keys):
            estimated.add(change.to_key)
    sources = {change.to_key: change.source for change in changes}
    for key, several in parts.items():
        once = list(dict.fromkeys(several))
        if len(once) > 1 or key in estimated:
            found[key].setdefault("formed", []).append(
                {
                    "date": day.isoformat(),
                    "parts": [{"key": part, "name": _name(territory, before, part)} for part in once],
                    "source": sources[key],
                    "estimated": key in estimated,
                }
            )


def _add_became(found: Histories, areas: AreaSet, changes: list[ChangeEvent]) -> None:
    """Note what becomes of the areas with the changes of one day."""
    for change in changes:
        if len(change.parts) == 1 and change.kind != "transfer" and change.to_key not in areas.by_key:
            continue  # the same territory under another key
        for key in dict.fromkeys((*change.from_keys, *change.parts, change.to_key)):
            if key in areas.by_key:
                found[key].setdefault("became", []).append(
                    {
                        "date": change.date.isoformat(),
                        "key": change.to_key,
                        "name": change.to_name or change.to_key,
                        "source": change.source,
                    }
                )


def _vintage_before(territory: Territory, day: date) -> date | None:
    """The vintage in force until a day; None where no keys of that time are known."""
    earlier = [vintage for vintage in (*territory.early_vintages, *territory.vintages) if vintage < day]
    return max(earlier, default=None)


def _name(territory: Territory, vintage: date | None, key: str) -> str:
    """Name of an area at a vintage, or at the first that has it; its key where nobody names it."""
    for other in (vintage, *territory.vintages):
        if other is not None and territory.has(other, MUNICIPAL) and key in territory.at(other, MUNICIPAL).by_key:
            return territory.at(other, MUNICIPAL).by_key[key].name
    return key
