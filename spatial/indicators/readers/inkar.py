"""Tables of INKAR: the bulk file with a line per figure, and the wide ones with a column per indicator.

Keys are those of the level that the row names: ``06633000`` is the Kreis ``06633`` in a row of Kreise.
"""

from __future__ import annotations

from collections.abc import Collection

from spatial.indicators.area_keys import KeyReader
from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import AmbiguousRows, EmptyTable
from spatial.indicators.frames import Frame, header_labels
from spatial.indicators.grids import Grid
from spatial.indicators.layouts import Layout, Selection, ValueColumn, choose_values, period_of
from spatial.indicators.mapping import TableMapping
from spatial.indicators.readers.breakdowns import Breakdown, choose_rows, collect
from spatial.indicators.sentences import Sentence
from spatial.indicators.starts import normal_label

_KEY = "kennziffer"
_LEVELS = ("raumbezug", "aggregat")
_NAMES = ("name", "raumeinheit")
_OTHERS = ("bereich", "id", "indikator", "zeitbezug")
_CODES = ("kuerzel", "kürzel")


def is_inkar(grid: Grid) -> bool:
    """Whether a table has the header of INKAR."""
    names = {normal_label(cell) for cell in grid.head[0].cells}
    return _KEY in names and any(level in names for level in _LEVELS)


def recognise_inkar(grid: Grid, mapping: TableMapping, *, keys: KeyReader, indicators: Collection[str]) -> Layout:
    """Tell the roles of the columns of an INKAR table.

    Raises
    ------
    EmptyTable
        There is a header and nothing below it.
    UnknownTableForm, AmbiguousRows
        There are several indicators and nobody says which is meant.
    """
    header = grid.head[:1]
    names = {normal_label(cell): position for position, cell in enumerate(header[0].cells)}
    # A second header row has the years and no key.
    if len(grid.head) > 1 and not grid.head[1].text(names[_KEY]).strip(BLANKS):
        header = grid.head[:2]
    if len(grid.head) <= len(header):
        raise EmptyTable(
            Sentence("unter dem Tabellenkopf stehen keine Daten", "there is a header, but no data below it"),
            path=grid.path,
            line=grid.head[-1].line + 1,
        )
    width = max(len(row.cells) for row in header)
    first_line = grid.head[len(header)].line
    frame = Frame(grid, mapping, header_labels(header, width), first_line, len(header), names[_KEY])
    code = next((names[name] for name in _CODES if name in names), None)
    select: list[Selection] = []
    notes: list[Sentence] = []
    values: tuple[ValueColumn, ...]
    if code is not None and "wert" in names:
        select, notes = _one_indicator(frame, keys, code, names)
        values = (ValueColumn(names["wert"], "Wert"),)
    else:
        values = _columns(frame, names, indicators)
    return Layout(
        form="inkar",
        frame=frame,
        values=values,
        key_and_name=False,
        name=next((names[name] for name in _NAMES if name in names), None),
        period=names.get("zeitbezug") if mapping.period is None else None,
        level=next(names[name] for name in _LEVELS if name in names),
        select=tuple(select),
        notes=tuple(notes),
        provenance=("INKAR",),
    )


def _one_indicator(
    frame: Frame, keys: KeyReader, code: int, names: dict[str, int]
) -> tuple[list[Selection], list[Sentence]]:
    """Selection of the rows of one indicator, by its short name."""
    breakdown = Breakdown(frame.label(code), code, names.get("indikator"))
    wanted = dict(frame.mapping.select)
    chosen = frame.mapping.value_column or (frame.mapping.column_label[0] if frame.mapping.column_label else None)
    if isinstance(chosen, str) and normal_label(chosen) != "wert":
        wanted.setdefault(breakdown.name, chosen)
    given = [
        Selection(frame.find(name, "select"), text, name) for name, text in wanted.items() if name != breakdown.name
    ]
    collect(frame.blocks(keys), [breakdown], given)
    try:
        select, notes = choose_rows(frame.grid.path, [breakdown], wanted)
    except AmbiguousRows as error:
        remedy = Sentence(
            "ein Kürzel in einer Zuordnung mit value_column nennen", "name a short name with value_column in a mapping"
        )
        raise AmbiguousRows(
            error.message, path=error.path, line=error.line, column=error.column, remedy=remedy, choices=error.choices
        ) from None
    return [*given, *select], notes


def _columns(frame: Frame, names: dict[str, int], indicators: Collection[str]) -> tuple[ValueColumn, ...]:
    """Value columns of a wide table: those headed with ids of indicators, else the one that is meant."""
    taken = {names[name] for name in (_KEY, *_LEVELS, *_NAMES, *_OTHERS) if name in names}
    free = [column for column in range(len(frame.labels)) if column not in taken and frame.labels[column]]
    if frame.mapping.value_column is None and not frame.mapping.column_label:
        known = tuple(
            ValueColumn(column, frame.label(column), indicator=frame.label(column))
            for column in free
            if frame.label(column) in indicators
        )
        if known:
            return known
    candidates = []
    for column in free:
        period, cell = period_of(frame.labels[column])
        label = " / ".join(part for part in frame.labels[column] if part != cell)
        candidates.append(ValueColumn(column, label, period=period))
    return choose_values(frame, candidates, frame.mapping)
