"""Readers of the source files that the bundled figures are compiled from.

Each reader checks the headings that it relies on, so that a changed table is refused and not misread.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from spatial.indicators.cells import Cell, parse_cell
from spatial.indicators.observations import Status

LAND = "06"


class ChangedSource(Exception):
    """A source file does not look as expected."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a source table.

    Attributes
    ----------
    key : str
        Official key: 2, 3, 5 or 8 digits.
    year : str
        Of the reference day or period; empty where the columns tell it.
    cells : mapping of str to Cell
        By column heading.
    label : str
        A further characteristic of the line, such as the kind of care.
    """

    key: str
    year: str
    cells: Mapping[str, Cell]
    label: str = ""


def genesis(text: str, table: str, *, leading: int) -> Iterator[Row]:
    """Lines for Hessen of a classic GENESIS table.

    Parameters
    ----------
    text : str
        The file.
    table : str
        Code that it must have.
    leading : int
        Columns before the values: 2 for key and name, 3 with a date before or a characteristic behind them,
        4 with both.

    Yields
    ------
    Row
        Headings of several lines are joined by `` | ``, repeated parts once. A city that is a Kreis comes twice,
        with 5 and with 8 digits.
    """
    lines = list(csv.reader(io.StringIO(text), delimiter=";"))
    if lines[0][0] != f"GENESIS-Tabelle: {table}":
        raise ChangedSource(f"{table}: the file begins with {lines[0][0]!r}")
    key_column = 0 if leading == 2 else 1
    first = next(n for n, line in enumerate(lines) if len(line) > leading and line[key_column] in ("DG", "01"))
    width = len(lines[first])
    header = [line for line in lines[:first] if len(line) == width and not line[0] and any(line[leading:])]
    headings = [" | ".join(dict.fromkeys(line[c] for line in header if line[c])) for c in range(width)]
    body = [line for line in lines[first:] if len(line) == width and line[key_column].startswith(LAND)]
    with_members = {line[key_column][:5] for line in body if len(line[key_column]) == 8}
    for line in body:
        key = line[key_column]
        cells = {headings[c]: parse_cell(line[c], decimal=",") for c in range(leading, width)}
        row = Row(key, line[0][-4:] if key_column else "", cells, line[3] if leading == 4 else "")
        yield row
        if len(key) == 5 and key not in with_members and with_members:
            yield Row(key + "000", row.year, cells, row.label)


def zipped_text(archive: Path, member: str) -> str:
    """Text of a member of an archive, UTF-8."""
    with zipfile.ZipFile(archive) as opened:
        return opened.read(member).decode("utf-8-sig")


def community_register_xlsx(path: Path, day: str) -> Iterator[Row]:
    """Area and population of the municipalities from the yearly extract of the Gemeindeverzeichnis."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        rows = list(book.worksheets[1].iter_rows(values_only=True))
    finally:
        book.close()
    if day not in str(rows[0][0]) or rows[3][9] != "insgesamt" or "km2" not in str(rows[2][8]):
        raise ChangedSource(f"{path.name}: other headings than those of {day}")
    for row in rows:
        if row[0] == "60" and row[2] == LAND:
            key = f"{row[2]}{row[3]}{row[4]}{row[6]}"
            yield Row(key, day[-4:], {"area": _number(row[8]), "population": _number(row[9])})


def community_register_fixed(path: Path, year: str) -> Iterator[Row]:
    """Area and population of the municipalities from the fixed-width GV100AD, gzip, UTF-8."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line[:2] == "60" and line[10:12] == LAND:
                cells = {"area": _number(int(line[128:139]) / 100), "population": _number(int(line[139:150]))}
                yield Row(line[10:18], year, cells)


def community_register_json(path: Path, year: str) -> Iterator[Row]:
    """Area and population of the municipalities from a JSON edition of the Gemeindeverzeichnis, gzip."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        entries = json.load(file)
    for ars, entry in sorted(entries.items()):
        if ars.startswith(LAND):
            cells = {"area": _number(entry["area"]), "population": _number(entry["population"])}
            yield Row(ars[:5] + ars[9:], year, cells)


_INKAR_DIGITS = {"Gemeinden": 8, "Kreise": 5, "Regierungsbezirke": 3, "Bundesländer": 2}


def inkar(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """Lines for Hessen of an INKAR table; keys of Kreise have three zeros too many in it."""
    import pandas as pd

    frame = pd.read_parquet(path, columns=["raumbezug", "kennziffer", "zeitbezug", *columns])
    frame = frame[frame["kennziffer"].str.startswith(LAND) & frame["raumbezug"].isin(list(_INKAR_DIGITS))]
    for kind, key, year, *values in frame.itertuples(index=False, name=None):
        cells = {name: _number(value) for name, value in zip(columns, values, strict=True) if value == value}
        if cells:
            yield Row(key[: _INKAR_DIGITS[kind]], year, cells)


def _number(value: object) -> Cell:
    """Cell of a number that is no text in the source."""
    number = float(str(value))
    return Cell(number, Status.ZERO if number == 0 else Status.OK)
