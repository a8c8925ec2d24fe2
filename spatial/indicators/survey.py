"""Surveys: what a first look at all figures of a table tells before any of them is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from boundaries import OFFICIAL_LEVELS
from spatial.indicators.area_keys import (
    COUNTRY,
    LEVEL_NAMES,
    OTHER,
    FoundKey,
)
from spatial.indicators.batches import Batch, RawFigure
from spatial.indicators.cells import BLANKS
from spatial.indicators.decimals import DecimalEvidence
from spatial.indicators.errors import NoKnownKey, quote
from spatial.indicators.finders import AreaFinder, Found, absent_land
from spatial.indicators.grids import combined
from spatial.indicators.mapping import TableMapping
from spatial.indicators.misnomers import AreaNames, NameCheck
from spatial.indicators.periods import is_day_number
from spatial.indicators.places import Role, Spot
from spatial.indicators.rejections import (
    COMPLETE_KEYS,
    land_of,
)
from spatial.indicators.sentences import Sentence, counted
from spatial.indicators.starts import country_alone
from spatial.indicators.tables import Table

_REMEMBERED = 50_000
"""Areas that are remembered by their cells."""
_MOST_UNITS = 100
_MOST_LEVELS = 100
_LEVELS_NAMED = 5
_MANY_KEYS = 10
"""Keys of Länder that are not loaded from which on a table is one of several Länder."""
_SHORT_KEYS = (1, 2, 3, 6)
_CHECK_KEYS = Sentence(
    "Schlüsselspalte und Ebene prüfen oder zuerst die Grenzen laden (`kreisatlas boundaries load`)",
    "check the key column and the level, or load the boundaries first (`kreisatlas boundaries load`)",
)


@dataclass(slots=True)
class Survey:
    """What the figures of a table have in common.

    Attributes
    ----------
    rows : int
        Number of figures.
    levels : Counter of str
        Known keys at each level.
    present : dict of str to set of str
        Known keys of each level.
    units : dict of str to Spot
        Units of the figures that are selected, in the order of their appearance, and where each is said first.
    other_levels : Counter of str
        Names of levels that are not kept, with the number of their figures.
    decimal : DecimalEvidence
    names_indicator, names_period : bool
        Whether any figure says its indicator, its period.
    day_number : str
        First period that is the number of a day; empty where none is.
    first : RawFigure or None
    uses_names : bool
        Whether names stand in for keys.
    country : int
        Number of figures for the whole country.
    names : NameCheck or None
        Comparison of the names beside the keys, where there are any.
    absent : dict of str to set of str
        Keys of Länder of which no area is loaded, the first ones of each.
    """

    rows: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    present: dict[str, set[str]] = field(default_factory=dict)
    units: dict[str, Spot] = field(default_factory=dict)
    other_levels: Counter[str] = field(default_factory=Counter)
    decimal: DecimalEvidence = field(default_factory=DecimalEvidence)
    names_indicator: bool = False
    names_period: bool = False
    day_number: str = ""
    first: RawFigure | None = None
    uses_names: bool = False
    country: int = 0
    names: NameCheck | None = None
    absent: dict[str, set[str]] = field(default_factory=dict)

    @property
    def other_lands(self) -> frozenset[str]:
        """Länder that the table covers and the workspace does not; a few keys alone may be slips of the pen."""
        return frozenset(self.absent) if sum(map(len, self.absent.values())) >= _MANY_KEYS else frozenset()

    @property
    def level(self) -> str | None:
        """Level that most of the known keys have, the finest one in doubt."""
        if not self.levels:
            return None
        fineness = {level: position for position, level in enumerate(OFFICIAL_LEVELS)}
        return max(self.levels, key=lambda level: (self.levels[level], fineness.get(level, len(OFFICIAL_LEVELS))))


def survey(table: Table, mapping: TableMapping) -> tuple[Survey, AreaFinder]:
    """Look at all figures of a table once.

    Returns
    -------
    Survey
    AreaFinder
        Finds the areas as the table has to be read: by keys, or by names where no key is known.

    Raises
    ------
    DestroyedKeys
        A key is a rounded number.
    NoKnownKey
        No figure is one of a known area.
    """
    found = _look(table, AreaFinder(table, mapping, uses_names=False))
    finder = AreaFinder(table, mapping, uses_names=False)
    if not found.levels and table.keys.is_official:
        level = table.keys.level or _level_of_names(table)
        if level is not None:
            finder = AreaFinder(table, mapping, uses_names=True, level=level)
            found = _look(table, finder)
            found.uses_names = True
    if found.first is None or not found.levels:
        raise _no_known_key(table, found)
    return found, finder


def _look(table: Table, finder: AreaFinder) -> Survey:
    """Survey by keys or by names."""
    seen = Survey(names=None if finder.uses_names else _name_check(table))
    known: dict[tuple[str, ...], Found] = {}
    for batches in table.batches():
        if len(known) > _REMEMBERED:
            known.clear()
        for batch in batches:
            _note_areas(seen, batch, finder, known)
            _note_content(seen, batch)
        if seen.names is not None:
            seen.names.note(batches[0], known)
    return seen


def _name_check(table: Table) -> NameCheck | None:
    """Check of the names beside the keys; None where there are none."""
    layout = table.layout
    if layout.name is None or layout.name == layout.frame.key:
        return None
    return NameCheck(AreaNames(table.keys.areas), str(layout.frame.place(None, layout.name).column))


def _note_areas(seen: Survey, batch: Batch, finder: AreaFinder, known: dict[tuple[str, ...], Found]) -> None:
    """Take the areas of a batch into account."""
    seen.rows += len(batch)
    seen.first = seen.first or batch.figure(0)
    cells, first = combined(finder.cells(batch))
    fresh = [number for number, texts in enumerate(cells.distinct) if texts not in known]
    for number in sorted(fresh, key=first.__getitem__):
        known[cells.distinct[number]] = finder.find(batch.figure(int(first[number])))
    for texts, count in zip(cells.distinct, np.bincount(cells.codes).tolist(), strict=True):
        key = known[texts]
        if not isinstance(key, FoundKey):
            continue
        if key.level == COUNTRY:
            seen.country += count
        if key.level == OTHER and (texts[1] in seen.other_levels or len(seen.other_levels) < _MOST_LEVELS):
            seen.other_levels[texts[1]] += count
        land = absent_land(key, finder.keys.areas)
        if land is not None and len(keys := seen.absent.setdefault(land, set())) < _MANY_KEYS:
            keys.add(key.key)
        if key.known:
            seen.levels[key.level] += count
            seen.present.setdefault(key.level, set()).add(key.key)


def _note_content(seen: Survey, batch: Batch) -> None:
    """Take periods, indicators, values and units of a batch into account."""
    seen.names_indicator = seen.names_indicator or any(text.strip(BLANKS) for text in batch.indicators.distinct)
    seen.names_period = seen.names_period or any(text.strip(BLANKS) for text in batch.periods.distinct)
    seen.day_number = seen.day_number or next(filter(is_day_number, batch.periods.distinct), "")
    counts = np.bincount(batch.values.codes[batch.selected], minlength=len(batch.values.distinct))
    for value, count in zip(batch.values.distinct, counts.tolist(), strict=True):
        if count and isinstance(value, str):
            seen.decimal.add(value, count)
    selected = np.flatnonzero(batch.selected)
    numbers, first = np.unique(batch.units.codes[selected], return_index=True)
    for number, row in zip(numbers.tolist(), selected[first].tolist(), strict=True):
        unit = batch.units.distinct[number].strip(BLANKS)
        if unit and len(seen.units) < _MOST_UNITS:
            seen.units.setdefault(unit, Spot(batch.lines[row], "unit", batch.number))


def _level_of_names(table: Table) -> str | None:
    """Level of most names, the finest in doubt; ``None`` where no cell is a name."""
    hits: Counter[str] = Counter()
    for number, figure in enumerate(table.figures()):
        if number > 5000:
            break
        hits.update(level for level in OFFICIAL_LEVELS if table.keys.names.knows(figure.key, level))
    if not hits:
        return None
    return max(hits, key=lambda level: (hits[level], OFFICIAL_LEVELS.index(level)))


def _no_known_key(table: Table, seen: Survey) -> NoKnownKey:
    error = _without_areas(table, seen)
    role: Role = "level" if seen.other_levels else "key"
    return error.at(table.layout.place(Spot(seen.first.line, role))) if seen.first else error


def _absent_land(table: Table, seen: Survey) -> Sentence:
    """That the Land of the first key has no area, where that is so; else nothing."""
    land = land_of(seen.first.key) if seen.first and table.keys.is_official else None
    if land is None or table.keys.areas.has_land(land):
        return Sentence("", "")
    return Sentence(f", vom Land {land} ist kein Gebiet geladen", f", no area of Land {land} is loaded")


def _without_areas(table: Table, seen: Survey) -> NoKnownKey:
    """Why no figure of a table is one of a known area."""
    first = quote(seen.first.key if seen.first else "")
    land = _absent_land(table, seen)
    if seen.other_levels:
        listed = ", ".join(map(quote, list(seen.other_levels)[:_LEVELS_NAMED]))
        return NoKnownKey(
            Sentence(
                f"keine Zeile nennt eine Ebene, die der Atlas führt; dort steht {listed}",
                f"no row names a level that the atlas keeps; there stands {listed}",
            ),
            path=table.path,
            remedy=Sentence(f"die Ebene so schreiben: {LEVEL_NAMES}", f"write the level as one of: {LEVEL_NAMES}"),
        )
    asked, levels = table.keys.level, table.keys.areas.levels
    if asked is not None and asked not in levels:
        return NoKnownKey(
            Sentence(f"die Ebene {quote(asked)} hat keine Gebiete", f"level {quote(asked)} has no areas"),
            path=table.path,
            remedy=Sentence(
                f"eine von diesen nennen: {', '.join(levels)}; oder zuerst ihre Grenzen laden",
                f"name one of these: {', '.join(levels)}; or load its boundaries first",
            ),
        )
    if seen.rows and seen.country == seen.rows:
        return country_alone(table.grid)
    said = counted(
        seen.rows,
        ("die einzige Zeile hat keinen Schlüssel eines bekannten Gebiets, sondern",
         "the only row has no key of a known area, but"),
        ("keine der # Zeilen hat den Schlüssel eines bekannten Gebiets; der erste ist",
         "none of the # rows has the key of a known area; the first is"),
    )  # fmt: skip
    return NoKnownKey(
        Sentence(f"{said.de} {first}{land.de}", f"{said.en} {first}{land.en}"),
        path=table.path,
        remedy=COMPLETE_KEYS if _is_short(table, seen) else _CHECK_KEYS,
    )


def _is_short(table: Table, seen: Survey) -> bool:
    """Whether the first key may be the end of one: the number of a Gemeinde in its Kreis or its Land."""
    digits = seen.first.key.strip(BLANKS) if seen.first and table.keys.is_official else ""
    return digits.isdigit() and len(digits) in _SHORT_KEYS and not (table.keys.within or table.keys.land)
