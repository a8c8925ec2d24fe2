"""Raw tables: the cells of CSV files and spreadsheets, before anybody knows what they mean."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import EmptyTable, OversizedTable, UnreadableTable
from spatial.indicators.mapping import TableMapping

LARGEST_FILE = 200_000_000
"""Bytes of the largest file that is read."""
LARGEST_UNPACKED = 500_000_000
"""Bytes that a workbook may unpack to."""


class Percent(float):
    """Number that a spreadsheet shows as percent, from 0 to 100."""


Raw = str | int | float | date | None
"""A cell: CSV files have texts only, spreadsheets numbers, days and nothing as well."""


@dataclass(frozen=True, slots=True)
class GridRow:
    """One line of a file or row of a sheet that is not blank.

    Attributes
    ----------
    line : int
        Counted from 1, blank lines included.
    cells : tuple of Raw
    """

    line: int
    cells: tuple[Raw, ...]

    def cell(self, column: int) -> Raw:
        """Cell of a column; nothing beyond the end of the row."""
        return self.cells[column] if column < len(self.cells) else None

    def text(self, column: int) -> str:
        """Cell of a column as text."""
        return as_text(self.cell(column))


@dataclass(frozen=True, slots=True)
class Grid:
    """One raw table.

    Attributes
    ----------
    path : Path
        The file.
    format : {"csv", "xlsx"}
    encoding, delimiter, sheet : str or None
        What was recognised, where it applies.
    doubtful_encoding : bool
        Whether the text holds characters that speak against the encoding.
    rows : tuple of GridRow
        At least one.
    """

    path: Path
    format: str
    rows: tuple[GridRow, ...]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    doubtful_encoding: bool = False


def as_text(raw: Raw) -> str:
    """Text of a cell; whole numbers lose their decimal point, days are written ``YYYY-MM-DD``."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, date):
        return raw.isoformat()[:10]
    return str(raw)


def read_grids(path: Path, mapping: TableMapping) -> Iterator[Grid]:
    """Read the raw tables of a file: one of a CSV file, one per sheet of a workbook.

    Parameters
    ----------
    path : Path
        The kind of file is told by its content, not by its name.
    mapping : TableMapping
        Encoding, delimiter and sheet, where they are prescribed.

    Yields
    ------
    Grid
        Sheets without a cell are left out.

    Raises
    ------
    EmptyTable
        There is not a single cell.
    OversizedTable
        The file has more than 200 MB, or unpacks to more than 500 MB.
    UnreadableTable
        The file is no table, is damaged, or is in a format that is not read.
    """
    head = _head(path)
    if head.startswith(b"PK"):
        yield from _read_workbook(path, mapping)
        return
    for signature, what, remedy in _REFUSED:
        if signature.match(head):
            raise UnreadableTable(f"is {what}", path=path, remedy=remedy)
    yield _read_csv(path, mapping)


_REFUSED: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Excel file (.xls)", "save it as .xlsx or CSV"),
    (re.compile(rb"%PDF"), "a PDF document", "export the table as CSV or .xlsx"),
    (re.compile(rb"(\xef\xbb\xbf)?\s*<"), "an HTML or XML page, not a table", "download the table itself"),
    (re.compile(rb"(\xef\xbb\xbf)?\s*[{\[]"), "JSON, not a table", "export the table as CSV or .xlsx"),
    (re.compile(rb"\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf"), "a packed archive", "unpack it first"),
    (re.compile(rb"PAR1|SQLite format 3"), "a database file, not a table", "export the table as CSV or .xlsx"),
)


def _head(path: Path) -> bytes:
    """First bytes of a file of admitted size that is not empty."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise UnreadableTable(f"cannot be read: {error.strerror}", path=path) from error
    if size > LARGEST_FILE:
        raise OversizedTable(
            f"has {size / 1e6:.0f} MB; at most {LARGEST_FILE / 1e6:.0f} MB are read",
            path=path,
            remedy="cut it into several files",
        )
    if not head.strip():
        raise EmptyTable("the file is empty", path=path)
    return head


# --- CSV


_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_USUAL = frozenset("ÄÖÜäöüßéèêàâçñáíóúãõåøæëïôî€–—„“”‚‘’…°²³§µ·½¼×®©´\u00a0«»¹•†‰")
_DELIMITERS = (";", "\t", ",", "|")


def _decode(path: Path, prescribed: str | None) -> tuple[str, str, bool]:
    """Text of a file, its encoding, and whether that is doubtful: byte order mark, else UTF-8, else cp1252."""
    raw = path.read_bytes()
    if prescribed:
        return _decode_as(path, raw, prescribed), prescribed, False
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return _decode_as(path, raw, encoding), encoding, False
    if b"\0" in raw:
        raise UnreadableTable("is not a text file", path=path, remedy="export the table as CSV or .xlsx")
    try:
        return raw.decode("utf-8"), "utf-8", False
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    unusual = {character for character in text if ord(character) > 127} - _USUAL
    return text, "cp1252", bool(unusual)


def _decode_as(path: Path, raw: bytes, encoding: str) -> str:
    """Text in an encoding that is known."""
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise UnreadableTable(f"cannot be read as {encoding}: {error}", path=path) from error


def _read_csv(path: Path, mapping: TableMapping) -> Grid:
    """Raw table of a CSV file."""
    text, encoding, doubtful = _decode(path, mapping.encoding)
    delimiter = mapping.delimiter or _delimiter(text)
    rows = tuple(_csv_rows(path, text, delimiter))
    if not rows:
        raise EmptyTable("the file is empty", path=path)
    return Grid(path, "csv", rows, encoding=encoding, delimiter=delimiter, doubtful_encoding=doubtful)


def _delimiter(text: str) -> str:
    """Delimiter that cuts the most of the first lines into one number of columns."""
    lines = [line for line in text[:200_000].splitlines() if line.strip(BLANKS)][:400]

    def evenness(delimiter: str) -> float:
        try:
            counts = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            return 0.0
        if not counts:
            return 0.0
        width, often = max(counts.items(), key=lambda item: (item[0] > 1, item[1]))
        return often / len(lines) if width > 1 else 0.0

    scores = {delimiter: evenness(delimiter) for delimiter in _DELIMITERS}
    best = max(scores.values(), default=0.0)
    return next(delimiter for delimiter in _DELIMITERS if scores[delimiter] == best) if best else ";"


def _csv_rows(path: Path, text: str, delimiter: str) -> Iterator[GridRow]:
    """Lines of a CSV text that are not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if reader.line_num > line and any("\n" in cell and delimiter in cell for cell in cells):
                raise UnreadableTable(
                    f"a quotation mark opens here and closes in line {reader.line_num}, over several cells",
                    path=path,
                    line=line,
                    remedy="remove or double the lone quotation mark",
                )
            if any(cell.strip(BLANKS) for cell in cells):
                yield GridRow(line, tuple(cells))
    except csv.Error as error:
        raise UnreadableTable(
            f"is damaged CSV: {error}", path=path, line=before + 1, remedy="check the quotation marks"
        ) from error


# --- spreadsheets


def _read_workbook(path: Path, mapping: TableMapping) -> Iterator[Grid]:
    """Raw tables of the sheets of a workbook; hidden sheets only where they are named."""
    _check_archive(path)
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(path, read_only=True, data_only=True)
        except Exception as error:  # openpyxl raises whatever its parts raise on damaged files
            raise UnreadableTable(f"is a damaged workbook: {error}", path=path) from error
    found = False
    try:
        for sheet in _chosen_sheets(book, mapping.sheet, path):
            rows = tuple(_sheet_rows(path, sheet))
            if rows:
                found = True
                yield Grid(path, "xlsx", rows, sheet=sheet.title)
    finally:
        book.close()
    if not found:
        raise EmptyTable("the workbook has no cells", path=path)


def _check_archive(path: Path) -> None:
    """Refuse archives that are damaged, unpack to too much, or hold no workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableTable(
            f"is a truncated or damaged archive: {error}", path=path, remedy="download it again"
        ) from error
    if unpacked > LARGEST_UNPACKED:
        raise OversizedTable(
            f"unpacks to {unpacked / 1e6:.0f} MB; at most {LARGEST_UNPACKED / 1e6:.0f} MB are read", path=path
        )
    if "xl/workbook.xml" not in names:
        raise UnreadableTable("is an archive without an Excel workbook", path=path, remedy="unpack it first")


def _chosen_sheets(book: Any, wanted: str | int | None, path: Path) -> list[Any]:
    """Sheets to read: the one that is asked for, else all visible ones."""
    sheets = list(book.worksheets)
    if wanted is None:
        return [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    names = [sheet.title for sheet in sheets]
    if isinstance(wanted, int) and wanted < len(sheets):
        return [sheets[wanted]]
    if wanted in names:
        return [sheets[names.index(str(wanted))]]
    listed = ", ".join(names[:20])
    raise UnreadableTable(f"has no sheet {wanted!r}", path=path, remedy=f"there are {listed}")


def _sheet_rows(path: Path, sheet: Any) -> Iterator[GridRow]:
    """Rows of a sheet that are not blank."""
    sheet.reset_dimensions()
    try:
        for line, cells in enumerate(sheet.iter_rows(), 1):
            row = tuple(_sheet_cell(cell) for cell in cells)
            if any(as_text(raw).strip(BLANKS) for raw in row):
                yield GridRow(line, row)
    except Exception as error:  # openpyxl raises whatever its parts raise on damaged files
        raise UnreadableTable(f"sheet {sheet.title!r} is damaged: {error}", path=path) from error


def _sheet_cell(cell: Any) -> Raw:
    """Cell of a sheet: keys as they are shown, percent as percent."""
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value.date() if isinstance(value, datetime) else value if _is_raw(value) else str(value)
    shown = str(cell.number_format or "")
    if re.fullmatch(r"0{2,}", shown) and float(value).is_integer():
        return f"{int(value):0{len(shown)}d}"
    if shown.endswith("%"):
        return Percent(f"{value * 100:.12g}")
    return value


def _is_raw(value: object) -> bool:
    return value is None or (isinstance(value, str | date) and not isinstance(value, bool))
