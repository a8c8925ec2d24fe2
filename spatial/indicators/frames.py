"""Frames: where the header of a raw table ends, which column holds the keys, where the data stop."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from spatial.indicators.area_keys import KeyReader, split_key_and_name
from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import (
    DestroyedKeys,
    EmptyTable,
    NoKnownKey,
    UnknownTableForm,
    UnreadableTable,
    quote,
)
from spatial.indicators.grids import Grid, GridRow
from spatial.indicators.mapping import Column, TableMapping

COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    "key": (
        "key", "ags", "ars", "rs", "amtlicher gemeindeschlüssel", "gemeindeschlüssel", "regionalschlüssel",
        "amtlicher regionalschlüssel", "schlüssel", "schluessel", "gemeindeschluessel", "regionalschluessel",
        "kennziffer", "gemeindekennziffer", "gkz", "ags8", "ars12", "area", "area_key", "schlüsselnummer",
        "kreisschlüssel", "gebietsschlüssel",
    ),
    "period": (
        "period", "periode", "zeitraum", "jahr", "year", "stichtag", "datum", "date", "zeit", "time", "monat",
        "month", "berichtsmonat", "berichtsjahr", "quartal", "quarter", "zeitbezug", "schuljahr",
    ),
    "value": ("value", "wert", "values", "werte"),
    "status": ("status", "value_status"),
    "flags": ("flag", "flags", "value_q", "qualität", "quality"),
    "indicator": ("indicator", "indikator", "indicator_id"),
    "name": (
        "name", "gemeinde", "gemeindename", "raumeinheit", "gebiet", "region", "ort", "kreis", "gen", "bezeichnung",
        "gebietsname", "landkreis", "municipality", "stadt/gemeinde",
    ),
    "unit": ("unit", "einheit", "value_unit"),
}  # fmt: skip
# Names that running numbers have as well: they count only where the column holds known keys.
_WEAK_KEY_NAMES = ("id", "code", "nr", "nr.", "nummer", "no", "number")
_SEARCHED_ROWS = 60
_DESTROYED = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]{1,2}\Z")
_RULE = re.compile(r"_{5,}")


@dataclass(frozen=True, slots=True)
class Frame:
    """Header and body of a raw table."""

    grid: Grid
    mapping: TableMapping
    labels: tuple[tuple[str, ...], ...]
    rows: tuple[GridRow, ...]

    def label(self, column: int) -> str:
        """Label of a column: its header cells, or its position."""
        parts = self.labels[column] if column < len(self.labels) else ()
        return " / ".join(parts) or str(column)

    def find(self, wanted: Column, role: str) -> int:
        """Position of a column that the mapping names."""
        if isinstance(wanted, int):
            if wanted < len(self.labels):
                return wanted
        else:
            for column, parts in enumerate(self.labels):
                if wanted.strip() in (*parts, " / ".join(parts)):
                    return column
        listed = ", ".join(self.label(column) for column in range(min(len(self.labels), 30)))
        raise UnknownTableForm(
            f"the mapping's {role} {wanted!r} is no column", path=self.grid.path, remedy=f"there are: {listed}"
        )


def build_frame(grid: Grid, mapping: TableMapping, keys: KeyReader) -> tuple[Frame, int]:
    """Find header, body and key column of a raw table.

    Raises
    ------
    EmptyTable
        There is a header and nothing below it.
    NoKnownKey, DestroyedKeys
        No column holds keys, or they were lost to scientific notation.
    UnknownTableForm
        The mapping names a column that is not there.
    UnreadableTable
        A line has more values than the header has columns.
    """
    start, key = _start(grid, mapping, keys)
    frame = _frame(grid, mapping, start)
    if key is None:
        key = _key_column(frame, keys)
    rows = _without_footer(frame.rows, key, keys)
    if not rows:
        raise EmptyTable("there is a header, but no data below it", path=grid.path)
    _refuse_surplus(grid, frame.labels, rows)
    return Frame(grid, mapping, frame.labels, rows), key


def _refuse_surplus(grid: Grid, labels: tuple[tuple[str, ...], ...], rows: tuple[GridRow, ...]) -> None:
    """Refuse lines that are longer than the header: a decimal comma between commas cuts figures in two."""
    width = max((column + 1 for column, parts in enumerate(labels) if any(parts)), default=0)
    if not width:
        return
    for row in rows:
        surplus = next((column for column in range(width, len(row.cells)) if row.text(column)), None)
        if surplus is not None:
            raise UnreadableTable(
                f"has {surplus + 1} values where the header has {width} columns: {quote(row.text(surplus))} is surplus",
                path=grid.path,
                line=row.line,
                remedy="put figures with a decimal comma in quotes, or separate the columns with semicolons",
            )


def key_text(text: str, both: bool) -> str:
    """Key part of a cell that may hold the name as well."""
    parts = split_key_and_name(text) if both else None
    return parts[0] if parts else text


def normal_label(label: object) -> str:
    """Label as names are compared: small letters, single blanks, no colon."""
    return " ".join(str(label).strip(BLANKS).rstrip(":").casefold().split())


def _key_column(frame: Frame, keys: KeyReader) -> int:
    """Key column where the first data line was prescribed."""
    mapping = frame.mapping
    if mapping.key_column is not None:
        return frame.find(mapping.key_column, "key_column")
    for column, parts in enumerate(frame.labels):
        if any(normal_label(part) in COLUMN_NAMES["key"] for part in parts):
            return column
    hits = Counter(
        column
        for row in frame.rows[:5000]
        for column in range(min(len(row.cells), 40))
        if keys.is_known(key_text(row.text(column), mapping.key_and_name is not False))
    )
    if not hits:
        raise _no_keys(frame.grid)
    return max(hits, key=lambda candidate: (hits[candidate], -candidate))


def _start(grid: Grid, mapping: TableMapping, keys: KeyReader) -> tuple[int, int | None]:
    """Position of the first data row, and the key column where finding one meant finding the other."""
    if mapping.first_data_line is not None:
        for position, row in enumerate(grid.rows):
            if row.line >= mapping.first_data_line:
                return position, mapping.key_column if isinstance(mapping.key_column, int) else None
        raise EmptyTable(f"has no data from line {mapping.first_data_line} on", path=grid.path)
    named = _header_by_name(grid, mapping, keys)
    if named is not None:
        return named
    return _start_by_content(grid, mapping, keys)


def _header_by_name(grid: Grid, mapping: TableMapping, keys: KeyReader) -> tuple[int, int] | None:
    """First data row and key column, by a header cell that is called like a key."""
    wanted = mapping.key_column
    names = (normal_label(wanted),) if isinstance(wanted, str) else (*COLUMN_NAMES["key"], *_WEAK_KEY_NAMES)
    for position, row in enumerate(grid.rows[:_SEARCHED_ROWS]):
        labels = [normal_label(row.text(column)) for column in range(len(row.cells))]
        if sum(map(bool, labels)) < 2:
            continue
        for name in names:
            if name in labels and (name not in _WEAK_KEY_NAMES or _has_key(grid, labels.index(name), keys)):
                return position + max(mapping.header_rows or 1, 1), labels.index(name)
    return None


def _has_key(grid: Grid, column: int, keys: KeyReader) -> bool:
    """Whether a column holds the key of a known area."""
    return any(keys.is_known(row.text(column)) for row in grid.rows)


def _start_by_content(grid: Grid, mapping: TableMapping, keys: KeyReader) -> tuple[int, int]:
    """First data row and key column, by the cells that are keys of known areas."""
    both = mapping.key_and_name is not False
    if isinstance(mapping.key_column, int):
        column = mapping.key_column
    else:
        hits = Counter(
            column
            for row in grid.rows[:5000]
            for column in range(min(len(row.cells), 40))
            if keys.is_known(key_text(row.text(column), both))
        )
        if not hits:
            raise _no_keys(grid)
        column = max(hits, key=lambda candidate: (hits[candidate], -candidate))
    known = [keys.is_known(key_text(row.text(column), both)) for row in grid.rows]
    position = known.index(True) if any(known) else 0
    while keys.is_official and position and keys.is_keylike(key_text(grid.rows[position - 1].text(column), both)):
        position -= 1
    return position, column


def _no_keys(grid: Grid) -> DestroyedKeys | NoKnownKey:
    """Error for a table in which no cell is a key."""
    for row in grid.rows[:5000]:
        for column in range(min(len(row.cells), 40)):
            if _DESTROYED.match(row.text(column).strip(BLANKS)):
                return destroyed_keys(grid.path, row.line, row.text(column))
    return NoKnownKey(
        "no column holds keys of known areas",
        path=grid.path,
        remedy="name the column with key_column in a mapping, or load the boundaries first",
    )


def destroyed_keys(path: Path, line: int, text: str) -> DestroyedKeys:
    """Error for keys that a spreadsheet turned into rounded numbers."""
    return DestroyedKeys(
        f"the area key {quote(text)} was rounded by a spreadsheet and is lost",
        path=path,
        line=line,
        remedy="format the key column as text in the original and export it again",
    )


def _frame(grid: Grid, mapping: TableMapping, start: int) -> Frame:
    """Labels and data rows."""
    header = grid.rows[max(0, start - (1 if mapping.header_rows is None else mapping.header_rows)) : start]
    rows = grid.rows[start:]
    if mapping.last_data_line is not None:
        rows = tuple(row for row in rows if row.line <= mapping.last_data_line)
    width = max((len(row.cells) for row in (*header, *rows)), default=0)
    return Frame(grid, mapping, _labels(header, width), rows)


def _labels(header: tuple[GridRow, ...], width: int) -> tuple[tuple[str, ...], ...]:
    """Header cells of each column; of several header rows all but the last are filled to the right."""
    columns: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(header, 1):
        filled = ""
        for column in range(width):
            text = " ".join(row.text(column).strip(BLANKS).split())
            filled = text or (filled if number < len(header) else "")
            if filled and filled not in columns[column]:
                columns[column].append(filled)
    return tuple(tuple(parts) for parts in columns)


def _without_footer(rows: tuple[GridRow, ...], key: int, keys: KeyReader) -> tuple[GridRow, ...]:
    """Data rows before a ruled line and before closing remarks."""
    for position, row in enumerate(rows):
        if _RULE.match(row.text(0).strip(BLANKS)):
            rows = rows[:position]
            break
    end = len(rows)
    while end and _is_remark(rows[end - 1], key, keys):
        end -= 1
    return rows[:end]


def _is_remark(row: GridRow, key: int, keys: KeyReader) -> bool:
    """Whether a row holds one text and no key."""
    filled = [column for column in range(len(row.cells)) if row.text(column).strip(BLANKS)]
    if len(filled) != 1 or filled[0] > key:
        return False
    text = row.text(filled[0]).strip(BLANKS)
    return not keys.is_keylike(key_text(text, both=True)) if keys.is_official else len(text.split()) > 2
