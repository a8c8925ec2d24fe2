"""Flat tables of GENESIS-Online, the Regionaldatenbank and the census database (ffcsv), new and old.

Since 2024 one line per figure with English column names; before, one column per measure, named
``CODE__Label__Unit``, each followed by its quality column ``__q``. Lines are unsorted, of several levels, and an
empty code is the total.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from spatial.indicators.area_keys import KeyReader
from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import EmptyTable, NoKnownKey, UnknownTableForm, quote
from spatial.indicators.frames import Frame
from spatial.indicators.grids import Grid, GridRow
from spatial.indicators.layouts import Layout, Selection, ValueColumn, choose_values
from spatial.indicators.mapping import TableMapping
from spatial.indicators.readers.breakdowns import Breakdown, choose_rows, collect
from spatial.indicators.sentences import Sentence
from spatial.indicators.starts import SAMPLE_ROWS

_NEW, _OLD = "statistics_code", "statistik_code"
_VARIABLE = re.compile(r"(\d+)_(?:variable_code|merkmal_code)\Z")
_REGION = re.compile(r"(KREISE?|KREIST\w*|GEMEIN\w*|DLAND|REGBEZ|DINSG|DG|FAMTGEM|STADTT?|LANDX?|GEO[A-Z]{2}\w*)\Z")
_STATISTIC = re.compile(r"\d{4}")
_ATTRIBUTE = re.compile(r"_Auspraegung_(Code|Label)\Z", re.IGNORECASE)
_LISTED = 60


@dataclass(frozen=True, slots=True)
class _Genuine(Selection):
    """Rows that begin with the number of a statistic; exports may hold others, which are rejected one by one."""

    def admits(self, text: str) -> bool:
        """Whether a cell is the number of a statistic, or of a table of the census: ``1000A``."""
        return bool(_STATISTIC.match(text.strip(BLANKS)))


def is_flat(grid: Grid) -> bool:
    """Whether a table has the header of a flat one."""
    return grid.head[0].text(0).strip(BLANKS).casefold() in (_NEW, _OLD)


def recognise_flat(grid: Grid, mapping: TableMapping, *, keys: KeyReader) -> Layout:
    """Tell the roles of the columns of a flat table.

    Raises
    ------
    EmptyTable
        There is a header and nothing below it.
    NoKnownKey
        No variable is one of areas.
    UnknownTableForm
        There are several measures and nobody says which is meant.
    AmbiguousRows
        Rows are broken down by a variable, without a total, and nobody says which is meant.
    """
    header = [cell.strip() if isinstance(cell, str) else "" for cell in grid.head[0].cells]
    if len(grid.head) < 2:
        raise EmptyTable(
            Sentence("unter dem Tabellenkopf stehen keine Daten", "there is a header, but no data below it"),
            path=grid.path,
            line=grid.head[-1].line + 1,
        )
    columns = {name.casefold(): position for position, name in enumerate(header)}
    is_new = header[0].casefold() == _NEW
    code, label = ("{}_variable_attribute_code", "{}_variable_attribute_label") if is_new else (
        "{}_auspraegung_code", "{}_auspraegung_label")  # fmt: skip
    variables = {
        match[1]: position
        for name, position in columns.items()
        if (match := _VARIABLE.match(name)) is not None and code.format(match[1]) in columns
    }
    body = grid.head[1 : 1 + SAMPLE_ROWS]
    region = _region(grid, variables, columns, code, keys)
    frame = Frame(
        grid, mapping, tuple((name,) if name else () for name in header), body[0].line, 1, columns[code.format(region)]
    )
    breakdowns = [
        Breakdown(_variable(body, position), columns[code.format(number)], columns.get(label.format(number)))
        for number, position in variables.items()
        if number != region
    ]
    values, given = _measure(frame, columns, body, is_new=is_new)
    given += _given(frame, breakdowns)
    genuine = [_Genuine(0, "", header[0]), *given]
    collect(frame.blocks(keys), breakdowns, genuine)
    measures = _measures(frame, columns, keys, genuine) if is_new else None
    if measures is not None and len(measures.codes) > 1:
        raise _several_measures(frame, measures)
    select, notes = choose_rows(grid.path, breakdowns, mapping.select)
    return Layout(
        form="ffcsv",
        frame=frame,
        values=values,
        key_and_name=False,
        name=columns.get(label.format(region)),
        period=columns.get("time", columns.get("zeit")) if mapping.period is None else None,
        flags=columns.get("value_q"),
        unit=columns.get("value_unit"),
        select=(*given, *select),
        notes=tuple(notes),
        provenance=(" ".join(body[0].text(column) for column in (0, 1)),),
    )


def _region(grid: Grid, variables: dict[str, int], columns: dict[str, int], code: str, keys: KeyReader) -> str:
    """Number of the variable that the areas are."""
    rows = list(islice(grid.rows(), 1, 1 + SAMPLE_ROWS))
    by_name: Counter[str] = Counter()
    by_key: Counter[str] = Counter()
    for row in rows:
        for number, position in variables.items():
            by_name[number] += bool(_REGION.match(row.text(position).strip(BLANKS)))
            by_key[number] += keys.is_known(row.text(columns[code.format(number)]))
    for counts in (by_name, by_key):
        best = max(counts, key=lambda number: (counts[number], -int(number)), default="")
        if best and counts[best]:
            return best
    raise NoKnownKey(
        Sentence("kein Merkmal der Tabelle ist ein Gebiet", "no variable of the table is one of areas"),
        path=grid.path,
        line=grid.head[0].line,
        remedy=Sentence("die Tabelle mit regionaler Gliederung abrufen", "request the table broken down by region"),
    )


def _variable(rows: tuple[GridRow, ...], column: int) -> str:
    """Code of a variable, ``GES`` for example."""
    return next((text for row in rows if (text := row.text(column).strip(BLANKS))), str(column))


def _measure(
    frame: Frame, columns: dict[str, int], rows: tuple[GridRow, ...], *, is_new: bool
) -> tuple[tuple[ValueColumn, ...], list[Selection]]:
    """Value columns, and the selection of rows that a measure means where measures are rows."""
    if not is_new:
        return choose_values(frame, _old_measures(frame), frame.mapping), []
    if "value" not in columns:
        raise UnknownTableForm(
            Sentence('der Kopf hat keine Spalte "value"', 'the header has no column "value"'),
            path=frame.grid.path,
            line=frame.header_line,
            remedy=Sentence(
                "die Tabelle unverändert als flache CSV-Datei (ffcsv) abrufen, oder die Spalte der Werte so nennen",
                "request the table as flat CSV (ffcsv) and leave it as it is, or head the column of values like that",
            ),
        )
    value = ValueColumn(columns["value"], "value")
    wanted = [str(w) for w in (frame.mapping.value_column, *frame.mapping.column_label) if w not in (None, "value")]
    code, label = columns.get("value_variable_code"), columns.get("value_variable_label")
    if not wanted or code is None or wanted == [str(value.column)]:
        return (value,), []
    by_label = label is not None and any(wanted[0] == row.text(label).strip(BLANKS) for row in rows)
    column = label if by_label and label is not None else code
    return (value,), [Selection(column, wanted[0], "value_variable_code")]


def _old_measures(frame: Frame) -> list[ValueColumn]:
    """Value columns of the old form, each with its quality column."""
    found = []
    names = [parts[0] if parts else "" for parts in frame.labels]
    last = max((column for column, name in enumerate(names) if _ATTRIBUTE.search(name)), default=-1)
    for column, name in enumerate(names[last + 1 :], last + 1):
        if name.endswith("__q") or not name:
            continue
        parts = name.split("__")
        has_flags = column + 1 < len(names) and names[column + 1].endswith("__q")
        unit = parts[-1].replace("_", " ") if len(parts) > 2 else ""
        label = " / ".join(parts[:2])
        found.append(ValueColumn(column, label, unit=unit, flags=column + 1 if has_flags else None))
    return found


def _given(frame: Frame, breakdowns: list[Breakdown]) -> list[Selection]:
    """Selections that name a column of the file, such as ``value_unit``, and no variable."""
    names = {breakdown.name for breakdown in breakdowns}
    return [
        Selection(frame.find(name, "select"), code, name)
        for name, code in frame.mapping.select.items()
        if name not in names
    ]


def _measures(frame: Frame, columns: dict[str, int], keys: KeyReader, given: list[Selection]) -> Breakdown:
    """Measures of the rows that are selected, with their labels."""
    code, label = columns.get("value_variable_code"), columns.get("value_variable_label")
    measures = Breakdown("value_variable_code", code or 0, label)
    if code is not None:
        collect(frame.blocks(keys), [measures], given)
    return measures


def _several_measures(frame: Frame, measures: Breakdown) -> UnknownTableForm:
    listed = ", ".join(f"{quote(code)} {label}" for code, label in islice(measures.codes.items(), _LISTED))
    return UnknownTableForm(
        Sentence(f"die Tabelle hat mehrere Merkmale: {listed}", f"the table has several measures: {listed}"),
        path=frame.grid.path,
        remedy=Sentence(
            "eines davon in einer Zuordnung mit value_column nennen", "name one of them with value_column in a mapping"
        ),
        choices=tuple(measures.codes),
    ).at(frame.place(measures.second_line, measures.column))
