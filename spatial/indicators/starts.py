"""Starts: in which row of a raw table the data begin, and which column holds the keys, or the names in their stead."""

from __future__ import annotations

import re
from collections import Counter

from spatial.indicators.area_keys import KeyReader, is_country, split_key_and_name
from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import DestroyedKeys, EmptyTable, NoKnownKey, quote
from spatial.indicators.grids import Grid, GridRow
from spatial.indicators.mapping import TableMapping
from spatial.indicators.places import Place
from spatial.indicators.sentences import Sentence

COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    "key": (
        "key", "ags", "ars", "rs", "_rs", "_ars", "amtlicher gemeindeschlüssel", "gemeindeschlüssel",
        "regionalschlüssel", "amtlicher gemeindeschlüssel (ags)", "amtlicher regionalschlüssel (ars)",
        "amtlicher regionalschlüssel", "schlüssel", "schluessel", "gemeindeschluessel", "regionalschluessel",
        "kennziffer", "gemeindekennziffer", "gkz", "ags8", "ars12", "area", "area_key", "schlüsselnummer",
        "kreisschlüssel", "gebietsschlüssel",
    ),
    "period": (
        "period", "periode", "zeitraum", "jahr", "year", "stichtag", "datum", "date", "zeit", "time", "monat",
        "month", "berichtsmonat", "berichtsjahr", "quartal", "quarter", "zeitbezug", "schuljahr", "berichtszeitpunkt",
    ),
    "value": ("value", "wert", "values", "werte"),
    "status": ("status", "value_status"),
    "flags": ("flag", "flags", "value_q", "qualität", "quality"),
    "indicator": ("indicator", "indikator", "indicator_id"),
    "name": (
        "name", "gemeinde", "gemeindename", "raumeinheit", "gebiet", "region", "ort", "kreis", "gen", "bezeichnung",
        "gebietsname", "landkreis", "municipality", "stadt/gemeinde", "gemeinden", "kommune", "stadt", "land",
    ),
    "unit": ("unit", "einheit", "value_unit"),
    "level": ("raumbezug", "aggregat", "regionalebene"),
}  # fmt: skip
# Names that running numbers have as well: they count only where the column holds known keys.
_WEAK_KEY_NAMES = ("id", "code", "nr", "nr.", "nummer", "no", "number")
SEARCHED_ROWS = 60
SEARCHED_COLUMNS = 40
"""Columns among which that of the keys is."""
SAMPLE_ROWS = 5000
"""Data rows that the roles of columns are told by."""
_OTHER_SIGN = re.compile(r"[^\w\s.]")
_DESTROYED = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]{1,2}\Z")


def key_text(text: str, both: bool) -> str:
    """Key part of a cell that may hold the name as well."""
    parts = split_key_and_name(text) if both else None
    return parts[0] if parts else text


def normal_label(label: object) -> str:
    """Label as names are compared: small letters, single blanks, no colon."""
    return " ".join(str(label).strip(BLANKS).rstrip(":").casefold().split())


def column_of_keys(rows: tuple[GridRow, ...], keys: KeyReader, mapping: TableMapping) -> int | None:
    """Column, counted from 1, that holds the most keys of known areas."""
    both = mapping.key_and_name is not False
    hits = Counter(
        column + 1
        for row in rows[:SAMPLE_ROWS]
        for column in range(min(len(row.cells), SEARCHED_COLUMNS))
        if _tells_keys(text := key_text(row.text(column), both).strip(BLANKS), keys) and keys.is_known(text)
    )
    return max(hits, key=lambda candidate: (hits[candidate], -candidate)) if hits else None


def _tells_keys(text: str, keys: KeyReader) -> bool:
    """Whether a cell is long enough to tell a column of keys from one of small numbers."""
    return len(text) > 2 or text.startswith("0") or keys.level == "land" or not keys.is_official


def column_of_names(rows: tuple[GridRow, ...], keys: KeyReader, mapping: TableMapping) -> int | None:
    """Column, counted from 1, that holds the most names of areas, where no column holds keys."""
    if isinstance(mapping.name_column, int):
        return mapping.name_column + 1
    hits = Counter(
        column + 1
        for row in rows[:SAMPLE_ROWS]
        for column in range(min(len(row.cells), SEARCHED_COLUMNS))
        if keys.is_name(row.text(column))
    )
    return max(hits, key=lambda candidate: (hits[candidate], -candidate)) if hits else None


def find_start(grid: Grid, mapping: TableMapping, keys: KeyReader) -> tuple[int, int | None]:
    """Position of the first data row, and the key column where finding one meant finding the other."""
    first = mapping.first_data_line
    if first is not None:
        for position, row in enumerate(grid.head):
            if row.line >= first:
                return position, mapping.key_column if isinstance(mapping.key_column, int) else None
        raise EmptyTable(
            Sentence(f"hat ab Zeile {first} keine Daten", f"has no data from line {first} on"), path=grid.path
        )
    named = _header_by_name(grid, mapping, keys)
    if named is not None:
        return named
    return _start_by_content(grid, mapping, keys)


def _header_by_name(grid: Grid, mapping: TableMapping, keys: KeyReader) -> tuple[int, int] | None:
    """First data row and key column, by a header cell that is called like a key."""
    wanted = mapping.key_column
    names = (normal_label(wanted),) if isinstance(wanted, str) else (*COLUMN_NAMES["key"], *_WEAK_KEY_NAMES)
    for position, row in enumerate(grid.head[:SEARCHED_ROWS]):
        labels = [normal_label(row.text(column)) for column in range(len(row.cells))]
        if sum(map(bool, labels)) < 2:
            continue
        for name in names:
            if name in labels and (name not in _WEAK_KEY_NAMES or _has_key(grid, labels.index(name), keys)):
                column = labels.index(name)
                below = mapping.header_rows or _rows_of_header(grid, position, column, keys)
                return position + below, column
    return None


def _rows_of_header(grid: Grid, position: int, column: int, keys: KeyReader) -> int:
    """Header rows from the one that names the key down to the first row with a key; one where that is unclear."""
    labels = grid.head[position]
    width = max((len(row.cells) for row in grid.head[position : position + 6]), default=0)
    is_full = all(labels.text(c).strip(BLANKS) for c in range(width))
    for below, row in enumerate(grid.head[position + 1 : position + 6], 1):
        if row.text(column).strip(BLANKS):
            return below if keys.is_keylike(key_text(row.text(column), both=True)) else 1
        if is_full and not _says_more(row):
            return 1
    return 1


def _says_more(row: GridRow) -> bool:
    """Whether a row without a key is one more of the header, not one of figures: all words, or numbers of columns."""
    texts = [text for column in range(len(row.cells)) if (text := row.text(column).strip(BLANKS))]
    return numbers_columns(row) or all(len(text) > 1 and any(map(str.isalpha, text)) for text in texts)


def numbers_columns(row: GridRow) -> bool:
    """Whether a row numbers the columns from 1, as the Bundesagentur has it below its headers."""
    numbers = [text for column in range(len(row.cells)) if (text := row.text(column).strip(BLANKS))]
    return len(numbers) > 1 and numbers == [str(number) for number in range(1, len(numbers) + 1)]


def _has_key(grid: Grid, column: int, keys: KeyReader) -> bool:
    """Whether a column holds the key of a known area."""
    return any(keys.is_known(row.text(column)) for row in grid.head[:SAMPLE_ROWS])


def _start_by_content(grid: Grid, mapping: TableMapping, keys: KeyReader) -> tuple[int, int]:
    """First data row and key column, by the cells that are keys, or else names, of known areas."""
    both = mapping.key_and_name is not False
    if isinstance(mapping.key_column, int):
        column = mapping.key_column
    else:
        found = column_of_keys(grid.head, keys, mapping)
        if found is None:
            return _start_by_names(grid, mapping, keys)
        column = found - 1
    known = [keys.is_known(key_text(row.text(column), both)) for row in grid.head[:SAMPLE_ROWS]]
    position = known.index(True) if any(known) else 0
    while keys.is_official and position and keys.is_keylike(key_text(grid.head[position - 1].text(column), both)):
        position -= 1
    return position, column


def _start_by_names(grid: Grid, mapping: TableMapping, keys: KeyReader) -> tuple[int, int]:
    """First data row and column of the names that stand in for keys."""
    column = mapping.name_column
    names = (normal_label(column),) if isinstance(column, str) else COLUMN_NAMES["name"]
    for position, row in enumerate(grid.head[:SEARCHED_ROWS]):
        labels = [normal_label(row.text(column)) for column in range(len(row.cells))]
        wanted = next((labels.index(name) for name in names if name in labels), None)
        if wanted is not None and any(
            keys.is_name(below.text(wanted)) for below in grid.head[position + 1 :][:SAMPLE_ROWS]
        ):
            return position + max(mapping.header_rows or 1, 1), wanted  # fmt: skip
    found = column_of_names(grid.head, keys, mapping)
    if found is None:
        raise no_keys(grid)
    position = next((n for n, row in enumerate(grid.head) if keys.is_name(row.text(found - 1))), 0)
    return position, found - 1


def no_keys(grid: Grid) -> DestroyedKeys | NoKnownKey:
    """Error for a table in which no cell is a key."""
    for row in grid.head[:SAMPLE_ROWS]:
        for column in range(min(len(row.cells), SEARCHED_COLUMNS)):
            if _DESTROYED.match(row.text(column).strip(BLANKS)):
                heading = next((above.text(column) for above in grid.head[:1] if above.line < row.line), "")
                return destroyed_keys(grid, grid.place(row.line, column, heading), row.text(column))
    first = grid.head[0]
    begins = quote(" | ".join(first.text(column) for column in range(min(len(first.cells), SEARCHED_COLUMNS))))
    is_uncut = all(len(row.cells) < 2 for row in grid.head) and bool(_OTHER_SIGN.search(first.text(0)))
    remedy = Sentence(
        "die Spalte mit key_column in einer Zuordnung nennen oder zuerst die Grenzen laden",
        "name the column with key_column in a mapping, or load the boundaries first",
    )
    if grid.delimiter is not None and is_uncut:
        tried = "Tab" if grid.delimiter == "\t" else f'"{grid.delimiter}"'
        remedy = Sentence(
            f"das Zeichen zwischen den Spalten in einer Zuordnung mit delimiter nennen; versucht wurde {tried}",
            f"name the sign between the columns with delimiter in a mapping; {tried} was tried",
        )
    error = NoKnownKey(
        Sentence(
            f"keine Spalte enthält Schlüssel oder Namen bekannter Gebiete; die Tabelle beginnt mit {begins}",
            f"no column holds keys of known areas, or their names; the table begins with {begins}",
        ),
        path=grid.path,
        remedy=remedy,
    )
    return error.at(Place(first.line), grid.sheet)


def is_of_country(grid: Grid, keys: KeyReader, mapping: TableMapping) -> bool:
    """Whether the first rows of a table name the whole country, and no area in it."""
    if not keys.is_official or column_of_keys(grid.head, keys, mapping) is not None:
        return False
    rows = grid.head[:SAMPLE_ROWS]
    cells = (row.text(column) for row in rows for column in range(min(len(row.cells), SEARCHED_COLUMNS)))
    return any(is_country(cell) for cell in cells) and column_of_names(grid.head, keys, mapping) is None


def country_alone(grid: Grid) -> NoKnownKey:
    """Error for a table of the whole country."""
    return NoKnownKey(
        Sentence(
            "alle Werte gelten für Deutschland als Ganzes, keiner für ein Gebiet darin",
            "all figures are for Germany as a whole, none for an area within",
        ),
        path=grid.path,
        remedy=Sentence("die Tabelle mit regionaler Gliederung abrufen", "request the table broken down by region"),
    )


def destroyed_keys(grid: Grid, place: Place, text: str) -> DestroyedKeys:
    """Error for keys that a spreadsheet turned into rounded numbers."""
    error = DestroyedKeys(
        Sentence(
            f"der Schlüssel {quote(text)} wurde von einer Tabellenkalkulation gerundet und ist verloren",
            f"the area key {quote(text)} was rounded by a spreadsheet and is lost",
        ),
        path=grid.path,
        remedy=Sentence(
            "die Spalte im Original als Text formatieren und neu exportieren",
            "format the key column as text in the original and export it again",
        ),
    )
    return error.at(place, grid.sheet)
