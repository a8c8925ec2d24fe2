"""Area names that stand in for keys: matched with the official names of the day, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from boundaries import OFFICIAL_LEVELS, Register
from spatial.indicators.areas import AreaIndex, AreaRow
from spatial.indicators.cells import BLANKS

_REMEMBERED = 65_536
_FOOTNOTES = re.compile(r"(?:[¹²³⁰⁴-⁹]+\)?|\s*\d{1,2}\)|\s*\*+\)?)+\Z")
_TYPE = (
    r"(?:kreisfreie\s+stadt|krfr\.?\s+stadt|krst\.?|landkreis|lkr\.?|lk|kreis|stadtkreis|landeshauptstadt|hansestadt"
    r"|hansestadt\s+u\.?\s*freie\s+reichsstadt|universit(?:ä|ae)tsstadt|brüder-grimm-stadt|wissenschaftsstadt"
    r"|barbarossastadt(?:,\s*gemeinde)?|documenta-stadt|kreisstadt|sonderstatusstadt|klosterstadt|kurort"
    r"|(?:große\s+)?kreisstadt|stadt|st\.|gemeinde|gde\.?|marktgemeinde|marktflecken|markt|flecken|m"
    r"|regierungsbezirk|reg\.-?\s?bez\.?|land|bundesland|freistaat|gemeindefreies\s+gebiet|land)"
)
_BEHIND = re.compile(rf"(?:,\s*{_TYPE}|\s*\(\s*{_TYPE}\s*\))\Z")
_BEFORE = re.compile(
    r"\A(?:kreisfreie\s+stadt|landkreis|lkr\.?|kreisstadt|stadt|gemeinde|marktgemeinde|regierungsbezirk)\s+(?=[^\s(])"
)
_CITY = re.compile(r"kreisfreie|krfr|krst|stadtkreis|landeshauptstadt|documenta-stadt|\bstadt\b|\(krfr", re.IGNORECASE)
_REGION = re.compile(r"regierungsbezirk|reg\.-?\s?bez", re.IGNORECASE)
_COUNTY = re.compile(r"landkreis|\blkr\b|\blk\b|,\s*kreis\b|,\s*land\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NameMatch:
    """Areas that a name may mean.

    Attributes
    ----------
    areas : tuple of AreaRow
        One where the name is clear, several where it is ambiguous, none where no area is called so.
    similar : tuple of AreaRow
        Areas whose names have the text and an addition in brackets; to be named, not to be taken.
    former : tuple of AreaRow
        Where no area is called so on the day: areas that were, or will be, at another time.
    """

    areas: tuple[AreaRow, ...]
    similar: tuple[AreaRow, ...] = ()
    former: tuple[AreaRow, ...] = ()


@lru_cache(maxsize=_REMEMBERED)
def normal_name(text: str) -> str:
    """Name without footnotes, designations and differences of writing.

    >>> normal_name("Naumburg, Stadt"), normal_name("  Naumburg (Stadt)¹⁾"), normal_name("Stadt Naumburg 2)")
    ('naumburg', 'naumburg', 'naumburg')
    >>> normal_name("Bad Emstal"), normal_name("Neustadt (Hessen), Stadt"), normal_name("Stadtallendorf, Stadt")
    ('bad emstal', 'neustadt (hessen)', 'stadtallendorf')
    """
    name = unicodedata.normalize("NFC", text).strip(BLANKS).casefold()
    name = " ".join(_FOOTNOTES.sub("", name.replace("⁾", ")")).split())
    before = None
    while before != name:
        before = name
        name = _BEHIND.sub("", name).strip(" ,")
    name = _BEFORE.sub("", name, count=1)
    return re.sub(r"\s*([-/(])\s*", lambda m: " (" if m[1] == "(" else m[1], name).strip()


@dataclass(frozen=True)
class NameIndex:
    """Areas by their normal names.

    Parameters
    ----------
    areas : AreaIndex
    within : str, optional
        Key of the Land, Regierungsbezirk or Kreis that the areas meant belong to.
    """

    areas: AreaIndex
    within: str | None = None
    _rows: dict[tuple[str, str], list[AreaRow]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _stems: dict[tuple[str, str], list[AreaRow]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def _fill(self) -> None:
        """Build the index at its first use: most tables have keys."""
        if self._rows:
            return
        rows: dict[tuple[str, str], list[AreaRow]] = defaultdict(list)
        stems: dict[tuple[str, str], list[AreaRow]] = defaultdict(list)
        for row in (*self.areas.rows, *self.areas.names):
            if row.level in OFFICIAL_LEVELS and row.name and row.key.startswith(self.within or ""):
                name = normal_name(row.name)
                rows[row.level, name].append(row)
                if " (" in name:
                    stems[row.level, name.partition(" (")[0]].append(row)
        self._rows.update(rows)
        self._stems.update(stems)

    def knows(self, text: str, level: str | None = None) -> bool:
        """Whether an area was ever called so."""
        if not any(character.isalpha() for character in text):
            return False
        self._fill()
        name = normal_name(text)
        return any((at, name) in self._rows for at in ((level,) if level else OFFICIAL_LEVELS))

    def find(self, text: str, level: str, day: date | None) -> NameMatch:
        """Areas of a level that were called so on a day.

        Parameters
        ----------
        text : str
            The cell.
        level : str
        day : datetime.date or None
            Without a day the areas that are valid now.
        """
        self._fill()
        if level not in _levels_of(text):
            return NameMatch(())
        name = normal_name(text)
        rows = self._rows.get((level, name), ())
        found = self._distinguished(text, level, _valid(rows, day))
        if found:
            return NameMatch(found)
        return NameMatch((), _valid(self._stems.get((level, name), ()), day), tuple(_latest(rows)))

    def _distinguished(self, text: str, level: str, rows: tuple[AreaRow, ...]) -> tuple[AreaRow, ...]:
        """Of Kreise of one name the city or the county, where the text says which."""
        if len(rows) < 2 or level != "kreis":
            return rows
        is_county, is_city = bool(_COUNTY.search(text)), bool(_CITY.search(text))
        if is_county == is_city:
            return rows
        return tuple(row for row in rows if self.areas.knows("gemeinde", row.key + "000") == is_city)


def register_names(areas: AreaIndex, registers: Sequence[Register]) -> tuple[AreaRow, ...]:
    """Names that registers give to areas, each for the days on which its register is the newest.

    Parameters
    ----------
    areas : AreaIndex
        The areas that are known; a register may have others, which are left out.
    registers : sequence of Register
        Oldest first. The oldest one counts for the time before it as well.

    Returns
    -------
    tuple of AreaRow
        No longer than the areas themselves are valid.
    """
    rows = []
    for number, register in enumerate(registers):
        start = register.day if number else None
        end = registers[number + 1].day if number + 1 < len(registers) else None
        for entry in register.entries:
            for span in areas.spans(entry.level, entry.key):
                first = max(filter(None, (start, span.valid_from)), default=None)
                last = min(filter(None, (end, span.valid_to)), default=None)
                if first is None or last is None or first < last:
                    rows.append(replace(span, name=entry.name, valid_from=first, valid_to=last))
    return tuple(rows)


def _levels_of(text: str) -> tuple[str, ...]:
    """Levels that a name may be of, where it says so: no Landkreis is a municipality."""
    if _REGION.search(text):
        return ("regierungsbezirk",)
    return ("kreis",) if _COUNTY.search(text) else OFFICIAL_LEVELS


def _latest(rows: Iterable[AreaRow]) -> Iterable[AreaRow]:
    """Of each key the row that is valid last."""
    ordered = sorted(rows, key=lambda row: row.valid_to or date.max)
    return {row.key: row for row in ordered}.values()


def _valid(rows: Iterable[AreaRow], day: date | None) -> tuple[AreaRow, ...]:
    """Rows that cover a day, one for each key."""
    chosen = (row for row in rows if (row.valid_to is None if day is None else row.covers(day)))
    return tuple({row.key: row for row in chosen}.values())
