"""Tables: which column of a raw table is the key, the period, the value.

A table is recognised by its content, with a mapping where that does not suffice. Two forms are read here: the long
one with a figure per line, and the wide one with a column per period or per indicator. A further format is one
more module that yields the same figures.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from spatial.indicators.area_keys import KeyReader, split_key_and_name
from spatial.indicators.areas import AreaIndex
from spatial.indicators.cells import Decimal
from spatial.indicators.errors import IndicatorError, NoKnownKey, UnknownTableForm
from spatial.indicators.grids import Grid, GridRow, Raw, read_grids
from spatial.indicators.layouts import Layout, recognise
from spatial.indicators.mapping import TableMapping

_TOTALS = frozenset({"", "insgesamt", "total", "gesamt"})


@dataclass(frozen=True, slots=True)
class RawFigure:
    """One figure as it stands in a table, nothing of it read yet.

    Attributes
    ----------
    line : int
        Line of the file or row of the sheet, counted from 1.
    column : str
        Label of the value column.
    key, name, period, indicator, status, flags, unit : str
        Texts of the row or the column heading; empty where there are none.
    value : str, float, int, datetime.date or None
    is_selected : bool
        Whether the row is one of those that the mapping selects.
    """

    line: int
    column: str
    key: str
    name: str
    period: str
    indicator: str
    value: Raw
    status: str
    flags: str
    unit: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was recognised.

    Attributes
    ----------
    path : Path
    format : str
        ``"csv"`` or ``"xlsx"``.
    form : {"long", "wide"}
    encoding, delimiter, sheet : str or None
    decimal : {",", "."} or None
        Decimal sign; ``None`` where all values are numbers already.
    is_ambiguous : bool
        Whether groups of thousands and decimals could not be told apart by the values.
    doubtful_encoding : bool
    unread_columns, other_sheets : tuple of str
        Columns that were not understood; further sheets that hold area keys.
    figures : tuple of RawFigure
    """

    path: Path
    format: str
    form: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    decimal: Decimal | None
    is_ambiguous: bool
    doubtful_encoding: bool
    unread_columns: tuple[str, ...]
    other_sheets: tuple[str, ...]
    figures: tuple[RawFigure, ...]


def read_table(
    path: Path,
    mapping: TableMapping,
    *,
    areas: AreaIndex,
    indicators: Collection[str] = (),
    level: str | None = None,
) -> Table:
    """Recognise the table of a file and take its figures out.

    Parameters
    ----------
    path : Path
        CSV or ``.xlsx``.
    mapping : TableMapping
        What is known beforehand.
    areas : AreaIndex
        Tells the column of the keys.
    indicators : collection of str
        Ids that columns may be headed with.
    level : str, optional
        Level that is asked for.

    Returns
    -------
    Table
        Of a workbook the first sheet whose keys are known.

    Raises
    ------
    TableError
        The file is refused; the leaf says why.
    """
    keys = KeyReader(areas, level or mapping.level, mapping.land)
    best: tuple[Grid, Layout] | None = None
    refused: IndicatorError | None = None
    others: list[str] = []
    for grid in read_grids(path, mapping):
        try:
            layout = recognise(grid, mapping, keys=keys, indicators=frozenset(indicators))
        except (UnknownTableForm, NoKnownKey) as error:
            refused = refused or error
            continue
        if best is None or (layout.known_keys and not best[1].known_keys):
            best = (grid, layout)
        elif layout.known_keys:
            others.append(str(grid.sheet))
    if best is None:
        raise refused or NoKnownKey("has no table with area keys", path=path)
    return _table(*best, tuple(others))


def _table(grid: Grid, layout: Layout, others: tuple[str, ...]) -> Table:
    """Table with the figures of a layout."""
    return Table(
        grid.path,
        grid.format,
        layout.form,
        grid.encoding,
        grid.delimiter,
        grid.sheet,
        layout.decimal,
        layout.is_ambiguous,
        grid.doubtful_encoding,
        layout.unread_columns,
        others,
        tuple(_figures(layout)),
    )


def _figures(layout: Layout) -> Iterator[RawFigure]:
    """Figures of all data rows, one per value column."""
    for row in layout.rows:
        key, name = _key_and_name(layout, row)
        selected = all(_is_selected(row.text(column), code) for column, code in layout.select)
        for value in layout.values:
            yield RawFigure(
                line=row.line,
                column=value.label,
                key=key,
                name=name,
                period=value.period or _optional(row, layout.period),
                indicator=value.indicator or _optional(row, layout.indicator),
                value=row.cell(value.column),
                status=_optional(row, layout.status),
                flags=_optional(row, layout.flags),
                unit=_optional(row, layout.unit),
                is_selected=selected,
            )


def _key_and_name(layout: Layout, row: GridRow) -> tuple[str, str]:
    """Key and name of a row, out of one cell or two."""
    text = row.text(layout.key)
    if layout.key_and_name:
        both = split_key_and_name(text)
        if both:
            return both
    return text, _optional(row, layout.name)


def _optional(row: GridRow, column: int | None) -> str:
    return "" if column is None else row.text(column)


def _is_selected(text: str, code: str) -> bool:
    """Whether a cell has the code that is selected; an empty code selects the total."""
    bare = text.strip()
    return bare == code if code else bare.casefold() in _TOTALS
