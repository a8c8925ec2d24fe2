"""Surveys: what a first look at all figures of a table tells before any of them is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from boundaries import OFFICIAL_LEVELS, DestroyedKey, MalformedKey
from spatial.indicators.area_keys import (
    COUNTRY,
    LEVEL_NAMES,
    OTHER,
    FoundKey,
    KeyReader,
    is_country,
    level_of_word,
)
from spatial.indicators.area_names import NameMatch
from spatial.indicators.areas import AreaIndex, AreaRow
from spatial.indicators.batches import Batch, RawFigure
from spatial.indicators.cells import BLANKS
from spatial.indicators.decimals import DecimalEvidence
from spatial.indicators.errors import MalformedPeriod, NoKnownKey, quote
from spatial.indicators.grids import combined, constant
from spatial.indicators.mapping import TableMapping
from spatial.indicators.misnomers import AreaNames, NameCheck
from spatial.indicators.periods import parse_period, period_end
from spatial.indicators.places import Role, Spot
from spatial.indicators.rejections import (
    RowRejected,
    ambiguous_name,
    former_name,
    is_of_land,
    malformed_key,
    unknown_key,
    unknown_name,
)
from spatial.indicators.sentences import Sentence
from spatial.indicators.starts import destroyed_keys
from spatial.indicators.tables import Table

_REMEMBERED = 50_000
"""Areas that are remembered by their cells."""
_MOST_UNITS = 100
_MOST_LEVELS = 100
_LEVELS_NAMED = 5


@dataclass(frozen=True, slots=True)
class UnmatchedName:
    """A name that no area, or more than one, had on the day."""

    match: NameMatch
    day: date | None = None


Found = FoundKey | MalformedKey | UnmatchedName


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
    first : RawFigure or None
    uses_names : bool
        Whether names stand in for keys.
    country : int
        Number of figures for the whole country.
    names : NameCheck or None
        Comparison of the names beside the keys, where there are any.
    """

    rows: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    present: dict[str, set[str]] = field(default_factory=dict)
    units: dict[str, Spot] = field(default_factory=dict)
    other_levels: Counter[str] = field(default_factory=Counter)
    decimal: DecimalEvidence = field(default_factory=DecimalEvidence)
    names_indicator: bool = False
    names_period: bool = False
    first: RawFigure | None = None
    uses_names: bool = False
    country: int = 0
    names: NameCheck | None = None

    @property
    def level(self) -> str | None:
        """Level that most of the known keys have, the finest one in doubt."""
        if not self.levels:
            return None
        fineness = {level: position for position, level in enumerate(OFFICIAL_LEVELS)}
        return max(self.levels, key=lambda level: (self.levels[level], fineness.get(level, len(OFFICIAL_LEVELS))))


@dataclass(slots=True)
class AreaFinder:
    """Finds the area of a figure: by its key, else by its name.

    Attributes
    ----------
    table : Table
    mapping : TableMapping
    uses_names : bool
    level : str or None
        Level at which names are looked for.
    """

    table: Table
    mapping: TableMapping
    uses_names: bool
    level: str | None = None
    _matched: dict[tuple[str, date | None], Found] = field(default_factory=dict)

    @property
    def keys(self) -> KeyReader:
        """Reader of the key cells."""
        return self.table.keys

    def find(self, figure: RawFigure) -> Found:
        """Area of a figure, or why it is none.

        Raises
        ------
        DestroyedKeys
            The key is a rounded number, so that all keys of the file are in doubt.
        """
        if self.uses_names:
            return self._by_name(figure)
        try:
            level = level_of_word(figure.level) if figure.level else None
            if figure.level and level is None and self.keys.is_official:
                at = COUNTRY if is_country(figure.level) else OTHER
                return FoundKey(figure.key, at, known=False)
            return self.keys.read(figure.key) if level is None else self.keys.read_at(figure.key, level)
        except DestroyedKey as error:
            place = self.table.layout.place(Spot(figure.line, "key"))
            raise destroyed_keys(self.table.grid, place, figure.key) from error
        except MalformedKey as error:
            return error

    def _by_name(self, figure: RawFigure) -> Found:
        """Area by the name that stands where keys should."""
        day = self._day(figure)
        found = self._matched.get((figure.key, day))
        if found is None:
            if len(self._matched) > _REMEMBERED:
                self._matched.clear()
            found = self._matched[figure.key, day] = self._match(figure.key, day)
        return found

    def _match(self, text: str, day: date | None) -> Found:
        """The one area of the level, else of another level, that was called so on a day."""
        if not text.strip(BLANKS):
            return MalformedKey(text, Sentence("er ist leer", "it is empty"))
        names, level = self.keys.names, self.level or "gemeinde"
        match = names.find(text, level, day)
        if len(match.areas) == 1:
            return FoundKey(match.areas[0].key, level, known=True)
        if not match.areas and text.strip(BLANKS).casefold() in ("deutschland", "bundesgebiet"):
            return FoundKey(text, COUNTRY, known=False)
        if not match.areas and len(match.former) == 1 and not self._is_there(match.former[0], day):
            return FoundKey(match.former[0].key, level, known=True)
        if not match.areas:
            others = [(at, names.find(text, at, day).areas) for at in OFFICIAL_LEVELS if at != level]
            found = [(at, areas[0]) for at, areas in others if len(areas) == 1]
            if len(found) == 1:
                return FoundKey(found[0][1].key, found[0][0], known=True)
        return UnmatchedName(match, day)

    def _is_there(self, row: AreaRow, day: date | None) -> bool:
        """Whether an area is there on a day, under another name."""
        return day is None or self.keys.areas.is_valid(row.level, row.key, day)

    def _day(self, figure: RawFigure) -> date | None:
        """Day of which the names are official."""
        if self.mapping.vintage:
            return self.mapping.vintage
        try:
            return period_end(parse_period(figure.period or self.mapping.period or ""))
        except MalformedPeriod:
            return None


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


def why_unmatched(figure: RawFigure, found: Found, areas: AreaIndex) -> RowRejected:
    """Why a key or name cell is no area of the atlas."""
    if isinstance(found, FoundKey):
        return unknown_key(found, figure.key, areas)
    if isinstance(found, MalformedKey):
        return malformed_key(found, figure.key)
    match = found.match
    if match.areas:
        return ambiguous_name(figure.key, match.areas)
    if match.former:
        return former_name(figure.key, match.former, found.day, areas)
    return unknown_name(figure.key, match.similar)


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
    named = batch.periods if finder.uses_names else constant("", len(batch))
    cells, first = combined([batch.keys, batch.levels, named])
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
        if key.known:
            seen.levels[key.level] += count
            seen.present.setdefault(key.level, set()).add(key.key)


def _note_content(seen: Survey, batch: Batch) -> None:
    """Take periods, indicators, values and units of a batch into account."""
    seen.names_indicator = seen.names_indicator or any(text.strip(BLANKS) for text in batch.indicators.distinct)
    seen.names_period = seen.names_period or any(text.strip(BLANKS) for text in batch.periods.distinct)
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
    text = seen.first.key.strip(BLANKS) if seen.first and table.keys.is_official else ""
    land = text[:2]
    if not is_of_land(text) or table.keys.areas.has_land(land):
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
        return NoKnownKey(
            Sentence(
                "alle Werte gelten für Deutschland als Ganzes, keiner für ein Gebiet darin",
                "all figures are for Germany as a whole, none for an area within",
            ),
            path=table.path,
            remedy=Sentence("die Tabelle mit regionaler Gliederung abrufen", "request the table broken down by region"),
        )
    return NoKnownKey(
        Sentence(
            f"keine der {seen.rows} Zeilen hat den Schlüssel eines bekannten Gebiets; der erste ist {first}{land.de}",
            f"none of the {seen.rows} rows has the key of a known area; the first is {first}{land.en}",
        ),
        path=table.path,
        remedy=Sentence(
            "Schlüsselspalte und Ebene prüfen oder zuerst die Grenzen laden",
            "check the key column and the level, or load the boundaries first",
        ),
    )
