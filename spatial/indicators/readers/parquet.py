"""Parquet: columns with names and types, read in batches of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from spatial.indicators.errors import EmptyTable, UnreadableTable
from spatial.indicators.grids import Blocks, Coded, CodedBlock, Grid, Raw, constant
from spatial.indicators.readers.files import Source
from spatial.indicators.sentences import Sentence

_BATCH = 20_000


def read_parquet(source: Source) -> Grid:
    """Raw table of a Parquet file: the names of its columns in line 1, its rows below.

    Raises
    ------
    EmptyTable
        There are no rows.
    UnreadableTable
        The file is damaged.
    """
    with source.open() as file:
        names, rows = _described(source, file)
    if not names or not rows:
        raise EmptyTable(Sentence("die Datei hat keine Zeilen", "the file has no rows"), path=source.path)
    if len(set(names)) < len(names):
        return Grid(source.path, "parquet", lambda: _blocks(source, names, range(len(names))))

    def narrow(columns: frozenset[int]) -> Callable[[], Blocks]:
        return lambda: _blocks(source, names, sorted(columns))

    return Grid(source.path, "parquet", lambda: _blocks(source, names, range(len(names))), narrow=narrow)


def _described(source: Source, file: Any) -> tuple[tuple[str, ...], int]:
    """Names of the columns and number of rows."""
    import pyarrow
    import pyarrow.parquet

    try:
        opened = pyarrow.parquet.ParquetFile(file)
        return tuple(map(str, opened.schema_arrow.names)), int(opened.metadata.num_rows)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise _damaged(source, error) from error


def _blocks(source: Source, names: tuple[str, ...], columns: Sequence[int]) -> Blocks:
    """Names of the columns, then the rows with the cells of some columns."""
    import pyarrow
    import pyarrow.parquet

    yield CodedBlock((1,), [constant(name, 1) for name in names])
    line = 2
    with source.open() as file:
        wanted = None if len(columns) == len(names) else [names[column] for column in columns]
        batches = pyarrow.parquet.ParquetFile(file, memory_map=False).iter_batches(_BATCH, columns=wanted)
        while True:
            try:
                batch = next(batches, None)
                read = [] if batch is None else [_cells(column) for column in batch.columns]
            except (pyarrow.ArrowException, OSError, ValueError) as error:
                raise _damaged(source, error) from error
            if batch is None:
                return
            every: list[Coded[Raw]] = [constant(None, batch.num_rows)] * len(names)
            for column, cells in zip(columns, read, strict=True):
                every[column] = cells
            if batch.num_rows:
                yield CodedBlock(range(line, line + batch.num_rows), every)
            line += batch.num_rows


def _cells(column: Any) -> Coded[Raw]:
    """Cells of a column."""
    import pyarrow
    import pyarrow.types

    plain = column.cast(column.type.value_type) if pyarrow.types.is_dictionary(column.type) else column
    try:
        packed = plain.dictionary_encode()
    except pyarrow.ArrowNotImplementedError:  # nested types
        cells = list(map(_raw, plain.to_pylist()))
        return Coded(cells, np.arange(len(cells)))
    cells = packed.dictionary.to_pylist()
    if pyarrow.types.is_floating(plain.type) and plain.type.bit_width < np.dtype(np.float64).itemsize * 8:
        # Single precision holds 2.3 as 2.29999995: what was meant is the shortest number that is stored so.
        cells = [cell if cell is None else float(str(plain.type.to_pandas_dtype()(cell))) for cell in cells]
    distinct = [*map(_raw, cells), None]
    return Coded(distinct, packed.indices.fill_null(len(distinct) - 1).to_numpy(zero_copy_only=False).astype(np.intp))


def _raw(value: object) -> Raw:
    """Cell of a column; a number that is none is nothing, as NaN stands for missing in such files."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return None if value != value else value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, bool) or not isinstance(value, int | date):
        return str(value)
    return value


def _damaged(source: Source, error: Exception) -> UnreadableTable:
    text = " ".join(str(error).split())[:200]
    return UnreadableTable(
        Sentence(f"ist eine beschädigte Parquet-Datei: {text}", f"is a damaged Parquet file: {text}"),
        path=source.path,
        remedy=Sentence("noch einmal herunterladen", "download it again"),
    )
