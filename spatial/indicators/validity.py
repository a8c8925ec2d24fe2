"""When the keys of areas were valid, and which figures have keys that never were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from boundaries import ChangeEvent, former_names
from spatial.indicators.areas import AreaIndex, AreaRow
from spatial.indicators.observations import Observation
from spatial.indicators.territory import MUNICIPAL, Territory

Followers = Mapping[str, Sequence[tuple[date, str]]]
"""Days on which municipalities changed, and the keys that they had then; by the key before, the oldest first."""


def area_index(territory: Territory) -> AreaIndex:
    """Index of every key of every vintage, with the days it is valid and what follows it.

    Areas of the oldest vintage of a level count as valid before it as well, unless a change says when they began;
    what ended before it is listed too, with the name that the changes tell.
    """
    followers = _followers(territory.events)
    rows: list[AreaRow] = list(_early_rows(territory, followers))
    begun = _begun_early(territory)
    for level in territory.levels():
        vintages = [vintage for vintage in territory.vintages if territory.has(vintage, level)]
        since: dict[str, date | None] = dict.fromkeys(territory.at(vintages[0], level).keys)
        if level == MUNICIPAL:
            since |= begun
        names = {area.key: area.name for area in territory.at(vintages[0], level).areas}
        for before, vintage in pairwise(vintages):
            areas = territory.at(vintage, level)
            for key in sorted(set(since) - set(areas.keys)):
                successors = _successors(followers, key, before, vintage) if level == MUNICIPAL else ()
                rows.append(AreaRow(level, key, names[key], since.pop(key), vintage, successors))
            for area in areas.areas:
                since.setdefault(area.key, vintage)
                names[area.key] = area.name
        rows.extend(AreaRow(level, key, names[key], start) for key, start in since.items())
    return AreaIndex(rows)


def _early_rows(territory: Territory, followers: Followers) -> Iterator[AreaRow]:
    """Municipalities that ended before the oldest boundaries."""
    vintages = territory.early_vintages
    names = former_names(territory.events)
    begun: dict[str, date | None] = {}
    for number, after in enumerate(vintages):
        keys = frozenset(territory.keys(after, MUNICIPAL))
        for key in sorted(begun.keys() - keys):
            name = next((text for day, text in names.get((MUNICIPAL, key), ()) if day >= after), "")
            yield AreaRow(
                MUNICIPAL, key, name, begun.pop(key), after, _successors(followers, key, vintages[number - 1], after)
            )
        for key in keys - begun.keys():
            begun[key] = after if number else None


def names_before_changes(index: AreaIndex, events: Iterable[ChangeEvent]) -> tuple[AreaRow, ...]:
    """Names that areas had before they changed, as the lists of changes tell them.

    Parameters
    ----------
    index : AreaIndex
        The areas that are known; changes may name others, which are left out.
    events : iterable of ChangeEvent
        In any order.

    Returns
    -------
    tuple of AreaRow
        Each name from the change before, or as long as the area is valid, to the change that tells it.
    """
    rows = []
    for (level, key), names in former_names(events).items():
        since: date | None = None
        for until, name in names:
            for span in index.spans(level, key):
                first = max(filter(None, (since, span.valid_from)), default=None)
                last = min(filter(None, (until, span.valid_to)))
                if first is None or first < last:
                    rows.append(replace(span, name=name, valid_from=first, valid_to=last))
            since = until
    return tuple(rows)


def _begun_early(territory: Territory) -> dict[str, date | None]:
    """Days on which the oldest municipalities with boundaries began, where a change tells."""
    vintages = territory.early_vintages
    found: dict[str, date | None] = {}
    for before, after in pairwise(vintages):
        for key in set(territory.keys(after, MUNICIPAL)) - set(territory.keys(before, MUNICIPAL)):
            found[key] = after
    last = set(territory.keys(vintages[-1], MUNICIPAL)) if vintages else set()
    return {key: day for key, day in found.items() if key in last}


def _followers(events: Iterable[ChangeEvent]) -> Followers:
    found: dict[str, list[tuple[date, str]]] = {}
    for event in sorted(events, key=lambda event: event.date):
        for key in event.parts:
            found.setdefault(key, []).append((event.date, event.to_key))
    return found


def _successors(followers: Followers, key: str, since: date, until: date) -> tuple[str, ...]:
    """What a municipality became that was there on the first day and no longer on the last."""
    changes = [(day, to_key) for day, to_key in followers.get(key, ()) if since < day <= until and to_key != key]
    return tuple(dict.fromkeys(to_key for day, to_key in changes if day == changes[-1][0]))


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
