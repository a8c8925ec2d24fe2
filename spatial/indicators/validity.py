"""When the keys of areas were valid, and which figures have keys that never were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from spatial.indicators.areas import AreaIndex, AreaRow
from spatial.indicators.observations import Observation
from spatial.indicators.territory import MUNICIPAL, Territory


def area_index(territory: Territory) -> AreaIndex:
    """Index of every key of every vintage, with the days it is valid and what follows it.

    Areas of the oldest vintage of a level count as valid before it as well, unless a change says when they began;
    what ended before it is listed too, without a name.
    """
    rows: list[AreaRow] = list(_early_rows(territory))
    begun = _begun_early(territory)
    for level in territory.levels():
        vintages = [vintage for vintage in territory.vintages if territory.has(vintage, level)]
        since: dict[str, date | None] = dict.fromkeys(territory.at(vintages[0], level).keys)
        if level == MUNICIPAL:
            since |= begun
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


def _early_rows(territory: Territory) -> Iterator[AreaRow]:
    """Municipalities that ended before the oldest boundaries."""
    vintages = territory.early_vintages
    for before, after in pairwise(vintages):
        keys = territory.keys(after, MUNICIPAL)
        for key in sorted(set(territory.keys(before, MUNICIPAL)) - set(keys)):
            starts = [day for day in vintages if key not in territory.keys(day, MUNICIPAL) and day < before]
            start = next(day for day in vintages if not starts or day > starts[-1])
            since = None if start == vintages[0] else start
            yield AreaRow(MUNICIPAL, key, "", since, after, _successors(territory, MUNICIPAL, key, after))


def _begun_early(territory: Territory) -> dict[str, date | None]:
    """Days on which the oldest municipalities with boundaries began, where a change tells."""
    vintages = territory.early_vintages
    found: dict[str, date | None] = {}
    for before, after in pairwise(vintages):
        for key in set(territory.keys(after, MUNICIPAL)) - set(territory.keys(before, MUNICIPAL)):
            found[key] = after
    last = set(territory.keys(vintages[-1], MUNICIPAL)) if vintages else set()
    return {key: day for key, day in found.items() if key in last}


def _successors(territory: Territory, level: str, key: str, vintage: date) -> tuple[str, ...]:
    if level != MUNICIPAL:
        return ()
    found = (event.to_key for event in territory.events if event.date == vintage and key in event.parts)
    return tuple(dict.fromkeys(found))


def unplaced(territory: Territory, observations: Iterable[Observation]) -> dict[tuple[str, str], int]:
    """Count figures whose area none of the boundaries of their time have: they cannot be shown.

    Parameters
    ----------
    territory : Territory
    observations : iterable of Observation

    Returns
    -------
    dict of (str, str) to int
        By indicator and level; empty where every figure has its area. It happens where boundaries were replaced after
        the figures were loaded.
    """
    keys = {(day, level): frozenset(territory.keys(day, level)) for level in territory.levels()
            for day in territory.source_vintages(level)}  # fmt: skip
    none: frozenset[str] = frozenset()
    return dict(
        Counter(
            (each.indicator, each.level)
            for each in observations
            if each.key not in keys.get((territory.source_vintage(each.vintage, each.level), each.level), none)
        )
    )
