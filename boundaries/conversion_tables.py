"""Readers of Umsteigeschlüssel of the BBSR: which part of every area of one year belongs to which area of another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from boundaries.changes import NO_CHANGE, ChangeEvent, Size, events_of
from boundaries.conversions import Conversion, Shares, changes_between
from boundaries.errors import ChangesUnreadable
from boundaries.sentences import Sentence
from boundaries.workbooks import Cell, Sheet, sheets_of, text_of

_TOLERANCE = 1e-6
_PARQUET_YEAR = 2020  # the column ags20 holds the keys of that year
_KREIS_DIGITS = 5
_HEAD = re.compile(r"^(gemeinden|kreise)\s+31\.12\.(\d{4})$")


def is_conversion(sheet: Sheet) -> bool:
    """Whether a sheet is an Umsteigeschlüssel."""
    return bool(sheet.rows) and bool(sheet.rows[0]) and _HEAD.match(_squeezed(sheet.rows[0][0])) is not None


def _squeezed(cell: Cell) -> str:
    """Text of a heading in small letters, with single blanks and without hyphens at ends of lines."""
    return " ".join(re.sub(r"-\s+", "", text_of(cell)).lower().split())


def read_conversion_workbook(path: str, sheets: Sequence[Sheet]) -> tuple[ChangeEvent, ...]:
    """Read a workbook with one sheet for each year.

    Parameters
    ----------
    path : str
        For messages.
    sheets : sequence of Sheet
        Their headings name the two days and the kinds of shares.

    Returns
    -------
    tuple of ChangeEvent
        See :func:`changes_between`.

    Raises
    ------
    ChangesUnreadable
        A heading, key or share is not understood, or nothing changes.
    """
    return _collected(path, [_conversion(path, sheet) for sheet in sheets])


def read_workbook_tables(path: Path) -> list[Conversion]:
    """Read the tables of an Umsteigeschlüssel in a workbook, in the order of its sheets.

    Raises
    ------
    ChangesUnreadable
        The file cannot be read, or a heading, key or share is not understood.
    """
    return [_conversion(str(path), sheet) for sheet in sheets_of(path, str(path))]


def read_parquet_keys(path: Path, shown: str) -> tuple[ChangeEvent, ...]:
    """Read an Umsteigeschlüssel in Parquet, with the columns ``year_xw, ags_xw, pop_conv, size_conv, ags20``.

    Parameters
    ----------
    path : Path
        The file.
    shown : str
        How messages name it.

    Returns
    -------
    tuple of ChangeEvent
        See :func:`changes_between`.

    Raises
    ------
    ChangesUnreadable
        The file cannot be read or lacks a column.
    """
    return _collected(shown, conversions_of(path, shown))


def conversions_of(path: Path, shown: str | None = None) -> list[Conversion]:
    """Read the tables of an Umsteigeschlüssel in Parquet, oldest first.

    Raises
    ------
    ChangesUnreadable
        The file cannot be read or lacks a column.
    """
    import pyarrow.parquet as parquet

    name = shown or str(path)
    columns = ("year_xw", "ags_xw", "pop_conv", "size_conv", "ags20")
    try:
        table = parquet.read_table(path)
    except (OSError, ValueError) as error:
        why = Sentence(
            f"ist keine lesbare Parquet-Datei ({type(error).__name__}); noch einmal herunterladen",
            f"is no readable Parquet file ({type(error).__name__}); download it again",
        )
        raise ChangesUnreadable(name, None, why) from error
    missing = [column for column in columns if column not in table.column_names]
    if missing:
        listed = ", ".join(missing)
        raise ChangesUnreadable(
            name,
            None,
            Sentence(
                f"hat nicht die Spalten {listed} eines Umsteigeschlüssels; sie so nennen",
                f"lacks the columns {listed} of an Umsteigeschlüssel; name them so",
            ),
        )
    years: dict[int, dict[str, Shares]] = defaultdict(dict)
    levels: set[str] = set()
    for line, values in enumerate(zip(*(table[column].to_pylist() for column in columns), strict=True), start=1):
        year, old, people, area, new = values
        if not _is_pair(year, old, new) or not _are_shares(people, area):
            raise ChangesUnreadable(
                name,
                line,
                Sentence(
                    f"ist kein Jahr und Paar von Schlüsseln (Texten) mit einem Anteil: {str(values)[:80]}; die Zeile "
                    "berichtigen",
                    f"is no year and pair of keys (texts) with a share: {str(values)[:80]}; correct the row",
                ),
            )
        levels.add("kreis" if len(old) == _KREIS_DIGITS else "gemeinde")
        if len(levels) > 1:
            raise ChangesUnreadable(
                name,
                line,
                Sentence(
                    "enthält Schlüssel von Gemeinden und von Kreisen; für jede Ebene eine eigene Tabelle laden",
                    "holds keys of Gemeinden and of Kreise; load one table for each",
                ),
            )
        years[year].setdefault(old, {})[new] = Size(people, area, relative=True)
    level = next(iter(levels), "")
    return [Conversion(year, _PARQUET_YEAR, level, _checked(shares)) for year, shares in sorted(years.items())]


def _is_pair(year: object, old: object, new: object) -> bool:
    """Whether the cells are a year and two keys of one level."""
    keys = [key for key in (old, new) if isinstance(key, str) and re.fullmatch(r"\d{5}(\d{3})?", key)]
    return isinstance(year, int) and len(keys) == 2 and len(keys[0]) == len(keys[1])


def _are_shares(people: object, area: object) -> bool:
    """Whether the cells are shares, of which one may be missing."""
    given = [cell for cell in (people, area) if cell is not None]
    return bool(given) and all(isinstance(cell, float) and 0 <= cell <= 1 + _TOLERANCE for cell in given)


def _checked(shares: dict[str, Shares]) -> dict[str, Shares]:
    """Drop shares of inhabitants that do not add up to 1: the area has no inhabitants."""
    return {old: targets if _adds_up(targets) else _by_area(targets) for old, targets in shares.items()}


def _adds_up(targets: Shares) -> bool:
    return abs(sum(size.population or 0.0 for size in targets.values()) - 1) <= 1e-3


def _by_area(targets: Shares) -> Shares:
    return {key: Size(None, size.area_km2, relative=True) for key, size in targets.items()}


def _conversion(path: str, sheet: Sheet) -> Conversion:
    """Read one sheet."""
    heads = [_squeezed(cell) for cell in sheet.rows[0]] if sheet.rows else []
    keyed = [(column, found) for column, head in enumerate(heads) if (found := _HEAD.match(head))]
    people = next((column for column, head in enumerate(heads) if head.startswith("bevölkerungsproportional")), None)
    areas = next((column for column, head in enumerate(heads) if head.startswith("flächenproportional")), None)
    if len(keyed) < 2 or (people is None and areas is None):
        raise ChangesUnreadable(
            path,
            1,
            Sentence(
                f"Blatt '{sheet.name}' hat nicht die Überschriften eines Umsteigeschlüssels; so laden, wie das BBSR "
                "ihn anbietet",
                f"sheet '{sheet.name}' has no headings of an Umsteigeschlüssel; load it as the BBSR offers it",
            ),
        )
    (first, from_head), (second, to_head) = keyed[0], keyed[1]
    level = "gemeinde" if from_head[1] == "gemeinden" else "kreis"
    shares: dict[str, Shares] = defaultdict(dict)
    for line, row in enumerate(sheet.rows[1:], start=2):
        if not text_of(row[first]):
            continue
        old, new = (_key(path, sheet.name, line, row[column], level) for column in (first, second))
        by_people, by_area = (
            None if column is None else _share(path, sheet.name, line, row[column]) for column in (people, areas)
        )
        shares[old][new] = Size(by_people, by_area, relative=True)
    return Conversion(int(from_head[2]), int(to_head[2]), level, _checked(shares))


def _on_sheet(sheet: str, reason: Sentence) -> Sentence:
    return reason.after(Sentence(f"Blatt '{sheet}'", f"sheet '{sheet}'"))


def _key(path: str, sheet: str, line: int, cell: Cell, level: str) -> str:
    """Key of 8 digits whose leading zero is lost; that of a Kreis ends with three zeros."""
    text = text_of(cell)
    if not re.fullmatch(r"\d{7,8}", text):
        reason = Sentence(
            f"'{text[:80]}' ist kein Schlüssel von 8 Ziffern; die Zelle berichtigen",
            f"'{text[:80]}' is no key of 8 digits; correct the cell",
        )
        raise ChangesUnreadable(path, line, _on_sheet(sheet, reason))
    key = text.zfill(8)
    return key if level == "gemeinde" else key[:5]


def _share(path: str, sheet: str, line: int, cell: Cell) -> float:
    if not isinstance(cell, float) or not 0 <= cell <= 1 + _TOLERANCE:
        reason = Sentence(
            f"'{text_of(cell)[:80]}' ist kein Anteil von 0 bis 1; die Zelle berichtigen",
            f"'{text_of(cell)[:80]}' is no share from 0 to 1; correct the cell",
        )
        raise ChangesUnreadable(path, line, _on_sheet(sheet, reason))
    return min(cell, 1.0)


def _collected(path: str, tables: Sequence[Conversion]) -> tuple[ChangeEvent, ...]:
    if len({table.to_year for table in tables}) > 1 and any(table.to_year > table.from_year + 1 for table in tables):
        areas = {frozenset(new for targets in table.shares.values() for new in targets) for table in tables}
        if len(areas) > 1:
            raise ChangesUnreadable(
                path,
                None,
                Sentence(
                    "führt zu den Gebieten mehrerer Jahre; für jedes eine eigene Tabelle laden",
                    "leads to areas of several years; load one table for each of them",
                ),
            )
    found = events_of(path, changes_between(tables))
    if not found:
        raise ChangesUnreadable(path, None, NO_CHANGE)
    return found
