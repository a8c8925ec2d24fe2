"""Boundaries in the store: what is there, what needs it, and how it is taken out again."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from boundaries import (
    OFFICIAL_LEVELS,
    AreaSet,
    ChangeDoesNotFit,
    EditionNeeded,
    Language,
    NoSuchEdition,
    Sentence,
    areas_above,
    concerning,
    german_day,
    number_of,
)
from service.editions import StoredEdition
from service.registers import StoredRegister
from service.store import Place, Store
from spatial.indicators.territory import DISSOLVED_LEVELS, MUNICIPAL, Territory, build_territory, check_changes

_SAME_AREA_SHARE = 0.05
"""Two sets of areas with the same keys are the same areas where they differ by less than this part of the whole;
generalised boundaries do."""

_COMMANDS_SHOWN = 3
"""Commands that a refusal names; the list of boundaries has all indicators."""

_UNWEIGHED = Sentence(
    "die Einwohnerzahlen dieses Gemeindeverzeichnisses gewichten beim nächsten `publish` keine Teile geteilter Gebiete "
    "mehr; dafür gelten die übrigen Einwohnerzahlen im Datenbestand, und wo es keine gibt, die Flächen",
    "from the next `publish` on, the inhabitants of this Gemeindeverzeichnis no longer weigh the parts of divided "
    "areas; the other counts of inhabitants in the store do, and areas where there are none",
)


@dataclass(frozen=True)
class Holding:
    """A stored edition, and what uses it.

    Attributes
    ----------
    edition : StoredEdition
    figures : mapping of str to int
        Number of figures at its areas, or at those that are dissolved from them, by indicator.
    own_levels : tuple of (str, datetime.date)
        Own levels that were united from its areas, and their days.
    changes : int
        Number of changes that carry its areas on, up to the next edition.
    """

    edition: StoredEdition
    figures: Mapping[str, int] = field(default_factory=dict)
    own_levels: tuple[tuple[str, date], ...] = ()
    changes: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        edition, info = self.edition, self.edition.info
        return {
            "vintage": edition.vintage.isoformat(),
            "level": edition.level,
            "areas": edition.areas,
            "file": info.file,
            "sha256": info.sha256,
            "loaded_at": edition.loaded_at,
            "attribution": info.attribution,
            "licence": info.licence,
            "united_from": None if info.members is None else info.members.level,
            "figures": dict(self.figures),
            "own_levels": [{"level": level, "vintage": day.isoformat()} for level, day in self.own_levels],
            "changes": self.changes,
        }

    def uses(self) -> Sentence:
        """Return what uses the edition; "-" where nothing does."""
        figures, changes = sum(self.figures.values()), self.changes
        indicators = number_of(len(self.figures), ("Indikator", "Indikatoren"), ("indicator", "indicators"))
        said = number_of(figures, ("Wert", "Werte"), ("figure", "figures"))
        parts = [Sentence(f"{said.de} ({indicators.de})", f"{said.en} ({indicators.en})")] if figures else []
        parts += [Sentence(f"{level} vom {german_day(day)}", f"{level} of {day}") for level, day in self.own_levels]
        parts += [number_of(changes, ("Änderung", "Änderungen"), ("change", "changes"))] if changes else []
        return Sentence(", ".join(each.de for each in parts) or "-", ", ".join(each.en for each in parts) or "-")


@dataclass(frozen=True)
class _Stock:
    """Some editions, the changes of the store, and the territory that follows from both; without geometry."""

    editions: tuple[AreaSet, ...]
    store: Store

    @cached_property
    def territory(self) -> Territory:
        return build_territory(self.editions, self.store.changes(), self.store.upper_names())

    def without(self, removed: Sequence[StoredEdition]) -> _Stock:
        gone = {(each.level, each.vintage) for each in removed}
        return replace(self, editions=tuple(each for each in self.editions if (each.level, each.vintage) not in gone))

    def level_on(self, day: date, level: str) -> AreaSet | None:
        """Areas of a level in force on a day; None where there are none."""
        territory = self.territory
        vintage = territory.snap(day) if territory.vintages else None
        if vintage is None or vintage > day or not territory.has(vintage, level):
            return None
        return territory.at(vintage, level)

    def figures_at(self, day: date, level: str) -> tuple[frozenset[str], AreaSet | None]:
        """Keys that figures of a day can have, and the areas behind them where these are drawn."""
        territory = self.territory
        if not territory.source_vintages(level):
            return frozenset(), None
        vintage = territory.source_vintage(day, level)
        drawn = territory.at(vintage, level) if territory.has(vintage, level) else None
        return frozenset(territory.keys(vintage, level)), drawn


def _stock(store: Store) -> _Stock:
    return _Stock(tuple(areas for areas, _ in store.editions(drawn=False)), store)


def list_editions(store: Store) -> tuple[Holding, ...]:
    """Return every stored edition with what uses it, by vintage and level."""
    stored = store.stored_editions()
    if not stored:
        return ()
    stock = _stock(store)
    starts: dict[str, list[date]] = {}
    for edition in stored:
        starts.setdefault(edition.level, []).append(edition.vintage)
    figures = _figures_by_edition(stock, starts, store.places())
    return tuple(
        Holding(
            edition,
            dict(figures.get((edition.level, edition.vintage), {})),
            tuple((each.level, each.vintage) for each in stored if _is_made_of(each, edition, starts)),
            _changes_of(stock, edition, starts),
        )
        for edition in stored
    )


def _is_made_of(united: StoredEdition, edition: StoredEdition, starts: Mapping[str, Sequence[date]]) -> bool:
    """Tell whether an own level was united from the areas of an edition, or from what is dissolved from them."""
    members = united.info.members
    if members is None:
        return False
    base = members.level if members.level in starts else MUNICIPAL
    return edition.level == base and _in_force(starts[base], united.vintage) == edition.vintage


def _in_force(starts: Sequence[date], day: date) -> date:
    """The edition in force on a day; the oldest one for days before it."""
    return starts[max(bisect_right(starts, day) - 1, 0)]


def _figures_by_edition(
    stock: _Stock, starts: Mapping[str, Sequence[date]], places: Sequence[Place]
) -> dict[tuple[str, date], Counter[str]]:
    """Number of figures by the edition whose areas, or what is dissolved from them, they are shown on."""
    found: dict[tuple[str, date], Counter[str]] = {}
    known: dict[tuple[date, str], tuple[frozenset[str], date]] = {}
    for place in places:
        base = MUNICIPAL if place.level in DISSOLVED_LEVELS and place.level not in starts else place.level
        if base not in starts:
            continue
        if (place.vintage, place.level) not in known:
            source = stock.territory.source_vintage(place.vintage, place.level)
            known[place.vintage, place.level] = (
                frozenset(stock.territory.keys(source, place.level)),
                _in_force(starts[base], source),
            )
        keys, vintage = known[place.vintage, place.level]
        if place.key in keys:
            found.setdefault((base, vintage), Counter())[place.indicator] += place.figures
    return found


def _changes_of(stock: _Stock, edition: StoredEdition, starts: Mapping[str, Sequence[date]]) -> int:
    """Number of changes that the areas of an edition go through before the next one takes over."""
    if edition.level != MUNICIPAL:
        return 0
    end = next((day - timedelta(days=1) for day in starts[MUNICIPAL] if day > edition.vintage), date.max)
    areas = next(each for each in stock.editions if each.level == MUNICIPAL and each.vintage == edition.vintage)
    return len(concerning(areas, stock.territory.events, end))


def remove_editions(
    store: Store, *, vintage: date, level: str | None = None, dry_run: bool = False
) -> tuple[StoredEdition, ...]:
    """Take the boundaries of a day out of the store, all levels or one; all of it or nothing.

    Parameters
    ----------
    store : Store
        Where they are.
    vintage : datetime.date
        Day of the boundaries, as they were loaded.
    level : str, optional
        Only this level.
    dry_run : bool
        Check only.

    Returns
    -------
    tuple of StoredEdition
        What went, or can go. Releases are not touched.

    Raises
    ------
    NoSuchEdition
        Nothing of that day and level is stored.
    EditionNeeded
        Figures are stored at the areas, own levels were united from them, areas of own levels have them as parents, or
        stored changes start from them, and no other boundaries have the same areas; the store is as before.
    """
    if dry_run:
        return _checked(store, vintage, level)
    with store.transaction() as connection:
        removed = _checked(store, vintage, level)
        for edition in removed:
            store.remove_areas(connection, edition.level, edition.vintage)
    return removed


def remove_register(store: Store, day: date, *, dry_run: bool = False) -> tuple[StoredRegister, Sentence | None]:
    """Take the Gemeindeverzeichnis of a day out of the store.

    Returns
    -------
    tuple of (StoredRegister, Sentence or None)
        What went, or can go; and what changes without it, where its inhabitants weigh the parts of divided areas.

    Raises
    ------
    NoSuchEdition
        None of that day is stored.
    """
    stored = store.stored_registers()
    found = next((each for each in stored if each.day == day), None)
    if found is None:
        what = Sentence(f"ein Gemeindeverzeichnis vom {german_day(day)} ist", f"a Gemeindeverzeichnis of {day} is")
        raise NoSuchEdition(what, [f"{each.day}" for each in stored])
    if not dry_run:
        with store.transaction() as connection:
            store.remove_register(connection, day)
    weighs = any(event.kind != "rename" for event in store.changes())
    return found, _UNWEIGHED if weighs else None


def _checked(store: Store, vintage: date, level: str | None) -> tuple[StoredEdition, ...]:
    """Return what is to be removed, after a check that nothing needs it."""
    stored = store.stored_editions()
    removed = tuple(each for each in stored if each.vintage == vintage and level in (None, each.level))
    if not removed:
        of_level = "" if level is None else f" ({level[:40]})"
        what = Sentence(f"Grenzen vom {german_day(vintage)}{of_level} sind", f"boundaries of {vintage}{of_level} are")
        raise NoSuchEdition(what, [f"{each.vintage} {each.level}" for each in stored])
    before = _stock(store)
    after = before.without(removed)
    reasons = [
        *_figures_left(before, after, store.places()),
        *_own_levels_left(before, after, [each for each in stored if each not in removed]),
        *_changes_left(before, after),
    ]
    if reasons:
        raise EditionNeeded(reasons)
    return removed


def _figures_left(before: _Stock, after: _Stock, places: Sequence[Place]) -> list[Sentence]:
    """Figures whose areas would be gone, or others under the same keys."""
    kept: dict[tuple[date, str], tuple[frozenset[str], bool]] = {}
    lost: dict[str, Counter[str]] = {}
    for place in places:
        at = place.vintage, place.level
        if at not in kept:
            keys, areas = before.figures_at(*at)
            keys_after, areas_after = after.figures_at(*at)
            kept[at] = keys, keys == keys_after and _are_same(areas, areas_after)
        keys, same = kept[at]
        if place.key in keys and not same:
            lost.setdefault(place.level, Counter())[place.indicator] += place.figures
    if not lost:
        return []
    counts = ", ".join(f"{sum(found.values())} {level}" for level, found in sorted(lost.items()))
    number = len({indicator for found in lost.values() for indicator in found})
    needed = [(level, indicator) for level, found in sorted(lost.items()) for indicator in sorted(found)]
    commands = ", ".join(
        f"`kreisatlas indicators remove --indicator {indicator} --level {level}`"
        for level, indicator in needed[:_COMMANDS_SHOWN]
    ) + (" …" if len(needed) > _COMMANDS_SHOWN else "")
    indicators = number_of(number, ("Indikator", "Indikatoren"), ("indicator", "indicators"))
    return [
        Sentence(
            f"Werte von {indicators.de} gehören zu diesen Flächen ({counts}); zuerst andere Grenzen mit diesen Flächen "
            f"laden oder diese Werte entfernen: {commands}",
            f"figures of {indicators.en} belong to these areas ({counts}); first load other boundaries with these "
            f"areas, or remove these figures: {commands}",
        )
    ]


def _are_same(before: AreaSet | None, after: AreaSet | None) -> bool:
    """Tell whether two sets with the same keys have about the same areas, as far as their sizes are known."""
    if before is None or after is None:
        return before is after
    pairs = [(area.area_km2, after.by_key[area.key].area_km2) for area in before.areas if area.key in after.by_key]
    known = [(old, new) for old, new in pairs if old > 0 and new > 0]
    difference = sum(abs(old - new) for old, new in known)
    return difference <= _SAME_AREA_SHARE * sum(old for old, _ in known)


def _own_levels_left(before: _Stock, after: _Stock, remaining: Sequence[StoredEdition]) -> list[Sentence]:
    """Own levels whose members or parents would be gone."""
    sets = {(areas.level, areas.vintage): areas for areas in after.editions}
    reasons = []
    for edition in remaining:
        day, members = edition.vintage, edition.info.members
        if edition.level in OFFICIAL_LEVELS:
            continue
        if members is not None and not set(members.keys) <= _keys_on(after, day, members.level):
            gone = Sentence(f"daraus vereinigt ({members.level})", f"united from them ({members.level})")
        elif _orphans(sets[edition.level, day], before, after):
            gone = Sentence("ihnen untergeordnet", "subordinate to them")
        else:
            continue
        command = f"`kreisatlas boundaries remove --vintage {day} --level {edition.level}`"
        reasons.append(
            Sentence(
                f"die Flächen der Ebene {edition.level} vom {german_day(day)} sind {gone.de}; zuerst diese entfernen "
                f"({command})",
                f"the areas of the level {edition.level} of {day} are {gone.en}; remove these first ({command})",
            )
        )
    return reasons


def _keys_on(stock: _Stock, day: date, level: str) -> frozenset[str]:
    areas = stock.level_on(day, level)
    return frozenset() if areas is None else frozenset(areas.keys)


def _orphans(areas: AreaSet, before: _Stock, after: _Stock) -> bool:
    """Tell whether an area has a parent now and would have none."""
    above, left = (
        [found for level in stock.territory.levels() if (found := stock.level_on(areas.vintage, level)) is not None]
        for stock in (before, after)
    )
    return any(areas_above(area, above) and not areas_above(area, left) for area in areas.areas)


def _changes_left(before: _Stock, after: _Stock) -> list[Sentence]:
    """Changes that the remaining boundaries cannot have gone through."""
    try:
        check_changes(after.editions, before.territory.events)
    except ChangeDoesNotFit as error:
        return [
            Sentence(
                f"die Änderung vom {german_day(error.day)}, Gebiet {error.key}, passt nicht zu den übrigen Grenzen; "
                "zuerst diese zurücknehmen (`kreisatlas boundaries changes --remove`)",
                f"the change of {error.day}, area {error.key}, does not fit the other boundaries; take that one back "
                "first (`kreisatlas boundaries changes --remove`)",
            )
        ]
    return []


def listed(store: Store, language: Language) -> dict[str, Any]:
    """Return everything that is stored, as plain values for JSON, with what uses it in words."""
    return {
        "editions": [{**each.to_dict(), "used_by": each.uses().text(language)} for each in list_editions(store)],
        "registers": [
            {
                "day": each.day.isoformat(),
                "form": each.form,
                "entries": each.entries,
                "file": each.file,
                "sha256": each.sha256,
                "loaded_at": each.loaded_at,
            }
            for each in store.stored_registers()
        ],
    }
