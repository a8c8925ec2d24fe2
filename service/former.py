"""Areas that are gone and names out of use: noted when a release is made, answered with what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from boundaries import AreaSet, ChangeEvent, Sentence, german_day
from service.errors import Hint, framed
from spatial.indicators.territory import Territory

FORMER = "former.json"
"""File of a release that holds what ended."""


@dataclass(frozen=True, slots=True)
class Former:
    """A key or a name that ended.

    Attributes
    ----------
    level, key, name : str
        As they were.
    until : str
        Last day, YYYY-MM-DD.
    successors : tuple of str
        Keys that its territory had on the day after; its own where only the name changed. Empty where nobody told.
    vintages : tuple of str
        Vintages of the release that have the key.
    """

    level: str
    key: str
    name: str
    until: str
    successors: tuple[str, ...]
    vintages: tuple[str, ...]

    def describe(self) -> dict[str, str]:
        """Form in answers."""
        return {"key": self.key, "name": self.name, "until": self.until}


# -- publishing ----------------------------------------------------------------------------------------------


def former_document(territory: Territory) -> list[dict[str, Any]]:
    """Every key and name that ended, as a release keeps them; by level, key and day.

    Parameters
    ----------
    territory : Territory
        Its changes tell what became of municipalities and districts. Where areas only differ between two loaded
        sets of boundaries, the day is that of the later ones.
    """
    found: dict[tuple[str, str, str], Former] = {}
    for each in (*_told(territory), *_seen(territory)):
        found.setdefault((each.level, each.key, each.name), each)
    return [asdict(each) for each in sorted(found.values(), key=lambda each: (each.level, each.key, each.until))]


def _told(territory: Territory) -> Iterator[Former]:
    """What the changes say."""
    targets = _targets(territory.events)
    for event in sorted(territory.events, key=lambda each: each.date, reverse=True):
        if event.kind == "transfer":
            continue
        names = event.from_names or ("",) * len(event.from_keys)
        for key, name in zip(event.from_keys, names, strict=True):
            known = name or _name_before(territory, event, key)
            if known and not _goes_on(territory, event, key, known):
                successors = tuple(targets[event.date, event.level, key])
                yield _former(territory, event.level, key, known, event.date, successors)


def _targets(events: Iterable[ChangeEvent]) -> dict[tuple[date, str, str], dict[str, None]]:
    """Keys that the territory of an area goes to on a day, in the order of the changes; several where it is divided."""
    found: dict[tuple[date, str, str], dict[str, None]] = defaultdict(dict)
    for event in events:
        for key in event.from_keys:
            found[event.date, event.level, key][event.to_key] = None
    return found


def _name_before(territory: Territory, event: ChangeEvent, key: str) -> str:
    """Name of an area on the last boundaries before a change; empty where none have it."""
    for vintage in reversed(territory.vintages):
        area = _area(territory, vintage, event.level, key) if vintage < event.date else None
        if area is not None:
            return area
    return ""


def _goes_on(territory: Territory, event: ChangeEvent, key: str, name: str) -> bool:
    """Whether an area keeps key and name beyond a change that concerns it."""
    after = [vintage for vintage in territory.vintages if vintage >= event.date and territory.has(vintage, event.level)]
    return bool(after) and _area(territory, after[0], event.level, key) == name


def _area(territory: Territory, vintage: date, level: str, key: str) -> str | None:
    """Name of an area of a vintage; None where there is no such area."""
    if not territory.has(vintage, level):
        return None
    area = territory.at(vintage, level).by_key.get(key)
    return None if area is None else area.name


def _seen(territory: Territory) -> Iterator[Former]:
    """What differs between boundaries that follow each other."""
    for level in territory.levels():
        sets = [territory.at(vintage, level) for vintage in territory.vintages if territory.has(vintage, level)]
        for before, after in pairwise(sets):
            for key, name in _gone(before, after):
                successors = (key,) if key in after.by_key else ()
                yield _former(territory, level, key, name, after.vintage, successors)


def _gone(before: AreaSet, after: AreaSet) -> Iterator[tuple[str, str]]:
    """Keys and names of areas that a later set has not, or calls otherwise."""
    for area in before.areas:
        same = after.by_key.get(area.key)
        if same is None or same.name != area.name:
            yield area.key, area.name


def _former(territory: Territory, level: str, key: str, name: str, day: date, successors: tuple[str, ...]) -> Former:
    vintages = [vintage.isoformat() for vintage in territory.vintages if _area(territory, vintage, level, key)]
    return Former(level, key, name, (day - timedelta(days=1)).isoformat(), successors, tuple(vintages))


# -- answering -----------------------------------------------------------------------------------------------


class FormerAreas:
    """What became of areas, as a release tells it.

    Parameters
    ----------
    document : iterable of mapping
        As :func:`former_document` makes it.
    """

    def __init__(self, document: Iterable[Mapping[str, Any]]) -> None:
        self._of: dict[tuple[str, str], list[Former]] = defaultdict(list)
        for entry in document:
            former = Former(**{**entry, "successors": tuple(entry["successors"]), "vintages": tuple(entry["vintages"])})
            self._of[former.level, former.key].append(former)

    def ended(self, key: str, vintage: str, levels: Iterable[str]) -> Former | None:
        """The area that had a key last before a vintage, at the first of some levels that had it."""
        for level in levels:
            past = [each for each in self._of.get((level, key), ()) if each.until < vintage]
            if past:
                return max(past, key=lambda each: each.until)
        return None

    def predecessors(self, key: str, vintage: str, levels: Collection[str]) -> list[Former]:
        """Areas of a vintage that a key, which begins later, has its territory from."""
        entries = (each for several in self._of.values() for each in several)
        return [
            each
            for each in entries
            if each.level in levels and each.until >= vintage and key in each.successors and key != each.key
        ]

    def became(self, former: Former, present: Collection[str], vintage: str) -> list[str]:
        """Keys of a vintage that the territory of a former area belongs to.

        Parameters
        ----------
        former : Former
        present : collection of str
            Keys of the vintage, of the level.
        vintage : str
            Later changes are not followed.
        """
        found: dict[str, None] = {}
        waiting, seen = list(former.successors), set()
        while waiting:
            key = waiting.pop(0)
            if key in seen:
                continue
            seen.add(key)
            if key in present:
                found[key] = None
                continue
            later = [each for each in self._of.get((former.level, key), ()) if former.until <= each.until < vintage]
            waiting += [each for entry in later for each in entry.successors]
        return list(found)

    def by_successor(self, level: str, present: Mapping[str, str], vintage: str) -> dict[str, list[Former]]:
        """Former areas and names by the areas of a vintage that they are today, oldest first.

        Parameters
        ----------
        level : str
        present : mapping of str to str
            Names of the areas of the vintage by key.
        vintage : str
        """
        found: dict[str, list[Former]] = defaultdict(list)
        entries = (each for (of_level, _), several in self._of.items() if of_level == level for each in several)
        for entry in sorted((each for each in entries if each.until < vintage), key=lambda each: each.until):
            for key in self.became(entry, present, vintage):
                if (key, present[key]) != (entry.key, entry.name):
                    found[key].append(entry)
        return dict(found)


def whereabouts(former: Former, successors: Sequence[tuple[str, str]]) -> Sentence:
    """What became of an area that a vintage does not have: until when it was there, as what, and where to find it.

    Parameters
    ----------
    former : Former
    successors : sequence of (str, str)
        Names and keys of the areas that it belongs to.
    """
    day = german_day(date.fromisoformat(former.until))
    german, english = f"{former.name} bestand bis zum {day}", f"{former.name} existed until {former.until}"
    if [name for name, _ in successors] == [former.name]:
        key = successors[0][1]
        german = f"{former.name} hatte diesen Schlüssel bis zum {day}, seitdem {key}"
        english = f"{former.name} had this key until {former.until}, and {key} since"
    elif successors:
        listed = ", ".join(f"{name} ({key})" for name, key in successors)
        german, english = f"{german} und gehört nun zu {listed}", f"{english} and now belongs to {listed}"
    if former.vintages:
        days = ", ".join(f"vintage={vintage}" for vintage in former.vintages)
        options = ", ".join(f"--vintage {vintage}" for vintage in former.vintages)
        frame = f"{german}; den Schlüssel gibt es mit {{}}", f"{english}; the key exists with {{}}"
        return framed(*frame, Hint(days, days, Sentence(options, options)))
    return Sentence(german, english)


def origins(predecessors: Sequence[Former]) -> Sentence:
    """What an area that begins after a vintage is made of; one or more areas that end before it."""
    listed = ", ".join(f"{each.name} ({each.key})" for each in predecessors)
    until = max(each.until for each in predecessors)
    return Sentence(
        f"das Gebiet dieses Schlüssels entsteht nach dem {german_day(date.fromisoformat(until))} aus {listed}",
        f"the area of this key is formed after {until} from {listed}",
    )
