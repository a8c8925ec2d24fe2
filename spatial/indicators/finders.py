"""Finders: which area a row of a table is for: told by its key, else by its name, never guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from boundaries import OFFICIAL_LEVELS, DestroyedKey, MalformedKey
from spatial.indicators.area_keys import COUNTRY, OTHER, FoundKey, KeyReader, is_country, level_of_word
from spatial.indicators.area_names import NameMatch
from spatial.indicators.areas import AreaIndex, AreaRow
from spatial.indicators.batches import Batch, RawFigure
from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import MalformedPeriod
from spatial.indicators.grids import Coded, combined, constant
from spatial.indicators.layouts import is_total
from spatial.indicators.mapping import TableMapping
from spatial.indicators.periods import parse_period_cell, period_end
from spatial.indicators.places import Spot
from spatial.indicators.rejections import (
    RowRejected,
    ambiguous_name,
    former_name,
    land_of,
    malformed_key,
    unknown_key,
    unknown_name,
)
from spatial.indicators.sentences import Sentence
from spatial.indicators.starts import destroyed_keys
from spatial.indicators.tables import Table

_REMEMBERED = 50_000
"""Names that are remembered with their areas."""


@dataclass(frozen=True, slots=True)
class UnmatchedName:
    """A name that no area, or more than one, had on the day."""

    match: NameMatch
    day: date | None = None


Found = FoundKey | MalformedKey | UnmatchedName


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

    def cells(self, batch: Batch) -> list[Coded[str]]:
        """Texts that tell the areas of a batch: key, level, period of a name, and the name where the key is missing."""
        none = constant("", len(batch))
        if self.uses_names:
            return [batch.keys, batch.levels, batch.periods, none]
        if not any(batch.stand_ins.distinct):
            return [batch.keys, batch.levels, none, none]
        named, _ = combined([batch.stand_ins, batch.periods])
        return [batch.keys, batch.levels, named.mapped(lambda texts: texts[1] if texts[0] else ""), batch.stand_ins]

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
            if figure.stand_in and self.keys.is_official and not is_total(figure.stand_in):
                return self._by_stand_in(figure, level)
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

    def _by_stand_in(self, figure: RawFigure, level: str | None) -> Found:
        """Area by the name beside a key that is missing: the only one of all levels that is called so.

        Among rows with keys one without may be a subtotal as well, so that ``Fulda`` is the city or the Kreis.
        """
        text, day = figure.stand_in, self._day(figure)
        if is_country(text):
            return FoundKey(text, COUNTRY, known=False)
        levels = OFFICIAL_LEVELS if level is None else (level,)
        matches = {at: self.keys.names.find(text, at, day) for at in levels}
        called = {row.key.ljust(8, "0"): row for match in reversed(matches.values()) for row in match.areas}
        if len(called) == 1:
            # A city that is a Kreis, or a Land, is one area; the importer knows it at the level asked for.
            coarsest = next(row for match in matches.values() for row in match.areas)
            return FoundKey(coarsest.key, coarsest.level, known=True)
        finest = matches[levels[-1]]
        return UnmatchedName(NameMatch(tuple(called.values()), finest.similar, finest.former), day)

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
            return period_end(parse_period_cell(figure.period or self.mapping.period or ""))
        except MalformedPeriod:
            return None


def absent_land(found: FoundKey, areas: AreaIndex) -> str | None:
    """Land of an unknown official key of which no area is loaded; None for every other key."""
    if found.known or found.level not in OFFICIAL_LEVELS:
        return None
    land = land_of(found.key)
    return None if land is None or areas.has_land(land) else land


def why_unmatched(figure: RawFigure, found: Found, areas: AreaIndex) -> RowRejected:
    """Why a key or name cell is no area of the atlas."""
    if isinstance(found, FoundKey):
        return unknown_key(found, figure.key, areas)
    if isinstance(found, MalformedKey):
        return malformed_key(found, figure.key)
    match, text = found.match, figure.stand_in or figure.key
    if match.areas:
        why = ambiguous_name(text, match.areas)
    elif match.former:
        why = former_name(text, match.former, found.day, areas)
    else:
        why = unknown_name(text, match.similar)
    why.role = "name" if figure.stand_in else why.role
    return why
