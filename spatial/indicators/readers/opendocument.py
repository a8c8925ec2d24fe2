"""OpenDocument spreadsheets (ODS), read row by row from their XML.

Repeated cells and rows are written once with a number in such files; a small file can claim billions of them, so
that repeats are cut to what a sheet can hold and blank ones are not made.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from boundaries.damages import ARCHIVE_DAMAGES
from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import EmptyTable, UnreadableTable
from spatial.indicators.grids import Formula, Grid, GridRow, Percent, Raw, as_text, in_blocks
from spatial.indicators.mapping import TableMapping
from spatial.indicators.readers.files import Source
from spatial.indicators.readers.workbook import LONGEST_CELL, LONGEST_SHEET, MOST_CELLS, choose_sheets, too_many_cells
from spatial.indicators.sentences import Sentence

WIDEST_ROW = 16_384
"""Cells of a row that are read."""
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def read_opendocument(source: Source, mapping: TableMapping) -> Iterator[Grid]:
    """Raw tables of the sheets of an OpenDocument spreadsheet.

    Raises
    ------
    EmptyTable
        No sheet has a cell.
    UnreadableTable
        The file is damaged, holds entities, or lacks the sheet that is named.
    """
    titles = [title for title, _ in _sheets(source)]
    found = False
    for position, title in choose_sheets(source, titles, [True] * len(titles), mapping.sheet):
        grid = _grid(source, position, title)
        if grid.head:
            found = True
            yield grid
    if not found:
        raise EmptyTable(Sentence("die Arbeitsmappe hat keine Zellen", "the workbook has no cells"), path=source.path)


def _grid(source: Source, position: int, title: str) -> Grid:
    """Raw table of one sheet."""

    def rows() -> Iterator[GridRow]:
        for number, (_, sheet) in enumerate(_sheets(source)):
            if number == position:
                yield from sheet
                return

    return Grid(source.path, "ods", lambda: in_blocks(rows()), sheet=title)


def _sheets(source: Source) -> Iterator[tuple[str, Iterator[GridRow]]]:
    """Titles of the sheets, each with its rows; those have to be taken before the next sheet is asked for."""
    events = _events(source)
    for event, element in events:
        if event == "start" and element.tag == f"{_TABLE}table":
            rows = _rows(source, events)
            yield str(element.get(f"{_TABLE}name", "")), rows
            for _ in rows:
                continue


def _events(source: Source) -> Iterator[tuple[str, Element]]:
    """Starts and ends of the elements of the content; document types and entities are refused."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        with source.open() as file, zipfile.ZipFile(file) as archive, archive.open("content.xml") as xml:
            yield from iterparse(xml, events=("start", "end"), forbid_dtd=True)
    except (DefusedXmlException, ParseError, KeyError, *ARCHIVE_DAMAGES) as error:
        text = " ".join(str(error).split())[:200]
        raise UnreadableTable(
            Sentence(f"ist eine beschädigte Arbeitsmappe: {text}", f"is a damaged workbook: {text}"),
            path=source.path,
            remedy=Sentence("neu speichern", "save it again"),
        ) from error


def _rows(source: Source, events: Iterator[tuple[str, Element]]) -> Iterator[GridRow]:
    """Rows of the sheet that has just started, up to its end."""
    line, count = 1, 0
    for event, element in events:
        if event != "end":
            continue
        if element.tag == f"{_TABLE}table":
            element.clear()
            return
        if element.tag != f"{_TABLE}table-row":
            continue
        cells = _cells(element)
        times = _times(element, "number-rows-repeated")
        if any(as_text(raw).strip(BLANKS) for raw in cells):
            count += len(cells) * times
            if count > MOST_CELLS:
                raise too_many_cells(source, line)
            for _ in range(min(times, LONGEST_SHEET - line + 1)):
                yield GridRow(line, cells)
                line += 1
        else:
            line += times
        element.clear()


def _cells(row: Element) -> tuple[Raw, ...]:
    """Cells of a row, without the empty ones at its end."""
    cells: list[Raw] = []
    blank = 0
    for element in row:
        if element.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        raw = _cell(element)
        times = _times(element, "number-columns-repeated")
        if raw is None:
            blank += times
            continue
        cells.extend([None] * min(blank, WIDEST_ROW - len(cells)))
        cells.extend([raw] * min(times, WIDEST_ROW - len(cells)))
        blank = 0
    return tuple(cells)


def _times(element: Element, name: str) -> int:
    """How often a row or cell is repeated."""
    text = element.get(f"{_TABLE}{name}", "1")
    return max(1, int(text)) if text.isdigit() and len(text) < 10 else 1


def _cell(element: Element) -> Raw:
    """Cell: the stored value of its type, else its text."""
    kind = element.get(f"{_OFFICE}value-type")
    value = element.get(f"{_OFFICE}value")
    text = "\n".join(_texts(element))[:LONGEST_CELL]
    if kind in ("float", "currency", "percentage") and value is not None:
        # Keys are often numbers that are shown with their leading zeros.
        is_key = text.isdigit() and text.startswith("0") and len(text) > 1
        return text if is_key else _number(value, is_percent=kind == "percentage")
    if kind == "date":
        return _day(element.get(f"{_OFFICE}date-value", ""))
    if not text and element.get(f"{_TABLE}formula"):
        return Formula(str(element.get(f"{_TABLE}formula")))
    return text or None


def _texts(element: Element) -> Iterator[str]:
    """Paragraphs of a cell; remarks pinned to it are not its text."""
    for part in element:
        if part.tag == f"{_TEXT}p":
            yield "".join(_spelled(part))


def _spelled(element: Any) -> Iterator[str]:
    """Text of an element; blanks may be written as elements."""
    yield element.text or ""
    for part in element:
        if part.tag == f"{_TEXT}s":
            count = part.get(f"{_TEXT}c", "1")
            yield " " * min(int(count) if count.isdigit() else 1, 100)
        else:
            yield from _spelled(part)
        yield part.tail or ""


def _number(text: str, *, is_percent: bool) -> Raw:
    """Number of a cell."""
    try:
        number = float(text)
    except ValueError:
        return text
    if is_percent:
        return Percent(f"{number * 100:.12g}")
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _day(text: str) -> Raw:
    """Day of a cell."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return text or None
