"""Raw tables: the cells of files, before anybody knows what they mean.

A grid can be read again and again, a block of rows at a time, and never needs to be held in memory as a whole: its
first rows are kept, the rest is read anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.places import Place, column_letters

SAMPLE_CELLS = 200_000
"""Cells of a grid that are kept; a larger one is read anew each time."""
_SAMPLE_CHARACTERS = 10_000_000
"""Characters of these cells at most."""
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")
ROWS_AT_ONCE = 1000
"""Rows of a block."""
_CELLS_AT_ONCE = 200_000
LONGEST_HEADING = 80
"""Characters of a heading that places name."""


class Percent(float):
    """Number that a spreadsheet shows as percent, from 0 to 100."""


class Formula(str):
    """Formula of a spreadsheet that nobody has computed; formulas are never evaluated here."""

    __slots__ = ()


Raw = str | int | float | date | None
"""A cell: CSV files have texts only, spreadsheets numbers, days and nothing as well."""


class GridRow(NamedTuple):
    """One line of a file or row of a sheet that is not blank.

    Attributes
    ----------
    line : int
        Counted from 1, blank lines included.
    cells : sequence of Raw
    """

    line: int
    cells: Sequence[Raw]

    def cell(self, column: int) -> Raw:
        """Cell of a column; nothing beyond the end of the row."""
        return self.cells[column] if column < len(self.cells) else None

    def text(self, column: int) -> str:
        """Cell of a column as text."""
        return as_text(self.cell(column))


@dataclass(frozen=True, slots=True)
class Coded(Generic[T_co]):
    """A column of cells, each different cell once.

    Attributes
    ----------
    distinct : sequence
        Different cells; numbers of different types differ.
    codes : ndarray of intp, shape (n,)
        Position in ``distinct`` for each row.
    """

    distinct: Sequence[T_co]
    codes: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.codes)

    def at(self, row: int) -> T_co:
        """Cell of a row."""
        return self.distinct[int(self.codes[row])]

    def taken(self, rows: NDArray[np.intp]) -> Coded[T_co]:
        """Column of some rows alone."""
        return Coded(self.distinct, self.codes[rows])

    def mapped(self, change: Callable[[T_co], U]) -> Coded[U]:
        """Column of what each cell is turned into."""
        return Coded(list(map(change, self.distinct)), self.codes)

    def marked(self, test: Callable[[T_co], bool]) -> NDArray[np.bool_]:
        """Mask of the rows whose cell passes a test."""
        return np.array(list(map(test, self.distinct)), bool)[self.codes]


def constant(cell: U, rows: int) -> Coded[U]:
    """Column that has one cell in all rows."""
    return Coded((cell,), np.zeros(rows, np.intp))


def combined(columns: Sequence[Coded[Any]]) -> tuple[Coded[tuple[Any, ...]], NDArray[np.intp]]:
    """Different rows of some columns, and the first row of each."""
    code = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        if len(column.distinct) > 1:
            code = code * len(column.distinct) + column.codes
    _, first, codes = np.unique(code, return_index=True, return_inverse=True)
    cells = (map(column.distinct.__getitem__, column.codes[first].tolist()) for column in columns)
    return Coded(list(zip(*cells, strict=True)), codes), first


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive rows that are not blank.

    Attributes
    ----------
    lines : sequence of int
        Ascending.
    cells : sequence of sequences of Raw
        One for each line; they may differ in length.
    """

    lines: Sequence[int]
    cells: Sequence[Sequence[Raw]]

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def widths(self) -> tuple[int, int]:
        """Cells of the shortest and of the longest row."""
        found = set(map(len, self.cells))
        return min(found), max(found)

    def rows(self) -> Iterator[GridRow]:
        """Its rows, one by one."""
        return map(GridRow, self.lines, self.cells)

    def coded(self, column: int) -> Coded[Raw]:
        """Cells of a column; nothing in rows that end before it."""
        try:
            cells = list(map(itemgetter(column), self.cells))
        except IndexError:
            cells = [cells[column] if column < len(cells) else None for cells in self.cells]
        # Numbers of different types may be equal, and a formula equals its text.
        is_text = set(map(type, cells)) == {str}
        asked: list[Any] = cells if is_text else list(zip(map(type, cells), cells, strict=True))
        numbers = {cell: number for number, cell in enumerate(dict.fromkeys(asked))}
        codes = np.fromiter(map(numbers.__getitem__, asked), np.intp, len(asked))
        return Coded(list(numbers) if is_text else [cell for _, cell in numbers], codes)


@dataclass(frozen=True, slots=True)
class CodedBlock:
    """Consecutive rows of one length, held column by column.

    Attributes
    ----------
    lines : sequence of int
    columns : sequence of Coded
    """

    lines: Sequence[int]
    columns: Sequence[Coded[Raw]]

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def widths(self) -> tuple[int, int]:
        """Cells of the shortest and of the longest row."""
        return len(self.columns), len(self.columns)

    def rows(self) -> Iterator[GridRow]:
        """Its rows, one by one."""
        columns = [list(map(column.distinct.__getitem__, column.codes.tolist())) for column in self.columns]
        return map(GridRow, self.lines, zip(*columns, strict=True))

    def coded(self, column: int) -> Coded[Raw]:
        """Cells of a column; nothing beyond the last one."""
        if column < len(self.columns):
            return self.columns[column]
        return constant(None, len(self.lines))


AnyBlock = Block | CodedBlock
Blocks = Iterator[AnyBlock]


def texts(block: AnyBlock, column: int | None) -> Coded[str]:
    """Cells of a column as texts; empty ones where there is no such column."""
    return constant("", len(block)) if column is None else block.coded(column).mapped(as_text)


def in_blocks(rows: Iterable[GridRow]) -> Blocks:
    """Blocks of rows that come one by one."""
    lines: list[int] = []
    cells: list[Sequence[Raw]] = []
    count = 0
    for row in rows:
        lines.append(row.line)
        cells.append(row.cells)
        count += len(row.cells)
        if len(lines) >= ROWS_AT_ONCE or count > _CELLS_AT_ONCE:
            yield Block(lines, cells)
            lines, cells, count = [], [], 0
    if lines:
        yield Block(lines, cells)


@dataclass(frozen=True)
class Grid:
    """One raw table.

    Attributes
    ----------
    path : Path
        The file.
    format : {"csv", "xlsx", "ods", "parquet"}
    reread : callable
        Yields the blocks of rows from the start.
    encoding, delimiter, sheet : str or None
        What was recognised, where it applies.
    narrow : callable or None
        Gives the reading of some columns alone, where that saves time; the others are then empty.
    doubtful_encoding : bool
        Whether the text holds characters that speak against the encoding.
    inserted : int
        Columns that were put before those of the file.
    """

    path: Path
    format: str
    reread: Callable[[], Blocks]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    doubtful_encoding: bool = False
    narrow: Callable[[frozenset[int]], Callable[[], Blocks]] | None = None
    inserted: int = 0

    @cached_property
    def _sample(self) -> tuple[tuple[GridRow, ...], bool]:
        """First rows, and whether they are all."""
        rows: list[GridRow] = []
        cells = characters = 0
        for block in self.reread():
            for row in block.rows():
                rows.append(row)
                cells += len(row.cells)
                characters += sum(len(cell) for cell in row.cells if isinstance(cell, str))
                if cells > SAMPLE_CELLS or characters > _SAMPLE_CHARACTERS:
                    return tuple(rows), False
        return tuple(rows), True

    @property
    def head(self) -> tuple[GridRow, ...]:
        """First rows."""
        return self._sample[0]

    def place(self, line: int | None, column: int, heading: str = "") -> Place:
        """Place in a column, told by its heading or else by its letter; in workbooks with the cell as well."""
        position = column - self.inserted
        letters = column_letters(position) if position >= 0 else ""
        has_cells = self.format in ("xlsx", "ods") and letters and line is not None
        return Place(line, _bounded(heading) or letters or None, f"{letters}{line}" if has_cells else None)

    def only(self, columns: frozenset[int]) -> Grid:
        """The same table, of which other columns than these need not be read."""
        if self.narrow is None:
            return self
        return replace(self, reread=self.narrow(columns), narrow=None)

    def blocks(self) -> Blocks:
        """All rows that are not blank, in blocks."""
        sample, is_whole = self._sample
        return in_blocks(sample) if is_whole else self.reread()

    def rows(self) -> Iterator[GridRow]:
        """All rows that are not blank, one by one."""
        for block in self.blocks():
            yield from block.rows()


def _bounded(heading: str) -> str:
    """Heading of at most 80 characters; of a longer one both ends, since the last rows of a header tell the most."""
    line = " ".join(heading.split())
    return line if len(line) <= LONGEST_HEADING else f"{line[:38]}…{line[-41:]}"


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
