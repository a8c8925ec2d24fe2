"""Excel workbooks: cells as they are shown, formulas by the value that Excel stored with them."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from boundaries.damages import ARCHIVE_DAMAGES
from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import EmptyTable, OversizedTable, UnreadableTable
from spatial.indicators.grids import Formula, Grid, GridRow, Percent, Raw, as_text, in_blocks
from spatial.indicators.mapping import TableMapping
from spatial.indicators.readers.files import Source
from spatial.indicators.sentences import Sentence

LONGEST_CELL = 32_767
"""Characters that Excel admits in a cell; longer ones are cut."""
LONGEST_SHEET = 1_048_576
"""Rows of a sheet."""
MOST_CELLS = 20_000_000
"""Cells of a sheet that are read; those between two that are filled count as well."""
_ZEROS = re.compile(r"0{2,}")
_FORMULA = re.compile(rb"<f[\s>/]")
_CHUNK = 1 << 20


def read_workbook(source: Source, mapping: TableMapping) -> Iterator[Grid]:
    """Raw tables of the sheets of a workbook; hidden sheets only where they are named.

    Raises
    ------
    EmptyTable
        No sheet has a cell.
    UnreadableTable
        The workbook is damaged, holds entities, or lacks the sheet that is named.
    """
    with _book(source) as book:
        chosen = choose_sheets(
            source, [sheet.title for sheet in book.worksheets],
            [sheet.sheet_state == "visible" for sheet in book.worksheets], mapping.sheet,
        )  # fmt: skip
    found = False
    for position, title in chosen:
        grid = _grid(source, position, title)
        if grid.head:
            found = True
            yield grid
    if not found:
        raise EmptyTable(Sentence("die Arbeitsmappe hat keine Zellen", "the workbook has no cells"), path=source.path)


def choose_sheets(
    source: Source, titles: list[str], visible: list[bool], wanted: str | int | None
) -> list[tuple[int, str]]:
    """Positions and titles of the sheets to read: the one that is asked for, else all visible ones.

    Raises
    ------
    UnreadableTable
        There is no such sheet.
    """
    if wanted is None:
        return [(number, title) for number, title in enumerate(titles) if visible[number]]
    if isinstance(wanted, int) and wanted < len(titles):
        return [(wanted, titles[wanted])]
    if wanted in titles:
        return [(titles.index(str(wanted)), str(wanted))]
    listed = ", ".join(titles[:20])
    raise UnreadableTable(
        Sentence(f"hat kein Blatt {wanted!r}", f"has no sheet {wanted!r}"),
        path=source.path,
        remedy=Sentence(f"vorhanden sind {listed}", f"there are {listed}"),
    )


def _grid(source: Source, position: int, title: str) -> Grid:
    """Raw table of one sheet."""
    return Grid(source.path, "xlsx", lambda: in_blocks(_rows(source, position, title)), sheet=title)


@contextmanager
def _book(source: Source, *, formulas: bool = False) -> Iterator[Any]:
    """An open workbook, read row by row."""
    from openpyxl import load_workbook

    with source.open() as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(file, read_only=True, data_only=not formulas)
        except Exception as error:  # openpyxl raises whatever its parts raise on damaged files
            raise _damaged(source, error) from error
        try:
            yield book
        finally:
            book.close()


def _rows(source: Source, position: int, title: str) -> Iterator[GridRow]:
    """Rows of a sheet that are not blank."""
    with _book(source) as book:
        sheet = book.worksheets[position]
        if _has_formulas(source, sheet):
            with _book(source, formulas=True) as unread:
                yield from _checked_rows(source, sheet, unread.worksheets[position])
        else:
            yield from _plain_rows(source, sheet, title)


def _plain_rows(source: Source, sheet: Any, title: str) -> Iterator[GridRow]:
    """Rows of a sheet without formulas."""
    sheet.reset_dimensions()
    rows, count = enumerate(sheet.iter_rows(), 1), 0
    while (numbered := _next(source, rows, title)) is not None:
        line, cells = numbered
        row, count = tuple(_cell(cell) for cell in cells), count + len(cells)
        if count > MOST_CELLS:
            raise too_many_cells(source, line)
        if any(as_text(raw).strip(BLANKS) for raw in row):
            yield GridRow(line, _cut(row))


def _checked_rows(source: Source, sheet: Any, unread: Any) -> Iterator[GridRow]:
    """Rows of a sheet with formulas; one without a stored value is kept as such, and is no empty cell."""
    sheet.reset_dimensions()
    unread.reset_dimensions()
    pairs = zip(sheet.iter_rows(), unread.iter_rows(), strict=True)
    rows, count = enumerate(pairs, 1), 0
    while (numbered := _next(source, rows, sheet.title)) is not None:
        line, (cells, formulas) = numbered
        count += len(cells)
        if count > MOST_CELLS:
            raise too_many_cells(source, line)
        row = tuple(
            Formula(str(formula.value)) if cell.value is None and formula.data_type == "f" else _cell(cell)
            for cell, formula in zip(cells, formulas, strict=True)
        )
        if any(as_text(raw).strip(BLANKS) for raw in row):
            yield GridRow(line, _cut(row))


def _next(source: Source, rows: Iterator[Any], title: str) -> Any:
    """Next row of a sheet; None at its end."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            numbered = next(rows, None)
    except Exception as error:  # openpyxl raises whatever its parts raise on damaged files
        what = Sentence(f"Blatt {title!r} ist beschädigt: {error}", f"sheet {title!r} is damaged: {error}")
        raise UnreadableTable(what, path=source.path) from error
    if numbered is not None and numbered[0] > LONGEST_SHEET:
        # Rows that are not there are counted up to the number of the next one, which a file may choose as it likes.
        raise OversizedTable(
            Sentence(
                f"Blatt {title!r} nennt Zeilen nach der letzten, die es geben kann, {LONGEST_SHEET}",
                f"sheet {title!r} names rows beyond the last one that can be, {LONGEST_SHEET}",
            ),
            path=source.path,
            remedy=Sentence("die Tabelle neu speichern oder als CSV ausgeben", "save the table again, or as CSV"),
        )
    return numbered


def too_many_cells(source: Source, line: int) -> OversizedTable:
    """Error for a sheet that has more cells than are read, up to a line."""
    return OversizedTable(
        Sentence(f"hat mehr als {MOST_CELLS} Zellen", f"has more than {MOST_CELLS} cells"),
        path=source.path,
        line=line,
        remedy=Sentence("die Tabelle als CSV speichern", "save the table as CSV"),
    )


def _cut(row: tuple[Raw, ...]) -> tuple[Raw, ...]:
    """Row without the empty cells at its end."""
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]


def _has_formulas(source: Source, sheet: Any) -> bool:
    """Whether the XML of a sheet holds a formula."""
    name = str(sheet._worksheet_path).lstrip("/")  # noqa: SLF001 - openpyxl does not tell otherwise
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive, archive.open(name) as xml:
            tail = b""
            while chunk := xml.read(_CHUNK):
                if _FORMULA.search(tail + chunk):
                    return True
                tail = chunk[-4:]
    except (*ARCHIVE_DAMAGES, KeyError) as error:
        raise _damaged(source, error) from error
    return False


def _damaged(source: Source, error: Exception) -> UnreadableTable:
    # What openpyxl wraps around the cause names the path and ends in advice for programmers.
    text = " ".join(str(error.__cause__ or error).split())[:200]
    return UnreadableTable(
        Sentence(f"ist eine beschädigte Arbeitsmappe: {text}", f"is a damaged workbook: {text}"),
        path=source.path,
        remedy=Sentence("noch einmal herunterladen oder neu speichern", "download or save it again"),
    )


def _cell(cell: Any) -> Raw:
    """Cell of a sheet: keys as they are shown, percent as percent."""
    value = cell.value
    if isinstance(value, str):
        return value if len(value) <= LONGEST_CELL else value[:LONGEST_CELL]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value.date() if isinstance(value, datetime) else value if _is_raw(value) else str(value)
    shown = str(cell.number_format or "")
    if _ZEROS.fullmatch(shown) and float(value).is_integer():
        return f"{int(value):0{len(shown)}d}"
    if shown.endswith("%"):
        return Percent(f"{value * 100:.12g}")
    return value


def _is_raw(value: object) -> bool:
    return value is None or isinstance(value, date)
