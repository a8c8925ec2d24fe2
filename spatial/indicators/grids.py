"""Raw tables: the cells of files, before anybody knows what they mean.

A grid can be read again and again and never needs to be held in memory as a whole: its first rows are kept, the
rest is read anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

SAMPLE_CELLS = 200_000
"""Cells of a grid that are kept; a larger one is read anew each time."""


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
    cells: tuple[Raw, ...] | list[str]

    def cell(self, column: int) -> Raw:
        """Cell of a column; nothing beyond the end of the row."""
        return self.cells[column] if column < len(self.cells) else None

    def text(self, column: int) -> str:
        """Cell of a column as text."""
        return as_text(self.cell(column))


@dataclass(frozen=True)
class Grid:
    """One raw table.

    Attributes
    ----------
    path : Path
        The file.
    format : {"csv", "xlsx", "ods", "parquet"}
    reread : callable
        Yields the rows from the start.
    encoding, delimiter, sheet : str or None
        What was recognised, where it applies.
    narrow : callable or None
        Gives the reading of some columns alone, where that saves time; the others are then empty.
    doubtful_encoding : bool
        Whether the text holds characters that speak against the encoding.
    """

    path: Path
    format: str
    reread: Callable[[], Iterator[GridRow]]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    doubtful_encoding: bool = False
    narrow: Callable[[frozenset[int]], Callable[[], Iterator[GridRow]]] | None = None

    @cached_property
    def _sample(self) -> tuple[tuple[GridRow, ...], bool]:
        """First rows, and whether they are all."""
        rows: list[GridRow] = []
        cells = 0
        for row in self.reread():
            rows.append(row)
            cells += len(row.cells)
            if cells > SAMPLE_CELLS:
                return tuple(rows), False
        return tuple(rows), True

    @property
    def head(self) -> tuple[GridRow, ...]:
        """First rows."""
        return self._sample[0]

    def only(self, columns: frozenset[int]) -> Grid:
        """The same table, of which other columns than these need not be read."""
        if self.narrow is None:
            return self
        return replace(self, reread=self.narrow(columns), narrow=None)

    def rows(self) -> Iterator[GridRow]:
        """All rows that are not blank."""
        sample, is_whole = self._sample
        return iter(sample) if is_whole else self.reread()


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
