"""Plain tables, long with a figure per line or wide with a column per period or per indicator."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from spatial.indicators.area_keys import KeyReader, level_of_word
from spatial.indicators.cells import BLANKS, Decimal, parse_cell
from spatial.indicators.errors import MalformedCell, MalformedPeriod, UnknownTableForm
from spatial.indicators.frames import Frame, build_frame
from spatial.indicators.grids import Formula, Grid, GridRow
from spatial.indicators.layouts import Layout, Selection, ValueColumn, choose_values, listed_columns, period_of
from spatial.indicators.mapping import TableMapping
from spatial.indicators.periods import parse_period
from spatial.indicators.readers.preambles import period_above
from spatial.indicators.sentences import Sentence
from spatial.indicators.starts import COLUMN_NAMES, normal_label

_TESTED = 500


def recognise_plain(grid: Grid, mapping: TableMapping, *, keys: KeyReader, indicators: Collection[str]) -> Layout:
    """Tell the roles of the columns of a plain table.

    Raises
    ------
    UnknownTableForm
        The columns cannot be told apart; the message lists them.
    NoKnownKey
        No column holds keys, nor names.
    DestroyedKeys
        The keys were lost to scientific notation.
    EmptyTable
        There is a header and nothing below it.
    """
    frame = build_frame(grid, mapping, keys)
    rows = frame.sample(keys)
    roles = _roles(frame, rows)
    if _lacks_keys(frame, rows, roles, keys):
        frame = replace(frame, key=roles["name"])
        roles["key"] = frame.key
    values, form = _values(frame, rows, roles, indicators)
    used = {*roles.values(), *(value.column for value in values)}
    table_period = ""
    notes: tuple[Sentence, ...] = ()
    if "period" not in roles and not any(value.period for value in values) and mapping.period is None:
        found = next((c for c in range(len(frame.labels)) if c not in used and _is_period_column(rows, c)), None)
        above = period_above(frame.preamble())
        if found is not None:
            roles["period"] = found
        elif above is not None:
            table_period, notes = above[0], (_taken_from(*above),)
    select = tuple(Selection(frame.find(name, "select"), code, name) for name, code in mapping.select.items())
    used = {*roles.values(), *(value.column for value in values), *(selection.column for selection in select)}
    return Layout(
        form=form,
        frame=frame,
        values=values,
        key_and_name=mapping.key_and_name is not False,
        name=roles.get("name"),
        period=roles.get("period"),
        indicator=roles.get("indicator"),
        status=roles.get("status"),
        flags=roles.get("flags"),
        unit=roles.get("unit"),
        level=roles.get("level"),
        select=select,
        unread_columns=tuple(frame.label(c) for c in range(len(frame.labels)) if c not in used and frame.labels[c]),
        table_period=table_period,
        notes=notes,
    )


def _taken_from(period: str, line: int) -> Sentence:
    return Sentence(
        f"Der Zeitraum {period} stammt aus Zeile {line}.", f"The period {period} was taken from line {line}."
    )


def _roles(frame: Frame, rows: tuple[GridRow, ...]) -> dict[str, int]:
    """Columns of the roles beside the values: prescribed, else by their labels."""
    roles = {"key": frame.key}
    by_label = {normal_label(part): c for c in reversed(range(len(frame.labels))) for part in frame.labels[c]}
    for role, names in COLUMN_NAMES.items():
        prescribed = getattr(frame.mapping, f"{'flag' if role == 'flags' else role}_column")
        if role == "key":
            continue
        if prescribed is not None:
            if role != "value":
                roles[role] = frame.find(prescribed, f"{role}_column")
            continue
        found = next((by_label[name] for name in names if name in by_label), None)
        if found is not None and found not in roles.values() and (role != "level" or _names_levels(rows, found)):
            roles[role] = found
    if frame.mapping.period is not None and frame.mapping.period_column is None:
        roles.pop("period", None)
    return roles


def _lacks_keys(frame: Frame, rows: tuple[GridRow, ...], roles: dict[str, int], keys: KeyReader) -> bool:
    """Whether the column of the keys is empty, and the one of the names beside it has some."""
    name = roles.get("name")
    if name is None or not keys.is_official or frame.mapping.key_column is not None:
        return False
    is_empty = not any(row.text(frame.key).strip(BLANKS) for row in rows)
    return is_empty and any(keys.is_name(row.text(name)) for row in rows)


def _names_levels(rows: tuple[GridRow, ...], column: int) -> bool:
    """Whether a column names the levels of its rows."""
    return any(level_of_word(row.text(column)) for row in rows)


def _values(
    frame: Frame, rows: tuple[GridRow, ...], roles: dict[str, int], indicators: Collection[str]
) -> tuple[tuple[ValueColumn, ...], str]:
    """Value columns, and whether the table is long or wide."""
    mapping = frame.mapping
    free = [column for column in range(len(frame.labels)) if column not in roles.values()]
    if mapping.value_column is not None or mapping.column_label:
        values = choose_values(frame, [_value(frame, c, indicators) for c in free], mapping)
        return values, "wide" if any(value.period for value in values) else "long"
    value = roles.get("value")
    if value is None or mapping.format == "wide":
        for wide in (_by_period(frame, free), _by_indicator(frame, free, indicators)):
            if wide and mapping.format != "long":
                return wide, "wide"
    if value is None:
        value = _only_numeric(frame, rows, free, has_period="period" in roles)
    label = frame.label(value)
    return (ValueColumn(value, label, indicator=label if label in indicators else ""),), "long"


def _value(frame: Frame, column: int, indicators: Collection[str]) -> ValueColumn:
    """Column that the mapping may mean, with what its heading says."""
    parts = frame.labels[column]
    period, cell = period_of(parts)
    label = " / ".join(part for part in parts if part != cell) or frame.label(column)
    return ValueColumn(column, label, period=period, indicator=label if label in indicators else "")


def _only_numeric(frame: Frame, rows: tuple[GridRow, ...], free: list[int], *, has_period: bool) -> int:
    """The one column that holds numbers."""
    numeric = [column for column in free if _is_numeric(rows, column)]
    labelled = [column for column in numeric if frame.labels[column]] or numeric
    if len(labelled) > 1 and not has_period:
        labelled = [c for c in labelled if not _is_period_column(rows, c)] or labelled
    if len(labelled) == 1:
        return labelled[0]
    listed = listed_columns([(column, " / ".join(frame.labels[column])) for column in labelled])
    text = Sentence(
        f"mehrere Spalten können die Werte enthalten: {listed}", f"several columns may hold the values: {listed}"
    )
    raise UnknownTableForm(
        text if labelled else Sentence("keine Spalte enthält Werte", "no column holds values"),
        path=frame.grid.path,
        line=frame.header_line,
        remedy=Sentence(
            "die Spalte in einer Zuordnung mit value_column nennen (Überschrift oder Position ab 0) oder die Spalten "
            "mit Zeiträumen oder Kennungen von Indikatoren überschreiben",
            "name the column with value_column in a mapping (heading or position from 0), or head columns with periods "
            "or indicator ids",
        ),
        choices=tuple(frame.name_of(column) for column in labelled),
    )


def _by_period(frame: Frame, free: list[int]) -> tuple[ValueColumn, ...]:
    """Columns headed with a period."""
    found = []
    for column in free:
        period, _ = period_of(frame.labels[column])
        if period:
            found.append(ValueColumn(column, frame.label(column), period=period))
    return tuple(found)


def _by_indicator(frame: Frame, free: list[int], indicators: Collection[str]) -> tuple[ValueColumn, ...]:
    """Columns headed with the id of an indicator."""
    return tuple(
        ValueColumn(column, frame.label(column), indicator=part)
        for column in free
        for part in frame.labels[column][-1:]
        if part in indicators
    )


def _is_numeric(rows: tuple[GridRow, ...], column: int) -> bool:
    """Whether most cells of a column are numbers or symbols."""
    cells = [row.cell(column) for row in rows[:_TESTED]]
    filled = [cell for cell in cells if cell is not None and str(cell).strip(BLANKS)]
    good = sum(_is_number(cell) for cell in filled)
    return bool(filled) and 2 * good >= len(filled)


def _is_number(cell: object) -> bool:
    """Whether a cell is a number or a symbol in either writing, or a formula for one."""
    if not isinstance(cell, str) or isinstance(cell, Formula):
        return isinstance(cell, int | float | Formula)
    decimals: tuple[Decimal, ...] = (",", ".")
    for decimal in decimals:
        try:
            parse_cell(cell, decimal=decimal)
        except MalformedCell:
            continue
        return True
    return False


def _is_period_column(rows: tuple[GridRow, ...], column: int) -> bool:
    """Whether every cell of a column is a period."""
    for row in rows:
        try:
            parse_period(row.text(column))
        except MalformedPeriod:
            return False
    return True
