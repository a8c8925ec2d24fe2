"""Plain text: pieces of CSV without quotation marks, all of whose lines have the same number of cells.

Nearly all of a large file is like that. Such pieces are cut by Arrow, column by column; whatever is not exactly like
that is left to the careful reader, which gives the same cells.
"""

from __future__ import annotations

import numpy as np

from spatial.indicators.cells import BLANKS
from spatial.indicators.grids import Coded

_LONGEST = 100_000
"""Bytes of a line; the careful reader has to judge longer ones."""
_LEAST = 20_000
"""Characters of a piece that is worth it."""


def plain_columns(text: str, delimiter: str) -> list[Coded[str]] | None:
    r"""Columns of a text of whole lines; ``None`` where it is not plain.

    Examples
    --------
    >>> [column.distinct for column in plain_columns("key;2015\n" + "06633018;1\n" * 2000, ";")]
    [['key', '06633018'], ['2015', '1']]
    >>> plain_columns('key;2015\n' + '06633018;"1"\n' * 2000, ";") is None
    True
    """
    returns = text.count("\r")
    if len(text) < _LEAST or '"' in text or not delimiter.isascii() or returns != text.count("\r\n"):
        return None
    packed = text.encode("utf-8", "surrogatepass")
    ends = np.flatnonzero(np.frombuffer(packed, np.uint8) == ord("\n"))
    width = text.count(delimiter, 0, text.index("\n")) + 1 if len(ends) else 1
    if width < 2 or np.diff(ends, prepend=-1, append=len(packed)).max() > _LONGEST:
        return None
    columns = _cut(packed, delimiter, width)
    # Lines of delimiters alone are blank, and those are passed over by the careful reader.
    return columns if columns and all(str(cell).strip(BLANKS) for cell in columns[0].distinct) else None


def _cut(packed: bytes, delimiter: str, width: int) -> list[Coded[str]] | None:
    """Columns as Arrow cuts them; ``None`` where lines differ in length."""
    import pyarrow
    import pyarrow.csv

    names = [str(number) for number in range(width)]
    types = dict.fromkeys(names, pyarrow.dictionary(pyarrow.int32(), pyarrow.string()))
    try:
        table = pyarrow.csv.read_csv(
            pyarrow.py_buffer(packed),
            pyarrow.csv.ReadOptions(use_threads=False, block_size=len(packed) + 1, column_names=names),
            pyarrow.csv.ParseOptions(delimiter=delimiter, quote_char=False, ignore_empty_lines=False),
            pyarrow.csv.ConvertOptions(column_types=types, null_values=[], strings_can_be_null=False),
        )
    except pyarrow.ArrowInvalid:
        return None
    columns = (column.combine_chunks() for column in table.columns)
    return [
        Coded(column.dictionary.to_pylist(), column.indices.to_numpy(zero_copy_only=False).astype(np.intp))
        for column in columns
    ]
