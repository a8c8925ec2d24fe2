"""Classic tables of GENESIS-Online and the Regionaldatenbank ("Tabelle als CSV").

Title lines, one to several header rows over the value columns alone, rows with the area key in one of the first
columns, and a footer behind a ruled line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from spatial.indicators.area_keys import KeyReader
from spatial.indicators.cells import BLANKS, tells_small_zeros
from spatial.indicators.errors import MalformedPeriod, UnknownTableForm
from spatial.indicators.frames import Frame, header_labels
from spatial.indicators.grids import Grid, GridRow, texts
from spatial.indicators.layouts import Layout, ValueColumn, choose_values, period_of
from spatial.indicators.mapping import TableMapping
from spatial.indicators.periods import parse_period
from spatial.indicators.readers.breakdowns import Breakdown, choose_rows, collect
from spatial.indicators.readers.preambles import period_above
from spatial.indicators.sentences import Sentence
from spatial.indicators.starts import SAMPLE_ROWS

_TITLE = re.compile(r'"?(GENESIS-)?Tabelle:')
_KEY = re.compile(r"(?:DG|DINSG|DINR|\d{2}|\d{3}|\d{5}|\d{8,9}|\d{12})\Z")
_UNIT = re.compile(
    r"(?:Anzahl|Prozent|Promille|v\.\s?H\.|%|Jahre?|Monate?|Tage|Stunden|ha|km[²2]|m[²2³3]|qm|qkm|cbm|kg|t|EUR|Euro|DM"
    r"|(?:Tsd\.?|Mill\.?|Mio\.?|Mrd\.?|1\.?\s?000)(?:\s.*)?|(?:EUR|Anzahl|Einwohner|Personen)\s?(?:je|/).*|je\s.*)\Z"
)
_MEMBER = re.compile(r"\d{10,11}\Z")
_SEARCHED = 300
_ORIGIN = re.compile(r'"?(©|\(c\)|Stand:)', re.IGNORECASE)


def is_classic(grid: Grid) -> bool:
    """Whether a table begins as the classic ones do."""
    return bool(_TITLE.match(grid.head[0].text(0).strip(BLANKS)))


def recognise_classic(grid: Grid, mapping: TableMapping, *, keys: KeyReader) -> Layout:
    """Tell the roles of the columns of a classic table.

    Raises
    ------
    UnknownTableForm
        There is no row with a key, or several value columns and nobody says which is meant.
    AmbiguousRows
        Rows are broken down by a characteristic and nobody says which is meant.
    """
    position, key = _first_row(grid, mapping)
    header = _header(grid, position, key, mapping)
    body = grid.head[position : position + SAMPLE_ROWS]
    width = max(len(row.cells) for row in (*header, *body))
    labels = header_labels(header, width)
    leading = max(next((c for c, parts in enumerate(labels) if parts), width), key + 2)
    frame = Frame(grid, mapping, labels, grid.head[position].line, len(header), key)
    values = choose_values(frame, _candidates(labels, leading), mapping)
    outside = [column for column in range(leading) if column not in (key, key + 1)]
    period = _period_column(frame, body, outside)
    breakdowns = [Breakdown(str(column), column) for column in outside if column != period]
    collect(frame.blocks(keys), breakdowns, [])
    written = (text.strip(BLANKS) for block in frame.blocks(keys) for text in texts(block, key).distinct)
    members = {text for text in written if _MEMBER.match(text)}
    groups = frozenset(text[:-3] for text in members)
    _name_by_label(breakdowns, frame)
    _refuse_unknown(frame, breakdowns)
    select, notes = choose_rows(grid.path, breakdowns, mapping.select)
    table_period = ""
    if period is None and not all(value.period for value in values) and mapping.period is None:
        above = period_above(frame.preamble())
        table_period = above[0] if above else ""
    return Layout(
        form="classic",
        frame=frame,
        values=values,
        key_and_name=False,
        name=key + 1,
        period=period if mapping.period is None else None,
        select=tuple(select),
        table_period=table_period,
        notes=tuple(notes),
        provenance=tuple(_provenance(grid, frame)),
        key_of=(lambda text: _official(text, groups)) if groups else None,
    )


def _first_row(grid: Grid, mapping: TableMapping) -> tuple[int, int]:
    """Position of the first data row, and the column of its key."""
    columns = (mapping.key_column,) if isinstance(mapping.key_column, int) else (0, 1, 2)
    for position, row in enumerate(grid.head[:_SEARCHED]):
        if mapping.first_data_line is not None and row.line < mapping.first_data_line:
            continue
        for column in columns:
            if _KEY.match(row.text(column).strip(BLANKS)) and any(map(str.isalpha, row.text(column + 1))):
                return position, column
    raise UnknownTableForm(
        Sentence("keine Zeile hat Gebietsschlüssel und Namen", "no row has an area key and a name"),
        path=grid.path,
        line=mapping.first_data_line or grid.head[0].line,
        remedy=Sentence(
            "die Tabelle mit regionaler Gliederung neu als CSV exportieren",
            "export the table as CSV again, broken down by region",
        ),
    )


def _header(grid: Grid, position: int, key: int, mapping: TableMapping) -> tuple[GridRow, ...]:
    """Rows right above the data whose first columns are blank."""
    if mapping.header_rows is not None:
        return grid.head[max(0, position - mapping.header_rows) : position]
    start = position
    while start and not any(grid.head[start - 1].text(c).strip(BLANKS) for c in range(key + 2)):
        start -= 1
    return grid.head[start:position]


def _candidates(labels: tuple[tuple[str, ...], ...], leading: int) -> list[ValueColumn]:
    """Value columns with label, period and unit."""
    has_units = all(parts and _UNIT.match(parts[-1]) for parts in labels[leading:])
    found = []
    for column, parts in enumerate(labels[leading:], leading):
        unit = parts[-1] if has_units else ""
        period, cell = period_of(parts)
        left = [part for part in parts if part not in (unit, cell) and not (period and part == "Stichtag")]
        found.append(ValueColumn(column, " / ".join(left), period=period, unit=unit))
    return found


def _period_column(frame: Frame, body: tuple[GridRow, ...], columns: list[int]) -> int | None:
    """Column beside key and name that holds periods."""
    if frame.mapping.period_column is not None:
        return frame.find(frame.mapping.period_column, "period_column")
    for column in columns:
        try:
            parse_period(body[0].text(column))
        except MalformedPeriod:
            continue
        return column
    return None


def _name_by_label(breakdowns: list[Breakdown], frame: Frame) -> None:
    """Let a mapping name a breakdown by its heading or by its position."""
    for breakdown in breakdowns:
        label = frame.label(breakdown.column)
        if label in frame.mapping.select:
            breakdown.name = label


def _official(text: str, groups: frozenset[str]) -> str:
    """Official key of a municipality within a group of them (Samtgemeinde), or of the group.

    These tables write ``03151401`` for a Samtgemeinde and ``03151401002`` for its members, ``0713101`` for a
    Verbandsgemeinde and ``0713101001`` for its members: Kreis, group, municipality. Their official keys are
    ``031515401`` and ``071315001``, the Regionalschlüssel of the groups, and ``03151002`` and ``07131001``.
    """
    bare = text.strip(BLANKS)
    if _MEMBER.match(bare):
        return bare[:5] + bare[-3:]
    return f"{bare[:5]}5{bare[5:].zfill(3)}" if bare in groups else text


def _refuse_unknown(frame: Frame, breakdowns: list[Breakdown]) -> None:
    """Refuse a selection by a column that rows are not broken down by."""
    names = [breakdown.name for breakdown in breakdowns]
    for name in frame.mapping.select:
        if name not in names:
            listed = ", ".join(names)
            raise UnknownTableForm(
                Sentence(
                    f"select der Zuordnung, {name!r}, ist keine Gliederung",
                    f"the mapping's select {name!r} is no breakdown",
                ),
                path=frame.grid.path,
                remedy=Sentence(f"es gibt Spalten: {listed or 'keine'}", f"there are columns: {listed or 'none'}"),
                choices=tuple(names),
            )  # fmt: skip


def _provenance(grid: Grid, frame: Frame) -> Iterator[str]:
    """What the table says of itself: code and title; behind the ruled line rights, date and what its 0 means."""
    for row in islice(frame.preamble(), 8):
        yield " ".join(row.text(0).split())
    is_footer = False
    for row in grid.rows():
        text = row.text(0).strip(BLANKS)
        is_footer = is_footer or text.startswith("_____")
        if is_footer and (_ORIGIN.match(text) or tells_small_zeros(text)):
            yield text.strip('"')
