"""Sheets of xlsx workbooks as rows of plain cells, read within bounds."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from boundaries.errors import ChangesUnreadable
from boundaries.sentences import Sentence

Cell = str | float | date | None
_MOST_BYTES = 300_000_000
_MOST_ROWS = 200_000
_MOST_COLUMNS = 40


class Sheet(NamedTuple):
    """Name and rows of a sheet; rows are cut at the 40th column."""

    name: str
    rows: list[tuple[Cell, ...]]


def sheets_of(path: Path, name: str) -> list[Sheet]:
    """Read every sheet of a workbook; ``name`` is how messages name it.

    Raises
    ------
    ChangesUnreadable
        The file is no workbook, is damaged, or unpacks to more than such a table can be.
    """
    from openpyxl import load_workbook

    try:
        _check_size(path, name)
        # From the bytes: the name of a file need not tell what it is.
        book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
        try:
            # Some lists declare 256 columns for 13 that are filled.
            sheets = [
                Sheet(
                    sheet.title,
                    [
                        tuple(_plain(cell) for cell in row)
                        for row in sheet.iter_rows(max_row=_MOST_ROWS + 1, max_col=_MOST_COLUMNS, values_only=True)
                    ],
                )
                for sheet in book.worksheets
            ]
        finally:
            book.close()
    except ChangesUnreadable:
        raise
    except Exception as error:
        # openpyxl raises whatever the XML below it does: KeyError, ValueError, zlib.error, ParseError, ...
        why = Sentence(
            f"ist keine lesbare xlsx-Arbeitsmappe ({type(error).__name__}); neu herunterladen oder speichern",
            f"is no readable xlsx workbook ({type(error).__name__}); download it again or save it anew",
        )
        raise ChangesUnreadable(name, None, why) from error
    if not sheets:
        raise ChangesUnreadable(
            name,
            None,
            Sentence("hat kein Blatt; noch einmal herunterladen", "has no sheet; download it again"),
        )
    long = next((sheet.name for sheet in sheets if len(sheet.rows) > _MOST_ROWS), None)
    if long is not None:
        raise ChangesUnreadable(
            name,
            _MOST_ROWS + 1,
            Sentence(
                f"Blatt '{long}' hat mehr Zeilen als eine Tabelle von Änderungen; aufteilen",
                f"sheet '{long}' has more rows than a table of changes; split it",
            ),
        )
    return sheets


def _check_size(path: Path, name: str) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > _MOST_BYTES:
        megabytes = size // 1_000_000
        raise ChangesUnreadable(
            name,
            None,
            Sentence(
                f"ist entpackt {megabytes} MB groß; eine Tabelle von Änderungen ist kleiner, die richtige angeben",
                f"unpacks to {megabytes} MB; a table of changes is smaller, give the right file",
            ),
        )


def _plain(cell: object) -> Cell:
    if isinstance(cell, datetime):
        return cell.date()
    if cell is None or isinstance(cell, str | float | date):
        return cell
    return float(cell) if isinstance(cell, int) else str(cell)


def text_of(cell: Cell) -> str:
    """Text of a cell; a whole number without its point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
