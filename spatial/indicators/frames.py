"""Frames: where the header of a raw table ends, which column holds the keys, where the data stop."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise

from spatial.indicators.area_keys import KeyReader
from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import (
    EmptyTable,
    UnknownTableForm,
    UnreadableTable,
    quote,
)
from spatial.indicators.grids import AnyBlock, Blocks, Grid, GridRow, in_blocks
from spatial.indicators.mapping import Column, TableMapping
from spatial.indicators.places import Place
from spatial.indicators.sentences import Sentence
from spatial.indicators.starts import (
    COLUMN_NAMES,
    SAMPLE_ROWS,
    SEARCHED_ROWS,
    column_of_keys,
    column_of_names,
    find_start,
    key_text,
    no_keys,
    normal_label,
    numbers_columns,
)

_MOST_REMARKS = 1000
LONGEST_REMARK = 1000
"""Characters of a line below the data that are kept."""
_MOST_HEADER_ROWS = 6
_RULE = re.compile(r"_{5,}")


@dataclass(frozen=True)
class Frame:
    """Header and body of a raw table.

    Attributes
    ----------
    grid : Grid
    mapping : TableMapping
    labels : tuple of tuple of str
        Header cells of each column.
    first_line, header_rows : int
        Line of the first data row, and number of header rows right above it.
    key : int
        Position of the key column.
    below : list of str
        Lines below the data, the first of them, once these have been read to their end.
    """

    grid: Grid
    mapping: TableMapping
    labels: tuple[tuple[str, ...], ...]
    first_line: int
    header_rows: int
    key: int
    below: list[str] = field(default_factory=list, compare=False, repr=False)

    def label(self, column: int) -> str:
        """Label of a column: its header cells, or its position."""
        parts = self.labels[column] if column < len(self.labels) else ()
        return " / ".join(parts) or str(column)

    @property
    def header_line(self) -> int | None:
        """Last line of the header; None where the table has none."""
        above = [row.line for row in self.grid.head if row.line < self.first_line]
        return above[-1] if above and self.header_rows else None

    def place(self, line: int | None, column: int) -> Place:
        """Place in a column, by its heading."""
        return self.grid.place(line, column, " / ".join(self.labels[column]) if column < len(self.labels) else "")

    def heading_place(self, column: int, text: str) -> Place:
        """Place of a text in the header rows over a column; their last row where none of them has it so."""
        rows = [row for row in self.grid.head if row.line < self.first_line][-max(1, self.header_rows) :]
        said = [row.line for row in rows if normal_label(text) in normal_label(row.text(column))]
        return self.place(max(said, default=rows[-1].line if rows else self.first_line), column)

    def find(self, wanted: Column, role: str) -> int:
        """Position of a column that the mapping names.

        Raises
        ------
        UnknownTableForm
            There is no such column.
        """
        if isinstance(wanted, int):
            if wanted < len(self.labels):
                return wanted
        else:
            for column, parts in enumerate(self.labels):
                if wanted.strip() in (*parts, " / ".join(parts)):
                    return column
            # A column without a heading goes by its position, in TOML tables as text.
            if wanted.isdigit() and int(wanted) < len(self.labels):
                return int(wanted)
        listed = ", ".join(quote(self.label(column)) for column in range(min(len(self.labels), 60)))
        raise UnknownTableForm(
            Sentence(
                f"{role} der Zuordnung, {wanted!r}, ist keine Spalte", f"the mapping's {role} {wanted!r} is no column"
            ),
            path=self.grid.path,
            line=self.header_line,
            remedy=Sentence(f"es gibt: {listed}", f"there are: {listed}"),
        )  # fmt: skip

    def name_of(self, column: int) -> Column:
        """What a mapping calls a column: its label where that is unique, else its position."""
        label = self.label(column)
        same = [c for c in range(len(self.labels)) if label in (*self.labels[c], self.label(c))]
        return label if same == [column] and self.labels[column] else column

    def preamble(self) -> tuple[GridRow, ...]:
        """Rows above the header."""
        above = [row for row in islice(self.grid.rows(), SEARCHED_ROWS + 10) if row.line < self.first_line]
        return tuple(above[: max(0, len(above) - self.header_rows)])

    def blocks(self, keys: KeyReader) -> Blocks:
        """Data rows: below the header, before a ruled line and before closing remarks.

        Raises
        ------
        UnreadableTable
            A line of a text has more values than the header has columns.
        """
        width = max((column + 1 for column, parts in enumerate(self.labels) if any(parts)), default=0)
        pending: list[GridRow] = []
        every = self.grid.blocks()
        for block in every:
            if block.lines[-1] < self.first_line:
                continue
            if self._is_plain(block, width):
                yield from in_blocks(pending)
                pending.clear()
                yield block
                continue
            taken: list[GridRow] = []
            for row in block.rows():
                if row.line < self.first_line:
                    continue
                if self._is_end(row):
                    yield from in_blocks(taken)
                    left = (other for other in block.rows() if other.line >= row.line)
                    self._note_below(
                        (*pending, *left, *chain.from_iterable(other.rows() for other in islice(every, 1)))
                    )
                    return
                cells = row.cells
                is_full = len(cells) > 1 and is_filled(cells[0]) and is_filled(cells[1])
                if not is_full and _is_remark(row, self.key, keys) and len(pending) < _MOST_REMARKS:
                    pending.append(row)
                    continue
                if width and len(cells) > width and self.grid.delimiter is not None:
                    yield from in_blocks(taken)
                    taken.clear()
                    self._refuse_surplus(row, width)
                taken += [*pending, row]
                pending.clear()
            yield from in_blocks(taken)
        self._note_below(pending)

    def _note_below(self, rows: Iterable[GridRow]) -> None:
        """Note what stands below the data, such as a legend."""
        texts = (" ".join(row.text(column) for column in range(len(row.cells))) for row in islice(rows, _MOST_REMARKS))
        self.below[:] = [text.strip(BLANKS)[:LONGEST_REMARK] for text in texts]

    def body(self, keys: KeyReader) -> Iterator[GridRow]:
        """Data rows one by one, as in :meth:`blocks`."""
        for block in self.blocks(keys):
            yield from block.rows()

    def sample(self, keys: KeyReader) -> tuple[GridRow, ...]:
        """First data rows.

        Raises
        ------
        EmptyTable
            There are none.
        """
        rows = tuple(islice(self.body(keys), SAMPLE_ROWS))
        if not rows:
            raise EmptyTable(
                Sentence("unter dem Tabellenkopf stehen keine Daten", "there is a header, but no data below it"),
                path=self.grid.path,
                line=self.first_line,
            )
        return rows

    def _is_plain(self, block: AnyBlock, width: int) -> bool:
        """Whether a block holds nothing but data rows, as nearly all do."""
        last = self.mapping.last_data_line
        if block.lines[0] < self.first_line or (last is not None and block.lines[-1] > last):
            return False
        shortest, longest = block.widths
        if shortest < 2 or (width and longest > width):
            return False
        first, second = block.coded(0).distinct, block.coded(1).distinct
        return all(is_filled(cell) and not _is_ruled(cell) for cell in first) and all(map(is_filled, second))

    def _is_end(self, row: GridRow) -> bool:
        last, first = self.mapping.last_data_line, row.cells[0] if row.cells else None
        if last is not None and row.line > last:
            return True
        return _is_ruled(first)

    def _refuse_surplus(self, row: GridRow, width: int) -> None:
        """Refuse a line that is longer than the header: a decimal comma between commas cuts figures in two."""
        surplus = next((column for column in range(width, len(row.cells)) if row.text(column)), None)
        if surplus is None:
            return
        text = quote(row.text(surplus))
        remedy = Sentence(
            "die überzähligen Zellen entfernen, oder den Kopf um ihre Spalten ergänzen",
            "remove the surplus cells, or add their columns to the header",
        )
        if self.grid.delimiter == ",":
            remedy = Sentence(
                "Zahlen mit Dezimalkomma in Anführungszeichen setzen oder die Spalten mit Semikolon trennen",
                "put figures with a decimal comma in quotes, or separate the columns with semicolons",
            )
        raise UnreadableTable(
            Sentence(
                f"hat {surplus + 1} Werte, der Kopf nur {width} Spalten: {text} ist zu viel",
                f"has {surplus + 1} values where the header has {width} columns: {text} is surplus",
            ),
            path=self.grid.path,
            remedy=remedy,
        ).at(self.grid.place(row.line, surplus))


def build_frame(grid: Grid, mapping: TableMapping, keys: KeyReader) -> Frame:
    """Find header, body and key column of a raw table.

    Raises
    ------
    EmptyTable
        There is a header and nothing below it.
    NoKnownKey, DestroyedKeys
        No column holds keys, or they were lost to scientific notation.
    UnknownTableForm
        The mapping names a column that is not there.
    """
    start, key = find_start(grid, mapping, keys)
    count = _header_rows(grid, start) if mapping.header_rows is None else mapping.header_rows
    header = grid.head[max(0, start - count) : start]
    first_line = grid.head[start].line if start < len(grid.head) else grid.head[-1].line + 1
    if mapping.first_data_line is not None:
        first_line = mapping.first_data_line
    body = grid.head[start : start + SAMPLE_ROWS]
    width = max((len(row.cells) for row in (*header, *body)), default=0)
    frame = Frame(grid, mapping, header_labels(header, width), first_line, len(header), key or 0)
    if key is None:
        frame = _with_key(frame, _key_column(frame, body, keys))
    elif isinstance(mapping.key_column, str) and not _is_called(frame, key, mapping.key_column):
        # Several header rows make one heading, which no single cell of the table has.
        frame = _with_key(frame, frame.find(mapping.key_column, "key_column"))
    return frame


def _header_rows(grid: Grid, start: int) -> int:
    """Header rows right above the data: one, and those above it that fill its gaps."""
    count = 2 if start > 1 and _is_numbering(grid.head[start - 1], grid.head[start - 2]) else 1
    while start - count > 0 and count < _MOST_HEADER_ROWS:
        lowest = grid.head[start - count]
        above = grid.head[start - count - 1]
        width = max(len(lowest.cells), len(above.cells))
        gaps = [column for column in range(width) if not lowest.text(column).strip(BLANKS)]
        filled = sum(bool(above.text(column).strip(BLANKS)) for column in range(width))
        fills_a_gap = any(above.text(column).strip(BLANKS) for column in gaps)
        if above.line + 1 != lowest.line or filled < 2 or not fills_a_gap:
            return count
        count += 1
    return count


def _is_numbering(row: GridRow, above: GridRow) -> bool:
    """Whether a row right below a header numbers its columns."""
    return above.line + 1 == row.line and any(map(is_filled, above.cells)) and numbers_columns(row)


def _is_called(frame: Frame, column: int, name: str) -> bool:
    """Whether a header cell of a column is a name."""
    parts = frame.labels[column] if column < len(frame.labels) else ()
    return normal_label(name) in map(normal_label, parts)


def _with_key(frame: Frame, key: int) -> Frame:
    return Frame(frame.grid, frame.mapping, frame.labels, frame.first_line, frame.header_rows, key)


def header_labels(header: tuple[GridRow, ...], width: int) -> tuple[tuple[str, ...], ...]:
    """Header cells of each column, from the top down, each once.

    A heading above several columns may stand over the first of them only; it is then carried to the right, as far
    as the headings above it go. Tables that repeat their headings over every column are taken as they are.
    """
    if len(header) > 1 and _is_numbering(header[-1], header[-2]):
        header = header[:-1]
    rows = [[" ".join(row.text(column).strip(BLANKS).split()) for column in range(width)] for row in header]
    repeats = any(left and left == right for row in rows[:-1] for left, right in pairwise(row))
    if not repeats:
        for number, row in enumerate(rows[:-1]):
            above = rows[:number]
            for column in range(1, width):
                same_above = all(upper[column] == upper[column - 1] for upper in above)
                has_below = any(lower[column] for lower in rows[number + 1 :])
                if not row[column] and same_above and has_below:
                    row[column] = row[column - 1]
    columns = ([row[column] for row in rows] for column in range(width))
    return tuple(tuple(dict.fromkeys(text for text in parts if text)) for parts in columns)


def _key_column(frame: Frame, body: tuple[GridRow, ...], keys: KeyReader) -> int:
    """Key column where the first data line was prescribed."""
    mapping = frame.mapping
    if mapping.key_column is not None:
        return frame.find(mapping.key_column, "key_column")
    for column, parts in enumerate(frame.labels):
        if any(normal_label(part) in COLUMN_NAMES["key"] for part in parts):
            return column
    found = column_of_keys(body, keys, mapping) or column_of_names(body, keys, mapping)
    if found is None:
        raise no_keys(frame.grid)
    return found - 1


def _is_remark(row: GridRow, key: int, keys: KeyReader) -> bool:
    """Whether a row holds one text and no key."""
    filled = -1
    for column, cell in enumerate(row.cells):
        if is_filled(cell):
            if filled >= 0:
                return False
            filled = column
    if filled > key:
        return False
    text = row.text(filled).strip(BLANKS)
    return not keys.is_keylike(key_text(text, both=True)) if keys.is_official else len(text.split()) > 2


def _is_ruled(cell: object) -> bool:
    """Whether a cell holds the line that GENESIS draws below a table."""
    return isinstance(cell, str) and "_____" in cell and bool(_RULE.match(cell.strip(BLANKS)))


def is_filled(cell: object) -> bool:
    """Whether a cell holds anything."""
    return bool(cell.strip(BLANKS)) if isinstance(cell, str) else cell is not None
