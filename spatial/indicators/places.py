"""Places: where something stands in a table, as people find it: line, heading of the column, cell of the sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Role = Literal["key", "name", "level", "period", "indicator", "value", "status", "flags", "unit"]
"""What a cell says of a figure."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a table.

    Attributes
    ----------
    line : int or None
        Line of the file or row of the sheet, counted from 1.
    column : str or None
        Heading of the column; its letter, as spreadsheets count, where it has none.
    cell : str or None
        Cell of a sheet, ``C12``; texts and Parquet files have none.
    """

    line: int | None = None
    column: str | None = None
    cell: str | None = None


class Spot(NamedTuple):
    """A role in a row of figures.

    Attributes
    ----------
    line : int
    role : Role
    number : int
        Position of the figure among the value columns.
    """

    line: int
    role: Role
    number: int = 0


NOWHERE = Place()


def column_letters(position: int) -> str:
    """Letters of a column by its position from 0, as spreadsheets count.

    >>> [column_letters(position) for position in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    letters = ""
    rest = position + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
