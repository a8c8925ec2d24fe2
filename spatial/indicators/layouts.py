"""Layouts: the roles that the columns of a raw table play."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from spatial.indicators.area_keys import KeyReader
from spatial.indicators.cells import BLANKS, Decimal, parse_cell
from spatial.indicators.decimals import decimal_sign
from spatial.indicators.errors import (
    MalformedCell,
    MalformedPeriod,
    UnknownTableForm,
    UnreadableTable,
    quote,
)
from spatial.indicators.frames import COLUMN_NAMES, Frame, build_frame, key_text, normal_label
from spatial.indicators.grids import Grid, GridRow
from spatial.indicators.mapping import TableMapping
from spatial.indicators.periods import parse_period

_LATER_FORMATS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(GENESIS-)?Tabelle:"), "the classic GENESIS form"),
    (re.compile(r"statistics_code\Z|Statistik_Code\Z"), "the flat GENESIS form (ffcsv)"),
    (re.compile(r"Bereich\Z|Raumbezug\Z|Raumeinheit\Z|Kuerzel\Z"), "the INKAR form"),
    (re.compile(r"GITTER_ID"), "the census grid form"),
)


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of values, and what its heading says about them."""

    column: int
    label: str
    period: str = ""
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Roles of the columns, by position from 0, and the data rows.

    Attributes
    ----------
    form : {"long", "wide"}
    rows : tuple of GridRow
        Data rows: after the header, before the footer.
    key, name, period, indicator, status, flags, unit : int or None
        Positions of the columns.
    key_and_name : bool
        Whether key cells may hold a name as well.
    known_keys : int
        Number of rows whose key is that of an area of any vintage.
    values : tuple of ValueColumn
    decimal : {",", "."} or None
        ``None`` where all values are numbers already.
    is_ambiguous : bool
        Whether the values leave open which sign is the decimal one.
    unread_columns : tuple of str
    select : tuple of (int, str)
        Columns that rows are selected by, with the codes.
    """

    form: str
    rows: tuple[GridRow, ...]
    key: int
    key_and_name: bool
    known_keys: int
    values: tuple[ValueColumn, ...]
    decimal: Decimal | None
    is_ambiguous: bool
    name: int | None
    period: int | None
    indicator: int | None
    status: int | None
    flags: int | None
    unit: int | None
    unread_columns: tuple[str, ...]
    select: tuple[tuple[int, str], ...]


def recognise(grid: Grid, mapping: TableMapping, *, keys: KeyReader, indicators: Collection[str]) -> Layout:
    """Tell the roles of the columns of a raw table.

    Parameters
    ----------
    grid : Grid
    mapping : TableMapping
        Roles that are prescribed.
    keys : KeyReader
        Tells keys from other cells.
    indicators : collection of str
        Ids that columns may be headed with.

    Raises
    ------
    UnknownTableForm
        The columns cannot be told apart; the message lists them.
    NoKnownKey
        No column holds keys.
    DestroyedKeys
        The keys were lost to scientific notation.
    EmptyTable
        There is a header and nothing below it.
    UnreadableTable
        The table is in a known form that is not read yet.
    """
    if mapping.first_data_line is None:
        _refuse_later_formats(grid)
    frame, key = build_frame(grid, mapping, keys)
    roles = _roles(frame, key)
    values, form = _values(frame, roles, indicators)
    if "period" not in roles and not any(value.period for value in values) and mapping.period is None:
        found = _period_by_content(frame, {*roles.values(), *(value.column for value in values)})
        roles.update({"period": found} if found is not None else {})
    decimal, ambiguous = decimal_sign(frame, [value.column for value in values])
    used = {*roles.values(), *(value.column for value in values)}
    select = tuple((frame.find(name, "select"), code) for name, code in mapping.select.items())
    used |= {column for column, _ in select}
    unread = (c for c in range(len(frame.labels)) if c not in used and frame.labels[c])
    both = mapping.key_and_name is not False
    return Layout(
        form=form,
        rows=frame.rows,
        key=key,
        key_and_name=both,
        known_keys=sum(keys.is_known(key_text(row.text(key), both)) for row in frame.rows),
        values=values,
        decimal=decimal,
        is_ambiguous=ambiguous,
        name=roles.get("name"),
        period=roles.get("period"),
        indicator=roles.get("indicator"),
        status=roles.get("status"),
        flags=roles.get("flags"),
        unit=roles.get("unit"),
        unread_columns=tuple(frame.label(column) for column in unread),
        select=select,
    )


def _refuse_later_formats(grid: Grid) -> None:
    """Refuse forms whose meaning the generic reader would miss."""
    for row in grid.rows[:5]:
        for pattern, what in _LATER_FORMATS:
            if any(pattern.match(str(cell or "").strip(BLANKS)) for cell in row.cells[:3]):
                raise UnreadableTable(
                    f"is in {what}, which is not read yet",
                    path=grid.path,
                    line=row.line,
                    remedy="reduce it to the columns key, period and value, or write a mapping with first_data_line",
                )


def _roles(frame: Frame, key: int) -> dict[str, int]:
    """Columns of the roles beside the values: prescribed, else by their labels."""
    roles = {"key": key}
    for role, names in COLUMN_NAMES.items():
        prescribed = getattr(frame.mapping, f"{'flag' if role == 'flags' else role}_column")
        if role == "key":
            continue
        if prescribed is not None:
            roles[role] = frame.find(prescribed, f"{role}_column")
            continue
        by_label = {normal_label(part): c for c in reversed(range(len(frame.labels))) for part in frame.labels[c]}
        found = next((by_label[name] for name in names if name in by_label), None)
        if found is not None and found not in roles.values():
            roles[role] = found
    if frame.mapping.period is not None and frame.mapping.period_column is None:
        roles.pop("period", None)
    return roles


def _values(frame: Frame, roles: dict[str, int], indicators: Collection[str]) -> tuple[tuple[ValueColumn, ...], str]:
    """Value columns, and whether the table is long or wide."""
    value = roles.get("value")
    free = [column for column in range(len(frame.labels)) if column not in roles.values()]
    if value is None or frame.mapping.format == "wide":
        for wide in (_by_period(frame, free), _by_indicator(frame, free, indicators)):
            if wide and frame.mapping.format != "long":
                return wide, "wide"
    if value is None:
        numeric = [column for column in free if _is_numeric(frame, column)]
        labelled = [column for column in numeric if frame.labels[column]] or numeric
        if len(labelled) > 1 and "period" not in roles:
            labelled = [c for c in labelled if not _is_period_column(frame, c)] or labelled
        if len(labelled) != 1:
            raise _unknown_values(frame, labelled)
        value = labelled[0]
    label = frame.label(value)
    return (ValueColumn(value, label, indicator=label if label in indicators else ""),), "long"


def _unknown_values(frame: Frame, numeric: list[int]) -> UnknownTableForm:
    """Error for a table without one value column."""
    listed = ", ".join(quote(frame.label(column)) for column in numeric[:20])
    return UnknownTableForm(
        f"several columns may hold the values: {listed}" if numeric else "no column holds values",
        path=frame.grid.path,
        remedy="name the column with value_column in a mapping, or head columns with periods or indicator ids",
    )


def _by_period(frame: Frame, free: list[int]) -> tuple[ValueColumn, ...]:
    """Columns headed with a period."""
    found = []
    for column in free:
        for part in frame.labels[column]:
            try:
                found.append(ValueColumn(column, frame.label(column), period=parse_period(part)))
            except MalformedPeriod:
                continue
            break
    return tuple(found)


def _by_indicator(frame: Frame, free: list[int], indicators: Collection[str]) -> tuple[ValueColumn, ...]:
    """Columns headed with the id of an indicator."""
    return tuple(
        ValueColumn(column, frame.label(column), indicator=part)
        for column in free
        for part in frame.labels[column][-1:]
        if part in indicators
    )


def _is_numeric(frame: Frame, column: int) -> bool:
    """Whether most cells of a column are numbers or symbols."""
    cells = [row.cell(column) for row in frame.rows[:500]]
    filled = [cell for cell in cells if cell is not None and str(cell).strip(BLANKS)]
    good = sum(_is_number(cell) for cell in filled)
    return bool(filled) and 2 * good >= len(filled)


def _is_number(cell: object) -> bool:
    """Whether a cell is a number or a symbol in either writing."""
    if not isinstance(cell, str):
        return isinstance(cell, int | float)
    decimals: tuple[Decimal, ...] = (",", ".")
    for decimal in decimals:
        try:
            parse_cell(cell, decimal=decimal)
        except MalformedCell:
            continue
        return True
    return False


def _period_by_content(frame: Frame, used: set[int]) -> int | None:
    """Column of which every cell is a period."""
    free = (column for column in range(len(frame.labels)) if column not in used)
    return next((column for column in free if _is_period_column(frame, column)), None)


def _is_period_column(frame: Frame, column: int) -> bool:
    """Whether every cell of a column is a period."""
    for row in frame.rows:
        try:
            parse_period(row.text(column))
        except MalformedPeriod:
            return False
    return True
